// Requests that no client library would send, over a real socket.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct RawHTTPTests {
        private static let ping = Gateway.ping.text

        /// Sends bytes and returns every status line that comes back until the connection closes.
        private func statuses(_ gateway: Gateway, _ request: String, halfClose: Bool = true) throws -> [Int] {
            let client = try gateway.connect()
            client.send(request)
            if halfClose { shutdown(client.descriptor, Int32(SHUT_WR)) }
            let text = String(decoding: client.rest(), as: UTF8.self)
            return text.components(separatedBy: "HTTP/1.1 ").dropFirst().compactMap { Int($0.prefix(3)) }
        }

        @Test func ambiguousRequestsAreRefusedAndNothingFollows() throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let server = try bench.makeServer()
            let post = "POST /mcp/\(server.token) HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\n"
            let smuggled = "GET /healthz HTTP/1.1\r\nHost: g\r\n\r\n"
            let length = Self.ping.utf8.count
            for (what, request) in [
                ("length and coding", "Content-Length: \(length)\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                ("two lengths", "Content-Length: \(length)\r\nContent-Length: 0\r\n\r\n"),
                ("two equal lengths in one", "Content-Length: \(length), 0\r\n\r\n"),
                ("signed length", "Content-Length: +\(length)\r\n\r\n"),
                ("hexadecimal length", "Content-Length: 0x10\r\n\r\n"),
                ("huge length", "Content-Length: 99999999999999999999\r\n\r\n"),
                ("unknown coding", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
                ("chunked twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                ("chunked not last", "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
                ("space before the colon", "Content-Length : \(length)\r\n\r\n"),
                ("folded line", "X-A: b\r\n c: d\r\nContent-Length: 0\r\n\r\n"),
                ("bare line feed", "X-A: b\nContent-Length: 0\r\n\r\n"),
                ("no colon", "nonsense\r\nContent-Length: 0\r\n\r\n"),
                ("NUL in a value", "X-A: a\0b\r\nContent-Length: 0\r\n\r\n"),
                ("second host", "Host: other\r\nContent-Length: 0\r\n\r\n"),
                ("chunk size that is none", "Transfer-Encoding: chunked\r\n\r\n1x\r\na\r\n0\r\n\r\n"),
                ("chunk longer than it says", "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n"),
            ] {
                let seen = try statuses(bench.gateway, post + request + smuggled, halfClose: false)
                #expect(seen.count == 1, "\(what): \(seen)")
                #expect((400...501).contains(seen.first ?? 0), "\(what): \(seen)")
            }
            for (what, request, status) in [
                ("no host", "GET /healthz HTTP/1.1\r\n\r\n", 400),
                ("HTTP/2.0", "GET /healthz HTTP/2.0\r\nHost: g\r\n\r\n", 505),
                ("nonsense", "hello\r\n\r\n", 400),
                ("a TLS hello", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\r\n\r\n", 400),
                (
                    "a long head",
                    "GET / HTTP/1.1\r\nHost: g\r\nX: " + String(repeating: "x", count: 20_000) + "\r\n\r\n", 431
                ),
                ("a long body", post + "Content-Length: 9000000\r\n\r\n", 413),
            ] {
                let seen = try statuses(bench.gateway, request + smuggled, halfClose: false)
                #expect(seen == [status], "\(what): \(seen)")
            }
            // A body is a body, whatever it looks like.
            let hidden = try statuses(
                bench.gateway,
                "GET /healthz HTTP/1.1\r\nHost: g\r\nContent-Length: \(smuggled.utf8.count)\r\n\r\n" + smuggled)
            #expect(hidden == [200])
            let pipelined = try statuses(bench.gateway, smuggled + smuggled + smuggled)
            #expect(pipelined == [200, 200, 200])
            #expect(try bench.gateway.status(server.token) == 200)
        }

        @Test func bodiesArriveInAnyPieces() throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let server = try bench.makeServer()
            let head = "POST /mcp/\(server.token) HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\n"
            let whole = head + "Content-Length: \(Self.ping.utf8.count)\r\n\r\n" + Self.ping
            let client = try bench.gateway.connect()
            for byte in Array(whole.utf8) { client.send([byte]) }
            #expect(try client.readResponse().status == 200)
            var chunked = head + "Transfer-Encoding: chunked\r\n\r\n"
            for byte in Self.ping { chunked += "1;ext=1\r\n\(byte)\r\n" }
            client.send(chunked + "0\r\nTrailer: x\r\n\r\n")
            #expect(try client.readResponse().text == #"{"jsonrpc":"2.0","id":1,"result":{}}"#)
            client.send(head + "Expect: 100-continue\r\nContent-Length: \(Self.ping.utf8.count)\r\n\r\n")
            #expect(try client.takeLine() == "HTTP/1.1 100 Continue")
            _ = try client.takeLine()
            client.send(Self.ping)
            #expect(try client.readResponse().status == 200)
        }

        @Test func tokensThatAreNoneAreRefusedInWords() throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let server = try bench.makeServer(
                expiresAt: Timestamp.iso8601(unixMilliseconds: Int64(wallMilliseconds()) + 300))
            let deleted = try bench.gateway.makeServer(server.account)
            try bench.gateway.delete(deleted)
            try eventually("the token does not expire") { try bench.gateway.status(server.token) == 401 }
            var damaged = Array(deleted.token)
            damaged[10] = damaged[10] == "a" ? "b" : "a"
            for (what, path, part) in [
                ("expired", "/mcp/\(server.token)", "expired or was withdrawn"),
                ("unknown", "/mcp/\(deleted.token)", "expired or was withdrawn"),
                ("mistyped", "/mcp/\(String(damaged))", "damaged or missing"),
                ("cut off", "/mcp/\(deleted.token.dropLast())", "damaged or missing"),
                ("garbage", "/mcp/garbage", "damaged or missing"), ("nothing", "/mcp", "damaged or missing"),
                ("nothing", "/mcp/", "damaged or missing"),
                ("encoded", "/mcp/tgm%5F\(deleted.token.dropFirst(4))", "damaged"),
            ] {
                let answer = try bench.gateway.connect().ask(
                    "POST", path, fields: Gateway.mcpFields, body: #"{"jsonrpc":"2.0","id":"seven","method":"ping"}"#)
                #expect(answer.status == 401, "\(what)")
                #expect(answer["www-authenticate"] == #"Bearer error="invalid_token""#, "\(what)")
                #expect(answer["content-type"] == "application/json", "\(what)")
                #expect(answer["cache-control"] == "no-store", "\(what)")
                let body = try answer.json
                #expect(body["jsonrpc"] == "2.0" && body["id"] == "seven", "\(what): \(answer.text)")
                #expect(body["error"]?["message"]?.string?.contains(part) == true, "\(what): \(answer.text)")
                #expect(!answer.text.contains("tgm_"), "\(what)")
                for method in ["GET", "DELETE"] {
                    let other = try bench.gateway.connect().ask(method, path)
                    #expect(other.status == 401, "\(what)")
                    #expect(try other.json["id"] == nil, "\(what)")
                }
            }
        }

        @Test func thereIsNoLoginToFind() throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let server = try bench.makeServer()
            for path in [
                "/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp/\(server.token)",
                "/.well-known/oauth-authorization-server",
                "/.well-known/oauth-authorization-server/mcp/\(server.token)",
                "/.well-known/openid-configuration", "/.well-known/openid-configuration/mcp/\(server.token)",
                "/mcp/.well-known/openid-configuration", "/authorize", "/token", "/register",
            ] {
                for method in ["GET", "POST", "HEAD"] {
                    let answer = try bench.gateway.connect().ask(method, path)
                    // Below /mcp/ anything is a token, and a wrong one.
                    #expect(answer.status == (path.hasPrefix("/mcp/") ? 401 : 404), "\(method) \(path)")
                    #expect(!answer.text.contains(server.token))
                }
            }
        }

        @Test func theEndpointsManners() throws {
            let bench = try Bench(.sqlite, settings: ["TOLLGATE_PUBLIC_URL": "https://mcp.example.com"])
            defer { bench.end() }
            let server = try bench.makeServer()
            #expect(server.url == "https://mcp.example.com/mcp/\(server.token)")
            func ask(_ method: String, _ path: String, _ fields: [String] = [], _ body: String? = nil) throws
                -> Response
            {
                try bench.gateway.connect().ask(method, path, fields: fields, body: body)
            }
            let path = "/mcp/\(server.token)"
            #expect(try ask("POST", path + "/", Gateway.mcpFields, Self.ping).status == 200)
            #expect(try ask("POST", path + "//", Gateway.mcpFields, Self.ping).status == 401)
            let origins = [
                ("https://evil.example", 403), ("null", 403), ("http://mcp.example.com", 403),
                ("https://mcp.example.com.evil.example", 403), ("https://mcp.example.com", 200),
            ]
            for (origin, status) in origins {
                let answer = try ask("POST", path, Gateway.mcpFields + ["Origin: \(origin)"], Self.ping)
                #expect(answer.status == status, "\(origin)")
                let managed = try ask(
                    "GET", "/integrated-account", ["Authorization: Bearer \(bench.apiKey)", "Origin: \(origin)"])
                #expect(managed.status == status, "\(origin)")
            }
            let get = try ask("GET", path)
            #expect(get.status == 405)
            #expect(get["allow"]?.contains("POST") == true)
            #expect(try ask("POST", path, ["Content-Type: text/plain"], Self.ping).status == 415)
            #expect(
                try ask("POST", path, ["Content-Type: application/json; charset=utf-8", "Accept: */*"], Self.ping)
                    .status == 200)
            #expect(try ask("POST", path, Gateway.mcpFields, "{").json["error"]?["code"] == -32700)
            let notification = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
            let accepted = try ask("POST", path, Gateway.mcpFields, notification)
            #expect(accepted.status == 202 && accepted.body.isEmpty)
            for id in ["0", "\"\"", "\"a\\u00e4\"", "-5", "9007199254740993"] {
                let answer = try ask("POST", path, Gateway.mcpFields, #"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"#)
                #expect(answer.text == #"{"jsonrpc":"2.0","id":\#(id),"result":{}}"#)
            }
            let unauthorised = try ask("GET", "/integrated-account")
            #expect(unauthorised.status == 401)
            #expect(unauthorised["www-authenticate"]?.hasPrefix("Bearer") == true)
        }

        /// Every request asks for something that no other asks for.
        @Test(arguments: StoreKind.allCases) func twoHundredClientsGetTheirOwnAnswers(_ kind: StoreKind) throws {
            let bench = try Bench(kind)
            defer { bench.end() }
            let servers = try (0..<10).map { index in
                let token = "1000.isolation.\(index)"
                try bench.simulator.control(
                    "POST", "refresh-tokens",
                    ["token": .string(token), "region": "us", "org": .string("organisation-\(index)")])
                return try bench.gateway.makeServer(try bench.gateway.makeAccount(refreshToken: token))
            }
            let users = try servers.map { server in
                let page = try bench.gateway.call(
                    server.token, "list_all_zoho_bigin_users", ["limit": 200, "type": "ActiveUsers"])
                return page.payload?["result"]?.array?.compactMap { $0["id"]?.string } ?? []
            }
            #expect(Set(users.joined()).count == 2000)
            // Answers overtake each other: some are late, some come byte by byte.
            for (place, delay) in [(0, 40), (1, 20), (2, 5)] {
                try bench.simulator.rule([
                    "match": ["path_prefix": "/bigin/v2/users/"], "skip": JSON(place * 7), "times": 60,
                    "delay_ms": JSON(delay), "piece_bytes": 50,
                ])
            }
            let clients = try (0..<200).map { _ in try bench.gateway.connect() }
            let start = now()
            for round in 0..<10 {
                for (index, client) in clients.enumerated() {
                    let account = index % 10
                    let user = users[account][(index / 10) * 10 + round]
                    let message = Gateway.message(
                        "get_single_zoho_bigin_user_by_id", ["user_id": .string(user)], id: .string("\(index)/\(round)")
                    )
                    client.send(
                        RawClient.request(
                            "POST", "/mcp/\(servers[account].token)", fields: Gateway.mcpFields, body: message.text))
                }
                for (index, client) in clients.enumerated() {
                    let response = try client.readResponse()
                    let answer = Answer(json: try response.json, response: response)
                    let user = users[index % 10][(index / 10) * 10 + round]
                    #expect(answer.json["id"]?.string == "\(index)/\(round)")
                    #expect(answer.payload?["id"]?.string == user, "\(answer.json.text)")
                }
            }
            note("\(kind): 2000 calls of 200 clients, each its own answer, in \(milliseconds((now() - start) * 1000))")
            let renewals = try bench.simulator.control("GET", "counters")["refreshes"]?.members ?? []
            #expect(renewals.count == 10 && renewals.allSatisfy { $0.value == 1 })
        }
    }
}
