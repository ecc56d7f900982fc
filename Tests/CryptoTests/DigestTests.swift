import Crypto
import Testing

@Suite struct DigestTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func sha256YieldsTheStandardsVectors(message: String, expected: String) {
        #expect(SHA256.digest(Array(message.utf8)).hex == expected)
    }

    @Test func sha256OfAMillionLetters() {
        let digest = SHA256.digest([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
        #expect(digest.hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func digestGoesThroughBytesAndHexUnchanged() {
        let digest = SHA256.digest([1, 2, 3])
        #expect(Digest(digest.bytes) == digest)
        #expect(Digest(hex: digest.hex) == digest)
        #expect(Digest(hex: digest.hex.uppercased()) == digest)
        #expect(digest.bytes.count == Digest.count)
    }

    @Test(arguments: ["", "00", String(repeating: "0", count: 63), String(repeating: "g", count: 64), "é"])
    func whatIsNoDigestIsRefused(text: String) {
        #expect(Digest(hex: text) == nil)
    }

    @Test func digestsDifferInEachByte() {
        let digest = SHA256.digest([])
        for index in 0..<Digest.count {
            var bytes = digest.bytes
            bytes[index] ^= 1
            #expect(Digest(bytes) != digest)
        }
    }
}
