import Testing
import Wire

@testable import Net

/// What becomes of peers that are slow, and of everybody when the server goes away.
@Suite(.serialized) struct DeadlineTests {
    private static func limits(_ change: (inout ConnectionLimits) -> Void) -> ConnectionLimits {
        var limits = ConnectionLimits()
        change(&limits)
        return limits
    }

    /// Sends a byte whenever a few milliseconds pass without an answer.
    private func drip(_ text: String, to client: Client) {
        for byte in text.utf8 where client.received.isEmpty && client.ending == .open {
            client.send([byte])
            client.readSome(patience: 10)
        }
    }

    @Test(arguments: [
        get("/", fields: "X: \(String(repeating: "y", count: 2000))"), post("/", String(repeating: "b", count: 2000)),
    ])
    func aRequestThatDripsDiesWith408(_ text: String) async throws {
        let limits = DeadlineTests.limits {
            $0.headMilliseconds = 100
            $0.bodyMilliseconds = 100
        }
        try await TestServer.run(limits) { connection, _ in
            connection.reply("never")
        } _: { server in
            let client = try server.connect()
            let start = ContinuousClock.now
            drip(text, to: client)
            #expect(try client.readResponse().status == 408)
            #expect(ContinuousClock.now - start >= .milliseconds(95))
            client.readToEnd()
            #expect(client.ending == .closed)
        }
    }

    @Test func anIdleConnectionClosesWithoutAWord() async throws {
        try await TestServer.run(DeadlineTests.limits { $0.idleMilliseconds = 50 }) { connection, _ in
            connection.reply("x")
        } _: { server in
            let fresh = try server.connect()
            fresh.readToEnd()
            #expect(fresh.ending == .closed && fresh.received.isEmpty)
            let used = try server.connect()
            used.send(get("/"))
            #expect(try used.readResponse().text == "x")
            used.readToEnd()
            #expect(used.ending == .closed && used.received.isEmpty)
            try await server.has(connections: 0)
        }
    }

    @Test func aHandlerMayTakeLongerThanAnyDeadline() async throws {
        let limits = DeadlineTests.limits {
            $0.headMilliseconds = 20
            $0.bodyMilliseconds = 20
            $0.idleMilliseconds = 20
        }
        try await TestServer.run(limits) { connection, loop in
            await loop.sleep(milliseconds: 100)
            connection.reply("late")
        } _: { server in
            let client = try server.connect()
            client.send(post("/", "hello"))
            #expect(try client.readResponse().text == "late")
        }
    }

    @Test func aReaderThatStandsStillIsCut() async throws {
        let wasCut = Flag()
        try await TestServer.run(DeadlineTests.limits { $0.stallMilliseconds = 100 }) { connection, _ in
            connection.begin(ResponseHead(200))
            while await connection.drained() { connection.write([UInt8](repeating: 0x62, count: 64 << 10)) }
            wasCut.raise()
        } _: { server in
            let client = try server.connect(receiveBuffer: 16 << 10)
            let start = ContinuousClock.now
            client.send(get("/"))
            #expect(await wasCut.happens())
            let cut = try #require(wasCut.time)
            #expect(cut - start >= .milliseconds(95))
            try await server.has(connections: 0)
        }
    }

    @Test func aReaderThatStandsStillBeforeACompleteAnswerIsCut() async throws {
        let large = [UInt8](repeating: 0x62, count: 16 << 20)
        try await TestServer.run(DeadlineTests.limits { $0.stallMilliseconds = 100 }) { connection, _ in
            connection.respond(ResponseHead(200), then: large)
        } _: { server in
            let client = try server.connect(receiveBuffer: 16 << 10)
            client.send(get("/", fields: "Connection: close\r\n"))
            try await server.has(connections: 1)
            try await server.has(connections: 0)
            client.readToEnd()
            #expect(client.received.count < large.count)
        }
    }

    /// Slow is not still: the deadline is for a byte, not for the answer.
    @Test func aReaderThatGoesOnSlowlyIsServed() async throws {
        let large = [UInt8](repeating: 0x62, count: 24 << 20)
        try await TestServer.run(DeadlineTests.limits { $0.stallMilliseconds = 400 }) { connection, _ in
            connection.respond(ResponseHead(200), then: large)
        } _: { server in
            let client = try server.connect(receiveBuffer: 64 << 10)
            client.send(get("/", fields: "Connection: close\r\n"))
            let start = ContinuousClock.now
            while client.received.count < large.count, client.ending == .open {
                client.read(atLeast: min(large.count, client.received.count + (1 << 20)))
                if ContinuousClock.now - start < .seconds(2) { try await Task.sleep(for: .milliseconds(100)) }
            }
            client.readToEnd()
            #expect(client.received.count > large.count)
            #expect(ContinuousClock.now - start > .seconds(1))
        }
    }

