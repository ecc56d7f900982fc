import Testing

@testable import Wire

/// What a head means, by its ranges. What is refused is in `Tests/Corpus/http`.
@Suite struct RequestHeadTests {
    private func parse(_ text: String, from start: Int = 0) throws -> (bytes: [UInt8], head: RequestHead) {
        let bytes = bytes(text)
        var scanner = HeadScanner(from: start)
        let end = try #require(try scanner.end(in: bytes))
        return (bytes, try RequestHead.parse(bytes, from: start, to: end))
    }

    @Test func aHeadIsRangesIntoTheBuffer() throws {
        let before = "what came before\r\n"
        let text = "PATCH /a/b%20c?d=e&f HTTP/1.1\r\nHost: a.example\r\nAuthorization:Bearer x  \r\n\r\nbody"
        let (bytes, head) = try parse(before + text, from: before.utf8.count)
        #expect(head.method == .patch)
        #expect(bytes.text(head.methodName) == "PATCH")
        #expect(bytes.text(head.path) == "/a/b%20c")
        #expect(bytes.text(head.query) == "d=e&f")
        #expect(bytes.text(try #require(head[.host])) == "a.example")
        #expect(bytes.text(try #require(head[.authorization])) == "Bearer x")
        #expect(head[.origin] == nil)
        #expect(bytes.text(head.end..<bytes.count) == "body")
    }

    @Test(arguments: [
        ("/", "/", ""), ("/?", "/", ""), ("/?a?b", "/", "a?b"), ("/a/?b=/c", "/a/", "b=/c"),
        ("http://a.example/p?q", "/p", "q"), ("https://A.EXAMPLE/", "/", ""),
    ])
    func aTargetIsPathAndQuery(_ target: String, _ path: String, _ query: String) throws {
        let (bytes, head) = try parse("GET \(target) HTTP/1.1\r\nHost: a.example\r\n\r\n")
        #expect(bytes.text(head.path) == path)
        #expect(bytes.text(head.query) == query)
    }

