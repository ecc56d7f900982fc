import Glibc
import Synchronization
import Testing
import Wire

@testable import Net

/// Connections over real sockets.
@Suite struct ConnectionTests {
    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await TestServer.run { connection, loop in
            // The first answers take longest; order must not depend on it.
            if connection.path == "/0" { await loop.sleep(milliseconds: 20) }
            connection.reply(connection.path)
        } _: { server in
            let client = try server.connect()
            client.send((0..<100).map { get("/\($0)") }.joined())
            for index in 0..<100 { #expect(try client.readResponse().text == "/\(index)") }
        }
    }

    @Test func aRequestMayComeInAnyPieces() async throws {
        try await TestServer.run { connection, _ in
            connection.respond(ResponseHead(200), Array(connection.input[connection.request.body]))
        } _: { server in
            let client = try server.connect()
            for byte in post("/", "hello").utf8 { client.send([byte]) }
            #expect(try client.readResponse().text == "hello")
        }
    }

    @Test func aStreamedAnswerIsChunkedForHTTP11AndEndsWithTheConnectionForHTTP10() async throws {
        try await TestServer.run { connection, loop in
            connection.begin(ResponseHead(200))
            for piece in ["one", "", "two"] {
                connection.write(Array(piece.utf8))
                await loop.sleep(milliseconds: 1)
            }
            connection.end()
        } _: { server in
            let client = try server.connect()
            for _ in 0..<2 {
                client.send(get("/"))
                let response = try client.readResponse()
                #expect(response.chunks == [3, 3])
                #expect(response.text == "onetwo")
            }
            client.send(get("/", version: "1.0", fields: "Connection: keep-alive\r\n"))
            let last = try client.readResponse()
            #expect(last["Connection"] == "close")
            #expect(last["Transfer-Encoding"] == nil)
            #expect(last.text == "onetwo")
            #expect(client.ending == .closed)
        }
    }

    @Test func anHTTP10ConnectionIsKeptOnlyWhenAsked() async throws {
        try await TestServer.run { connection, _ in
            connection.reply("x")
        } _: { server in
            let client = try server.connect()
            client.send(get("/", version: "1.0", fields: "Connection: keep-alive\r\n"))
            #expect(try client.readResponse()["Connection"] != "close")
            client.send(get("/", version: "1.0"))
            #expect(try client.readResponse()["Connection"] == "close")
            client.readToEnd()
            #expect(client.ending == .closed)
        }
    }

    @Test func headHasLengthsAndNoBody() async throws {
        try await TestServer.run { connection, _ in
            guard connection.path == "/stream" else { return connection.reply("hello") }
            connection.begin(ResponseHead(200))
            connection.write(Array("hello".utf8))
            connection.end()
        } _: { server in
            let client = try server.connect()
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nHEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n" + get("/"))
            #expect(try client.readResponse(hasBody: false)["Content-Length"] == "5")
            #expect(try client.readResponse(hasBody: false)["Transfer-Encoding"] == "chunked")
            #expect(try client.readResponse().text == "hello")
        }
    }

    @Test(arguments: [204, 304]) func answersWithoutBodiesHaveNone(_ status: Int) async throws {
        try await TestServer.run { connection, _ in
            connection.respond(ResponseHead(connection.path == "/" ? status : 200), Array("hello".utf8))
        } _: { server in
            let client = try server.connect()
            client.send(get("/") + get("/next"))
            let response = try client.readResponse()
            #expect(response.status == status)
            #expect(response["Content-Length"] == nil)
            #expect(try client.readResponse().text == "hello")
        }
    }

    @Test func aClientThatWaitsForTheWordGetsItThenTheAnswer() async throws {
        try await TestServer.run { connection, _ in
            connection.respond(ResponseHead(200), Array(connection.input[connection.request.body]))
        } _: { server in
            let client = try server.connect()
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            #expect(try client.readResponse().status == 100)
            client.send("hello")
            #expect(try client.readResponse().text == "hello")
        }
    }

    @Test func refusalsSayWhyAndReachAClientThatIsStillSending() async throws {
        var limits = ConnectionLimits()
        limits.headBytes = 1000
        limits.bodyBytes = 1000
        try await TestServer.run(limits) { connection, _ in
            connection.reply("never")
        } _: { server in
            for (text, status) in [
                (get("/", fields: "X: \(String(repeating: "y", count: 100_000))\r\n"), 431),
                (post("/", String(repeating: "b", count: 1_000_000)), 413), ("GET /\r\n\r\n", 400),
            ] {
                let client = try server.connect()
                client.send(text)
                let response = try client.readResponse()
                #expect(response.status == status)
                #expect(response["Connection"] == "close")
                #expect(!response.text.isEmpty)
                client.readToEnd()
                #expect(client.ending == .closed)
            }
        }
    }

