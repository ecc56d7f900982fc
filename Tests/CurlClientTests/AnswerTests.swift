import CurlClient
import GatewayCore
import Testing

@Suite struct AnswerTests {
    /// The answer to one request whose bytes are `bytes`, after which the server closes.
    private func answer(_ bytes: String, reset: Bool = false) async throws -> Answer {
        let server = ScriptedServer { peer in
            _ = peer.request()
            peer.write(bytes)
            if reset { peer.reset() }
        }
        return try await withClient(server.override) { try await $0.answer(request()) }
    }

    private func failure(_ bytes: String, reset: Bool = false) async throws -> UpstreamFailure? {
        do {
            _ = try await answer(bytes, reset: reset)
            return nil
        } catch let failure as UpstreamFailure {
            return failure
        }
    }

    @Test func headNamesAreLowerCaseAndValuesAreTrimmed() async throws {
        let answer = try await answer(
            "HTTP/1.1 404 Not Found\r\nContent-TYPE:  text/plain \t\r\nX-A: 1\r\nX-Empty:\r\nX-A: 2\r\n"
                + "X-Folded: a\r\n  b\r\nContent-Length: 2\r\n\r\nno")
        #expect(answer.status == 404 && answer.body == "no")
        #expect(
            answer.head.fields.map { "\($0.name)=\($0.value)" } == [
                "content-type=text/plain", "x-a=1", "x-empty=", "x-a=2", "x-folded=a b", "content-length=2",
            ])
    }

    @Test func interimHeadsAreIgnored() async throws {
        let answer = try await answer(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok("done", "X-B: c\r\n"))
        #expect(answer.status == 200 && answer.body == "done")
        #expect(answer.head["link"] == nil && answer.head["x-b"] == "c")
    }

    @Test func chunkedBodiesAreJoinedAndTrailersDropped() async throws {
        let answer = try await answer(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nTrailer: t\r\n\r\n")
        #expect(answer.body == "abcdefg" && answer.head["trailer"] == nil)
    }

    @Test func encodedBodiesComeAsTheyAre() async throws {
        #expect(try await answer(ok("not gzip", "Content-Encoding: gzip\r\n")).body == "not gzip")
    }

    @Test func redirectsAreAnswersLikeOthers() async throws {
        let answer = try await answer(
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n")
        #expect(answer.status == 302 && answer.head["location"] == "http://127.0.0.1:9/")
    }

    @Test(arguments: ["HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"])
    func answersWithoutBodyEndWithTheirHead(bytes: String) async throws {
        #expect(try await answer(bytes).body == "")
    }

    @Test func aBodyWithoutLengthEndsWithTheConnection() async throws {
        #expect(try await answer("HTTP/1.1 200 OK\r\n\r\nuntil the end").body == "until the end")
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
    ])
    func aCutBodyBreaksAfterWhatCame(bytes: String) async throws {
        let server = ScriptedServer { peer in
            _ = peer.request()
            peer.write(bytes)
        }
        try await withClient(server.override) { client in
            let call = client.start(request())
            let head = try await call.head()
            var body: [UInt8] = []
            let failure = await call.failure(into: &body)
            #expect(head.status == 200)
            #expect(failure?.isBroken == true)
            #expect(String(decoding: body, as: UTF8.self) == "half")
        }
    }

    @Test func aResetInTheMiddleOfTheBodyBreaks() async throws {
        #expect(try await failure("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", reset: true)?.isBroken == true)
    }

    @Test(arguments: ["", "nonsense that is no HTTP\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Le"])
    func whatIsNoAnswerBreaks(bytes: String) async throws {
        #expect(try await failure(bytes)?.isBroken == true)
    }

    @Test func aHeadOfMoreThan64KiBBreaks() async throws {
        let many = (0..<800).map { "X-\($0): \(String(repeating: "v", count: 90))\r\n" }.joined()
        let long = "X: " + String(repeating: "v", count: 70_000) + "\r\n"
        #expect(try await failure(ok("", many))?.sentence.contains("64 KiB") == true)
        #expect(try await failure(ok("", long))?.isBroken == true)
        let fits = (0..<600).map { "X-\($0): \(String(repeating: "v", count: 90))\r\n" }.joined()
        #expect(try await answer(ok("", fits)).head.fields.count == 601)
    }
}
