// TLS as servers do it that mean no good, and as those do it that mean well in another way.

import CurlClient
import Foundation
import GatewayCore
import Testing

@Suite struct TLSPeerTests {
    private func withPeer<Value: Sendable>(
        _ peer: TLSPeer, adjust: @escaping @Sendable (inout CurlSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (CurlUpstream) async throws -> Value
    ) async throws -> Value {
        try await withClient(peer.override, caFile: Authority.trusted.caFile, adjust: adjust, body)
    }

    private func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8($0 % 251) } }

    // MARK: Whom to trust

    @Test("An expired certificate makes a host unreachable")
    func expired() async throws {
        let peer = try TLSPeer(certificate: Authority.trusted.expiredCertificate)
        let failure = try await withPeer(peer) { await $0.failure(request()) }
        #expect(
            failure
                == .unreachable(
                    "TLS certificate verification failed for mail.example.test: certificate has expired"))
    }

    @Test("A host that is an address is known by its certificate's address")
    func address() async throws {
        let peer = try TLSPeer(certificate: Authority.trusted.addressCertificate)
        try await withPeer(peer) { client in
            var called = request(host: "127.0.0.1")
            called.origin = UpstreamOrigin(scheme: .https, port: peer.port)
            #expect(await client.body(of: called) == "connection=1 resumed=0")
            // The same server under a name.
            #expect(await client.failure(request())?.sentence.contains("verification failed for mail.example") == true)
        }
        let named = try TLSPeer()
        try await withPeer(named) { client in
            var called = request(host: "127.0.0.1")
            called.origin = UpstreamOrigin(scheme: .https, port: named.port)
            #expect(await client.failure(called)?.sentence.contains("verification failed for 127.0.0.1") == true)
        }
    }

    @Test("A server that speaks nothing newer than TLS 1.1 is refused")
    func oldVersion() async throws {
        let peer = try TLSPeer(version: "TLSv1_1")
        let failure = try await withPeer(peer) { await $0.failure(request()) }
        #expect(failure?.isUnreachable == true)
        #expect(failure?.sentence.contains("TLS: tlsv1 alert protocol version") == true)
    }

    @Test("A server that stalls in the handshake has taken too long to connect, and its connection is closed")
    func stalledHandshake() async throws {
        let gone = Promise<Bool>()
        let server = ScriptedServer { peer in
            _ = peer.isClosedByClient()
            gone.give(peer.isClosedByClient())
        }
        try await withClient(
            "*=https://127.0.0.1:\(server.port)", adjust: { $0.connectTimeoutMilliseconds = 100 }
        ) { client in
            let failure = await client.failure(request())
            #expect(failure == .unreachable("Connecting to mail.example.test took too long"))
            #expect(client.connections == 0)
            #expect(await gone.value)
        }
    }

    // MARK: Sessions

    @Test("A new connection resumes the last one's session", arguments: ["TLSv1_2", "TLSv1_3"])
    func resumption(version: String) async throws {
        let peer = try TLSPeer(version: version)
        try await withPeer(peer) { client in
            #expect(await client.body(of: request("GET", "/close")) == "connection=1 resumed=0")
            for number in 2...4 {
                let answer = try await client.answer(request("GET", "/close"))
                #expect(answer.body == "connection=\(number) resumed=1")
            }
            #expect(client.connections == 0)
        }
    }

    @Test("A ticket that arrives on an idle connection leaves it open")
    func lateTicket() async throws {
        let peer = try TLSPeer(version: "TLSv1_3")
        try await withPeer(peer) { client in
            for _ in 0..<3 {
                #expect(await client.body(of: request("POST", "/ticket")) == "connection=1 resumed=0")
                #expect(await peer.says("ticket"))
                #expect(client.connections == 1)
            }
        }
    }

    // MARK: Where an answer ends

    @Test("A body that ends with the connection is whole with close_notify alone")
    func truncation() async throws {
        let peer = try TLSPeer()
        try await withPeer(peer) { client in
            #expect(await client.body(of: request("GET", "/clean")) == "until the end")
            let failure = await client.failure(request("GET", "/unclean"))
            #expect(failure == .broken("The answer of mail.example.test ended too early"))
            #expect(client.connections == 0)
        }
    }

    @Test("What comes behind an answer is never the next one", arguments: ["/surplus", "/goodbye"])
    func surplus(target: String) async throws {
        let peer = try TLSPeer()
        try await withPeer(peer) { client in
            for number in 1...20 {
                let answer = try await client.answer(request("GET", target))
                #expect(answer.body == "connection=\(number) resumed=\(number == 1 ? 0 : 1)")
            }
        }
    }

    @Test("An answer in many small records is one answer")
    func smallRecords() async throws {
        let peer = try TLSPeer()
        try await withPeer(peer) { client in
            let call = client.start(request("GET", "/records/70000"))
            _ = try await call.head()
            #expect(await call.wholeBody() == pattern(70_000))
            #expect(await client.body(of: request()) == "connection=1 resumed=0")
        }
    }

    /// With these sizes the last bytes are in OpenSSL's buffer, where no event tells of them, when the body is paused.
    @Test("A slow reader gets what OpenSSL holds")
    func heldBytes() async throws {
        let peer = try TLSPeer()
        try await withPeer(peer) { client in
            for size in stride(from: 31_000, through: 66_000, by: 1_000) {
                let call = client.start(request("GET", "/whole/\(size)", deadline: 5_000))
                _ = try await call.head()
                #expect(await peer.says("written"))
                #expect(await call.wholeBody() == pattern(size), "\(size)")
            }
            #expect(client.connections == 1)
        }
    }

    // MARK: Uploads

    @Test("An upload of 3 MB reaches a server that reads slowly", arguments: ["TLSv1_2", "TLSv1_3"])
    func upload(version: String) async throws {
        let peer = try TLSPeer(version: version)
        let body = String(repeating: "0123456789abcdef", count: 3 << 16) + "the end."
        try await withPeer(peer) { client in
            for _ in 0..<2 {
                let answer = try await client.answer(request("POST", "/upload", body: body, deadline: 20_000))
                #expect(answer.body == "\(body.utf8.count) the end.")
            }
            #expect(client.connections == 1)
        }
    }

    @Test("An answer that comes before the upload is read, and its connection is not used again")
    func earlyAnswer() async throws {
        let peer = try TLSPeer()
        let body = String(repeating: "0123456789abcdef", count: 2 << 20)
        try await withPeer(peer) { client in
            for _ in 0..<20 {
                let answer = try await client.answer(request("POST", "/early", body: body))
                #expect(answer.status == 413 && answer.body == "large")
                #expect(client.connections == 0)
            }
        }
    }
}
