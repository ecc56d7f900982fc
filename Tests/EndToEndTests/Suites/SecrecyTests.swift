// Secrets that went through a gateway are found neither in what it wrote nor in what it stored.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct SecrecyTests {
        /// Uses every secret in every way that could lead into a log.
        private func use(_ bench: Bench, _ gateway: Gateway, _ server: Server, _ key: String) throws {
            let client = try bench.gateway.connect()
            for tool in ["list_all_zoho_bigin_users", "list_all_zoho_bigin_me"] {
                _ = try gateway.call(server.token, tool)
            }
            for form in ["401", "403", "429", "502", "html-200", "truncated", "break"] {
                _ = try gateway.call(
                    server.token, "get_single_zoho_bigin_user_by_id", ["user_id": .string("sim-" + form)])
            }
            let paths = [
                "/.well-known/oauth-protected-resource/mcp/\(server.token)",
                "/.well-known/oauth-authorization-server/mcp/\(server.token)", "/mcp/\(server.token)/",
                "/mcp/\(server.token)/sse",
                "/mcp/\(server.token)x", "/mcp/\(server.token)%00", "/mcp/\(server.token)/../..", "/\(server.token)",
                "/mcp/?token=\(server.token)", "/integrated-account/\(server.token)", "/api-key/\(key)",
                "/integrated-account?next_cursor=\(key)",
            ]
            for path in paths {
                for method in ["GET", "POST", "DELETE", "OPTIONS"] {
                    let fields = ["Authorization: Bearer \(key)", "Referer: http://x/\(server.token)"]
                    _ = try gateway.connect().ask(method, path, fields: fields, body: method == "POST" ? "{" : nil)
                }
            }
            let misplaced = JSON.object([(key: key, value: "unknown field")])
            _ = try gateway.manage("POST", "/api-key", misplaced)
            let misspelt: JSON = ["name": "x", "tokne": .string(server.token)]
            _ = try gateway.manage("POST", "/integrated-account/\(server.account)/mcp", misspelt)
            // Refused before it is a request.
            client.send(
                "POST /mcp/\(server.token) HTTP/1.1\r\nHost: a\r\nHost: b\r\nAuthorization: Bearer \(key)\r\n\r\n")
            _ = client.rest()
        }

        @Test(arguments: StoreKind.allCases) func noSecretIsWrittenAnywhere(_ kind: StoreKind) throws {
            let bench = try Bench(kind)
            defer { bench.end() }
            // Compressed strings would hide what is looked for.
            if let redis = bench.redis { #expect(try redis.command("CONFIG SET rdbcompression no") == "+OK") }
            func random() -> String { UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased() }
            let refreshToken = "1000.\(random()).\(random())"
            try bench.simulator.control("POST", "refresh-tokens", ["token": .string(refreshToken), "region": "us"])
            let account = try bench.gateway.makeAccount(refreshToken: refreshToken)
            let server = try bench.gateway.makeServer(account)
            let key = try #require(try bench.gateway.manage("POST", "/api-key", ["name": "k"]).json["key"]?.string)
            try use(bench, bench.gateway, server, key)
            if let redis = bench.redis {
                // Outages are logged, and so is what could not be done meanwhile.
                try redis.command("SAVE")
                redis.kill()
                _ = try bench.gateway.status(server.token)
                try redis.restart()
                try redis.command("CONFIG SET rdbcompression no")
                try eventually("the gateway does not come back") { try bench.gateway.status(server.token) == 200 }
            }
            let lines = try bench.simulator.requests().flatMap { request in
                (request["head"]?.string ?? "").split(separator: "\r\n").map(String.init)
            }
            let authorization = try #require(lines.first { $0.hasPrefix("Authorization: Zoho-oauthtoken 1000.") })
            let accessToken = authorization.dropFirst("Authorization: Zoho-oauthtoken ".count)
            let secrets: [(String, String)] = [
                ("server token", String(server.token.dropFirst(4))), ("API key", String(key.dropFirst(4))),
                ("bootstrap key", String(bench.apiKey.dropFirst("bootstrap-".count))),
                ("refresh token", String(refreshToken.dropFirst(5))),
                ("access token", String(accessToken.dropFirst(5))),
                ("client secret", Bench.clientSecret), ("gateway secret", bench.secret),
            ]
            let process = bench.gateway.process
            let commandLine = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(process.id)/cmdline"))
            try redisDump(bench)
            process.signal(SIGTERM)
            #expect(try process.exitCode() == 0)
            var places = [("command line", commandLine)]
            for path in [process.outputPath, process.errorPath] { places.append((path, try read(path))) }
            let files = try FileManager.default.contentsOfDirectory(atPath: bench.folder.path)
            for name in files where name.hasPrefix("store.sqlite") || name.hasSuffix(".rdb") {
                places.append((name, try read("\(bench.folder.path)/\(name)")))
            }
            // The search finds what is there: records are in the clear, their ids for example.
            let stored = places.dropFirst(3).map(\.1)
            #expect(stored.contains { $0.range(of: Data(account.utf8)) != nil })
            #expect(process.errors.contains("listening on"))
            for (name, secret) in secrets {
                for (place, data) in places {
                    #expect(
                        fragments(of: secret).allSatisfy { data.range(of: Data($0.utf8)) == nil }, "\(name) in \(place)"
                    )
                }
            }
            let searched = places.map { "\($0.0.split(separator: "/").last ?? "") (\($0.1.count) bytes)" }
            note("\(kind): \(secrets.count) secrets looked for in \(searched.joined(separator: ", "))")
        }

        private func redisDump(_ bench: Bench) throws {
            guard let redis = bench.redis else { return }
            #expect(try redis.command("SAVE") == "+OK")
        }

        private func read(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

        private func fragments(of secret: String) -> [String] {
            let characters = Array(secret)
            return (0...max(0, characters.count - 8)).map { String(characters[$0..<min($0 + 8, characters.count)]) }
        }
    }
}
