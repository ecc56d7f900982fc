import Crypto
import Testing

@Suite struct AES256GCMTests {
    let key = SecretBytes([UInt8](repeating: 7, count: 32))

    @Test(arguments: [0, 1, 15, 16, 17, 100_000])
    func opensWhatItSealed(count: Int) throws {
        let plaintext = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let sealed = AES256GCM.seal(plaintext, key: key, associatedData: [1, 2])
        #expect(sealed.count == count + AES256GCM.overhead)
        #expect(try AES256GCM.open(sealed, key: key, associatedData: [1, 2]) == plaintext)
    }

    @Test func sealsTheSameMessageDifferentlyEachTime() {
        #expect(
            AES256GCM.seal([1], key: key, associatedData: []) != AES256GCM.seal([1], key: key, associatedData: []))
    }

    @Test func opensMessagesOfOtherImplementations() throws {
        // The GCM specification's test case 14: zero key, zero nonce, sixteen zero bytes.
        let sealed = bytes(
            "000000000000000000000000 cea7403d4d606b6e074ec5d3baf39d18 d0d1c8a799996bf0265b98b5d48ab919")
        let opened = try AES256GCM.open(sealed, key: SecretBytes([UInt8](repeating: 0, count: 32)), associatedData: [])
        #expect(opened == [UInt8](repeating: 0, count: 16))
    }

    @Test func refusesAMessageWithAnyBitChanged() {
        let sealed = AES256GCM.seal(Array("secret".utf8), key: key, associatedData: [9])
        for index in sealed.indices {
            var altered = sealed
            altered[index] ^= 0x80
            #expect(throws: AES256GCM.Failure.altered) {
                try AES256GCM.open(altered, key: key, associatedData: [9])
            }
        }
    }

    @Test func refusesAnotherKeyOtherDataAndCutMessages() {
        let sealed = AES256GCM.seal(Array("secret".utf8), key: key, associatedData: [9])
        let other = SecretBytes([UInt8](repeating: 8, count: 32))
        #expect(throws: AES256GCM.Failure.altered) { try AES256GCM.open(sealed, key: other, associatedData: [9]) }
        #expect(throws: AES256GCM.Failure.altered) { try AES256GCM.open(sealed, key: key, associatedData: []) }
        for count in 0..<sealed.count {
            #expect(throws: AES256GCM.Failure.altered) {
                try AES256GCM.open(Array(sealed[..<count]), key: key, associatedData: [9])
            }
        }
    }
}
