// Every route of the management API against missing keys, wrong methods, scopes and other tenants' keys.

import Testing
import Wire

@testable import GatewayCore

/// Every route, with the methods that it has.
enum ManagementRoutes {
    static func all(account: String, server: String, key: String) -> [(methods: [String], path: String)] {
        [
            (["GET", "POST"], "/integrated-account"), (["GET", "DELETE"], "/integrated-account/\(account)"),
            (["GET"], "/integrated-account/\(account)/tools"),
            (["GET", "POST"], "/integrated-account/\(account)/mcp"),
            (["GET", "DELETE"], "/integrated-account/\(account)/mcp/\(server)"),
            (["GET", "POST"], "/admin/integrated-accounts/\(account)/mcp"),
            (["GET", "DELETE"], "/admin/integrated-accounts/\(account)/mcp/\(server)"),
            (["GET", "POST"], "/api-key"), (["DELETE"], "/api-key/\(key)"),
        ]
    }
}

@Suite @MainActor struct ManagementRouteTests {
    @Test func noRouteAnswersWithoutAKey() async throws {
        let bench = Bench()
        let account = try await bench.account()
        let (server, token) = try await bench.server(on: account)
        let key = try await bench.apiKey()
        for route in ManagementRoutes.all(account: account.id, server: server.id, key: key.id) {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                for fields in [
                    [], ["Authorization: Bearer \(Token(generating: .apiKey).revealed)"],
                    ["Authorization: Bearer \(token)"], ["Authorization: Basic \(key.text)"],
                    ["Authorization: Bearer \(key.text)", "Authorization: Bearer \(key.text)"],
                ] as [[String]] {
                    let exchange = try await bench.send(method, route.path, fields: fields)
                    #expect(exchange.status == 401, "\(method) \(route.path)")
                    #expect(exchange.fields["www-authenticate"] != nil)
                    #expect(exchange.json?["statusCode"] == 401)
                }
            }
        }
    }

    @Test func everyRouteNamesTheMethodsThatItHas() async throws {
        let bench = Bench()
        let account = try await bench.account()
        let (server, _) = try await bench.server(on: account)
        let key = try await bench.apiKey()
        for route in ManagementRoutes.all(account: account.id, server: server.id, key: key.id) {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] where !route.methods.contains(method) {
                let exchange = try await bench.send(method, route.path, key: key.text, body: "{}")
                #expect(exchange.status == 405, "\(method) \(route.path)")
            }
        }
    }

    @Test func everyScopeIsNeededSomewhereAndSuffices() async throws {
        let bench = Bench()
        let account = try await bench.account()
        let (server, _) = try await bench.server(on: account)
        let all = try await bench.apiKey()
        for route in ManagementRoutes.all(account: account.id, server: server.id, key: all.id)
        where route.methods.contains("GET") {
            var accepted: [String] = []
            for scope in NewAPIKey.allScopes {
                let key = try await bench.apiKey(scopes: [scope]).text
                let status = try await bench.send("GET", route.path, key: key).status
                #expect(status == 200 || status == 403, "\(route.path)")
                if status == 200 { accepted.append(scope) }
            }
            #expect(accepted.count == 1, "\(route.path): \(accepted)")
        }
    }

    @Test func anotherTenantSeesChangesAndDeletesNothing() async throws {
        let bench = Bench()
        let account = try await bench.account()
        let (server, _) = try await bench.server(on: account)
        let own = try await bench.apiKey()
        let foreignAccount = try await bench.account(tenant: "tenant-b")
        let (foreignServer, _) = try await bench.server(on: foreignAccount)
        let foreign = try await bench.apiKey(tenant: "tenant-b")
        let before = bench.shared.entries.mapValues(\.bytes)
        let secrets = [account.id, server.id, own.id]
        for route in ManagementRoutes.all(account: account.id, server: server.id, key: own.id) {
            for method in route.methods where method != "POST" || route.path.contains(account.id) {
                let body = method == "POST" ? #"{"name":"mine now"}"# : ""
                let exchange = try await bench.send(method, route.path, key: foreign.text, body: body)
                for secret in secrets { #expect(!exchange.text.contains(secret), "\(method) \(route.path)") }
                let isList = ["/integrated-account", "/api-key"].contains(route.path)
                #expect(exchange.status == (isList ? 200 : 404), "\(method) \(route.path)")
            }
        }
        // The tenant's own account does not lead to another's server, nor another's to its own.
        for (account, server) in [(foreignAccount.id, server.id), (account.id, foreignServer.id)] {
            for method in ["GET", "DELETE"] {
                let path = "/integrated-account/\(account)/mcp/\(server)"
                #expect(try await bench.send(method, path, key: foreign.text).status == 404)
            }
        }
        #expect(bench.shared.entries.mapValues(\.bytes) == before)
    }

    /// What is not there and what is another's cannot be told apart.
    @Test func anothersLooksLikeNothing() async throws {
        let bench = Bench()
        let account = try await bench.account()
        let foreign = try await bench.apiKey(tenant: "tenant-b")
        let missing = UUID.make(unixMilliseconds: bench.clock.unixMilliseconds)
        for suffix in ["", "/mcp", "/tools"] {
            let one = try await bench.send("GET", "/integrated-account/\(account.id)\(suffix)", key: foreign.text)
            let other = try await bench.send("GET", "/integrated-account/\(missing)\(suffix)", key: foreign.text)
            #expect(one.status == 404)
            #expect(one.body == other.body)
            #expect(one.fields == other.fields)
        }
    }

    @Test(arguments: ["..", "%2e%2e", "x", "account:1", "*", "0", "ABCDEF00-0000-7000-8000-000000000000"])
    func whatIsNoIDIsNotLookedUp(_ id: String) async throws {
        let bench = Bench()
        let key = try await bench.apiKey().text
        _ = try await bench.send("GET", "/api-key", key: key)
        let lookups = bench.store.lookups.count
        #expect(try await bench.send("GET", "/integrated-account/\(id)", key: key).status == 404)
        #expect(bench.store.lookups.count == lookups)
    }
}