    /// The connection of a refused upload lingers so that the refusal is read, but not for as long as its client likes.
    @Test(.timeLimit(.minutes(1))) func aRefusedClientThatNeverStopsSendingIsCut() async throws {
        let limits = DeadlineTests.limits { $0.bodyBytes = 100 }
        try await TestServer.run(limits) { connection, _ in
            connection.reply("other")
        } _: { server in
            let client = try server.connect()
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n")
            let block = [UInt8](repeating: 0x62, count: 1 << 20)
            let start = ContinuousClock.now
            while client.send(block) == block.count, ContinuousClock.now - start < .seconds(20) {}
            #expect(ContinuousClock.now - start < .seconds(10))
            let other = try server.connect()
            other.send(get("/"))
            #expect(try other.readResponse().text == "other")
        }
    }

    // MARK: Drain

    @Test func aDrainAnswersWhatIsUnderWayAndEndsTheRest() async throws {
        let (began, release) = (Flag(), Flag())
        try await TestServer.run { connection, loop in
            if connection.path == "/slow" {
                began.raise()
                while !release.isRaised { await loop.sleep(milliseconds: 1) }
            }
            connection.reply(connection.path)
        } _: { server in
            let idle = try server.connect()
            idle.send(get("/idle"))
            _ = try idle.readResponse()
            let busy = try server.connect()
            busy.send(get("/slow"))
            #expect(await began.happens())
            let done = try await server.drain()
            idle.readToEnd()
            #expect(idle.ending == .closed && idle.received.isEmpty)
            #expect(throws: ClientFailure.self) { try server.connect() }
            #expect(!done.isRaised)
            release.raise()
            let response = try busy.readResponse()
            #expect(response.text == "/slow")
            #expect(response["Connection"] == "close")
            busy.readToEnd()
            #expect(busy.ending == .closed)
            #expect(await done.happens())
        }
    }

    /// The kernel has completed their handshakes: their clients have no reason to think that nobody is there.
    @Test func connectionsStillInTheQueueAreServedByADrain() async throws {
        try await TestServer.run { connection, _ in
            connection.reply("served")
        } _: { server in
            let clients = try await server.thread.run { loop in
                // Connected and asked while the loop is busy here, so that the drain finds them in the queue.
                // More than the listener accepts at a time.
                let clients = try (0..<70).map { _ in try server.connect() }
                for client in clients { client.send(get("/")) }
                server.listener.drain {}
                return Sent(clients)
            }.clients
            for client in clients {
                let response = try client.readResponse()
                #expect(response.text == "served")
                #expect(response["Connection"] == "close")
            }
        }
    }

    /// A load balancer reuses connections and cannot know that one is about to close.
    @Test func aRequestThatTheKernelHoldsOnAnIdleConnectionIsServedByADrain() async throws {
        try await TestServer.run { connection, _ in
            connection.reply(connection.path)
        } _: { server in
            let client = try server.connect()
            client.send(get("/first"))
            _ = try client.readResponse()
            let sent = Sent([client])
            try await server.thread.run { _ in
                sent.clients[0].send(get("/second"))
                server.listener.drain {}
            }
            let response = try client.readResponse()
            #expect(response.text == "/second")
            #expect(response["Connection"] == "close")
            client.readToEnd()
            #expect(client.ending == .closed)
        }
    }

    @Test func aDrainDoesNotCutAnAnswerThatIsStillOnItsWay() async throws {
        let answered = Flag()
        try await TestServer.run { connection, _ in
            connection.begin(ResponseHead(200))
            // Until the kernel takes no more: then a little waits here while the next request is awaited.
            while connection.output.count < 20_000 { connection.write([UInt8](repeating: 0x62, count: 1000)) }
            connection.end()
            answered.raise()
        } _: { server in
            let client = try server.connect(receiveBuffer: 16 << 10)
            client.send(get("/"))
            #expect(await answered.happens())
            let done = try await server.drain()
            #expect(!done.isRaised)
            client.readToEnd()
            #expect(client.received.suffix(5).elementsEqual("0\r\n\r\n".utf8))
            #expect(await done.happens())
        }
    }

    @Test func aDrainWithoutConnectionsIsDoneAtOnce() async throws {
        try await TestServer.run { connection, _ in
            connection.reply("x")
        } _: { server in
            let done = try await server.drain()
            #expect(done.isRaised)
        }
    }
}

/// Handed from the loop's thread, which keeps no reference.
private struct Sent: @unchecked Sendable {
    let clients: [Client]

    init(_ clients: [Client]) { self.clients = clients }
}
