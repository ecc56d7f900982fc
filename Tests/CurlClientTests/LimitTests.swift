// The bound on connections to a host: never exceeded, and never used up by calls that are over.

import CurlClient
import Foundation
import GatewayCore
import Testing

@Suite struct LimitTests {
    /// How far a call has come when it ends.
    enum Phase: CaseIterable, Sendable {
        case resolving, connecting, handshake, writing, head, body
    }

    enum Ending: CaseIterable, Sendable {
        case cancelled, dropped, late
    }

    private func localName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, 255)
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// A server that takes each connection as far as `phase` and waits there. A second call needs a second connection,
    /// and gets one only when the first does not count any more.
    @Test("A call that ends in any phase gives its place back", arguments: Phase.allCases, Ending.allCases)
    func places(phase: Phase, ending: Ending) async throws {
        let reached = Promise<Void>()
        let mayGo = DispatchSemaphore(value: 0)
        defer { for _ in 0..<3 { mayGo.signal() } }
        let server = ScriptedServer(receiveBuffer: 16 << 10) { peer in
            guard !peer.isClosedByClient() else { return }
            if phase == .body { peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1") }
            reached.give(())
            if phase == .writing { mayGo.wait() }
            while phase != .writing, !peer.isClosedByClient() {}
        }
        let backlog = phase == .connecting ? FullListener() : nil
        let scheme = phase == .handshake || phase == .resolving ? "https" : "http"
        let host = phase == .resolving ? localName() : "127.0.0.1"
        try await withClient(
            "*=\(scheme)://\(host):\(backlog?.port ?? server.port)", adjust: { $0.connectionsPerHost = 1 }
        ) { client in
            let body = phase == .writing ? String(repeating: "x", count: 32 << 20) : "x"
            for _ in 0..<3 {
                let deadline = ending == .late ? 100 : 10_000
                var call: (any UpstreamCall)? = client.start(request("POST", body: body, deadline: deadline))
                if phase == .body { _ = try await call?.head() }
                if phase != .resolving, phase != .connecting { await reached.value }
                #expect(client.connections <= 1)
                switch ending {
                case .cancelled: call?.cancel()
                case .late:
                    var body: [UInt8] = []
                    #expect(await call?.failure(into: &body) == .deadline)
                case .dropped: break
                }
                call = nil
                #expect(client.connections == 0)
            }
        }
    }

    @Test("Refusals give their places back, and so do connections that take too long")
    func failures() async throws {
        let closed = ScriptedServer { _ in }.port
        try await withClient("*=http://127.0.0.1:\(closed)", adjust: { $0.connectionsPerHost = 2 }) { client in
            let calls = (0..<20).map { _ in client.start(request()) }
            for call in calls {
                var body: [UInt8] = []
                #expect(await call.failure(into: &body)?.isUnreachable == true)
            }
            #expect(client.connections == 0)
        }
        let full = FullListener()
        try await withClient(
            "*=http://127.0.0.1:\(full.port)",
            adjust: {
                $0.connectionsPerHost = 2
                $0.connectTimeoutMilliseconds = 50
            }
        ) { client in
            let calls = (0..<6).map { _ in client.start(request()) }
            for call in calls {
                var body: [UInt8] = []
                let failure = await call.failure(into: &body)
                #expect(failure == .unreachable("Connecting to mail.example.test took too long"))
            }
            #expect(client.connections == 0)
        }
    }

    /// Calls that end in all ways at once, and thousands of them: what one in a hundred left behind would show.
    @Test("Two thousand calls of all kinds leave no descriptor and no place behind")
    func noLeaks() async throws {
        let server = ScriptedServer { peer in
            while let request = peer.request() {
                let target = request.requestLine
                if target.contains("/silent") { return _ = peer.isClosedByClient() }
                if target.contains("/reset") { return peer.reset() }
                if target.contains("/cut") { return _ = peer.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1") }
                if target.contains("/close") { return _ = peer.write(ok("x", "Connection: close\r\n")) }
                peer.write(ok("x"))
            }
        }
        try await withClient(server.override, adjust: { $0.connectionsPerHost = 8 }) { client in
            let kinds = ["silent", "reset", "cut", "close", "kept", "kept", "cancelled", "dropped"]
            for _ in 0..<25 {
                var calls = (0..<80).map { number in
                    let kind = kinds[number % kinds.count]
                    let deadline = kind == "silent" ? 50 : 10_000
                    return (kind, client.start(request("GET", "/\(kind)", deadline: deadline)))
                }
                for (kind, call) in calls where kind == "cancelled" { call.cancel() }
                calls.removeAll { $0.0 == "dropped" }
                for (kind, call) in calls where kind != "cancelled" {
                    var body: [UInt8] = []
                    let failure = await call.failure(into: &body)
                    let isExpected =
                        switch kind {
                        case "silent": failure == .deadline
                        case "reset", "cut": failure?.isBroken == true
                        default: failure == nil && body == Array("x".utf8)
                        }
                    #expect(isExpected, "\(kind): \(String(describing: failure))")
                }
                #expect(client.connections <= 8)
                #expect(descriptors(to: server.port) == client.connections)
            }
            // Eight places are there still: nobody waits for a ninth.
            let last = (0..<8).map { _ in client.start(request("GET", "/kept", deadline: 2_000)) }
            for call in last { #expect(await call.text() == "x") }
        }
        #expect(descriptors(to: server.port) == 0)
    }

    /// This process's sockets that are connected to `port`.
    private func descriptors(to port: UInt16) -> Int {
        (0..<4096).count { descriptor in
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let code = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(Int32(descriptor), $0, &length) }
            }
            return code == 0 && UInt16(bigEndian: address.sin_port) == port
        }
    }
}

/// Listens and accepts nothing, with its backlog full: a further connection is not answered.
private final class FullListener: Sendable {
    let port: UInt16
    private let descriptors: [Int32]

    init() {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var descriptors = [listener]
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(listener, $0, length) == 0 && listen(listener, 0) == 0)
                precondition(getsockname(listener, $0, &length) == 0)
                // A backlog of n takes n + 1; the others wait for an answer to their SYN.
                for _ in 0..<4 {
                    let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
                    let filler = socket(AF_INET, flags, 0)
                    _ = connect(filler, $0, length)
                    descriptors.append(filler)
                }
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        self.descriptors = descriptors
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}