    @Test(arguments: [
        ("GET", Method.get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("PATCH", .patch), ("DELETE", .delete),
        ("OPTIONS", .options), ("TRACE", .other), ("GETS", .other), ("G", .other),
    ])
    func methodsAreKnownByName(_ name: String, _ method: Method) throws {
        #expect(try parse("\(name) / HTTP/1.1\r\nHost: a\r\n\r\n").head.method == method)
    }

    @Test(arguments: [
        ("host", Field.host), ("content-length", .contentLength), ("transfer-encoding", .transferEncoding),
        ("connection", .connection), ("expect", .expect), ("authorization", .authorization),
        ("content-type", .contentType), ("accept", .accept), ("accept-encoding", .acceptEncoding), ("origin", .origin),
        ("mcp-protocol-version", .mcpProtocolVersion), ("mcp-method", .mcpMethod), ("mcp-name", .mcpName),
        ("user-agent", .userAgent),
    ])
    func fieldsAreKnownByNameInEitherCase(_ name: String, _ field: Field) {
        for name in [name, name.uppercased()] {
            let text = bytes(name)
            #expect(Field.named(text, 0..<text.count) == field)
        }
        for other in [
            name + "x", String(name.dropLast()), "x" + name.dropFirst(), name.replacing("-", with: "_") + "_",
        ] {
            let text = bytes(other)
            #expect(Field.named(text, 0..<text.count) == nil, "\(other)")
        }
    }

    @Test func everyFieldHasATestAbove() { #expect(Field.allCases.count == 14) }

    @Test func theFirstOfTwoIsKeptAndTheSecondKnownOf() throws {
        let (bytes, head) = try parse("GET / HTTP/1.1\r\nHost: a\r\nAccept: one\r\naccept: two\r\n\r\n")
        #expect(bytes.text(try #require(head[.accept])) == "one")
        #expect(head.isRepeated(.accept))
        #expect(!head.isRepeated(.host))
    }

    @Test(arguments: [
        ("", Framing.none), ("Content-Length: 0\r\n", .none), ("Content-Length: 007\r\n", .length(7)),
        ("Content-Length: 999999999999999999\r\n", .length(999_999_999_999_999_999)),
        ("Transfer-Encoding: Chunked\r\n", .chunked),
    ])
    func framingFollowsFromTheFields(_ fields: String, _ framing: Framing) throws {
        #expect(try parse("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n").head.framing == framing)
    }

    @Test func aHeadThatDripsInIsLookedAtOnce() throws {
        let text = bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        var scanner = HeadScanner(from: 0)
        for end in text.indices { #expect(try scanner.end(in: Array(text[..<end])) == nil) }
        #expect(try scanner.end(in: text + bytes("more")) == text.count)
    }

    @Test(arguments: ["\n", "a\n", "a\rb", "\rb", "a\r\r\n", "a\0", "a\r\n\n"])
    func aWrongLineEndIsRefusedBeforeTheHeadIsComplete(_ text: String) {
        #expect(throws: Refusal.self) {
            var scanner = HeadScanner(from: 0)
            _ = try scanner.end(in: bytes(text))
        }
    }
}

@Suite struct ChunkDecoderTests {
    private func decode(_ pieces: [ArraySlice<UInt8>], limit: Int = 100) throws -> (body: String, rest: String)? {
        var input = bytes("head")
        var decoder = ChunkDecoder(from: 4, limit: limit)
        for (index, piece) in pieces.enumerated() {
            input += piece
            guard try decoder.decode(&input) else { continue }
            let rest = pieces[(index + 1)...].flatMap { $0 }
            return (
                input.text(4..<decoder.dataEnd),
                input.text(decoder.position..<input.count) + String(decoding: rest, as: UTF8.self)
            )
        }
        return nil
    }

    @Test(arguments: [
        ("0\r\n\r\nrest", ""), ("5\r\nhello\r\n0\r\n\r\nrest", "hello"), ("5;a=b\r\nhello\r\n0;c\r\n\r\nrest", "hello"),
        ("1\r\nh\r\n4\r\nello\r\n0\r\nX: y\r\nZ:\r\n\r\nrest", "hello"),
        ("00000005\r\nhello\r\n0000\r\n\r\nrest", "hello"),
        ("A\r\n0123456789\r\na\r\nabcdefghij\r\n0\r\n\r\nrest", "0123456789abcdefghij"),
        ("4\r\n\r\n\r\n\r\n0\r\n\r\nrest", "\r\n\r\n"),
    ])
    func theBodyIsTheSameHoweverItIsCut(_ text: String, _ body: String) throws {
        let text = bytes(text)
        for pieces in [[text[...]], text.byteByByte] + text.splits {
            let decoded = try #require(try decode(pieces))
            #expect(decoded.body == body)
            #expect(decoded.rest == "rest")
        }
        let complete = text.dropLast(4)
        for end in complete.indices { #expect(try decode([text[..<end]]) == nil) }
    }

    @Test(arguments: [99, 100, 101]) func theLimitIsOnDecodedBytes(_ count: Int) throws {
        let half = count / 2
        let sizes = [half, count - half].map {
            String($0, radix: 16) + "\r\n" + String(repeating: "x", count: $0) + "\r\n"
        }
        let text = bytes(sizes.joined() + "0\r\n\r\n")
        if count > 100 {
            let refusal = #expect(throws: Refusal.self) { try decode([text[...]]) }
            #expect(refusal?.status == 413)
        } else {
            #expect(try decode([text[...]])?.body.utf8.count == count)
        }
    }

    @Test(arguments: [4096, 4097]) func extensionsAndTrailersAreBoundedTogether(_ overhead: Int) throws {
        // Counted: what follows a semicolon, and a trailer line, each with its CR.
        let text = bytes(
            "0;" + String(repeating: "e", count: 2000) + "\r\nX:" + String(repeating: "t", count: overhead - 2004)
                + "\r\n\r\n")
        if overhead > 4096 {
            #expect(throws: Refusal.self) { try decode([text[...]]) }
        } else {
            #expect(try decode([text[...]])?.body == "")
        }
    }
}
