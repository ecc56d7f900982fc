// Events that would be told again and again if nobody took them. The time of the loop's own thread is what counts.

import CurlClient
import Foundation
import GatewayCore
import Testing

@Suite(.serialized) struct SpinTests {
    /// What the loop's thread spends in a third of a second; a loop that spins spends all of it.
    private func idleTime() async throws -> Duration {
        try await processorTime { try await Task.sleep(for: .milliseconds(300)) }
    }

    private let nothing = Duration.milliseconds(60)

    /// A server whose answer is larger than what its reader takes, and which then does `rest`.
    private func flood(_ stuck: Promise<Void>, then rest: @escaping @Sendable (Peer) -> Void) -> ScriptedServer {
        ScriptedServer { peer in
            _ = peer.request()
            peer.write("HTTP/1.1 200 OK\r\n\r\n")
            _ = peer.writeUntilStuck([UInt8](repeating: 7, count: 100_000), patience: 200)
            rest(peer)
            stuck.give(())
        }
    }

    @Test("A peer that resets while the body is paused costs nothing and breaks the call")
    func resetWhilePaused() async throws {
        let stuck = Promise<Void>()
        // The descriptor is closed when the script is over.
        let server = flood(stuck) { $0.reset() }
        try await withClient(server.override) { client in
            let call = client.start(request())
            _ = try await call.head()
            await stuck.value
            let spent = try await idleTime()
            #expect(spent < nothing)
            var body: [UInt8] = []
            #expect(await call.failure(into: &body)?.isBroken == true)
            #expect(client.connections == 0)
        }
    }

    @Test("A peer that half-closes while the body is paused costs nothing, and the body is whole")
    func halfClosedWhilePaused() async throws {
        let stuck = Promise<Void>()
        let server = flood(stuck) { peer in
            shutdown(peer.descriptor, Int32(SHUT_WR))
            stuck.give(())
            _ = peer.isClosedByClient()
        }
        try await withClient(server.override) { client in
            let call = client.start(request())
            _ = try await call.head()
            await stuck.value
            let spent = try await idleTime()
            #expect(spent < nothing)
            #expect(await call.wholeBody()?.count == 100_000)
            #expect(client.connections == 0)
        }
    }

    @Test("Waiting for an answer behind a large upload costs nothing")
    func afterAnUpload() async throws {
        let isUploaded = Promise<Void>()
        let mayAnswer = DispatchSemaphore(value: 0)
        let server = ScriptedServer { peer in
            guard let request = peer.request() else { return }
            isUploaded.give(())
            mayAnswer.wait()
            peer.write(ok("\(request.body.utf8.count) \(request.body.suffix(8))"))
            _ = peer.isClosedByClient()
        }
        let body = String(repeating: "0123456789abcdef", count: 3 << 16) + "the end."
        try await withClient(server.override) { client in
            let call = client.start(request("POST", body: body))
            await isUploaded.value
            let spent = try await idleTime()
            #expect(spent < nothing)
            mayAnswer.signal()
            #expect(await call.text() == "\(body.utf8.count) the end.")
            #expect(client.connections == 1)
        }
    }

    @Test("An upload that the server does not read costs nothing")
    func stuckUpload() async throws {
        let isAsked = Promise<Void>()
        let gone = Promise<Void>()
        let mayGo = DispatchSemaphore(value: 0)
        let server = ScriptedServer { peer in
            _ = peer.isClosedByClient()
            isAsked.give(())
            mayGo.wait()
            gone.give(())
        }
        try await withClient(server.override) { client in
            let call = client.start(request("POST", body: String(repeating: "x", count: 32 << 20)))
            await isAsked.value
            let spent = try await idleTime()
            #expect(spent < nothing)
            call.cancel()
            #expect(client.connections == 0)
            mayGo.signal()
            await gone.value
        }
    }

    @Test("A body that is paused while its upload is stuck costs nothing")
    func bothWaysStuck() async throws {
        let stuck = Promise<Void>()
        let mayGo = DispatchSemaphore(value: 0)
        let server = ScriptedServer { peer in
            _ = peer.isClosedByClient()
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            _ = peer.writeUntilStuck([UInt8](repeating: 7, count: 100_000), patience: 200)
            stuck.give(())
            mayGo.wait()
        }
        try await withClient(server.override) { client in
            let call = client.start(request("POST", body: String(repeating: "x", count: 32 << 20)))
            _ = try await call.head()
            await stuck.value
            let spent = try await idleTime()
            #expect(spent < nothing)
            #expect(await call.wholeBody()?.count == 100_000)
            #expect(client.connections == 0)
            mayGo.signal()
        }
    }

    @Test("A peer that half-closes before its answer, behind it or in the handshake is not waited for")
    func halfClosed() async throws {
        let server = ScriptedServer { peer in
            guard peer.isClosedByClient() == false else { return }
            if peer.number == 2 { peer.write(ok("2")) }
            shutdown(peer.descriptor, Int32(SHUT_WR))
            while !peer.isClosedByClient() {}
        }
        try await withClient(server.override) { client in
            #expect(await client.failure(request("POST"))?.isBroken == true)
            #expect(await client.body(of: request("POST")) == "2")
            let spent = try await idleTime()
            #expect(spent < nothing)
            #expect(client.connections == 0)
        }
        try await withClient("*=https://127.0.0.1:\(server.port)") { client in
            #expect(await client.failure(request())?.isUnreachable == true)
            #expect(client.connections == 0)
        }
    }
}
