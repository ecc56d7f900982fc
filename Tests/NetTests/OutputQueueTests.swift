import Glibc
import Testing
import Wire

@testable import Net

@Suite struct OutputQueueTests {
    /// A client that always leaves something for later: what it has taken must not be kept.
    @Test func whatHasBeenSentIsLetGoAlthoughSomethingIsAlwaysLeft() throws {
        let listener = try Socket.listening(on: SocketAddress(host: "127.0.0.1", port: 0), backlog: 1)
        let client = try Client(SocketAddress(host: "127.0.0.1", port: listener.localPort), receiveBuffer: 4 << 10)
        guard let accepted = Accepted(listener) else { throw ClientFailure(what: "nothing to accept") }
        var small: Int32 = 4 << 10
        setsockopt(accepted.socket.descriptor, SOL_SOCKET, SO_SNDBUF, &small, 4)
        var queue = OutputQueue()
        var expected: UInt64 = 0
        var appended = 0
        var largest = 0
        while appended < 8 << 20 {
            // Filled up before every write, so that the kernel never takes all.
            while queue.count < 128 << 10 {
                queue.append((0..<1024).map { UInt8(truncatingIfNeeded: ($0 + appended) / 7) })
                appended += 1024
            }
            _ = queue.write(to: accepted.socket)
            largest = max(largest, queue.held)
            client.readSome(patience: 10)
            for byte in client.take(client.received.count) {
                guard byte == UInt8(truncatingIfNeeded: expected / 7) else {
                    Issue.record("byte \(expected) is wrong")
                    return
                }
                expected += 1
            }
        }
        #expect(expected > 4 << 20)
        #expect(largest < 512 << 10)
    }
}

/// Holds what cannot be copied, which the macros would have to.
private final class Accepted {
    let socket: Socket

    init?(_ listener: borrowing Socket) {
        guard let socket = listener.accept() else { return nil }
        self.socket = socket
    }
}
