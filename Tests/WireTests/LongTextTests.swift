import Testing

@testable import Wire

/// Long texts are read and written several bytes at a time; what comes of it is what byte by byte comes of it.
@Suite struct LongTextTests {
    /// What a JSON string consists of and what must not stand in it, by the kinds that the loops tell apart.
    static let parts: [[UInt8]] =
        [
            "\"", "\\\"", "\\\\", "\\/", "\\n", "\\u00e9", "\\ud83d\\ude00", "\\x", "\\u00g9", "\\\\\\\"", "\u{0}",
            "\u{1F}", "\u{7F}", "é", "€", "😀", "é é", "éa€ 😀\\\"", "\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}",
        ].map { bytes($0) } + JSONScannerTests.badUTF8

    /// The values at `reportDepth` and above it, or where the text is wrong.
    private static func outcome(_ pieces: [ArraySlice<UInt8>], _ reportDepth: Int) -> Result<JSONTrace, JSONError> {
        do throws(JSONError) {
            return .success(try JSONTrace(scanning: pieces, reportDepth: reportDepth))
        } catch {
            return .failure(error)
        }
    }

    /// What must come of `text`, by a scanner that has a single byte at a time and reports everything.
    private static func expected(_ text: [UInt8], _ reportDepth: Int) -> Result<JSONTrace, JSONError> {
        outcome(text.byteByByte, .max).map { $0.cut(at: reportDepth) }
    }

    @Test(arguments: parts, [0, 1, 2]) func eachByteOfARunMayBeSpecial(_ part: [UInt8], _ reportDepth: Int) {
        for offset in 0..<40 {
            let run = [UInt8](repeating: 0x61, count: offset)
            let string = bytes("\"") + run + part + bytes("abcdefghi\"")
            for text in [bytes("[[") + string + bytes(",1 ]]"), bytes("[{") + string + bytes(":[]}]")] {
                let expected = LongTextTests.expected(text, reportDepth)
                #expect(LongTextTests.outcome([text[...]], reportDepth) == expected, "offset \(offset), whole")
                for (place, split) in text.splits.enumerated() {
                    #expect(LongTextTests.outcome(split, reportDepth) == expected, "offset \(offset), cut at \(place)")
                }
            }
            #expect(string.isJSON == (JSONTrace(string.byteByByte) != nil), "offset \(offset), the reader")
        }
    }

    /// Inside of an array the same texts are too deep to be reported.
    @Test(arguments: JSONScannerTests.valid + JSONScannerTests.invalid)
    func whatNobodyAsksForIsCheckedAllTheSame(_ text: String) {
        for text in [bytes("[[") + bytes(text) + bytes("]]"), bytes("[{\"a\":") + bytes(text) + bytes("}]")] {
            for reportDepth in 0...1 {
                let expected = LongTextTests.expected(text, reportDepth)
                #expect(LongTextTests.outcome([text[...]], reportDepth) == expected)
                for split in text.splits { #expect(LongTextTests.outcome(split, reportDepth) == expected) }
            }
        }
    }

    // MARK: Writing

    /// RFC 8259 section 7, a byte at a time.
    private static func escaped(_ text: [UInt8]) -> [UInt8] {
        text.flatMap { byte in
            switch byte {
            case 0x22: bytes("\\\"")
            case 0x5C: bytes("\\\\")
            case 0x0A: bytes("\\n")
            case 0x0D: bytes("\\r")
            case 0x09: bytes("\\t")
            case 0x00..<0x20: bytes("\\u00") + bytes(byte < 16 ? "0" : "1") + bytes(String(byte & 15, radix: 16))
            default: [byte]
            }
        }
    }

    private static func written(_ pieces: [ArraySlice<UInt8>]) -> [UInt8] {
        var output = bytes("before ")
        for piece in pieces { JSONText.escape(Array(piece).span, to: &output) }
        return Array(output.dropFirst(7))
    }

    @Test(arguments: 0..<40) func eachByteIsEscapedWhereverItStands(_ offset: Int) {
        for byte in UInt8.min...UInt8.max {
            for after in [0, 1, 7, 8, 20] {
                let text = [UInt8](repeating: 0x61, count: offset) + [byte] + [UInt8](repeating: 0x62, count: after)
                #expect(LongTextTests.written([text[...]]) == LongTextTests.escaped(text), "\(byte) before \(after)")
            }
        }
        for part in LongTextTests.parts {
            let text = [UInt8](repeating: 0x61, count: offset) + part + part + bytes("abcdefghi")
            let expected = LongTextTests.escaped(text)
            for split in text.splits { #expect(LongTextTests.written(split) == expected) }
        }
    }

    @Test func manyBytesToEscapeFindRoom() {
        var random = SeededRandom(seed: 3)
        let marks: [UInt8] = [0x00, 0x1F, 0x22, 0x5C, 0x0A, 0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7F, 0x80, 0xA2, 0xDC, 0xFF]
        for length in [0, 1, 8, 63, 64, 1000, 4095, 4096, 4097, 9000] {
            let worst = [UInt8](repeating: 1, count: length)
            #expect(LongTextTests.written([worst[...]]) == LongTextTests.escaped(worst))
            for rarity in [1, 4, 32] {
                let text = (0..<length).map { _ in
                    Int.random(in: 0..<rarity, using: &random) == 0 ? marks.randomElement(using: &random)! : 0x61
                }
                #expect(LongTextTests.written([text[...]]) == LongTextTests.escaped(text))
            }
        }
    }
}
