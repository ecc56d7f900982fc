import Testing

@testable import Wire

/// The scanner against the reader, whole and in pieces.
@Suite struct JSONScannerTests {
    static func nested(_ depth: Int, _ open: String, _ inside: String, _ close: String) -> String {
        String(repeating: open, count: depth) + inside + String(repeating: close, count: depth)
    }

    static let valid: [String] = [
        "null", "true", "false", "0", "-0", "1", "-1", "10", "1234567890123456789012345678901234567890", "0.5", "-0.0",
        "1e5", "1E5", "1e+5", "1e-5", "0e0", "0E-0", "12.34e+56", "1e999", #""""#, #""a""#, #""\"""#, #""\\""#,
        #""\/\b\f\n\r\t""#, #""\u0000""#, #""\u00e9\u20AC""#, #""\ud83d\ude00""#, #""\ud83d""#, #""\ude00\ud83d""#,
        #""\ud83d\u0041""#, #""\uD83D\uD83D\uDE00""#, #""é€😀""#, "\"\u{7F}\"", "\"\u{80}\u{7FF}\u{800}\u{FFFF}\"",
        "\"\u{D7FF}\u{E000}\u{10000}\u{10FFFF}\"", "\"\u{2028}\u{FEFF}\"", "[]", "{}", "[[]]", "[{}]", #"{"a":{}}"#,
        "[1,2,3]", #"["a","b"]"#, "[null,true,false,0]", #"{"a":1}"#, #"{"a":1,"b":[2,{"c":3}],"d":"e"}"#, #"{"":""}"#,
        #"{"a":1,"a":2}"#, #"{"\u0061\n":1}"#, #"{"é😀":"é😀"}"#, " \t\r\n1 \t\r\n", " [ 1 , 2 ] ",
        #"{ "a" : [ ] , "b" : { } }"#,
        "\n{\r\n\t\"a\"\n:\n1\n}\n", #"[[[[1]]],{"a":[{"b":[]}]}]"#, "[1.5e3,-2,\"x\",[],{}]",
        #"{"]":"}","[":"{","\"":"\\"}"#,
        nested(64, "[", "", "]"), nested(64, "[", "1", "]"), nested(63, "[", "{}", "]"),
        nested(64, #"{"a":"#, "1", "}"), nested(32, #"[{"a":"#, "null", "}]"), nested(64, " [ ", " true ", " ] "),
    ]

    static let invalid: [String] = [
        "", " ", "\n", "nul", "nulL", "Null", "truee", "tru", "fals", "falsy", "nan", "NaN", "Infinity", "-Infinity",
        "undefined",
        "+1", "01", "-01", "00", "-", "--1", "-a", ".5", "1.", "1.e5", "-.5", "1e", "1e+", "1e-", "1E5.5", "1e5e5",
        "0x10", "1_000", "1,", "1 2",
        "1a", "0b", "'a'", "a", "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\a\"", "\"\\'\"", "\"\\0\"", "\"\\U0041\"",
        "\"\\u\"", "\"\\u1\"", "\"\\u12\"",
        "\"\\u123\"", "\"\\u123g\"", "\"\\u-123\"", "\"\\u 123\"", "\"\\", "\"\\u004", "\"\t\"", "\"\n\"", "\"\r\"",
        "\"\u{0}\"", "\"\u{1F}\"", "\"a\u{1}b\"",
        "[", "]", "[1", "[1,", "[1,]", "[,]", "[,1]", "[1,,2]", "[1 2]", "[1:2]", "[1}", "[}", "[\"a\":1]", "[1]]",
        "[1]1", "[] []", "[01]", "[1.]", "[-]", "[tru]",
        "{", "}", "{]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{,\"a\":1}", "{\"a\"}",
        "{\"a\",1}", "{\"a\":}", "{:1}", "{1:1}", "{a:1}", "{'a':1}",
        "{null:1}", "{\"a\":1 \"b\":2}", "{\"a\":1,,\"b\":2}", "{\"a\":1:2}", "{\"a\"::1}", "{\"a\":1]", "{\"a\":1}}",
        "{\"a\":1}x", "{\"a\":1}{", "{[]:1}", "{\"a\n\":1}", "{\"\\q\":1}",
        "// x\n1", "/* x */1", "1//", "#1", "\u{FEFF}1", "\u{A0}1", "1\u{2028}", "\u{B}1", "\u{C}1", "[\u{B}]",
        "1\u{0}", "\u{0}", "[1]\u{0}", "True", "nullnull", "\"a\"\"b\"", "\"a\" \"b\"", "true,",
        nested(65, "[", "", "]"), nested(65, "[", "1", "]"), nested(64, "[", "{}", "]"),
        nested(65, #"{"a":"#, "1", "}"), nested(64, "[", "1", "]") + "]", nested(63, "[", "1", "]") + "[",
        nested(1000, "[", "", ""),
    ]

    /// Inside of strings, as bytes: what is no UTF-8 (table 3-7 of the Unicode standard).
    static let badUTF8: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xC2, 0xC2, 0x80], [0xE0, 0x80, 0x80],
        [0xE0, 0x9F, 0xBF], [0xE2, 0x82], [0xE2, 0x82, 0x41], [0xE2, 0x41, 0x82], [0xED, 0xA0, 0x80],
        [0xED, 0xBF, 0xBF], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
        [0xF0, 0x9F, 0x98], [0xF0, 0x9F, 0x98, 0x41], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
        [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFC, 0x84, 0x80, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xC3, 0xA9, 0x80],
    ]

