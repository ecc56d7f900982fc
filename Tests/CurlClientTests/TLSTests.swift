import CurlClient
import Foundation
import GatewayCore
import Testing

@Suite struct TLSTests {
    @Test func theRealHostStaysInTLSAndInTheHead() async throws {
        let server = try TLSServer()
        try await withClient(server.override, caFile: Authority.trusted.caFile) { client in
            let answer = try await client.answer(request("GET", "/a"))
            #expect(answer.body.hasPrefix("sni=mail.example.test "))
            #expect(answer.body.hasSuffix("\nGET /a HTTP/1.1\r\nHost: mail.example.test"))
            for _ in 0..<20 { _ = try await client.answer(request("POST", "/b")) }
            #expect(client.connections == 1)
        }
    }

    @Test func anUnknownAuthorityIsUnreachable() async throws {
        let server = try TLSServer()
        for caFile in [nil, Authority.other.caFile] {
            let failure = try await withClient(server.override, caFile: caFile) { await $0.failure(request()) }
            #expect(failure?.isUnreachable == true)
            #expect(failure?.sentence.contains("certificate verification failed for mail.example.test") == true)
        }
    }

    @Test func aCertificateOfAnotherHostIsUnreachable() async throws {
        let server = try TLSServer()
        let failure = try await withClient(server.override, caFile: Authority.trusted.caFile) {
            await $0.failure(request(host: "other.example.test"))
        }
        #expect(failure?.isUnreachable == true)
        #expect(failure?.sentence.contains("verification failed for other.example.test") == true)
    }

    @Test func theSystemsAuthoritiesStayTrustedBesideTheOperators() async throws {
        let system = try await withClient("") { $0.trustedAuthorities }
        let both = try await withClient("", caFile: Authority.trusted.caFile) { $0.trustedAuthorities }
        #expect(both == system + 1)
        #expect(system > 0 || access("/etc/ssl/certs/ca-certificates.crt", R_OK) != 0)
    }

    @Test func aFileWithoutCertificatesIsRefusedAtTheStart() async throws {
        for path in ["/nowhere.pem", Authority.trusted.key] {
            await #expect(throws: CurlSetupFailure.self) { try await withClient("", caFile: path) { _ in } }
        }
    }

    @Test func plainHTTPOnATLSPortIsUnreachable() async throws {
        let server = ScriptedServer { peer in peer.write("HTTP/1.1 400 Bad Request\r\n\r\n") }
        let failure = try await withClient("*=https://127.0.0.1:\(server.port)") { await $0.failure(request()) }
        #expect(failure?.isUnreachable == true)
    }

    @Test func aNewConnectionResumesTheSession() async throws {
        let server = try TLSServer()
        try await withClient(server.override, caFile: Authority.trusted.caFile) { client in
            let first = try await client.answer(request())
            // Two at once: one takes the open connection, the other needs a new one, and has another easy handle.
            let kept = client.start(request())
            let new = client.start(request())
            _ = try await kept.head()
            _ = try await new.head()
            let body = String(decoding: try await new.rest(), as: UTF8.self)
            #expect(first.body.contains("resumed=0") && body.contains("resumed=1"))
            #expect(client.connections == 2)
        }
    }

    /// curl #21643: the resolver's descriptor stayed readable for the paused transfer, and epoll reported it for ever.
    @Test func aPausedTransferAfterAThreadedResolveCostsNothing() async throws {
        let server = try TLSServer()
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, 255)
        let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try await withClient("*=https://\(host):\(server.port)", caFile: Authority.trusted.caFile) { client in
            let call = client.start(request("GET", "/big", deadline: 20_000))
            _ = try await call.head()
            let spent = try await processorTime { try await Task.sleep(for: .seconds(1)) }
            #expect(spent < .milliseconds(50))
            let body = try await call.rest()
            #expect(body.count == 50 << 20)
        }
    }
}
