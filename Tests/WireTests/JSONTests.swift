import Testing

@testable import Wire

@Suite struct JSONTests {
    @Test func whatIsReadIsWrittenAsItWas() throws {
        for text in [
            "null", "true", "-0", "1.50", "6000000000000123457", "1e999", #""é😀""#, "[]", "{}",
            #"[1,"a",[true,null],{"b":{}}]"#,
            #"{"z":1,"a":2,"m":3}"#, #""\"\\\n\r\t\u0000\u001f""#,
        ] { #expect(try JSON(parsing: text).text == text) }
    }

    @Test func membersAreFoundChangedAddedAndRemoved() throws {
        var json = try JSON(parsing: #"{"a":1,"b":2}"#)
        json.set("a", "x")
        json.set("c", [1])
        json.set("b", nil)
        json.set("nothing", nil)
        #expect(json.text == #"{"a":"x","c":[1]}"#)
        var other: JSON = 1
        other.set("a", 1)
        #expect(other == 1)
        #expect(JSON.of(["a": 1, "b": nil, "c": .null]).text == #"{"a":1,"c":null}"#)
    }

    @Test func valuesAreReadAsWhatTheyAreOnly() throws {
        let json = try JSON(parsing: #"{"s":"1","n":12,"f":1.5,"e":1e2,"b":true,"u":null,"a":["x","y"],"m":["x",1]}"#)
        #expect(json["s"]?.string == "1" && json["s"]?.int == nil)
        #expect(json["n"]?.int == 12 && json["n"]?.string == nil)
        #expect(json["f"]?.int == nil && json["e"]?.int == nil)
        #expect(json["b"]?.bool == true && json["n"]?.bool == nil)
        #expect(json["u"]?.isNull == true && json["u"] != nil && json["x"] == nil)
        #expect(json["a"]?.strings == ["x", "y"] && json["m"]?.strings == nil)
        #expect(try JSON(parsing: "9223372036854775808").int64 == nil)
    }

    @Test func equalityLooksAtMembersNotAtTheirOrder() throws {
        #expect(try JSON(parsing: #"{"a":1,"b":2}"#) == JSON(parsing: #"{"b":2,"a":1}"#))
        #expect(try JSON(parsing: #"{"a":1}"#) != JSON(parsing: #"{"a":1,"b":2}"#))
        #expect(try JSON(parsing: "1.0") != JSON(parsing: "1"))
        #expect(try JSON(parsing: "[1,2]") != JSON(parsing: "[2,1]"))
    }

    @Test(arguments: [#"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"[{"b":{"a":1,"a":1}}]"#])
    func aMemberThatComesTwiceIsAnError(_ text: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
    }

    @Test func aPartOfABufferIsReadAlone() throws {
        let bytes = bytes("xx[1]yy")
        #expect(try JSON(parsing: bytes, 2..<5) == [1])
        #expect(throws: JSONError.self) { try JSON(parsing: bytes, 2..<6) }
        #expect(throws: JSONError.self) { try JSON(parsing: bytes, 2..<4) }
    }

    @Test(arguments: [
        (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t"), (#"\u0041\u00e9\u20AC"#, "Aé€"), (#"\ud83d\ude00"#, "😀"),
        (#"\ud83d"#, "\u{FFFD}"), (#"\ude00"#, "\u{FFFD}"), (#"\ud83dx"#, "\u{FFFD}x"), (#"\ud83d\n"#, "\u{FFFD}\n"),
        (#"\ud83d\u0041"#, "\u{FFFD}A"), (#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀"), (#"\udbff\udfff"#, "\u{10FFFF}"),
        (#"\u0000"#, "\0"), ("é", "é"),
    ])
    func escapesAreDecoded(_ inside: String, _ text: String) {
        let input = bytes(inside)
        #expect(JSONText.decode(input, 0..<input.count) == text)
        #expect(JSONText.decodedBytes(input, 0..<input.count) == bytes(text))
    }

    @Test func aNameIsFoundHoweverItIsWritten() {
        let names = ["id", "owner", "a\\b", ""].map(bytes)
        let writings: [(String, Int?)] = [
            ("owner", 1), (#"\u006fwner"#, 1), ("id", 0), ("ID", nil), ("i", nil), ("own", nil), (#"a\\b"#, 2),
            (#"a\b"#, nil), ("", 3),
        ]
        for (inside, index) in writings {
            let input = bytes("\"\(inside)\"")
            #expect(JSONText.index(of: 1..<input.count - 1, in: input, among: names) == index, "\(inside)")
        }
    }

    @Test func longTextIsEscapedAcrossSteps() {
        let text = String(repeating: "\u{1}\"é", count: 2000)
        var escaped: [UInt8] = []
        JSONText.escape(bytes(text).span, to: &escaped)
        #expect(escaped == bytes(String(repeating: #"\u0001\"é"#, count: 2000)))
    }

    @Test func everyScalarSurvivesWritingAndReading() throws {
        for code in Array(UInt32(0)...0x2FF) + [0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x10FFFF] {
            let text = "a" + String(Character(try #require(Unicode.Scalar(code)))) + "b"
            var written: [UInt8] = []
            JSONText.write(text, to: &written)
            #expect(try JSON(parsing: written) == .string(text))
            #expect(written.allSatisfy { $0 >= 0x20 })
            var escaped: [UInt8] = []
            JSONText.escape(bytes(text).span, to: &escaped)
            #expect(written == bytes("\"") + escaped + bytes("\""))
        }
    }

    @Test func aCopiedReaderKeepsItsPlace() throws {
        var reader = JSONReader(bytes(#" {"a" : [1, 2], "b":3}x"#), 0..<22)
        var first = true
        try reader.enterObject()
        let key = try reader.nextKey(first: &first)
        #expect(reader.bytes.text(try #require(key)) == "a")
        var mark = reader
        #expect(reader.bytes.text(try reader.skip()) == "[1, 2]")
        #expect(try mark.peek() == .array)
        #expect(try reader.nextKey(first: &first) != nil)
        _ = try reader.skip()
        #expect(try reader.nextKey(first: &first) == nil)
        try reader.finish()
    }
}

@Suite struct RPCMessageTests {
    private func read(_ text: String) throws -> (kind: RPCMessage.Kind, id: String?, method: String, params: String?) {
        let input = bytes("  " + text)
        let message = try RPCMessage.read(input, 2..<input.count)
        return (message.kind, message.id.map(input.text), input.text(message.method), message.params.map(input.text))
    }

    @Test(
        arguments: [
            (#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, RPCMessage.Kind.request, "1", "ping", nil),
            (#"{"jsonrpc":"2.0","id":"a","method":"x/y","params":{"a":[1]}}"#, .request, #""a""#, "x/y", #"{"a":[1]}"#),
            (#"{"params":{},"method":"m","id":-5,"jsonrpc":"2.0"}"#, .request, "-5", "m", "{}"),
            (#"{"jsonrpc":"2.0","id":"","method":"m"}"#, .request, #""""#, "m", nil),
            (#"{"jsonrpc":"2.0","method":"m"}"#, .notification, nil, "m", nil),
            (#"{"jsonrpc":"2.0","method":"m","params":{},"more":[{"id":7}]}"#, .notification, nil, "m", "{}"),
            (#"{"jsonrpc":"2.0","id":1,"result":{}}"#, .response, "1", "", nil),
            (#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}"#, .response, "1", "", nil),
            (#" { "jsonrpc" : "2.0" , "id" : 1 , "method" : "m" } "#, .request, "1", "m", nil),
        ] as [(String, RPCMessage.Kind, String?, String, String?)])
    func messagesAreTold(_ text: String, _ kind: RPCMessage.Kind, _ id: String?, _ method: String, _ params: String?)
        throws
    {
        let message = try read(text)
        #expect(message.kind == kind)
        #expect(message.id == id)
        #expect(message.method == method)
        #expect(message.params == params)
    }

    @Test(
        arguments: [
            ("[]", nil), ("1", nil), (#""x""#, nil), ("null", nil), ("{}", nil), (#"{"id":1,"method":"m"}"#, "1"),
            (#"{"jsonrpc":"1.0","id":1,"method":"m"}"#, "1"), (#"{"jsonrpc":2.0,"id":1,"method":"m"}"#, "1"),
            (#"{"jsonrpc":"2.0","id":1}"#, "1"), (#"{"jsonrpc":"2.0","result":{}}"#, nil),
            (#"{"jsonrpc":"2.0","id":null,"method":"m"}"#, nil), (#"{"jsonrpc":"2.0","id":1.5,"method":"m"}"#, nil),
            (#"{"jsonrpc":"2.0","id":1e2,"method":"m"}"#, nil), (#"{"jsonrpc":"2.0","id":true,"method":"m"}"#, nil),
            (#"{"jsonrpc":"2.0","id":{},"method":"m"}"#, nil), (#"{"jsonrpc":"2.0","id":[1],"method":"m"}"#, nil),
            (#"{"jsonrpc":"2.0","id":1,"method":5}"#, "1"), (#"{"jsonrpc":"2.0","id":1,"method":null}"#, "1"),
            (#"{"jsonrpc":"2.0","id":1,"method":"m","params":[]}"#, "1"),
            (#"{"jsonrpc":"2.0","id":1,"method":"m","params":null}"#, "1"),
            (#"{"jsonrpc":"2.0","id":1,"id":2,"method":"m"}"#, nil),
            (#"{"jsonrpc":"2.0","id":1,"method":"m","method":"n"}"#, nil),
            (#"{"jsonrpc":"2.0","id":1,"method":"m","params":{},"params":{}}"#, nil),
            (#"{"jsonrpc":"2.0","jsonrpc":"2.0","method":"m"}"#, nil),
        ] as [(String, String?)])
    func whatIsNoMessageIsToldWithItsIdIfItHasOne(_ text: String, _ id: String?) {
        let input = bytes(text)
        do throws(RPCMessage.Malformed) {
            _ = try RPCMessage.read(input, 0..<input.count)
            Issue.record("this is no message")
        } catch {
            #expect(error.id.map(input.text) == id)
        }
    }

    @Test("the first name and the first arguments of the parameters are found, and no others")
    func theMembersOfACallAreFound() throws {
        let input = bytes(
            #"{"name":0,"params":{"x":{"name":1},"name":"n","arguments":{"name":2},"name":"m","arguments":[]},"#
                + #""jsonrpc":"2.0","id":1,"method":"m","arguments":3}"#)
        let message = try RPCMessage.read(input, 0..<input.count)
        #expect(message.name.map(input.text) == #""n""#)
        #expect(message.arguments.map(input.text) == #"{"name":2}"#)
    }

    @Test("nesting counts from the message itself, wherever the depth is", arguments: [#""params":{"a":"#, #""b":["#])
    func nestingIsBounded(_ opening: String) throws {
        let closing = opening.hasSuffix("[") ? "]" : "}"
        for depth in [64, 65] {
            let inner = String(repeating: "[", count: depth - 2) + String(repeating: "]", count: depth - 2)
            let input = bytes(#"{"jsonrpc":"2.0","id":1,"method":"m",\#(opening)\#(inner)\#(closing)}"#)
            var reader = JSONReader(input)
            #expect(((try? reader.skip()) != nil) == (depth == 64))
            #expect(((try? RPCMessage.read(input, 0..<input.count)) != nil) == (depth == 64))
        }
    }

    @Test("what follows a message makes it none") func nothingFollowsAMessage() {
        let input = bytes(#"{"jsonrpc":"2.0","id":1,"method":"m"} {}"#)
        #expect(throws: RPCMessage.Malformed.self) { try RPCMessage.read(input, 0..<input.count) }
    }

    @Test(arguments: [255, 256, 257]) func idsAreBounded(_ length: Int) throws {
        let id = "\"" + String(repeating: "i", count: length - 2) + "\""
        let text = #"{"jsonrpc":"2.0","id":\#(id),"method":"m"}"#
        if length > 256 {
            #expect(throws: RPCMessage.Malformed.self) { try read(text) }
        } else {
            #expect(try read(text).id == id)
        }
    }

    @Test func answersCarryTheIdAsItCame() throws {
        let id = bytes(#""a\u0041""#)
        #expect(
            String(decoding: RPC.result(id: id[...], ["x": 1]), as: UTF8.self)
                == #"{"jsonrpc":"2.0","id":"a\u0041","result":{"x":1}}"#)
        let error = RPC.error(id: nil, code: RPC.parseError, message: "a \"b\"", data: [1])
        #expect(
            String(decoding: error, as: UTF8.self)
                == #"{"jsonrpc":"2.0","error":{"code":-32700,"message":"a \"b\"","data":[1]}}"#)
        #expect(try JSON(parsing: RPC.error(id: id[...], code: 1, message: ""))["id"]?.string == "aA")
    }
}
