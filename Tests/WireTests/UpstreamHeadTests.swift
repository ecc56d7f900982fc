// The head of an upstream's answer: as it is read, as it is looked up, and what it says of the body.

import Testing
import Wire

@Suite struct UpstreamHeadTests {
    private func head(_ lines: String...) throws -> UpstreamHead {
        try UpstreamHead(parsing: Array((["HTTP/1.1 200 OK"] + lines + ["", ""]).joined(separator: "\r\n").utf8))
    }

    private func parsed(_ text: String) throws -> UpstreamHead { try UpstreamHead(parsing: Array(text.utf8)) }

    @Test("A field is found by its name in any case, and the first of two counts")
    func fieldsAreFound() throws {
        for head in [
            UpstreamHead(
                status: 200, fields: [("Content-Type", "text/html"), ("X-Empty", ""), ("content-type", "second")]),
            try head("Content-Type: text/html", "X-Empty:", "content-type:\t second "),
        ] {
            #expect(head["content-type"] == "text/html")
            #expect(head["x-empty"] == "")
            #expect(head["content-typ"] == nil)
            #expect(head["content-length"] == nil)
            #expect(head.fields.map(\.name) == ["content-type", "x-empty", "content-type"])
            #expect(head.fields.map(\.value) == ["text/html", "", "second"])
        }
    }

    @Test("A folded line continues the field before it, behind one space")
    func foldedLinesAreJoined() throws {
        let head = try head("A: 1 ", "\t 2", " 3", "B: 4")
        #expect(head["a"] == "1 2 3")
        #expect(head["b"] == "4")
        #expect(head.fields.count == 2)
    }

    @Test("Lines may end with LF alone, a status may have no reason, a name blanks behind it")
    func lenientForms() throws {
        let head = try parsed("HTTP/1.0 404\nA : 1\nB:2\n\n")
        #expect(head.status == 404 && head["a"] == "1" && head["b"] == "2")
        #expect(try parsed("HTTP/2 200 \r\nA: 1\r\n\r\n").status == 200)
    }

    @Test(
        "What is no head is none",
        arguments: [
            "", "HTTP/1.1\r\n\r\n", "HTTP/1.1 20\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
            "HTTP/1.1 099 OK\r\n\r\n", "ICY 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            "HTTP/1.1 200 OK\r\n: x\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\rContent-Length: 3\r\n\r\n", "HTTP/1.1 200 OK\r\nA\u{1}: b\r\n\r\n",
            "HTTP/1.1 200 OK\r\n Content-Length: 3\r\n\r\n", "HTTP/1.1 200 OK\n\tA: b\n\n",
            "HTTP/1.1 200 OK\r\n \r\nA: b\r\n\r\n",
        ])
    func malformedHeads(text: String) {
        #expect(throws: MalformedAnswer.self) { try parsed(text) }
    }

    @Test("The body's end is told as RFC 9112 section 6.3 has it")
    func framing() throws {
        #expect(try head("Content-Length: 12").framing == .length(12))
        #expect(try head("Content-Length: 12, 12", "content-length: 12").framing == .length(12))
        #expect(try head("Transfer-Encoding: Chunked").framing == .chunked)
        #expect(try head("Content-Length: 12", "Transfer-Encoding: chunked").framing == .chunked)
        #expect(try head().framing == .untilClose)
        for status in [101, 204, 304] {
            #expect(try parsed("HTTP/1.1 \(status) X\r\nContent-Length: 5\r\n\r\n").framing == .absent)
        }
        for bad in [
            "Content-Length: 12, 13", "Content-Length: -1", "Content-Length: +1", "Content-Length: 0x1",
            "Content-Length:", "Content-Length: 1,", "Content-Length: 9999999999999999999", "Content-Length: 1 2",
            "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity", "Transfer-Encoding: chunked, chunked",
        ] {
            let head = try head(bad)
            #expect(throws: MalformedAnswer.self, "\(bad)") { try head.framing }
        }
        let twice = try head("Transfer-Encoding: chunked", "Transfer-Encoding: chunked")
        #expect(throws: MalformedAnswer.self) { try twice.framing }
    }

    @Test("A connection is kept unless version or fields speak against it")
    func keptConnections() throws {
        #expect(try head("Content-Length: 1").keepsConnection)
        #expect(try !head("Connection: x, Close").keepsConnection)
        #expect(try !head("Content-Length: 1", "Transfer-Encoding: chunked").keepsConnection)
        #expect(try !parsed("HTTP/1.0 200 OK\r\n\r\n").keepsConnection)
        #expect(try parsed("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n\r\n").keepsConnection)
        // Whoever spoke 1.0 on the way may not have known of chunks (RFC 9112 section 6.1).
        let chunked = "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(try !parsed(chunked).keepsConnection)
    }
}
