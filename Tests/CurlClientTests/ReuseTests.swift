// Which connections carry a second call, and what never becomes its answer.

import CurlClient
import Foundation
import GatewayCore
import Testing

@Suite struct ReuseTests {
    @Test(
        "A connection that the answer does not keep is closed at once",
        arguments: [
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nConnection: Keep-Alive, Close\r\nContent-Length: 1\r\n\r\n",
            "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n",
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n",
        ])
    func notKept(head: String) async throws {
        let closed = Promise<Bool>()
        let server = ScriptedServer { peer in
            guard peer.request() != nil else { return }
            peer.write(head + "\(peer.number)" + (head.contains("chunked") ? "\r\n0\r\n\r\n" : ""))
            closed.give(peer.isClosedByClient())
        }
        try await withClient(server.override) { client in
            #expect(await client.body(of: request()) == "1")
            #expect(client.connections == 0)
            #expect(await closed.value)
            #expect(await client.body(of: request()) == "2")
        }
    }

    @Test("HTTP/1.0 keeps its connection where it says so")
    func keptByHTTP10() async throws {
        let server = ScriptedServer { peer in
            while peer.request() != nil {
                peer.write("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n\(peer.number)")
            }
        }
        try await withClient(server.override) { client in
            for _ in 0..<3 { #expect(await client.body(of: request()) == "1") }
        }
    }

    // MARK: Surplus

    @Test("What comes in the segment of an answer, behind it, is dropped with the connection")
    func surplusInTheSegment() async throws {
        let server = ScriptedServer { peer in
            while peer.request() != nil { peer.write(ok("\(peer.number)") + ok("surplus")) }
        }
        try await withClient(server.override) { client in
            for number in 1...3 {
                #expect(await client.body(of: request()) == "\(number)")
                #expect(client.connections == 0)
            }
        }
    }

    @Test("What comes while a connection is idle closes it", arguments: [ok("surplus"), "\r\n", "H"])
    func surplusLater(surplus: String) async throws {
        let isAnswered = DispatchSemaphore(value: 0)
        let closed = Promise<Bool>()
        let server = ScriptedServer { peer in
            guard peer.request() != nil else { return }
            peer.write(ok("\(peer.number)"))
            guard peer.number == 1 else { return _ = peer.isClosedByClient() }
            isAnswered.wait()
            peer.write(surplus)
            closed.give(peer.isClosedByClient())
        }
        try await withClient(server.override) { client in
            #expect(await client.body(of: request()) == "1")
            #expect(client.connections == 1)
            isAnswered.signal()
            #expect(await closed.value)
            #expect(client.connections == 0)
            #expect(await client.body(of: request("POST")) == "2")
        }
    }

    /// The answer fills the buffer of one read exactly, so that what lies behind it is still in the kernel when the
    /// connection becomes free, and the waiting call takes it in the same turn.
    @Test("What lies behind an answer is not the answer of the call that waits for the connection")
    func surplusInTheSameTurn() async throws {
        let isWritten = DispatchSemaphore(value: 0)
        let server = ScriptedServer { peer in
            while let request = peer.request() {
                guard request.requestLine.contains("/exact") else {
                    peer.write(ok("\(peer.number)"))
                    continue
                }
                let empty = ok(String(repeating: "x", count: 10_000)).utf8.count - 10_000
                peer.write(ok(String(repeating: "x", count: (16 << 10) - empty)) + ok("surplus"))
                isWritten.signal()
            }
        }
        try await withClient(server.override, adjust: { $0.connectionsPerHost = 1 }) { client in
            #expect(await client.body(of: request()) == "1")
            let exact = client.start(request("GET", "/exact"))
            let next = client.start(request("POST", "/next"))
            // Nothing is read before all is there.
            hold(isWritten)
            _ = try await exact.head()
            #expect(await exact.wholeBody()?.allSatisfy { $0 == UInt8(ascii: "x") } == true)
            #expect(await next.text() == "2")
        }
    }

    /// Holds the loop's thread up.
    private func hold(_ semaphore: DispatchSemaphore) { semaphore.wait() }

    // MARK: The pool

    @Test("Waiting calls that are cancelled or dropped leave the queue")
    func abandonedWaiters() async throws {
        let isAsked = Promise<Void>()
        let mayAnswer = DispatchSemaphore(value: 0)
        let seen = Counter()
        let server = ScriptedServer { peer in
            while let request = peer.request() {
                seen.add()
                if request.requestLine.contains("/first") {
                    isAsked.give(())
                    mayAnswer.wait()
                }
                peer.write(ok(request.requestLine))
            }
        }
        try await withClient(server.override, adjust: { $0.connectionsPerHost = 1 }) { client in
            let first = client.start(request("GET", "/first"))
            let cancelled = client.start(request("GET", "/cancelled"))
            var dropped: (any UpstreamCall)? = client.start(request("GET", "/dropped"))
            #expect(dropped != nil)
            let late = client.start(request("GET", "/late", deadline: 30))
            let last = client.start(request("GET", "/last"))
            await isAsked.value
            cancelled.cancel()
            dropped = nil
            var body: [UInt8] = []
            #expect(await late.failure(into: &body) == .deadline)
            mayAnswer.signal()
            _ = try await first.head()
            _ = try await first.rest()
            #expect(await last.text() == "GET /last HTTP/1.1")
            #expect(client.connections == 1)
        }
        #expect(seen.value == 2 && server.connections == 1)
    }

    @Test("A client that goes closes its idle connections")
    func tearDown() async throws {
        let closed = Counter()
        let allClosed = Promise<Void>()
        let server = ScriptedServer { peer in
            _ = peer.request()
            peer.write(ok())
            guard peer.isClosedByClient() else { return }
            closed.add()
            if closed.value == 10 { allClosed.give(()) }
        }
        try await withClient(server.override) { client in
            let calls = (0..<10).map { _ in client.start(request()) }
            for call in calls {
                _ = try await call.head()
                _ = try await call.rest()
            }
        }
        await allClosed.value
        #expect(closed.value == 10)
    }
}
