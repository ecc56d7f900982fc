// A thousand clients of fifty accounts at once, of two tenants, three products and all regions: everybody gets his own
// answers, made with his own account's token.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct IsolationTests {
        private static let accounts = 50
        private static let clients = 1000
        private static let rounds = 4

        /// A tool whose argument the simulator gives back.
        private struct Product {
            let integration: String
            let tool: String
            let argument: String
            let hosts: [(region: String, host: String)]
            /// The path has an id that the gateway itself finds out for the account.
            let hasContext: Bool
        }

        private static func hosts(_ name: String, _ regions: [String]) -> [(region: String, host: String)] {
            let domains = [
                "us": "com", "eu": "eu", "in": "in", "au": "com.au", "jp": "jp", "cn": "com.cn", "ca": "ca", "sa": "sa",
                "uk": "uk", "ae": "ae",
            ]
            return regions.map { region in
                if name == "www" { return (region, "www.zohoapis.\(domains[region]!)") }
                return (region, region == "ca" ? "\(name).zohocloud.ca" : "\(name).zoho.\(domains[region]!)")
            }
        }

        private static let products = [
            Product(
                integration: "zoho_bigin", tool: "get_single_zoho_bigin_user_by_id", argument: "user_id",
                hosts: hosts("www", ["us", "eu", "in", "au", "jp", "cn", "ca", "sa"]), hasContext: false),
            Product(
                integration: "zoho_mail", tool: "get_single_zoho_mail_domain_by_id", argument: "domainName",
                hosts: hosts("mail", ["us", "eu", "in", "au", "jp", "cn", "ca", "sa", "uk", "ae"]), hasContext: true),
            Product(
                integration: "zoho_meeting", tool: "get_single_zoho_meeting_department_by_id",
                argument: "departmentId",
                hosts: hosts("meeting", ["us", "eu", "in", "au", "jp", "cn", "ca", "sa", "uk"]), hasContext: true),
        ]

        /// An API key of another tenant.
        private func foreignKey(_ bench: Bench) throws -> String {
            let process = try ChildProcess(
                try Products.path("tollgate"), ["keys", "create", "--name", "other", "--tenant", "other"],
                environment: ["TOLLGATE_STORE": bench.store, "TOLLGATE_SECRET": bench.secret], folder: bench.folder,
                name: "keys")
            #expect(try process.exitCode() == 0, "\(process.errors)")
            return String(
                try #require(process.output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("tgk_") }))
        }

        private func post(_ bench: Bench, _ key: String, _ path: String, _ body: JSON) throws -> JSON {
            let response = try bench.gateway.manage("POST", path, body, key: key)
            guard response.status == 201 else { throw Trouble("POST \(path): \(response.text)") }
            return try response.json
        }

        /// One account with a server: what a client must know to ask it and to judge its answers.
        private func server(_ bench: Bench, _ number: Int, key: String) throws -> JSON {
            let product = Self.products[number % Self.products.count]
            let place = product.hosts[number % product.hosts.count]
            let refreshToken = "1000.crowd-\(number).\(UUID().uuidString)"
            let organisation = "organisation-\(number)"
            try bench.simulator.control(
                "POST", "refresh-tokens",
                ["token": .string(refreshToken), "region": .string(place.region), "org": .string(organisation)])
            let account = try post(
                bench, key, "/integrated-account",
                [
                    "integration": .string(product.integration), "region": .string(place.region),
                    "credentials": ["refresh_token": .string(refreshToken)],
                ])
            let server = try post(
                bench, key, "/integrated-account/\(account["id"]?.string ?? "")/mcp", ["name": "crowd"])
            return [
                "token": server["token"] ?? .null, "tool": .string(product.tool), "argument": .string(product.argument),
                "organisation": .string(organisation), "region": .string(place.region), "host": .string(place.host),
                "refresh_token": .string(refreshToken), "has_context": .bool(product.hasContext),
            ]
        }

        @Test(
            "Of a thousand clients of fifty accounts nobody gets another's answer or another account's token",
            .timeLimit(.minutes(3)), arguments: StoreKind.allCases)
        func thousandClients(_ kind: StoreKind) throws {
            let bench = try Bench(kind)
            defer { bench.end() }
            let gateways = kind == .redis ? [bench.gateway, try bench.replica()] : [bench.gateway]
            // The bootstrap key is made in the background.
            try eventually("the bootstrap key does not work") {
                try bench.gateway.manage("GET", "/integrated-account").status == 200
            }
            let keys = [bench.gateway.apiKey, try foreignKey(bench)]
            let servers = try (0..<Self.accounts).map { try server(bench, $0, key: keys[$0 / 3 % 2]) }
            let plan: JSON = [
                "ports": .array(gateways.map { JSON(Int($0.port)) }), "servers": .array(servers),
            ]
            let path = "\(bench.folder.path)/plan.json"
            try plan.text.write(toFile: path, atomically: true, encoding: .utf8)
            try bench.simulator.control("POST", "settings", ["recorder": false])
            let began = now()
            let seen = try PythonClients.run(
                "crowd.py", [path, "\(Self.clients)", "\(Self.rounds)"], folder: bench.folder)
            let calls = Self.clients * (Self.rounds + 1)
            note(
                "\(kind): \(calls) calls of \(Self.clients) clients in \(milliseconds((now() - began) * 1000)), \(try bench.simulator.counter("accepted_connections")) connections upstream"
            )
            #expect(seen["answered"]?.int == calls)
            #expect(seen["wrong"] == 0, "\(seen["examples"]?.text ?? "")")
            #expect(seen["failures"] == [], "\(seen["failures"]?.text ?? "")")
            // Each account's token was renewed once for all of them.
            let renewals = try bench.simulator.control("GET", "counters")["refreshes"]?.members ?? []
            #expect(renewals.count == Self.accounts)
            #expect(renewals.allSatisfy { $0.value == 1 }, "\(renewals)")
            let wire = try bench.simulator.counter("requests")
            let contexts = servers.filter { $0["has_context"] == true }.count
            note(
                "\(kind): \(wire) requests upstream, of which \(wire - calls - Self.accounts) asked for an account's ids"
            )
            #expect(wire >= calls + Self.accounts + contexts)
        }
    }
}
