// Authenticated encryption of what rests in stores: nonce ‖ ciphertext ‖ tag in one piece of bytes.

internal import CCrypto

/// AES-256-GCM with a random 96-bit nonce per message (NIST SP 800-38D: good for 2^32 messages under one key).
package enum AES256GCM {
    /// Why a sealed message was not opened. There is nothing more to tell, and nothing more must be told.
    package enum Failure: Error, Equatable {
        /// Another key, other associated data, or bytes that were changed or cut.
        case altered
    }

    package static let keyCount = 32
    /// What sealing adds: nonce and tag.
    package static let overhead = nonceCount + tagCount
    private static let nonceCount = 12
    private static let tagCount = 16

    /// - Parameters:
    ///   - key: 32 bytes, a programming error otherwise.
    ///   - associatedData: is not in the result, and must be the same when it is opened.
    package static func seal(_ plaintext: [UInt8], key: SecretBytes, associatedData: [UInt8]) -> [UInt8] {
        var sealed = SecureRandom.bytes(nonceCount)
        let context = Context(key: key, nonce: sealed.span, encrypting: true)
        context.authenticate(associatedData)
        let body = context.update(plaintext.span)
        guard let body, context.finish() else { fatalError("libcrypto cannot encrypt with AES-256-GCM") }
        sealed += body
        sealed += context.tag(tagCount)
        return sealed
    }

    package static func open(
        _ sealed: [UInt8], key: SecretBytes, associatedData: [UInt8]
    ) throws(Failure) -> [UInt8] {
        guard sealed.count >= overhead else { throw .altered }
        let bytes = sealed.span
        let context = Context(key: key, nonce: bytes.extracting(first: nonceCount), encrypting: false)
        context.authenticate(associatedData)
        let body = context.update(bytes.extracting(nonceCount..<(sealed.count - tagCount)))
        context.expectTag(bytes.extracting(last: tagCount))
        guard var body else { throw .altered }
        guard context.finish() else {
            wipe(&body)
            throw .altered
        }
        return body
    }
}

/// One message's cipher context.
private struct Context: ~Copyable {
    private let raw: OpaquePointer

    init(key: SecretBytes, nonce: Span<UInt8>, encrypting: Bool) {
        precondition(key.count == AES256GCM.keyCount, "AES-256 has keys of 32 bytes")
        guard let raw = EVP_CIPHER_CTX_new() else { fatalError("out of memory") }
        self.raw = raw
        let result = key.withBytes { key in
            key.withUnsafeBufferPointer { key in
                nonce.withUnsafeBufferPointer { nonce in
                    EVP_CipherInit_ex(
                        raw, EVP_aes_256_gcm(), nil, key.baseAddress, nonce.baseAddress, encrypting ? 1 : 0)
                }
            }
        }
        guard result == 1 else { fatalError("libcrypto has no AES-256-GCM") }
    }

    deinit { EVP_CIPHER_CTX_free(raw) }

    func authenticate(_ data: [UInt8]) {
        guard !data.isEmpty else { return }
        var count: Int32 = 0
        EVP_CipherUpdate(raw, nil, &count, data, Int32(data.count))
    }

    /// The other form of `input`; GCM is a stream cipher, so the counts are equal.
    func update(_ input: Span<UInt8>) -> [UInt8]? {
        guard !input.isEmpty else { return [] }
        var count: Int32 = 0
        var result: Int32 = 0
        let output = [UInt8](unsafeUninitializedCapacity: input.count) { buffer, filled in
            result = input.withUnsafeBufferPointer {
                EVP_CipherUpdate(raw, buffer.baseAddress, &count, $0.baseAddress, Int32($0.count))
            }
            filled = Int(count)
        }
        return result == 1 ? output : nil
    }

    func expectTag(_ tag: Span<UInt8>) {
        _ = tag.withUnsafeBufferPointer { tollgate_gcm_set_tag(raw, $0.baseAddress, Int32($0.count)) }
    }

    /// False when the tag is not the message's.
    func finish() -> Bool {
        var nothing: UInt8 = 0
        var count: Int32 = 0
        return EVP_CipherFinal_ex(raw, &nothing, &count) == 1
    }

    func tag(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = tollgate_gcm_get_tag(raw, buffer.baseAddress, Int32(count)) == 1 ? count : 0
        }
    }
}
