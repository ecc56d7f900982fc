// Answers that are given up after they began: the client must not take what came for all of it.

import Testing
import Wire

@testable import Net

@Suite("Abandoned answers")
struct AbandonTests {
    private func abandon(_ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.run { connection, _ in
            connection.begin(ResponseHead(200))
            connection.write(Array("half of".utf8))
            _ = await connection.drained(below: 1)
            connection.abandon()
        } _: { server in
            try await body(server)
        }
    }

    @Test("in chunks, what came arrives, the last chunk does not, and the connection ends")
    func chunked() async throws {
        try await abandon { server in
            let client = try server.connect()
            client.send(get("/") + get("/next"))
            client.readToEnd()
            let text = String(decoding: client.received, as: UTF8.self)
            #expect(text.hasSuffix("\r\n\r\n7\r\nhalf of\r\n"), "\(text)")
            #expect(client.ending != .open && client.ending != .timedOut)
        }
    }

    @Test("where the connection's end is the answer's, it is reset")
    func untilClose() async throws {
        try await abandon { server in
            let client = try server.connect()
            client.send(get("/", version: "1.0"))
            client.readToEnd()
            #expect(client.ending == .reset)
        }
    }
}
