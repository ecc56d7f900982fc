// Where the parts of a JSON text end that lie whole in one piece of it. Each loop gives up before whatever is wrong or
// cut off, without a word: the automata that go byte by byte come next and say what it is.

/// Where the whole characters of a JSON string end, escapes among them: at its quote, at what must not stand there, or
/// close to `end`, which may cut off the last one.
func endOfCharacters(_ text: Span<UInt8>, from start: Int, to end: Int) -> Int {
    var position = endOfPlain(text, from: start, to: end)
    while end &- position >= 4 {
        if text[position] == ASCII.backslash {
            let length = escapeLength(text, at: position, to: end)
            guard length > 0 else { return position }
            position &+= length
        } else {
            let next = endOfForeign(text, from: position, to: end)
            guard next > position else { return position }
            position = next
        }
        position = endOfPlain(text, from: position, to: end)
    }
    return position
}

/// Where the string that begins at `start` ends, behind its quote; nil when it is wrong or not whole.
@inline(__always)
func endOfString(_ text: Span<UInt8>, from start: Int) -> Int? {
    var end = endOfPlain(text, from: start &+ 1, to: text.count)
    guard end < text.count else { return nil }
    if text[end] != ASCII.quote {
        end = endOfCharacters(text, from: end, to: text.count)
        guard end < text.count, text[end] == ASCII.quote else { return nil }
    }
    return end &+ 1
}

/// Where the bytes end that stand for themselves inside a JSON string and are characters of their own.
@inline(__always)
private func endOfPlain(_ text: Span<UInt8>, from start: Int, to end: Int) -> Int {
    var position = start
    while end &- position >= 8 {
        let specials = ByteWord(text, at: position).specials
        if specials != 0 { return position &+ ByteWord.offset(of: specials) }
        position &+= 8
    }
    while position < end, isPlain(text[position]) { position &+= 1 }
    return position
}

private func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x80 && byte != ASCII.quote && byte != ASCII.backslash
}

/// Where a run of multi-byte characters ends, with the single ASCII characters between them, as between words.
@inline(__always)
private func endOfForeign(_ text: Span<UInt8>, from start: Int, to end: Int) -> Int {
    var position = start
    while end &- position >= 4 {
        let four = text.extracting(position..<position &+ 4)
        let bits = UInt32(four[0]) | UInt32(four[1]) << 8 | UInt32(four[2]) << 16 | UInt32(four[3]) << 24
        let length = sequenceLength(bits)
        if length > 0 {
            position &+= length
        } else {
            guard isPlain(four[0]), four[1] >= 0x80 else { break }
            position &+= 1
        }
    }
    return position
}

/// The length of the multi-byte sequence that four bytes, the first one lowest, begin with; 0 when it is not well-formed
/// (table 3-7 of the Unicode standard).
@inline(__always)
private func sequenceLength(_ bits: UInt32) -> Int {
    // 110xxxxx 10xxxxxx, and not C0 or C1.
    if bits & 0xC0E0 == 0x80C0 { return bits & 0x1E == 0 ? 0 : 2 }
    if bits & 0xC0_C0F0 == 0x80_80E0 {
        // E0 is followed by A0 or more, ED by less.
        let edge = bits & 0x200F
        return edge == 0 || edge == 0x200D ? 0 : 3
    }
    if bits & 0xC0C0_C0F8 == 0x8080_80F0 {
        // F0 is followed by 90 or more, F4 by less; there is no F5.
        let lead = bits & 7
        return lead == 0 && bits & 0x3000 == 0 || lead > 4 || lead == 4 && bits & 0x3000 != 0 ? 0 : 4
    }
    return 0
}

/// The length of the escape at `position`; 0 when it is none, or not whole.
@inline(__always)
private func escapeLength(_ text: Span<UInt8>, at position: Int, to end: Int) -> Int {
    switch text[position &+ 1] {
    case ASCII.quote, ASCII.backslash, ASCII.slash, 0x62, 0x66, 0x6E, 0x72, 0x74: return 2
    case 0x75:
        guard end &- position >= 6 else { return 0 }
        for offset in 2..<6 where text[position &+ offset].hexValue == nil { return 0 }
        return 6
    default: return 0
    }
}

/// Where the number at `start` ends (RFC 8259 section 6).
/// - Returns: nil when it is none, or may go on behind the text.
func endOfNumber(_ text: Span<UInt8>, from start: Int) -> Int? {
    let count = text.count
    var position = text[start] == ASCII.hyphen ? start &+ 1 : start
    let whole = endOfDigits(text, from: position)
    // Nothing follows a leading zero.
    guard whole > position, text[position] != ASCII.zero || whole == position &+ 1 else { return nil }
    position = whole
    if position < count, text[position] == ASCII.dot {
        let fraction = endOfDigits(text, from: position &+ 1)
        guard fraction > position &+ 1 else { return nil }
        position = fraction
    }
    if position < count, text[position] | 0x20 == 0x65 {
        position &+= 1
        if position < count, text[position] == 0x2B || text[position] == ASCII.hyphen { position &+= 1 }
        let exponent = endOfDigits(text, from: position)
        guard exponent > position else { return nil }
        position = exponent
    }
    return position < count ? position : nil
}

@inline(__always)
private func endOfDigits(_ text: Span<UInt8>, from start: Int) -> Int {
    var position = start
    while position < text.count, text[position].isDigit { position &+= 1 }
    return position
}

/// Where `true`, `false` or `null` at `start` ends; nil when it is none of them, or not whole.
func endOfLiteral(_ text: Span<UInt8>, from start: Int) -> Int? {
    guard text.count &- start >= 5 else { return nil }
    let five = text.extracting(start..<start &+ 5)
    let first = UInt32(five[0]) | UInt32(five[1]) << 8 | UInt32(five[2]) << 16 | UInt32(five[3]) << 24
    switch first {
    // The letters backwards: eurt, llun, slaf.
    case 0x6575_7274, 0x6C6C_756E: return start &+ 4
    case 0x736C_6166: return five[4] == 0x65 ? start &+ 5 : nil
    default: return nil
    }
}
