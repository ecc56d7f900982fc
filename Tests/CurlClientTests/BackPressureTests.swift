import CurlClient
import Foundation
import GatewayCore
import Testing

@Suite(.serialized) struct BackPressureTests {
    private static let size = 50 << 20

    /// A server that writes a huge body, and tells how much was taken before the client stopped taking.
    private func server(_ stuck: Promise<Int>, then rest: @escaping @Sendable (Peer, Int) -> Void) -> ScriptedServer {
        ScriptedServer { peer in
            _ = peer.request()
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: \(Self.size)\r\n\r\n")
            let body = [UInt8](repeating: 7, count: Self.size)
            let taken = peer.writeUntilStuck(body, patience: 300)
            stuck.give(taken)
            rest(peer, taken)
        }
    }

    @Test func aBodyThatNobodyReadsStopsTheServer() async throws {
        let stuck = Promise<Int>()
        let server = server(stuck) { peer, taken in
            peer.write([UInt8](repeating: 7, count: Self.size - taken))
        }
        try await withClient(server.override) { client in
            let call = client.start(request(deadline: 20_000))
            _ = try await call.head()
            let taken = await stuck.value
            #expect(taken < 10 << 20, "the kernel's buffers and 200 KiB")
            var piece: [UInt8] = []
            var total = 0
            while try await call.read(into: &piece) {
                #expect(piece.count <= 32 << 10)
                total += piece.count
                piece.removeAll(keepingCapacity: true)
            }
            #expect(total == Self.size)
        }
    }

    /// The clock of the deadline stands still while the reader is the slow one.
    @Test func aReaderSlowerThanTheDeadlineGetsItsBody() async throws {
        let stuck = Promise<Int>()
        let server = server(stuck) { peer, taken in
            peer.write([UInt8](repeating: 7, count: Self.size - taken))
        }
        try await withClient(server.override) { client in
            let start = ContinuousClock.now
            let call = client.start(request(deadline: 1_500))
            _ = try await call.head()
            var piece: [UInt8] = []
            var total = 0
            while try await call.read(into: &piece) {
                total += piece.count
                piece.removeAll(keepingCapacity: true)
                // Slowness is what is tested here.
                if total < 512 << 10 { try await Task.sleep(for: .milliseconds(150)) }
            }
            #expect(total == Self.size)
            #expect(start.duration(to: .now) > .milliseconds(1_500))
        }
    }

    @Test func aReaderThatStoppedMeetsTheDeadline() async throws {
        let stuck = Promise<Int>()
        let gone = Promise<Bool>()
        let server = server(stuck) { peer, _ in
            gone.give(!peer.write([UInt8](repeating: 7, count: Self.size)))
        }
        try await withClient(server.override) { client in
            let call = client.start(request(deadline: 700))
            _ = try await call.head()
            #expect(await gone.value, "the connection was closed although nobody reads")
            var body: [UInt8] = []
            #expect(await call.failure(into: &body) == .deadline)
            #expect(body.count >= 16 << 10 && body.count <= 32 << 10)
        }
    }

    @Test func aPausedTransferCostsNothing() async throws {
        let stuck = Promise<Int>()
        let server = server(stuck) { peer, _ in _ = peer.isClosedByClient() }
        try await withClient(server.override) { client in
            let call = client.start(request(deadline: 20_000))
            _ = try await call.head()
            _ = await stuck.value
            let spent = try await processorTime { try await Task.sleep(for: .seconds(1)) }
            #expect(spent < .milliseconds(50))
            call.cancel()
        }
    }

    @Test func aPausedTransferIsCancelledAtOnce() async throws {
        let stuck = Promise<Int>()
        let gone = Promise<Bool>()
        let server = server(stuck) { peer, _ in gone.give(peer.isClosedByClient()) }
        try await withClient(server.override) { client in
            let call = client.start(request(deadline: 20_000))
            _ = try await call.head()
            _ = await stuck.value
            call.cancel()
            #expect(await gone.value)
            #expect(client.connections == 0)
        }
    }
}

/// What the calling thread, a loop's, spent while `body` was suspended.
func processorTime(_ body: () async throws -> Void) async throws -> Duration {
    func spent() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }
    let before = spent()
    try await body()
    return spent() - before
}
