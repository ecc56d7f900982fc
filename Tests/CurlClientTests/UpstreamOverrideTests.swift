import CurlClient
import GatewayCore
import Testing

@Suite struct UpstreamOverrideTests {
    @Test func entriesAreReadInOrder() throws {
        let overrides = try UpstreamOverride.parse(
            "Mail.Zoho.com=https://sim:8443, *=http://127.0.0.1:80,a=http://[::1]:9")
        #expect(overrides.map(\.host) == ["mail.zoho.com", "*", "a"])
        #expect(overrides.map(\.scheme) == [.https, .http, .http])
        #expect(overrides.map(\.address) == ["sim", "127.0.0.1", "::1"])
        #expect(overrides.map(\.port) == [8443, 80, 9])
        #expect(try UpstreamOverride.parse("") == [])
    }

    @Test(arguments: [
        "*", "*=", "=https://a:1", "*=https://a", "*=https://a:0", "*=https://a:65536", "*=https://a:x",
        "*=ftp://127.0.0.1:1", "*=https:/a:1", "*=https://u@a:1", "*=https://a/b:1", "a b=https://a:1",
        "*=https://[::1:1", "*=https://[zz]:1", "*=https://:1", "*=https://::1:1",
    ])
    func whatIsNoOverrideIsRefused(text: String) {
        #expect(throws: UpstreamOverride.Malformed.self) { try UpstreamOverride.parse(text) }
    }

    @Test(arguments: ["10.0.0.1", "sim", "127.evil.test", "[::2]", "0.0.0.0", "localhost.evil.test"])
    func plainHTTPIsForLoopbackOnly(address: String) {
        let failure = #expect(throws: UpstreamOverride.Malformed.self) {
            try UpstreamOverride.parse("*=http://\(address):80")
        }
        #expect(failure?.description.contains("loopback") == true)
    }

    @Test(arguments: ["127.0.0.1", "127.9.9.9", "[::1]", "localhost"])
    func plainHTTPReachesThisMachine(address: String) throws {
        #expect(try UpstreamOverride.parse("*=http://\(address):80").count == 1)
    }

    @Test func theNamedHostCountsBeforeTheStar() async throws {
        let star = ScriptedServer.answering { _ in ok("star") }
        let named = ScriptedServer.answering { _ in ok("named") }
        try await withClient("\(star.override),mail.example.test=http://127.0.0.1:\(named.port)") { client in
            let first = try await client.answer(request())
            let second = try await client.answer(request(host: "other.example.test"))
            #expect(first.body == "named" && second.body == "star")
        }
    }

    @Test func aRequestThatSaysWhereItGoesIsNotSentElsewhere() async throws {
        let star = ScriptedServer.answering { _ in ok("star") }
        let own = ScriptedServer.answering { ok($0.head) }
        try await withClient("\(star.override),127.0.0.1=\(star.override.dropFirst(2))") { client in
            var direct = request(host: "127.0.0.1")
            direct.origin = UpstreamOrigin(scheme: .http, port: own.port)
            // Before and after an override has been used by the same handle.
            for _ in 0..<2 {
                let first = try await client.answer(direct)
                let second = try await client.answer(request(host: "127.0.0.1"))
                #expect(first.body == "GET / HTTP/1.1\r\nHost: 127.0.0.1:\(own.port)")
                #expect(second.body == "star")
            }
        }
        #expect(own.connections == 1 && star.connections == 1)
    }

    @Test func anOriginIsHTTPSUnlessItSaysOtherwise() async throws {
        let server = ScriptedServer { peer in peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
        try await withClient("") { client in
            var direct = request(host: "localhost")
            direct.origin = UpstreamOrigin(scheme: .https, port: server.port)
            #expect(await client.failure(direct)?.isUnreachable == true)
        }
    }

    @Test func aLiteralOfThisMachineNeedsAnOrigin() async throws {
        try await withClient("") { client in
            var literal = request(host: "[::1]")
            #expect(await client.failure(literal)?.sentence.contains("no host name") == true)
            literal.origin = UpstreamOrigin(scheme: .http, port: 1)
            #expect(await client.failure(literal)?.sentence.contains("Connecting to [::1] failed") == true)
            literal.host = "[::2]"
            #expect(await client.failure(literal)?.sentence.contains("no host name") == true)
        }
    }
}
