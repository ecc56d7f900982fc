import CurlClient
import GatewayCore
import Testing

@Suite(.serialized) struct HTTP2Tests {
    private func withHTTP2<Value: Sendable>(
        _ body: @escaping @Sendable (CurlUpstream) async throws -> Value
    ) async throws -> Value {
        let server = try HTTP2Server()
        return try await withClient(
            server.override, caFile: Authority.trusted.caFile, adjust: { $0.http2 = true }, body)
    }

    @Test func callsShareAConnectionAndKeepTheirBytes() async throws {
        try await withHTTP2 { client in
            let calls = (0..<50).map { client.start(request("POST", "/a/../%2f?n=\($0)", body: "12345")) }
            for (number, call) in calls.enumerated() {
                let head = try await call.head()
                let body = String(decoding: try await call.rest(), as: UTF8.self)
                #expect(head.status == 200)
                #expect(body == "HTTP/2.0 mail.example.test POST /a/../%2f?n=\(number) 5")
            }
            #expect(client.connections == 1)
        }
    }

    /// The first calls each open a connection, before anybody knows what the server speaks; the others wait for one.
    @Test func firstCallsThatWaitForAConnectionGoByHTTP2Too() async throws {
        let server = try HTTP2Server()
        try await withClient(
            server.override, caFile: Authority.trusted.caFile,
            adjust: {
                $0.http2 = true
                $0.connectionsPerHost = 2
            }
        ) { client in
            let calls = (0..<50).map { client.start(request("GET", "/\($0)", deadline: 5_000)) }
            for (number, call) in calls.enumerated() {
                _ = try await call.head()
                let body = String(decoding: try await call.rest(), as: UTF8.self)
                #expect(body == "HTTP/2.0 mail.example.test GET /\(number) ")
            }
            #expect(client.connections <= 2)
        }
    }

    @Test func aCancelledStreamLeavesTheConnection() async throws {
        try await withHTTP2 { client in
            let call = client.start(request("GET", "/big"))
            let head = try await call.head()
            #expect(head.status == 200)
            call.cancel()
            let answer = try await client.answer(request("DELETE", "/x"))
            #expect(answer.body == "HTTP/2.0 mail.example.test DELETE /x ")
            #expect(client.connections == 1)
        }
    }

    @Test func aPausedStreamKeepsItsBytes() async throws {
        try await withHTTP2 { client in
            let call = client.start(request("GET", "/big"))
            _ = try await call.head()
            try await Task.sleep(for: .milliseconds(200))
            let body = try await call.rest()
            #expect(body.count == 20 << 20)
        }
    }

    @Test func http2IsOfferedUnaskedOnlyWhereAPauseHoldsItsStreamBack() async throws {
        let server = try HTTP2Server()
        try await withClient(server.override, caFile: Authority.trusted.caFile) { client in
            let answer = try await client.answer(request("GET", "/"))
            #expect(answer.body.hasPrefix(CurlSettings.pausesStreamsApart ? "HTTP/2.0" : "HTTP/1.1"))
        }
    }

    @Test func aSlowReaderDoesNotStopTheOthers() async throws {
        let server = try HTTP2Server()
        try await withClient(server.override, caFile: Authority.trusted.caFile) { client in
            let slow = client.start(request("GET", "/big"))
            _ = try await slow.head()
            for _ in 0..<10 {
                let answer = try await client.answer(request("GET", "/", deadline: 3_000))
                #expect(answer.status == 200)
            }
            slow.cancel()
        }
    }
}
