// Eight bytes of a text in one register. Nearly every byte of a long text stands for itself, and to find the few that do
// not, all eight are asked at once.

/// The first byte of the text is the lowest.
struct ByteWord {
    let bits: UInt64

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    static let highs: UInt64 = ones << 7

    /// The eight bytes at `position`. One check of the bounds and one load: the compiler joins the eight.
    @inline(__always)
    init(_ text: Span<UInt8>, at position: Int) {
        let eight = text.extracting(position..<position &+ 8)
        let low =
            UInt64(eight[0]) | UInt64(eight[1]) << 8 | UInt64(eight[2]) << 16 | UInt64(eight[3]) << 24
        bits =
            low | UInt64(eight[4]) << 32 | UInt64(eight[5]) << 40 | UInt64(eight[6]) << 48 | UInt64(eight[7]) << 56
    }

    /// Marks, by the highest bit of each, the bytes that a JSON string does not contain as they are: quotes, backslashes
    /// and control characters.
    ///
    /// Seven bits and what they lack to 0x80 never carry into the next byte. Flipping bit 1 puts the quote at 0x20 and
    /// leaves what is below 0x20 there: with it, both are below 0x21.
    var escapes: UInt64 {
        let low = bits & ~ByteWord.highs
        let ordinary = (low ^ ByteWord.all(2)) &+ ByteWord.all(0x80 - 0x21)
        let noBackslash = (low ^ ByteWord.all(ASCII.backslash)) &+ ByteWord.all(0x80 - 1)
        return ~(ordinary & noBackslash | bits) & ByteWord.highs
    }

    /// Marks the same bytes and those that are no ASCII; only the first mark is right for sure.
    ///
    /// A subtraction sets the highest bit of an ASCII character that is below what is taken away, and may then borrow
    /// from the bytes behind it, never from those before.
    var specials: UInt64 {
        let quoteOrControl = (bits ^ ByteWord.all(2)) &- ByteWord.all(0x21)
        let backslash = (bits ^ ByteWord.all(ASCII.backslash)) &- ByteWord.all(1)
        return (quoteOrControl | backslash | bits) & ByteWord.highs
    }

    /// Marks bytes below `bound`, which is at most 0x80; only the first mark is right for sure.
    @inline(__always)
    func below(_ bound: UInt8) -> UInt64 { (bits &- ByteWord.all(bound)) & ~bits & ByteWord.highs }

    /// Marks bytes that are `byte`; only the first mark is right for sure.
    @inline(__always)
    func equal(_ byte: UInt8) -> UInt64 {
        let difference = bits ^ ByteWord.all(byte)
        return (difference &- ByteWord.ones) & ~difference & ByteWord.highs
    }

    /// Which byte the first of `marks`, which are not 0, belongs to.
    static func offset(of marks: UInt64) -> Int { marks.trailingZeroBitCount >> 3 }

    private static func all(_ byte: UInt8) -> UInt64 { UInt64(byte) &* ones }
}
