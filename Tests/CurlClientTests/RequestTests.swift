import CurlClient
import Foundation
import GatewayCore
import Testing

@Suite struct RequestTests {
    /// Sends `request` to a server that answers with nothing, and returns what the server received.
    private func received(_ request: UpstreamRequest) async throws -> ReceivedRequest {
        let seen = Promise<ReceivedRequest>()
        let server = ScriptedServer.answering { request in
            seen.give(request)
            return ok()
        }
        _ = try await withClient(server.override) { try await $0.answer(request) }
        return await seen.value
    }

    @Test func exactlyTheGivenLinesAreSent() async throws {
        let seen = try await received(
            request("GET", "/api/a?b=c", fields: ["Authorization: Zoho-oauthtoken x", "Accept-Encoding: gzip"]))
        #expect(seen.requestLine == "GET /api/a?b=c HTTP/1.1")
        #expect(
            seen.fields == ["Host: mail.example.test", "Authorization: Zoho-oauthtoken x", "Accept-Encoding: gzip"])
        #expect(seen.lines.count == 4)
    }

    @Test func aGivenAcceptIsSentOnce() async throws {
        let seen = try await received(
            request("GET", "/", fields: ["accept: application/json", "X-Empty:", "X-Blank: "]))
        #expect(
            seen.fields == ["Host: mail.example.test", "accept: application/json", "X-Empty:", "X-Blank:"])
    }

    @Test(arguments: ["POST", "PUT", "PATCH", "DELETE"])
    func methodsCarryABodyWithItsLength(method: String) async throws {
        let body = "{\"subject\":\"hello\"}"
        let seen = try await received(request(method, "/m", fields: ["Content-Type: application/json"], body: body))
        #expect(seen.requestLine == "\(method) /m HTTP/1.1")
        #expect(
            seen.fields == ["Host: mail.example.test", "Content-Type: application/json", "Content-Length: 19"])
        #expect(seen.body == body)
    }

    @Test(arguments: ["POST", "PUT", "PATCH"]) func aMissingBodyIsAnEmptyOne(method: String) async throws {
        let seen = try await received(request(method))
        #expect(seen.fields == ["Host: mail.example.test", "Content-Length: 0"])
    }

    @Test func deleteWithoutBodyHasNoLength() async throws {
        let seen = try await received(request("DELETE", "/x"))
        #expect(seen.requestLine == "DELETE /x HTTP/1.1" && seen.fields == ["Host: mail.example.test"])
    }

    @Test func largeBodiesAreSentWithoutAskingFirst() async throws {
        let body = String(repeating: "x", count: 3 << 20)
        let seen = try await received(request("POST", "/", body: body))
        #expect(seen.body == body && seen.fields == ["Host: mail.example.test", "Content-Length: \(3 << 20)"])
    }

    @Test(arguments: [
        "/a/../b/./c//d?e=/../f", "/%2e%2E/%2f?%zz&a=%C3%bc", "/a?b?c&d=[1]|{2}^`\"<>\\", "/?", "/@:;$,+!*'()~",
    ])
    func theTargetReachesTheWireUnchanged(target: String) async throws {
        #expect(try await received(request("GET", target)).requestLine == "GET \(target) HTTP/1.1")
    }

    @Test func whatWouldBreakTheWireIsNotSent() async throws {
        let server = ScriptedServer.answering { _ in ok() }
        let bad = [
            request("GET", "/a b"), request("GET", "/a\r\nX: y"), request("GET", "a"), request("GET", "/ü"),
            request("G\r\nT"), request(""), request("get"), request("GET", "/", host: "a.test/x"),
            request("GET", "/", host: "u@a.test"), request("GET", "/", host: ""),
            request("GET", "/", fields: ["X: a\r\nY: b"]), request("GET", "/", fields: ["no colon"]),
            request("GET", "/", fields: [": x"]), request("GET", "/", fields: ["X y: z"]),
            request("GET", "/", fields: ["X: a\0b"]),
        ]
        try await withClient(server.override) { client in
            for request in bad {
                let failure = await client.failure(request)
                #expect(failure?.isUnreachable == true, "\(request)")
            }
        }
        #expect(server.connections == 0)
    }

    @Test func aReusedHandleKeepsNothingOfTheLastRequest() async throws {
        let server = ScriptedServer.answering { ok($0.head + "|" + $0.body) }
        try await withClient(server.override) { client in
            let first = try await client.answer(
                request("POST", "/1", fields: ["Content-Type: text/plain", "Authorization: secret"], body: "one"))
            #expect(first.body.hasSuffix("|one"))
            let second = try await client.answer(request("GET", "/2"))
            #expect(second.body == "GET /2 HTTP/1.1\r\nHost: mail.example.test|")
            let third = try await client.answer(request("DELETE", "/3", host: "other.example.test", body: "{}"))
            #expect(third.body == "DELETE /3 HTTP/1.1\r\nHost: other.example.test\r\nContent-Length: 2|{}")
            let fourth = try await client.answer(request("GET", "/4"))
            #expect(fourth.body == "GET /4 HTTP/1.1\r\nHost: mail.example.test|")
        }
    }

    @Test func proxiesOfTheEnvironmentAreIgnored() async throws {
        for name in ["http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"] { setenv(name, "http://127.0.0.1:9", 1) }
        defer { for name in ["http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"] { unsetenv(name) } }
        let server = ScriptedServer.answering { _ in ok("direct") }
        let answer = try await withClient(server.override) { try await $0.answer(request()) }
        #expect(answer.body == "direct")
    }
}
