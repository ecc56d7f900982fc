// A server's record, as it goes into the store and comes back.

import Testing
import Wire

@testable import GatewayCore

@Suite struct ServerRecordTests {
    private let plain =
        #"{"id":"s","tenant":"t","account":"a","integration":"zoho_bigin","name":"n","config":{},"created_at":1,"#
        + #""updated_at":2,"token_key":"k"}"#

    @Test("A record comes back as it was kept")
    func roundTrip() throws {
        var config = ServerConfig()
        config.filter = ToolFilter(methods: ["read", "write"], tags: ["mail"], tools: ["a_b", "ü"])
        config.presentation.exposure = .discovery
        config.requiresAPIKey = true
        config.timeout = 1234
        for (name, config, expiry) in [
            ("Sales", ServerConfig(), Int64?.none), ("\"quoted\"\n\\ and ümlaut 📬", config, 1_700_000_000_123),
        ] {
            let record = ServerRecord(
                id: "id", tenant: "default", account: "account", integration: "zoho_bigin", name: name, config: config,
                expiresAt: expiry, createdAt: 1, updatedAt: 1_700_000_000_000, tokenKey: "key")
            let again = try #require(ServerRecord(bytes: record.bytes))
            #expect(again.bytes == record.bytes)
            #expect(again.name == name && again.config == config && again.expiresAt == expiry)
            #expect(again.createdAt == 1 && again.updatedAt == 1_700_000_000_000)
        }
    }

    @Test("Members may come in any order, spaced, with others between them")
    func order() throws {
        let text =
            #" { "token_key":"k", "new":[{"id":"x"}], "updated_at":2,"created_at": 1 ,"config": {"timeout_ms":5},"#
            + #""name":"n","integration":"i","account":"a","tenant":"t","id":"s"} "#
        let record = try #require(ServerRecord(bytes: bytes(text)))
        #expect(record.id == "s" && record.config.timeout == 5 && record.expiresAt == nil)
    }

    @Test("What no version wrote is no record")
    func nonsense() {
        #expect(ServerRecord(bytes: bytes(plain)) != nil)
        for (part, other) in [
            (#""id":"s","#, ""), (#""id":"s""#, #""id":1"#), (#""created_at":1"#, #""created_at":"1""#),
            (#""created_at":1"#, #""created_at":1.5"#), (#""created_at":1"#, #""created_at":-"#),
            (#""updated_at":2"#, #""updated_at":12345678901234567890"#), (#""config":{},"#, ""), ("}", "} x"),
            ("{", "["),
        ] {
            let text = plain.replacing(part, with: other, maxReplacements: 1)
            #expect(ServerRecord(bytes: bytes(text)) == nil, "\(text)")
        }
        #expect(ServerRecord(bytes: []) == nil)
    }
}
