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
            let count = try #require(answer.payload?["result"]?.array?.count)
            #expect(count > 2900 && answer.payload?["result_count"]?.int == count)
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

        @Test(
            "Trouble while an account's own ids are asked for is told as what it is",
            arguments: [
                ("mail-429-headers", 429, "Wait 17 seconds"), ("mail-500", 502, "Zoho Mail"),
                ("html", 502, "Zoho Mail"), ("html-200", 502, "`zoid`"), ("break-head", 503, "`zoid`"),
                ("mail-error", 401, "less than a minute"), ("mail-403", 400, "Pass it as an argument"),
            ])
        func troubleWithTheAccountsIDs(_ form: String, _ code: Int, _ says: String) throws {
            let bench = try Bench(.sqlite, workers: 1)
            defer { bench.end() }
            // Once while the account is connected, where it does no harm, and once for the call.
            try bench.simulator.rule(["match": ["path": "/api/organization"], "times": 2, "form": .string(form)])
            let server = try bench.gateway.makeServer(try bench.gateway.makeAccount(integration: "zoho_mail"))
            let answer = try bench.gateway.call(server.token, "list_all_zoho_mail_domains")
            #expect(answer.code == code, "\(answer.json.text)")
            #expect(answer.message.contains(says), "\(answer.json.text)")
            // It was a passing trouble.
            #expect(try !bench.gateway.call(server.token, "list_all_zoho_mail_domains").isError)
        }

        @Test("A token that is refused when an account's own ids are asked for is renewed")
        func refusedTokenWhileIDsAreAskedFor() throws {
            let folder = try Folder()
            let clock = try ShiftedClock(folder)
            let bench = try Bench(.sqlite, workers: 1, settings: clock.environment)
            defer { bench.end() }
            for integration in ["zoho_mail", "zoho_meeting"] {
                let server = try bench.gateway.makeServer(try bench.gateway.makeAccount(integration: integration))
                let (free, bound) =
                    integration == "zoho_mail"
                    ? ("zoho_mail_organizations_get_current", "list_all_zoho_mail_domains")
                    : ("list_all_zoho_meeting_me", "list_all_zoho_meeting_departments")
                #expect(try !bench.gateway.call(server.token, free).isError, "\(integration)")
                try clock.shift(seconds: integration == "zoho_mail" ? 61 : 122)
                try bench.simulator.control("POST", "tokens/expire")
                let answer = try bench.gateway.call(server.token, bound)
                #expect(!answer.isError, "\(answer.json.text)")
            }
        }
    }
}
