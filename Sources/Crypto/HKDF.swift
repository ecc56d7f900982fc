// Several keys from one secret, each bound to its purpose by `info`.

/// HKDF with HMAC-SHA-256 (RFC 5869).
package enum HKDF {
    /// - Parameters:
    ///   - salt: may be empty.
    ///   - info: names the purpose; different purposes yield unrelated keys.
    ///   - count: at most 255 · 32 bytes, a programming error otherwise.
    package static func derive(_ secret: SecretBytes, salt: [UInt8], info: [UInt8], count: Int) -> SecretBytes {
        precondition(count <= 255 * Digest.count, "HKDF yields at most 8160 bytes (RFC 5869 section 2.3)")
        let extract = HMACSHA256.Keyed(key: SecretBytes(salt))
        let expand = HMACSHA256.Keyed(key: SecretBytes(secret.withBytes { extract.digest($0) }.bytes))
        var output: [UInt8] = []
        output.reserveCapacity(count + Digest.count)
        var previous: [UInt8] = []
        var counter: UInt8 = 0
        while output.count < count {
            counter += 1
            previous = expand.digest(previous + info + [counter]).bytes
            output += previous
        }
        defer { wipe(&output) }
        return SecretBytes(Array(output[..<count]))
    }
}
