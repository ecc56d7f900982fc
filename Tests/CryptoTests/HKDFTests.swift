import Crypto
import Testing

@Suite struct HKDFTests {
    private func derive(_ secret: String, _ salt: String, _ info: String, _ count: Int) -> String {
        HKDF.derive(SecretBytes(bytes(secret)), salt: bytes(salt), info: bytes(info), count: count)
            .withBytes { derived in hex(derived.indices.map { derived[$0] }) }
    }

    /// RFC 5869, appendix A.1.
    @Test func yieldsTheVectorWithSaltAndInfo() {
        #expect(
            derive(
                "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9", 42
            )
                == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")
    }

    /// RFC 5869, appendix A.2: everything longer than a block.
    @Test func yieldsTheVectorWithLongInputs() {
        let range = { (from: UInt8, to: UInt8) in hex(Array(from...to)) }
        #expect(
            derive(range(0x00, 0x4f), range(0x60, 0xaf), range(0xb0, 0xff), 82)
                == "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
                + "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87")
    }

    /// RFC 5869, appendix A.3.
    @Test func yieldsTheVectorWithoutSaltAndInfo() {
        #expect(
            derive("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "", 42)
                == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8")
    }
}
