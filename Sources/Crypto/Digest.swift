// 32 bytes by value: what a hash or an HMAC yields, and what tables are keyed by. No heap.

/// A SHA-256 or HMAC-SHA-256 value.
package struct Digest: Hashable, Sendable, CustomStringConvertible {
    /// The bytes in memory order, four words at a time.
    package let words: SIMD4<UInt64>

    package static let count = 32

    package init(words: SIMD4<UInt64>) { self.words = words }

    /// - Returns: nil unless there are exactly 32 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Digest.count else { return nil }
        self.init(words: bytes.withUnsafeBytes { $0.loadUnaligned(as: SIMD4<UInt64>.self) })
    }

    /// - Returns: nil unless `hex` is 64 hexadecimal digits.
    package init?(hex: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Digest.count)
        var high: Int?
        for character in hex.utf8 {
            guard character < 128, let digit = Character(UnicodeScalar(character)).hexDigitValue else { return nil }
            if let top = high { bytes.append(UInt8(top << 4 | digit)) }
            high = high == nil ? digit : nil
        }
        guard high == nil else { return nil }
        self.init(bytes)
    }

    package var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    /// 64 lower-case digits.
    package var hex: String {
        String(unsafeUninitializedCapacity: 2 * Digest.count) { digits in
            withUnsafeBytes(of: words) { bytes in
                for (index, byte) in bytes.enumerated() {
                    digits[2 * index] = hexDigit(byte >> 4)
                    digits[2 * index + 1] = hexDigit(byte & 15)
                }
            }
            return 2 * Digest.count
        }
    }

    package var description: String { hex }

    /// Takes the same time wherever the first difference is, unlike a comparison byte by byte.
    package static func == (left: Digest, right: Digest) -> Bool {
        let difference = left.words ^ right.words
        return (difference[0] | difference[1] | difference[2] | difference[3]) == 0
    }
}

private func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
