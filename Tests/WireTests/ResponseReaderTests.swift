// One answer out of the pieces in which a connection brings it.

import Testing
import Wire

@Suite struct ResponseReaderTests {
    private struct Outcome: Equatable {
        var status: Int?
        var body = ""
        var isComplete = false
        var isKept = false
        /// Bytes behind the answer.
        var leftOver = 0
        var failure: MalformedAnswer?
    }

    /// Reads `text` in pieces of the given sizes, the last one repeated, and then the connection's end.
    private func outcome(_ text: String, cutAt cut: Int? = nil, pieces: Int? = nil, closes: Bool = false) -> Outcome {
        let bytes = Array(text.utf8)
        var reader = ResponseReader()
        var outcome = Outcome()
        var body: [UInt8] = []
        var start = 0
        do throws(MalformedAnswer) {
            while start < bytes.count, !reader.isComplete {
                var end = bytes.count
                if let pieces { end = min(end, start + pieces) }
                if let cut, start < cut { end = min(end, cut) }
                let read = try reader.read(bytes, start..<end, into: &body)
                guard reader.isComplete else {
                    #expect(read == end, "everything of an unfinished answer is taken")
                    start = end
                    continue
                }
                start = read
            }
            if closes { try reader.closed() }
        } catch {
            outcome.failure = error
        }
        outcome.status = reader.head?.status
        outcome.leftOver = outcome.failure == nil ? bytes.count - start : 0
        outcome.body = String(decoding: body, as: UTF8.self)
        outcome.isComplete = reader.isComplete
        outcome.isKept = reader.keepsConnection
        return outcome
    }

    @Test(
        "An answer is the same however it is cut",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nA: b\r\n c\r\n\r\nhello",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 201 Created\nContent-Length: 0\n\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nT: t\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3  \r\nabc\r\n2 ;x\r\nde\r\n0 \r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx and more",
            "HTTP/1.0 200 OK\r\n\r\nuntil the end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
            "nonsense", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        ])
    func cutsDoNotMatter(text: String) {
        let whole = outcome(text, closes: true)
        for cut in 1..<text.utf8.count {
            #expect(outcome(text, cutAt: cut, closes: true) == whole, "cut at \(cut)")
        }
        for pieces in 1...5 { #expect(outcome(text, pieces: pieces, closes: true) == whole) }
    }

    @Test("Heads, bodies and what lies behind are told apart")
    func parts() {
        #expect(
            outcome("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1")
                == Outcome(status: 200, body: "hello", isComplete: true, isKept: true, leftOver: 8))
        #expect(
            outcome("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n!")
                == Outcome(status: 200, body: "hi", isComplete: true, isKept: true, leftOver: 1))
        #expect(
            outcome("HTTP/1.1 200 OK\r\n\r\nall", closes: true)
                == Outcome(status: 200, body: "all", isComplete: true, isKept: false))
        #expect(
            outcome("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3  \r\nabc\r\n0 ;x\r\n\r\n")
                == Outcome(status: 200, body: "abc", isComplete: true, isKept: true))
        let extended = String(repeating: "1;\(String(repeating: "x", count: 3000))\r\na\r\n", count: 9)
        #expect(
            outcome("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(extended)0\r\n\r\n").body
                == String(repeating: "a", count: 9))
        #expect(outcome("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n").isComplete)
    }

    @Test("An answer that the connection's end cuts is no answer")
    func cutAnswers() {
        for text in [
            "", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
        ] {
            #expect(outcome(text, closes: true).failure == .cut, "\(text)")
        }
    }

    @Test("What is no HTTP is told at the byte that shows it")
    func nonsense() {
        #expect(outcome("HTTX").failure != nil)
        #expect(outcome("\u{15}\u{3}\u{1}").failure != nil)
        #expect(outcome("HTTP/1.").failure == nil)
        #expect(outcome("HTTP/2 200 OK\r\n\r\n").failure != nil)
        #expect(outcome("HTTP/1.1 101 Switching Protocols\r\n\r\n").failure != nil)
        #expect(
            outcome("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n").failure
                == .framing("its chunks are malformed"))
    }

    @Test("Heads have 64 KiB together, interim ones included")
    func headLimit() {
        let interim = "HTTP/1.1 103 Early Hints\r\nLink: \(String(repeating: "x", count: 1000))\r\n\r\n"
        #expect(outcome(String(repeating: interim, count: 60)).failure == nil)
        #expect(outcome(String(repeating: interim, count: 70)).failure == .headTooLarge)
        #expect(outcome("HTTP/1.1 200 " + String(repeating: "x", count: 70_000)).failure == .headTooLarge)
    }
}
