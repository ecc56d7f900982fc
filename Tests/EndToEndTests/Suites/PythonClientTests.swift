// Published clients that are given nothing but the URL.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct PythonClientTests {
        /// The names that clients know from examples, of users and their surroundings.
        static let tools = [
            "create_a_zoho_bigin_user", "delete_a_zoho_bigin_user_by_id", "get_single_zoho_bigin_user_by_id",
            "list_all_zoho_bigin_current_organization", "list_all_zoho_bigin_me", "list_all_zoho_bigin_profiles",
            "list_all_zoho_bigin_roles", "list_all_zoho_bigin_users", "update_a_zoho_bigin_user_by_id",
        ]

        @Test(
            arguments: [
                ("mcp-legacy", StoreKind.redis), ("mcp-legacy", .sqlite), ("mcp-auto", .redis), ("mcp-auto", .sqlite),
                ("fastmcp-auto", .redis), ("fastmcp-auto", .sqlite), ("fastmcp-legacy", .sqlite),
            ])
        func aSessionFromTheURLAlone(_ client: String, _ kind: StoreKind) throws {
            let bench = try Bench(kind)
            defer { bench.end() }
            let account = try bench.gateway.makeAccount()
            let server = try bench.gateway.makeServer(account)
            let readOnly = try bench.gateway.makeServer(account, config: ["methods": ["read"]])
            let seen = try PythonClients.run("bigin.py", [client, server.url, readOnly.url], folder: bench.folder)

            let tools = try #require(seen["tools"]?.strings)
            #expect(Set(tools).isSuperset(of: Self.tools))
            #expect(seen["described"] == true)
            #expect(seen["pages"] == [200, 200, 50])
            #expect(seen["distinct"] == 450)
            #expect(seen["same"] == true)
            #expect(seen["digits"] == .number("1000000000000000019"))

            let change = seen["change"]
            #expect(change?["listed"] == true)
            #expect(change?["updated"] == "SUCCESS")
            #expect(change?["last_name"] == "Lovelace")
            #expect(change?["deleted"] == "SUCCESS")
            #expect(change?["gone"]?["code"] == 404)
            #expect(change?["still_listed"] == false)
            judgeFailures(seen)

            #expect(seen["still_works"] == 1)
            #expect(
                seen["read_tools"]?.strings
                    == tools.filter { $0.hasPrefix("list_all") || $0.hasPrefix("get_single") })
            #expect(seen["filtered"]?["code"] == -32602)
            #expect(
                seen["filtered"]?["message"]?.string?.hasPrefix("Unknown tool: delete_a_zoho_bigin_user_by_id") == true)
            let deletions = try bench.simulator.requests().filter { $0["method"] == "DELETE" }
            #expect(deletions.count == 1)
        }

        private func judgeFailures(_ seen: JSON) {
            let unknown = seen["unknown_argument"]
            #expect(unknown?["isError"] == true)
            #expect(unknown?["text"]?.string?.contains("limt") == true)
            #expect(unknown?["text"]?.string?.contains("`limit`") == true)
            #expect(seen["bad_argument"]?["isError"] == true)
            #expect(seen["bad_argument"]?["text"]?.string?.contains("ActiveUsers") == true)
            #expect(seen["bad_cursor"]?["code"] == 400)
            #expect(seen["unknown_tool"]?["code"] == -32602)
            #expect(seen["unknown_tool"]?["message"]?.string?.contains("list_all_zoho_bigin_users") == true)
            for (form, code, part) in [
                ("401", 401, "less than a minute ago"), ("403", 403, "NO_PERMISSION"),
                ("404", 404, "RESOURCE_NOT_FOUND"), ("429", 429, "did not say for how long"),
                ("430", 429, "Wait 17 seconds"), ("502", 502, "502"),
            ] {
                #expect(seen[form]?["code"] == JSON(code), "\(form)")
                #expect(seen[form]?["message"]?.string?.contains(part) == true, "\(form): \(seen[form]?.text ?? "")")
            }
            #expect(seen["430"]?["data"]?["retry_after_ms"] == 17_000)
        }

        @Test(arguments: ["legacy", "auto"]) func aWithdrawnURLSaysWhatToDo(_ mode: String) throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let server = try bench.makeServer()
            try bench.gateway.delete(server)
            let seen = try PythonClients.run("connect.py", [mode, server.url], folder: bench.folder)
            let reason = try #require(seen["failed"]?.strings?.first)
            #expect(reason.contains("Ask whoever gave it to you for a new one"))
        }
    }
}
