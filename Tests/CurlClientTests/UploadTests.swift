// Requests that are larger than what a socket takes at once.

import CurlClient
import Foundation
import GatewayCore
import Testing

@Suite struct UploadTests {
    private static let body = String(repeating: "0123456789abcdef", count: 3 << 16) + "the end."
    /// More than the kernel takes for a peer that does not read.
    private static let huge = String(repeating: "0123456789abcdef", count: 2 << 20)

    @Test("An upload of 3 MB reaches a server that reads slowly, byte for byte, and the next one too")
    func slowServer() async throws {
        let server = ScriptedServer(receiveBuffer: 16 << 10) { peer in
            while let request = peer.request() { peer.write(ok(request.body == Self.body ? "the same" : "another")) }
        }
        try await withClient(server.override) { client in
            for _ in 0..<2 {
                let upload = request("PUT", body: Self.body, deadline: 20_000)
                #expect(await client.body(of: upload) == "the same")
            }
            #expect(client.connections == 1)
        }
        #expect(server.connections == 1)
    }

    /// The server's close resets the connection, for it leaves bytes unread.
    @Test("An answer that comes before the upload is read, and its connection is not used again")
    func earlyAnswer() async throws {
        let server = ScriptedServer(receiveBuffer: 16 << 10) { peer in
            _ = peer.isClosedByClient()
            peer.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\n\r\nlarge")
        }
        try await withClient(server.override) { client in
            for _ in 0..<20 {
                let answer = try await client.answer(request("POST", body: Self.huge))
                #expect(answer.status == 413 && answer.body == "large")
                #expect(client.connections == 0)
            }
        }
    }

    @Test("An answer that leaves the connection open before its upload was taken closes it")
    func unreadUpload() async throws {
        let closed = Promise<Bool>()
        let server = ScriptedServer(receiveBuffer: 16 << 10) { peer in
            _ = peer.isClosedByClient()
            peer.write(ok("\(peer.number)"))
            while !peer.isClosedByClient() {}
            closed.give(true)
        }
        try await withClient(server.override) { client in
            for number in 1...2 {
                #expect(await client.body(of: request("POST", body: Self.huge)) == "\(number)")
                #expect(client.connections == 0)
                #expect(await closed.value)
            }
        }
    }
}
