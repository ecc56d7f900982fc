// Random bytes for tokens, nonces and keys, and the comparison that goes with them.

internal import CCrypto

package enum SecureRandom {
    /// Random bytes from libcrypto's generator, which the kernel seeds. Ends the process when there are none: whatever
    /// went on with guessable bytes would be worse.
    package static func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            guard RAND_bytes(buffer.baseAddress, Int32(count)) == 1 else { fatalError("libcrypto has no random bytes") }
            filled = count
        }
    }
}

/// Compares in a time that depends on the lengths alone.
package func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    constantTimeEqual(left.span, right.span)
}

/// Compares in a time that depends on the lengths alone.
package func constantTimeEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0 }
    }
}