    @Test func largeBodiesArriveIntactOneBehindTheOther() async throws {
        let large = (0..<6_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try await TestServer.run { connection, _ in
            connection.respond(ResponseHead(200), Array(connection.path.utf8), then: large)
        } _: { server in
            let client = try server.connect(receiveBuffer: 16 << 10)
            client.send((0..<4).map { get("/\($0)") }.joined())
            for index in 0..<4 {
                let response = try client.readResponse()
                #expect(response.status == 200)
                // A failed comparison of arrays this long would be explained for hours.
                let isIntact = response.body == Array("/\(index)".utf8) + large
                #expect(isIntact)
            }
        }
    }

    /// Answers that nobody reads must not be made: a thousand times a megabyte was asked for.
    @Test func aClientThatAsksWithoutReadingIsNotAskedToWaitInMemory() async throws {
        let answered = Counter()
        let large = [UInt8](repeating: 0x61, count: 1 << 20)
        try await TestServer.run { connection, _ in
            answered.add(1)
            connection.respond(ResponseHead(200), then: large)
        } _: { server in
            let client = try server.connect(receiveBuffer: 16 << 10)
            client.send(String(repeating: get("/"), count: 1000))
            // Another connection's answer comes after all that the first one's requests could set off at once.
            let other = try server.connect()
            other.send(get("/"))
            #expect(try other.readResponse().status == 200)
            #expect(answered.value < 20)
            let isIntact = try client.readResponse().body == large
            #expect(isIntact)
        }
    }

    @Test func aHandlerThatWaitsForItsReaderHoldsLittle() async throws {
        let largest = Counter()
        try await TestServer.run { connection, _ in
            connection.begin(ResponseHead(200))
            for _ in 0..<2000 {
                connection.write([UInt8](repeating: 0x62, count: 16 << 10))
                largest.raise(to: connection.output.count)
                guard await connection.drained() else { return }
            }
            connection.end()
        } _: { server in
            let client = try server.connect(receiveBuffer: 16 << 10)
            client.send(get("/"))
            #expect(try client.readResponse().body.count == 2000 * 16 << 10)
            #expect(largest.value < 4 * Connection.highWater)
        }
    }

    @Test func aHangUpIsToldAtOnce() async throws {
        let (began, gone) = (Flag(), Flag())
        try await TestServer.run { connection, loop in
            connection.onClientGone = { gone.raise() }
            began.raise()
            while !gone.isRaised { await loop.sleep(milliseconds: 1) }
        } _: { server in
            var client: Client? = try server.connect()
            client?.send(get("/"))
            #expect(await began.happens())
            let left = ContinuousClock.now
            client = nil
            #expect(await gone.happens())
            #expect(try #require(gone.time) - left < .milliseconds(50))
            try await server.has(connections: 0)
        }
    }

    /// The first answer makes the peer reset the connection; the second finds it broken.
    @Test func aClientThatLeavesBetweenPipelinedAnswersHurtsNobody() async throws {
        try await TestServer.run { connection, _ in
            connection.reply(connection.path)
        } _: { server in
            for _ in 0..<20 { try server.connect().send(get("/") + get("/") + get("/")) }
            let client = try server.connect()
            client.send(get("/alive"))
            #expect(try client.readResponse().text == "/alive")
        }
    }

    @Test func anAnswerLeftUnfinishedBreaksTheConnection() async throws {
        try await TestServer.run { connection, _ in
            connection.begin(ResponseHead(200))
            connection.write(Array("part".utf8))
        } _: { server in
            let client = try server.connect()
            client.send(get("/"))
            client.readToEnd()
            #expect(String(decoding: client.received, as: UTF8.self).hasSuffix("4\r\npart\r\n"))
            #expect(client.ending != .timedOut)
        }
    }

    /// One client with much to ask must not keep the others waiting until it has done.
    @Test func aFloodOfPipelinedRequestsLetsTimersFire() async throws {
        let (fired, answered) = (Flag(), Counter())
        try await TestServer.run { connection, loop in
            answered.add(1)
            if connection.path == "/last" { return connection.reply("\(fired.isRaised)") }
            if answered.value == 1 {
                let timer = Timer { fired.raise() }
                loop.arm(timer, milliseconds: 0)
            }
            connection.reply("")
        } _: { server in
            let client = try server.connect()
            client.send(String(repeating: get("/"), count: 5000) + get("/last"))
            client.finishSending()
            client.readToEnd()
            #expect(String(decoding: client.received.suffix(4), as: UTF8.self) == "true")
        }
    }
}

/// A number that several threads see.
final class Counter: Sendable {
    private let number = Atomic<Int>(0)

    var value: Int { number.load(ordering: .relaxed) }
    func add(_ amount: Int) { number.add(amount, ordering: .relaxed) }
    func raise(to value: Int) { number.max(value, ordering: .relaxed) }
}
