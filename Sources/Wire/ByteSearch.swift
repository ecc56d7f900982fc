// Searches through bytes, eight at a time: what heads and their parts are found by.
//
// Subtracting from a word borrows from the top bit of each byte that it takes below zero, and that bit marks the byte.
// The next byte is borrowed from too, so of several marks the lowest is the one that counts.

extension Span<UInt8> {
    /// Where the first control character (below 0x20, or 0x7F) from `start` on is; `end` when there is none before it.
    func endOfVisible(from start: Int, to end: Int) -> Int {
        var position = start
        while position + 8 <= end {
            let word = ByteWord(self, at: position)
            let marks = word.below(0x20) | word.equal(0x7F)
            guard marks == 0 else { return position + ByteWord.offset(of: marks) }
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
            let word = ByteWord(self, at: position)
            let marks =
                word.below(0x21) | word.equal(0x7F) | word.equal(0x23) | word.bits & ByteWord.highs
            guard marks == 0 else { return position + ByteWord.offset(of: marks) }
            position += 8
        }
        while position < end, self[position] > 0x20, self[position] < 0x7F, self[position] != 0x23 { position += 1 }
        return position
    }

    /// Where the first `byte` from `start` on is; `end` when there is none before it.
    func first(_ byte: UInt8, from start: Int, to end: Int) -> Int {
        var position = start
        while position + 8 <= end {
            let marks = ByteWord(self, at: position).equal(byte)
            guard marks == 0 else { return position + ByteWord.offset(of: marks) }
            position += 8
        }
        while position < end, self[position] != byte { position += 1 }
        return position
    }
}
