// What Zoho sees of a call: these lines and no others.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct UpstreamRequestTests {
        /// Everything that a client or a proxy before the gateway might add.
        private static let callersFields = [
            "Authorization: Bearer caller-authorization-0123456789", "Cookie: session=caller-cookie",
            "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https",
            "X-Real-IP: 203.0.113.9", "Forwarded: for=203.0.113.9", "Via: 1.1 caller",
            "Referer: https://caller.example/x",
            "User-Agent: caller-agent/1.0", "Accept-Language: de", "Accept-Encoding: br, zstd",
            "X-Caller: caller-value",
            "MCP-Protocol-Version: 2025-06-18", "Mcp-Session-Id: caller-session", "Mcp-Method: tools/call",
            "Mcp-Name: caller-name", "Mcp-Param-Region: caller-region", "Last-Event-ID: caller-event",
            "Traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "Connection: keep-alive, X-Caller",
        ]

        private struct Seen {
            let line: String
            let fields: [String]
            let body: String
            let all: String
        }

        /// The last request to the product, with the access token taken out.
        private func lastRequest(_ bench: Bench) throws -> Seen {
            let request = try #require(try bench.simulator.requests().last)
            let head = try #require(request["head"]?.string)
            var lines = head.split(separator: "\r\n").map(String.init)
            let line = lines.removeFirst()
            let fields = lines.map { line in
                let prefix = "Authorization: Zoho-oauthtoken 1000."
                guard line.hasPrefix(prefix), line.utf8.count == prefix.utf8.count + 65 else { return line }
                return "Authorization: Zoho-oauthtoken TOKEN"
            }
            return Seen(
                line: line, fields: fields.sorted(), body: request["body"]?.string ?? "",
                all: head + (request["body"]?.string ?? ""))
        }

        @Test(arguments: [("us", "www.zohoapis.com"), ("eu", "www.zohoapis.eu"), ("ca", "www.zohoapis.ca")])
        func aReadSendsTheseLinesOnly(_ region: String, _ host: String) throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let server = try bench.gateway.makeServer(try bench.gateway.makeAccount(region: region))
            let message = Gateway.message(
                "get_single_zoho_bigin_user_by_id", ["user_id": "a/b?c=d&e#f %2F..\u{e4}"], id: "caller-id")
            let response = try bench.gateway.post(server.token, message, fields: Self.callersFields)
            #expect(response.status == 200)
            let seen = try lastRequest(bench)
            #expect(seen.line == "GET /bigin/v2/users/a%2Fb%3Fc%3Dd%26e%23f%20%252F..%C3%A4 HTTP/1.1")
            #expect(
                seen.fields == [
                    "Accept-Encoding: gzip", "Accept: application/json", "Authorization: Zoho-oauthtoken TOKEN",
                    "Host: \(host)", "User-Agent: tollgate",
                ])
            #expect(seen.body.isEmpty)
            #expect(!seen.all.lowercased().contains("caller"))
            #expect(!seen.all.contains("203.0.113.9"))
            #expect(!seen.all.contains(server.token))
        }

        @Test func aChangeSendsItsBodyAndTheseLinesOnly() throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let server = try bench.makeServer()
            let message = Gateway.message(
                "create_a_zoho_bigin_user",
                [
                    "profile": 6_000_000_000_000_026_014, "first_name": "Ada\r\nX-Injected: 1",
                    "last_name": "L\u{f6}we",
                    "email": "ada@example.org", "role": "6000000000000031157",
                ])
            #expect(try bench.gateway.post(server.token, message, fields: Self.callersFields).status == 200)
            let seen = try lastRequest(bench)
            #expect(seen.line == "POST /bigin/v2/users HTTP/1.1")
            #expect(
                seen.fields == [
                    "Accept-Encoding: gzip", "Accept: application/json", "Authorization: Zoho-oauthtoken TOKEN",
                    "Content-Length: \(seen.body.utf8.count)", "Content-Type: application/json",
                    "Host: www.zohoapis.com", "User-Agent: tollgate",
                ])
            let user = try JSON(parsing: Array(seen.body.utf8))["users"]?.array?.first
            // A number given for an id arrives as Zoho wants it.
            #expect(user?["profile"] == "6000000000000026014")
            #expect(user?["first_name"] == "Ada\r\nX-Injected: 1")
            #expect(!seen.all.lowercased().contains("caller"))
        }

        @Test func listsSendTheirQueryEncoded() throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let server = try bench.makeServer()
            let first = try bench.gateway.call(
                server.token, "list_all_zoho_bigin_users", ["limit": 7, "type": "ActiveUsers"])
            #expect(try lastRequest(bench).line == "GET /bigin/v2/users?type=ActiveUsers&per_page=7 HTTP/1.1")
            let cursor = try #require(first.payload?["next_cursor"])
            _ = try bench.gateway.call(
                server.token, "list_all_zoho_bigin_users", ["next_cursor": cursor, "type": "ActiveUsers", "limit": 7])
            #expect(try lastRequest(bench).line == "GET /bigin/v2/users?type=ActiveUsers&page=2&per_page=7 HTTP/1.1")
            #expect(try !JSON.bytes(of: cursor).contains("zoho"))
        }

        @Test func renewalsCarryTheirSecretsInTheBodyOnly() throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let server = try bench.makeServer()
            _ = try bench.gateway.call(server.token, "list_all_zoho_bigin_me")
            let renewal = try #require(
                try bench.simulator.requests().first { $0["target"] == "/oauth/v2/token" })
            #expect(renewal["method"] == "POST")
            #expect(renewal["host"] == "accounts.zoho.com")
            let head = try #require(renewal["head"]?.string)
            #expect(!head.contains(Bench.clientSecret) && !head.contains("refresh-token"))
            #expect(renewal["body"]?.string?.contains("client_secret=\(Bench.clientSecret)") == true)
        }
    }
}

extension JSON {
    /// What a base64url cursor decodes to, as text.
    fileprivate static func bytes(of cursor: JSON) throws -> String {
        String(decoding: Base64.decode(cursor.string ?? "") ?? [], as: UTF8.self)
    }
}
