import Testing

@testable import Wire

/// Every byte at every place of a text that is longer than two words, against the definition.
@Suite struct ByteSearchTests {
    private static let length = 19

    /// Calls `body` with texts in which one byte, or one byte and the one behind it, are not `a`.
    private func texts(_ body: ([UInt8]) -> Void) {
        for place in 0..<ByteSearchTests.length {
            for byte in UInt8.min...UInt8.max {
                for next in [0x61, 0x00, 0x1F, 0x20, 0x23, 0x3F, 0x7F, 0x80, 0xFF] as [UInt8] {
                    var text = [UInt8](repeating: 0x61, count: ByteSearchTests.length)
                    text[place] = byte
                    if place + 1 < text.count { text[place + 1] = next }
                    body(text)
                }
            }
        }
    }

    @Test("control characters are found where they are, and nothing else is")
    func controlCharacters() {
        texts { text in
            for start in [0, 1, 8] {
                let expected = text[start...].firstIndex { $0 < 0x20 || $0 == 0x7F } ?? text.count
                #expect(text.span.endOfVisible(from: start, to: text.count) == expected, "\(text) from \(start)")
            }
        }
    }

    @Test("a target ends at white space, a fragment, and what is not visible ASCII")
    func targets() {
        texts { text in
            let expected = text.firstIndex { $0 <= 0x20 || $0 >= 0x7F || $0 == 0x23 } ?? text.count
            #expect(text.span.endOfTarget(from: 0, to: text.count) == expected, "\(text)")
        }
    }

    @Test("the first of a byte is found, and only before the end")
    func firstByte() {
        texts { text in
            for end in [text.count, 9] {
                let expected = text[..<end].firstIndex(of: 0x3F) ?? end
                #expect(text.span.first(0x3F, from: 0, to: end) == expected, "\(text) to \(end)")
            }
        }
    }

    @Test("a text is alphanumeric when every byte of it is a letter or a digit")
    func alphanumeric() {
        for byte in UInt8.min...UInt8.max {
            var text = bytes("azAZ09azAZ09azAZ09azAZ09azAZ09azAZ09azAZ09")
            #expect(text.areAlphanumeric(0..<text.count))
            text[17] = byte
            #expect(text.areAlphanumeric(0..<text.count) == (byte.isLetter || byte.isDigit), "\(byte)")
            #expect(text.areAlphanumeric(0..<17))
        }
    }

    @Test("decimal numbers have all their digits and no others", arguments: [0, 7, 10, 4096, -1, .max, .min])
    func decimals(_ number: Int) {
        var output: [UInt8] = bytes("=")
        output.append(decimal: number)
        #expect(output.text == "=\(number)")
    }
}
