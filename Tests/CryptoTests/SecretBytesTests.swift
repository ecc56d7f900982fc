import Crypto
import Testing

@Suite struct SecretBytesTests {
    @Test func nothingPrintsASecret() {
        let secret = SecretBytes(Array("swordfish".utf8))
        let keyed = HMACSHA256.Keyed(key: secret)
        var dumped = ""
        dump([secret], to: &dumped)
        dump(keyed, to: &dumped)
        let printed = ["\(secret)", String(reflecting: secret), String(describing: [secret]), "\(keyed)", dumped]
        for text in printed {
            #expect(text.contains("redacted") && !text.contains("115") && !text.contains("swordfish"))
        }
    }

    @Test func secretsCompareByContent() {
        #expect(SecretBytes([1, 2]) == SecretBytes([1, 2]))
        #expect(SecretBytes([1, 2]) != SecretBytes([1, 3]))
        #expect(SecretBytes([1, 2]) != SecretBytes([1]))
        #expect(SecretBytes([]) == SecretBytes([]))
    }

    @Test func bytesCompareInConstantTimeByContent() {
        #expect(constantTimeEqual([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2]))
        #expect(constantTimeEqual([UInt8](), [UInt8]()))
    }

    @Test func randomBytesHaveTheirCountAndDiffer() {
        #expect(SecureRandom.bytes(32).count == 32)
        #expect(SecureRandom.bytes(0).isEmpty)
        #expect(SecureRandom.bytes(32) != SecureRandom.bytes(32))
    }
}
