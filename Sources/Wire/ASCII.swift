// Bytes that have names, and questions about bytes.

package enum ASCII {
    package static let tab: UInt8 = 0x09
    package static let lineFeed: UInt8 = 0x0A
    package static let carriageReturn: UInt8 = 0x0D
    package static let space: UInt8 = 0x20
    package static let quote: UInt8 = 0x22
    package static let percent: UInt8 = 0x25
    package static let comma: UInt8 = 0x2C
    package static let hyphen: UInt8 = 0x2D
    package static let dot: UInt8 = 0x2E
    package static let slash: UInt8 = 0x2F
    package static let zero: UInt8 = 0x30
    package static let colon: UInt8 = 0x3A
    package static let semicolon: UInt8 = 0x3B
    package static let question: UInt8 = 0x3F
    package static let openBracket: UInt8 = 0x5B
    package static let backslash: UInt8 = 0x5C
    package static let closeBracket: UInt8 = 0x5D
    package static let openBrace: UInt8 = 0x7B
    package static let closeBrace: UInt8 = 0x7D
}

extension UInt8 {
    package var isDigit: Bool { self &- 0x30 < 10 }
    package var isUpper: Bool { self &- 0x41 < 26 }
    package var isLower: Bool { self &- 0x61 < 26 }
    package var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
    /// Upper case letters become lower case; everything else stays.
    package var folded: UInt8 { isUpper ? self | 0x20 : self }

    /// 0…15, or nil when this is no hexadecimal digit.
    package var hexValue: UInt8? {
        if isDigit { return self - 0x30 }
        let letter = self | 0x20
        return letter &- 0x61 < 6 ? letter - 0x61 + 10 : nil
    }

    /// What a host with its port is made of (RFC 3986 section 3.2), without the comma that would read as a list.
    package var isHostCharacter: Bool {
        if isLetter || isDigit { return true }
        switch self {
        case 0x21, 0x24...0x2B, 0x2D, 0x2E, 0x3A, 0x3B, 0x3D, 0x5B, 0x5D, 0x5F, 0x7E: return true
        default: return false
        }
    }

    /// `tchar` of RFC 9110 section 5.6.2.
    package var isTokenCharacter: Bool {
        if isLetter || isDigit { return true }
        switch self {
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: return true
        default: return false
        }
    }
}

extension ArraySlice<UInt8> {
    package var text: String { String(decoding: self, as: UTF8.self) }
}

extension [UInt8] {
    package var text: String { String(decoding: self, as: UTF8.self) }

    package func text(_ range: Range<Int>) -> String { String(decoding: self[range], as: UTF8.self) }

    package func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        let bytes = span.extracting(range)
        return text.withUTF8Buffer { expected in
            for index in bytes.indices where unsafe bytes[index] != expected[index] { return false }
            return true
        }
    }

    /// Whether these bytes and `text` are the same as far as both go.
    package func begins(like text: StaticString) -> Bool {
        text.withUTF8Buffer { expected in
            for index in 0..<Swift.min(count, expected.count) where unsafe self[index] != expected[index] {
                return false
            }
            return true
        }
    }

    /// Whether the bytes of `range` begin with those of `text`.
    package func begins(_ range: Range<Int>, _ text: StaticString) -> Bool {
        range.count >= text.utf8CodeUnitCount
            && equals(range.lowerBound..<range.lowerBound + text.utf8CodeUnitCount, text)
    }

    /// Whether the bytes of `range` are letters and digits.
    package func areAlphanumeric(_ range: Range<Int>) -> Bool {
        let text = span.extracting(range)
        var are = true
        // Without a way out in the middle the compiler takes many at a time.
        for index in text.indices { are = (text[index].isLetter || text[index].isDigit) && are }
        return are
    }

    /// Whether the bytes of `range` are those of `other`.
    package func equals(_ range: Range<Int>, _ other: [UInt8]) -> Bool {
        range.count == other.count && self[range].elementsEqual(other)
    }

    /// Like `equals`, but letters match in either case; `text` must be lower case.
    package func equalsFolded(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        let bytes = span.extracting(range)
        return text.withUTF8Buffer { expected in
            for index in bytes.indices where unsafe bytes[index].folded != expected[index] { return false }
            return true
        }
    }

    package mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }

    package mutating func append(text: String) {
        // A native string's bytes in one piece; the view would be asked for them through its generic protocol.
        let isAppended: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { unsafe append(contentsOf: $0) }
        if isAppended == nil { append(contentsOf: text.utf8) }
    }

    /// Appends `number`, which is not negative, in hexadecimal.
    package mutating func append(hexadecimal number: Int) {
        var shift = number == 0 ? 0 : (number.bitWidth - number.leadingZeroBitCount - 1) / 4 * 4
        while shift >= 0 {
            append(JSONText.hexDigit(UInt8(number >> shift & 15)))
            shift -= 4
        }
    }

    /// Appends `number` in decimal.
    package mutating func append(decimal number: Int) {
        if number < 0 { append(ASCII.hyphen) }
        var digits = InlineArray<20, UInt8>(repeating: ASCII.zero)
        var first = digits.count
        var rest = number.magnitude
        repeat {
            first -= 1
            digits[first] += UInt8(rest % 10)
            rest /= 10
        } while rest > 0
        for index in first..<digits.count { append(digits[index]) }
    }
}
