import Crypto
import Testing

@Suite struct HMACSHA256Tests {
    /// RFC 4231, cases 1, 2, 3, 6 and 7: short keys, and keys longer than a block.
    static let vectors: [(key: [UInt8], message: [UInt8], expected: String)] = [
        (
            [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131),
            Array(
                ("This is a test using a larger than block-size key and a larger than block-size data. "
                    + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ]

    @Test(arguments: vectors.indices)
    func yieldsTheVectorsOfRFC4231(index: Int) {
        let vector = Self.vectors[index]
        #expect(HMACSHA256.digest(key: vector.key, vector.message).hex == vector.expected)
        let keyed = HMACSHA256.Keyed(key: SecretBytes(vector.key))
        #expect(keyed.digest(vector.message).hex == vector.expected)
        #expect(keyed.digest(vector.message).hex == vector.expected, "the key's state is not used up")
    }

    @Test func hashesAPieceOfABuffer() {
        let keyed = HMACSHA256.Keyed(key: SecretBytes([1]))
        let buffer = Array("Authorization: token\r\n".utf8)
        #expect(keyed.digest(buffer.span.extracting(15..<20)) == keyed.digest(Array("token".utf8)))
    }
}
