// SHA-256 by libcrypto's assembly, without EVP: a context on the stack and no provider look-up.

internal import CCrypto

/// SHA-256 (FIPS 180-4).
package enum SHA256 {
    package static func digest(_ message: [UInt8]) -> Digest { digest(message.span) }

    package static func digest(_ message: Span<UInt8>) -> Digest {
        var context = SHA256_CTX()
        SHA256_Init(&context)
        return finish(&context, message)
    }

    /// Hashes `message` behind what `context` has seen.
    static func finish(_ context: inout SHA256_CTX, _ message: Span<UInt8>) -> Digest {
        _ = message.withUnsafeBufferPointer { SHA256_Update(&context, $0.baseAddress, $0.count) }
        var words = SIMD4<UInt64>()
        _ = withUnsafeMutableBytes(of: &words) { SHA256_Final($0.baseAddress, &context) }
        return Digest(words: words)
    }
}
