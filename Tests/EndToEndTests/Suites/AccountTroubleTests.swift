// Accounts that go away, or have trouble of their own, while somebody calls.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct AccountTroubleTests {
        private static let list = "list_all_zoho_bigin_users"
        private static let users: JSON = ["path": "/bigin/v2/users"]

        @Test("A call under way when its account is deleted has its answer, and the next one none")
        func anAccountDeletedDuringACall() throws {
            let bench = try Bench(.sqlite, workers: 1)
            defer { bench.end() }
            let server = try bench.makeServer()
            try bench.simulator.rule([
                "match": Self.users, "times": 0, "respond": ["bytes": 1_000_000],
                "stall": ["after": 500_000, "ms": 300],
            ])
            let client = try bench.gateway.connect()
            client.send(
                RawClient.request(
                    "POST", "/mcp/\(server.token)", fields: Gateway.mcpFields,
                    body: Gateway.message(Self.list, [:]).text))
            try eventually("the upstream is not asked") {
                try bench.simulator.control("GET", "rules")["rules"]?.array?.first?["hits"] == 1
            }
            let deleted = try bench.gateway.manage("DELETE", "/integrated-account/\(server.account)")
            #expect(deleted.status == 204)
            #expect(try bench.gateway.status(server.token) == 401)
            let response = try client.readResponse()
            let answer = Answer(json: try response.json, response: response)
            #expect(!answer.isError)
            #expect(answer.payload?["result_count"] == 2982)
        }

        /// A renewal that ends after the deletion must not bring any of the account back.
        @Test("Of an account deleted while its token is renewed nothing is left in the store")
        func anAccountDeletedDuringARenewal() throws {
            let bench = try Bench(.redis, workers: 1)
            defer { bench.end() }
            let redis = try #require(bench.redis)
            let server = try bench.makeServer()
            try bench.simulator.rule(["match": ["path": "/oauth/v2/token"], "delay_ms": 500])
            let client = try bench.gateway.connect()
            client.send(
                RawClient.request(
                    "POST", "/mcp/\(server.token)", fields: Gateway.mcpFields,
                    body: Gateway.message(Self.list, [:]).text))
            try eventually("no token is asked for") { try !bench.simulator.requests().isEmpty }
            let deleted = try bench.gateway.manage("DELETE", "/integrated-account/\(server.account)")
            #expect(deleted.status == 204)
            #expect(try client.readResponse().status == 200)
            let left = try redis.keys().filter { $0.contains(server.account) }
            #expect(left == [])
        }
    }
}
