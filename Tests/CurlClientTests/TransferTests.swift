import CurlClient
import Foundation
import GatewayCore
import Testing

@Suite struct TransferTests {
    @Test func callsInARowShareAConnection() async throws {
        let server = ScriptedServer.answering { ok($0.body) }
        try await withClient(server.override) { client in
            for number in 0..<50 {
                let answer = try await client.answer(request(number % 2 == 0 ? "GET" : "POST", body: "\(number)"))
                #expect(answer.body == "\(number)")
            }
            #expect(client.connections == 1)
        }
        #expect(server.connections == 1)
    }

    @Test func aHundredCallsAtOnceWaitForTheirConnections() async throws {
        let server = ScriptedServer.answering { ok($0.requestLine) }
        try await withClient(server.override, adjust: { $0.connectionsPerHost = 8 }) { client in
            let calls = (0..<100).map { client.start(request("GET", "/\($0)")) }
            for (number, call) in calls.enumerated() {
                let head = try await call.head()
                let body = try await call.rest()
                #expect(head.status == 200)
                #expect(String(decoding: body, as: UTF8.self) == "GET /\(number) HTTP/1.1")
            }
        }
        #expect(server.connections <= 8)
    }

    @Test func idleConnectionsAreBounded() async throws {
        let server = ScriptedServer.answering { _ in ok() }
        try await withClient(server.override, adjust: { $0.idleConnections = 4 }) { client in
            let calls = (0..<20).map { client.start(request("GET", "/\($0)")) }
            for call in calls {
                _ = try await call.head()
                _ = try await call.rest()
            }
            #expect(client.connections <= 4)
        }
    }

    @Test func aConnectionThatTheServerClosedIsReplaced() async throws {
        let closed = Promise<Void>()
        let server = ScriptedServer { peer in
            guard peer.request() != nil else { return }
            peer.write(ok("\(peer.number)"))
            if peer.number == 1 {
                shutdown(peer.descriptor, Int32(SHUT_RDWR))
                return closed.give(())
            }
            _ = peer.request()
        }
        try await withClient(server.override) { client in
            let first = try await client.answer(request("POST"))
            await closed.value
            let second = try await client.answer(request("POST"))
            #expect(first.body == "1" && second.body == "2")
        }
    }

    /// A server that reads the second request of its first connection and closes without a word.
    private func dyingServer(_ seen: @escaping @Sendable (String) -> Void) -> ScriptedServer {
        ScriptedServer { peer in
            while let request = peer.request() {
                seen(request.requestLine)
                if peer.number == 1, request.requestLine.contains("/second") { return }
                peer.write(ok("\(peer.number)"))
            }
        }
    }

    @Test(arguments: ["POST", "PATCH"]) func whatMustNotHappenTwiceIsSentOnce(method: String) async throws {
        let requests = Counter()
        let server = dyingServer { if $0.contains("/second") { requests.add() } }
        try await withClient(server.override) { client in
            _ = try await client.answer(request(method, "/first", body: "x"))
            let failure = await client.failure(request(method, "/second", body: "x"))
            #expect(failure?.isBroken == true)
        }
        #expect(requests.value == 1)
    }

    @Test(arguments: ["GET", "PUT", "DELETE"]) func whatMayHappenTwiceIsTriedAgain(method: String) async throws {
        let server = dyingServer { _ in }
        try await withClient(server.override) { client in
            _ = try await client.answer(request(method, "/first"))
            let answer = try await client.answer(request(method, "/second"))
            #expect(answer.body == "2")
        }
    }

    @Test func aSlowHeadMeetsTheDeadline() async throws {
        let gone = Promise<Bool>()
        let server = ScriptedServer { peer in
            _ = peer.request()
            gone.give(peer.isClosedByClient())
        }
        try await withClient(server.override) { client in
            #expect(await client.failure(request(deadline: 60)) == .deadline)
            #expect(client.connections == 0)
        }
        #expect(await gone.value)
    }

    @Test func aBodyThatStopsMeetsTheDeadlineAfterWhatCame() async throws {
        let server = ScriptedServer { peer in
            _ = peer.request()
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            _ = peer.isClosedByClient()
        }
        try await withClient(server.override) { client in
            let call = client.start(request(deadline: 1_000))
            _ = try await call.head()
            var body: [UInt8] = []
            #expect(await call.failure(into: &body) == .deadline)
            #expect(String(decoding: body, as: UTF8.self) == "half")
        }
    }

    @Test func waitingForAFreeConnectionCountsForTheDeadline() async throws {
        let server = ScriptedServer { peer in
            _ = peer.request()
            _ = peer.isClosedByClient()
        }
        try await withClient(server.override, adjust: { $0.connectionsPerHost = 1 }) { client in
            let first = client.start(request(deadline: 10_000))
            #expect(await client.failure(request(deadline: 60)) == .deadline)
            first.cancel()
        }
    }

    @Test func cancellingClosesTheConnectionAtOnce() async throws {
        let closed = Promise<ContinuousClock.Instant>()
        let asked = Promise<Void>()
        let server = ScriptedServer { peer in
            _ = peer.request()
            asked.give(())
            _ = peer.isClosedByClient()
            closed.give(.now)
        }
        let elapsed = try await withClient(server.override) { client in
            let call = client.start(request())
            await asked.value
            let start = ContinuousClock.now
            call.cancel()
            let end = await closed.value
            do throws(UpstreamFailure) {
                _ = try await call.head()
                Issue.record("a cancelled call has no head")
            } catch {
                #expect(error == .cancelled)
            }
            call.cancel()
            #expect(client.connections == 0)
            return start.duration(to: end)
        }
        #expect(elapsed < .milliseconds(50))
    }

    @Test func aDroppedCallIsCancelled() async throws {
        let closed = Promise<Bool>()
        let server = ScriptedServer { peer in
            _ = peer.request()
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            closed.give(peer.isClosedByClient())
        }
        try await withClient(server.override) { client in
            do {
                let call = client.start(request())
                _ = try await call.head()
            }
            #expect(await closed.value)
            #expect(client.connections == 0)
        }
    }

    @Test func aWaitingReaderIsToldOfTheCancel() async throws {
        let server = ScriptedServer { peer in
            _ = peer.request()
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
            _ = peer.isClosedByClient()
        }
        try await withClient(server.override) { client in
            let call = client.start(request())
            _ = try await call.head()
            // A child task shares the executor, and so begins when this one waits.
            nonisolated(unsafe) let shared = call
            async let cancelled: Void = shared.cancel()
            var body: [UInt8] = []
            #expect(await call.failure(into: &body) == .cancelled)
            await cancelled
        }
    }

    @Test func aRefusedConnectionIsUnreachable() async throws {
        let port = ScriptedServer { _ in }.port  // Closed again at once.
        let failure = try await withClient("*=http://127.0.0.1:\(port)") { await $0.failure(request("GET", "/s?q=1")) }
        let sentence = failure?.sentence ?? ""
        #expect(failure?.isUnreachable == true && sentence.contains("mail.example.test"))
        #expect(!sentence.contains("/s") && !sentence.contains("q=1"))
    }

    @Test func anUnknownNameIsUnreachable() async throws {
        let failure = try await withClient("") { await $0.failure(request("GET", "/", host: "no-such-host.invalid")) }
        #expect(failure?.isUnreachable == true)
    }
}
