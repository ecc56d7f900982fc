// HMAC-SHA-256 (RFC 2104). Both padded keys fill exactly one block each, so the state of the hash behind them is eight
// words: `Keyed` keeps those, and a digest of a short message costs two rounds of the hash and no allocation.

internal import CCrypto

package enum HMACSHA256 {
    package static func digest(key: [UInt8], _ message: [UInt8]) -> Digest {
        Keyed(key: SecretBytes(key)).digest(message)
    }

    /// HMAC with a key that is used again and again.
    package struct Keyed: Sendable, Redacted {
        private let inner: SIMD8<UInt32>
        private let outer: SIMD8<UInt32>

        package init(key: SecretBytes) {
            var block = key.withBytes { key in
                key.count > 64 ? SHA256.digest(key).bytes : key.withUnsafeBufferPointer { Array($0) }
            }
            block += [UInt8](repeating: 0, count: 64 - block.count)
            inner = Keyed.state(behind: block, 0x36)
            outer = Keyed.state(behind: block, 0x5c)
            wipe(&block)
        }

        package func digest(_ message: [UInt8]) -> Digest { digest(message.span) }

        package func digest(_ message: Span<UInt8>) -> Digest {
            var context = Keyed.context(inner)
            var hash = SHA256.finish(&context, message).words
            context = Keyed.context(outer)
            _ = withUnsafeBytes(of: &hash) { SHA256_Update(&context, $0.baseAddress, $0.count) }
            _ = withUnsafeMutableBytes(of: &hash) { SHA256_Final($0.baseAddress, &context) }
            OPENSSL_cleanse(&context, MemoryLayout<SHA256_CTX>.size)
            return Digest(words: hash)
        }

        private static func state(behind key: [UInt8], _ pad: UInt8) -> SIMD8<UInt32> {
            var padded = key.map { $0 ^ pad }
            var context = SHA256_CTX()
            SHA256_Init(&context)
            SHA256_Update(&context, padded, padded.count)
            let state = withUnsafeBytes(of: &context.h) { $0.loadUnaligned(as: SIMD8<UInt32>.self) }
            wipe(&padded)
            OPENSSL_cleanse(&context, MemoryLayout<SHA256_CTX>.size)
            return state
        }

        /// A context that has seen one block, the 64 bytes of the padded key.
        private static func context(_ state: SIMD8<UInt32>) -> SHA256_CTX {
            var context = SHA256_CTX()
            withUnsafeMutableBytes(of: &context.h) { $0.storeBytes(of: state, as: SIMD8<UInt32>.self) }
            context.Nl = 64 * 8
            context.md_len = UInt32(SHA256_DIGEST_LENGTH)
            return context
        }
    }
}
