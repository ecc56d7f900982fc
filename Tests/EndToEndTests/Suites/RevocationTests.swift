// What was withdrawn stops working on every worker of every replica: within 100 ms, or at its moment.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct RevocationTests {
        /// The contract's figure, in milliseconds.
        private static let limit = 100.0

        /// Gateways on one store, with a kept connection to each of their workers.
        private func everywhere(_ bench: Bench, _ token: String) throws -> [Workers] {
            var all = [try Workers(bench.gateway, bench.kind == .redis ? 2 : 4, token: token)]
            if bench.kind == .redis { all.append(try Workers(try bench.replica(), 2, token: token)) }
            return all
        }

        private func bench(_ kind: StoreKind) throws -> Bench { try Bench(kind, workers: kind == .redis ? 2 : 4) }

        @Test(arguments: StoreKind.allCases) func aDeletedServersTokenIsRefusedByEveryWorker(_ kind: StoreKind) throws {
            let bench = try bench(kind)
            defer { bench.end() }
            let account = try bench.gateway.makeAccount()
            let probe = try bench.gateway.makeServer(account)
            let workers = try everywhere(bench, probe.token)
            for _ in 0..<5 {
                let server = try bench.gateway.makeServer(account)
                _ = try Workers.all(workers, since: now(), within: 5, 200) { try $0.status(server.token, on: $1) }
                try bench.gateway.delete(server)
                let took = try Workers.all(workers, since: now(), within: 5, 401) {
                    try $0.status(server.token, on: $1)
                }
                note("\(kind): deleted server refused by all workers after \(milliseconds(took))")
                #expect(took < Self.limit)
            }
            #expect(try bench.gateway.status(probe.token) == 200)
        }

        @Test(arguments: StoreKind.allCases) func aDeletedAccountsServersGoWithIt(_ kind: StoreKind) throws {
            let bench = try bench(kind)
            defer { bench.end() }
            let probe = try bench.makeServer()
            let workers = try everywhere(bench, probe.token)
            let account = try bench.gateway.makeAccount()
            let servers = try (0..<3).map { _ in try bench.gateway.makeServer(account) }
            for server in servers {
                _ = try Workers.all(workers, since: now(), within: 5, 200) { try $0.status(server.token, on: $1) }
            }
            let deleted = try bench.gateway.manage("DELETE", "/integrated-account/\(account)")
            #expect(deleted.status == 204)
            let start = now()
            for server in servers {
                let took = try Workers.all(workers, since: start, within: 5, 401) {
                    try $0.status(server.token, on: $1)
                }
                note("\(kind): deleted account's token refused by all workers after \(milliseconds(took))")
                #expect(took < Self.limit)
            }
            #expect(try bench.gateway.manage("GET", "/integrated-account/\(account)").status == 404)
        }

        @Test(arguments: StoreKind.allCases) func aDeletedAPIKeyOpensNothing(_ kind: StoreKind) throws {
            let bench = try bench(kind)
            defer { bench.end() }
            let server = try bench.makeServer(config: ["require_api_token_auth": true])
            let probe = try bench.gateway.makeServer(server.account)
            let workers = try everywhere(bench, probe.token)
            let made = try bench.gateway.manage("POST", "/api-key", ["name": "second factor"]).json
            let key = try #require(made["key"]?.string)
            let id = try #require(made["id"]?.string)
            func mcp(_ gateway: Gateway, _ client: RawClient) throws -> Int {
                try gateway.post(
                    server.token, Gateway.ping, on: client, fields: ["Authorization: Bearer \(key)"]
                ).status
            }
            func manage(_ gateway: Gateway, _ client: RawClient) throws -> Int {
                try client.ask("GET", "/api-key", fields: ["Authorization: Bearer \(key)"]).status
            }
            #expect(try bench.gateway.status(server.token) == 401)
            _ = try Workers.all(workers, since: now(), within: 5, 200, mcp)
            _ = try Workers.all(workers, since: now(), within: 5, 200, manage)
            #expect(try bench.gateway.manage("DELETE", "/api-key/\(id)").status == 204)
            let start = now()
            let took = try Workers.all(workers, since: start, within: 5, 401, mcp)
            #expect(took < Self.limit)
            #expect(try Workers.all(workers, since: start, within: 5, 401, manage) < Self.limit)
            note("\(kind): deleted API key refused by all workers after \(milliseconds(took))")
        }

        /// The command line is a process of its own: the running gateway hears of its changes by the store alone.
        @Test(arguments: StoreKind.allCases) func keysOfTheCommandLineCountAtOnce(_ kind: StoreKind) throws {
            let bench = try bench(kind)
            defer { bench.end() }
            let probe = try bench.makeServer()
            let workers = try everywhere(bench, probe.token)
            func keys(_ arguments: [String]) throws -> String {
                let process = try ChildProcess(
                    try Products.path("tollgate"), ["keys"] + arguments,
                    environment: ["TOLLGATE_STORE": bench.store, "TOLLGATE_SECRET": bench.secret],
                    folder: bench.folder, name: "keys")
                #expect(try process.exitCode() == 0, "\(process.errors)")
                return process.output
            }
            let output = try keys(["create", "--name", "from the command line"])
            let key = try #require(output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("tgk_") })
            func manage(_ gateway: Gateway, _ client: RawClient) throws -> Int {
                try client.ask("GET", "/integrated-account", fields: ["Authorization: Bearer \(key)"]).status
            }
            let known = try Workers.all(workers, since: now(), within: 5, 200, manage)
            #expect(known < Self.limit)
            let listed = try keys(["list"])
            let line = try #require(listed.split(separator: "\n").first { $0.contains("from the command line") })
            let id = String(try #require(line.split(separator: " ").first))
            #expect(!listed.contains(key.dropFirst(4).prefix(8)))
            _ = try keys(["delete", id])
            let took = try Workers.all(workers, since: now(), within: 5, 401, manage)
            note(
                "\(kind): key of the command line known after \(milliseconds(known)), refused after \(milliseconds(took))"
            )
            #expect(took < Self.limit)
        }
    }
}
