// A plain TCP server that does exactly what a test says: one thread per connection, blocking sockets, raw bytes.

import Foundation
import Synchronization

/// What a client sent, byte for byte.
struct ReceivedRequest: Sendable {
    let head: String
    let body: String

    var lines: [String] { head.components(separatedBy: "\r\n") }
    var requestLine: String { lines[0] }
    var fields: Set<String> { Set(lines.dropFirst()) }
}

/// The server's end of one connection.
final class Peer: @unchecked Sendable {
    let descriptor: Int32
    /// 1 for the server's first connection.
    let number: Int
    private var pending: [UInt8] = []

    init(_ descriptor: Int32, number: Int) {
        self.descriptor = descriptor
        self.number = number
    }

    /// Waits for a request with a body as long as its Content-Length; nil when the client closes.
    func request() -> ReceivedRequest? {
        let end = Array("\r\n\r\n".utf8)
        var headEnd: Int?
        while headEnd == nil {
            headEnd = pending.indices.first { pending[$0...].starts(with: end) }
            guard headEnd != nil || fill() else { return nil }
        }
        let head = String(decoding: pending[..<headEnd!], as: UTF8.self)
        let length =
            head.components(separatedBy: "\r\n").first { $0.hasPrefix("Content-Length: ") }
            .flatMap { Int($0.dropFirst(16)) } ?? 0
        while pending.count < headEnd! + 4 + length { guard fill() else { return nil } }
        let body = String(decoding: pending[(headEnd! + 4)..<(headEnd! + 4 + length)], as: UTF8.self)
        pending.removeFirst(headEnd! + 4 + length)
        return ReceivedRequest(head: head, body: body)
    }

    /// Waits until the client closes or resets; false when it sent something instead.
    func isClosedByClient() -> Bool { !fill() }

    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress! + offset, bytes.count - offset, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            offset += count
        }
        return true
    }

    /// Writes `bytes` until the client has taken nothing for `patience` milliseconds; returns what it took.
    func writeUntilStuck(_ bytes: [UInt8], patience: Int32) -> Int {
        var offset = 0
        while offset < bytes.count {
            var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard Foundation.poll(&poll, 1, patience) == 1 else { break }
            let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress! + offset, bytes.count - offset, flags)
            }
            guard count > 0 else { break }
            offset += count
        }
        return offset
    }

    /// Makes the coming close a reset.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    }

    private func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let count = read(descriptor, &chunk, chunk.count)
        guard count > 0 else { return false }
        pending += chunk[..<count]
        return true
    }
}

/// Listens on a loopback port and runs `script` for each connection, which is closed when it returns.
final class ScriptedServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let accepted = Atomic<Int>(0)

    var connections: Int { accepted.load(ordering: .relaxed) }
    /// An override that leads every host here.
    var override: String { "*=http://127.0.0.1:\(port)" }

    /// - Parameter receiveBuffer: bytes that a connection takes before its script reads them.
    init(receiveBuffer: Int32? = nil, _ script: @escaping @Sendable (Peer) -> Void) {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = self.listener
        if var receiveBuffer { setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4) }
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(listener, $0, length) == 0 && listen(listener, 256) == 0)
                precondition(getsockname(listener, $0, &length) == 0)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [weak self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0, let self else { break }
                let number = self.accepted.add(1, ordering: .relaxed).newValue
                Thread.detachNewThread {
                    script(Peer(descriptor, number: number))
                    close(descriptor)
                }
            }
        }
    }

    /// A server that answers each request with what `answer` makes of it.
    static func answering(_ answer: @escaping @Sendable (ReceivedRequest) -> String) -> ScriptedServer {
        ScriptedServer { peer in
            while let request = peer.request() { guard peer.write(answer(request)) else { return } }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}

/// A value that one thread gives and a task waits for.
final class Promise<Value: Sendable>: Sendable {
    private let stream: AsyncStream<Value>
    private let source: AsyncStream<Value>.Continuation

    init() { (stream, source) = AsyncStream.makeStream() }

    func give(_ value: Value) { source.yield(value) }

    var value: Value {
        get async { await stream.first { _ in true }! }
    }
}