    @Test(arguments: valid) func scannerAndReaderReportTheSameValuesHoweverTheTextIsCut(_ text: String) throws {
        let text = bytes(text)
        let expected = try JSONTrace(reading: text)
        #expect(text.isJSON)
        #expect(JSONTrace([text[...]]) == expected, "whole")
        #expect(JSONTrace(text.byteByByte) == expected, "byte by byte")
        for (place, split) in text.splits.enumerated() { #expect(JSONTrace(split) == expected, "split at \(place)") }
    }

    @Test(
        arguments: invalid.map { bytes($0) } + badUTF8.map { bytes("\"") + $0 + bytes("\"") }
            + badUTF8.map { bytes("{\"") + $0 + bytes("\":1}") } + badUTF8.map { bytes("[\"a") + $0 + bytes("b\"]") }
            + badUTF8)
    func whatIsNoJSONIsRefusedHoweverItIsCut(_ text: [UInt8]) {
        #expect(!text.isJSON)
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
        #expect(JSONTrace([text[...]]) == nil, "whole")
        #expect(JSONTrace(text.byteByByte) == nil, "byte by byte")
        for (place, split) in text.splits.enumerated() { #expect(JSONTrace(split) == nil, "split at \(place)") }
    }

    /// A beginning is JSON only where a number at the top, or the space after a value, ends it.
    @Test(arguments: valid) func aTextThatEndsEarlyIsJSONForBothOrForNeither(_ text: String) {
        let text = bytes(text)
        for end in text.indices {
            let beginning = Array(text[..<end])
            #expect((JSONTrace([beginning[...]]) != nil) == beginning.isJSON, "\(end) bytes")
            #expect((JSONTrace(beginning.byteByByte) != nil) == beginning.isJSON, "\(end) bytes, byte by byte")
        }
    }

    /// Where a text is wrong does not depend on how it came; for wrong bytes it is where the reader finds it too.
    @Test(arguments: invalid) func theOffsetOfAnErrorDoesNotDependOnTheCut(_ text: String) {
        let text = bytes(text)
        func offset(_ pieces: [ArraySlice<UInt8>]) -> Int {
            do throws(JSONError) {
                _ = try JSONTrace(scanning: pieces)
                return -1
            } catch {
                return error.offset
            }
        }
        let whole = offset([text[...]])
        #expect((0...text.count).contains(whole))
        #expect(offset(text.byteByByte) == whole)
        for split in text.splits { #expect(offset(split) == whole) }
    }

    @Test(arguments: [("[1.]", 3), ("1.", 2), ("-", 1), ("[-]", 2), ("[01]", 2), ("1e+", 3), ("{\"a\":2.,", 7)])
    func aBrokenNumberIsWrongWhereItBreaks(_ text: String, _ offset: Int) {
        #expect(throws: JSONError(offset: offset, reason: "")) { try JSONTrace(scanning: [bytes(text)[...]]) }
        var reader = JSONReader(bytes(text))
        #expect(throws: JSONError(offset: offset, reason: "")) {
            _ = try reader.skip()
            try reader.finish()
        }
    }

    @Test(arguments: 0...4) func onlyValuesAtTheReportedDepthAndAboveAreReported(_ depth: Int) throws {
        let text = bytes(#"{"a":[1,{"b":[2,{"c":3}],"d":"e"}],"f":{"g":{"h":{}}}}"#)
        let all = try JSONTrace(reading: text)
        let expected = all.values.filter { $0.depth <= depth }
        for pieces in [[text[...]], text.byteByByte] {
            let trace = try #require(JSONTrace(pieces, reportDepth: depth))
            #expect(trace.values == expected)
        }
        let keys = ["a": 1, "b": 3, "d": 3, "c": 5, "f": 1, "g": 2, "h": 3].filter { $0.value <= depth }.keys.sorted()
        let trace = try #require(JSONTrace([text[...]], reportDepth: depth))
        #expect(trace.keys.map { String(decoding: $0, as: UTF8.self) }.sorted() == keys)
    }

    @Test(arguments: [254, 255, 256, 257, 5000]) func longNamesAreCutAndTheirValuesKept(_ length: Int) throws {
        let name = String(repeating: "n", count: length)
        let text = bytes("{\"\(name)\":1,\"b\":2}")
        for pieces in [[text[...]], text.byteByByte] {
            let trace = try #require(JSONTrace(pieces))
            #expect(trace.keys == [bytes(String(name.prefix(256))), bytes("b")])
            #expect(trace.values.map(\.bytes).dropLast() == [bytes("1"), bytes("2")])
        }
    }

    @Test func aNumberAtTheTopEndsOnlyWithTheText() throws {
        var scanner = JSONScanner(reportDepth: 0)
        var position = 0
        #expect(try scanner.next(bytes("12"), &position) == .begin(.number))
        #expect(try scanner.next(bytes("12"), &position) == nil)
        #expect(!scanner.isDone)
        position = 0
        #expect(try scanner.next(bytes("3"), &position) == nil)
        #expect(try scanner.finish() == .end(.number))
        #expect(scanner.isDone)
    }
}
