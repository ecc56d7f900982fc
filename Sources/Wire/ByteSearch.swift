// Searches through bytes, eight at a time: what heads and their parts are found by.
//
// Subtracting from a word borrows from the top bit of each byte that it takes below zero, and that bit marks the byte.
// The next byte is borrowed from too, so of several marks the lowest is the one that counts.

extension Span<UInt8> {
    /// Where the first control character (below 0x20, or 0x7F) from `start` on is; `end` when there is none before it.
    func endOfVisible(from start: Int, to end: Int) -> Int {
        var position = start
        while position + 8 <= end {
            let word = word(at: position)
            let marks = Marks.below(0x20, word) | Marks.equal(0x7F, word)
            guard marks == 0 else { return position + marks.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < end, self[position] >= 0x20, self[position] != 0x7F { position += 1 }
        return position
    }

    /// Where the first byte from `start` on is that no request target has: anything but visible ASCII, or the beginning
    /// of a fragment; `end` when there is none before it.
    func endOfTarget(from start: Int, to end: Int) -> Int {
        var position = start
        while position + 8 <= end {
            let word = word(at: position)
            let marks =
                Marks.below(0x21, word) | Marks.equal(0x7F, word) | Marks.equal(0x23, word) | word & Marks.all
            guard marks == 0 else { return position + marks.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < end, self[position] > 0x20, self[position] < 0x7F, self[position] != 0x23 { position += 1 }
        return position
    }

    /// Where the first `byte` from `start` on is; `end` when there is none before it.
    func first(_ byte: UInt8, from start: Int, to end: Int) -> Int {
        var position = start
        while position + 8 <= end {
            let marks = Marks.equal(byte, word(at: position))
            guard marks == 0 else { return position + marks.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < end, self[position] != byte { position += 1 }
        return position
    }

    private func word(at position: Int) -> UInt64 {
        UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
    }
}

/// Marks on the bytes of a word: their top bits.
private enum Marks {
    static var all: UInt64 { 0x8080_8080_8080_8080 }
    private static var ones: UInt64 { 0x0101_0101_0101_0101 }

    /// On bytes below `bound`, which is at most 0x80.
    @inline(__always)
    static func below(_ bound: UInt8, _ word: UInt64) -> UInt64 { (word &- ones &* UInt64(bound)) & ~word & all }

    @inline(__always)
    static func equal(_ byte: UInt8, _ word: UInt64) -> UInt64 { below(1, word ^ ones &* UInt64(byte)) }
}
