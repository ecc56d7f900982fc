// A listener on a thread of its own, answering by a closure.

import Net
import Synchronization
import Wire

final class ClosureHandler: RequestHandler {
    private let answer: (Connection) async -> Void

    init(_ answer: @escaping (Connection) async -> Void) { self.answer = answer }

    func handle(_ connection: Connection) async { await answer(connection) }

    func refused(_ refusal: Refusal) -> (head: ResponseHead, body: [UInt8]) {
        (ResponseHead(refusal.status), Array("\(refusal.reason)".utf8))
    }
}

/// Safe to share: `listener` is touched on the loop's thread only.
final class TestServer: @unchecked Sendable {
    let thread: LoopThread
    private(set) var listener: Listener!
    private(set) var address = SocketAddress(host: "127.0.0.1", port: 0)

    init(
        _ limits: ConnectionLimits = ConnectionLimits(),
        answering answer: @escaping @Sendable (Connection, Loop) async -> Void
    ) async throws {
        thread = try LoopThread(name: "net-test")
        try await thread.run { loop in
            self.listener = try Listener(
                loop: loop, address: self.address, limits: limits, handler: ClosureHandler { await answer($0, loop) })
            self.address = self.listener.address
        }
    }

    func stop() async throws {
        try await thread.run { _ in self.listener.drain {} }
        thread.stop()
    }

    /// Runs `body` against a server that ends with it.
    static func run(
        _ limits: ConnectionLimits = ConnectionLimits(),
        answering answer: @escaping @Sendable (Connection, Loop) async -> Void,
        _ body: (TestServer) async throws -> Void
    ) async throws {
        let server = try await TestServer(limits, answering: answer)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(server))
        } catch {
            result = .failure(error)
        }
        try await server.stop()
        try result.get()
    }

    func connect(receiveBuffer: Int32? = nil) throws -> Client { try Client(address, receiveBuffer: receiveBuffer) }

    /// Waits until the server has `count` connections.
    func has(connections count: Int) async throws {
        while try await thread.run({ _ in self.listener.connectionCount }) != count {}
    }

    /// Begins to drain; the result tells when everything has ended.
    func drain() async throws -> Flag {
        let done = Flag()
        try await thread.run { _ in self.listener.drain { done.raise() } }
        return done
    }
}

/// Something that happens once, seen from other threads.
final class Flag: Sendable {
    private let raised = Mutex<ContinuousClock.Instant?>(nil)

    func raise() { raised.withLock { $0 = $0 ?? ContinuousClock.now } }

    var time: ContinuousClock.Instant? { raised.withLock { $0 } }
    var isRaised: Bool { time != nil }

    /// - Returns: whether it happened within `limit`.
    func happens(within limit: Duration = .seconds(10)) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while !isRaised, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(1)) }
        return isRaised
    }
}

extension Connection {
    var path: String { input.text(request.head.path) }

    /// Answers with `text`.
    func reply(_ text: String) { respond(ResponseHead(200), Array(text.utf8)) }
}

func get(_ path: String, version: String = "1.1", fields: String = "") -> String {
    "GET \(path) HTTP/\(version)\r\nHost: a.example\r\n\(fields)\r\n"
}

func post(_ path: String, _ body: String) -> String {
    "POST \(path) HTTP/1.1\r\nHost: a.example\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
}
