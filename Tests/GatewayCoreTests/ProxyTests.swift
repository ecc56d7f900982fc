// The REST face: which tool a path means, how its arguments are read, and what a program gets back.

import Testing
import Wire

@testable import GatewayCore

@Suite("The REST face")
struct ProxyTests {
    private static let user = #"{"id":"554","full_name":"Ann","status":"active"}"#

    private func ready(
        _ integration: String = "zoho_bigin", _ answer: @escaping (UpstreamRequest) -> Script
    ) async throws -> (bench: Bench, account: String, key: String) {
        let bench = Bench()
        let account = try await bench.account(integration: integration, context: ["zoid": "1", "zsoid": "2"])
        try await bench.accessToken(for: account)
        bench.upstream.answer = answer
        return (bench, account.id, try await bench.apiKey().text)
    }

    @Test("every tool has a path of its own", arguments: installed.integrations.map(\.name))
    func everyToolIsReached(name: String) throws {
        let integration = try #require(installed.integration(named: name))
        for tool in integration.tools { #expect(route(to: tool, in: integration) != nil, "\(tool.name)") }
    }

    /// The route by which `tool` is reached, as the README has it.
    private func route(to tool: Tool, in integration: Integration) -> ProxyRoute? {
        let paths: [(Method, String)] =
            switch tool.method {
            case "list": [(.get, tool.resource)]
            case "get": [(.get, "\(tool.resource)/7"), (.get, tool.resource)]
            case "create": [(.post, tool.resource)]
            case "update": [(.patch, "\(tool.resource)/7"), (.patch, tool.resource)]
            case "delete": [(.delete, "\(tool.resource)/7"), (.delete, tool.resource)]
            default: [(.post, "\(tool.resource)/\(tool.method)")]
            }
        return paths.lazy.compactMap { method, path in
            try? ProxyRoute(method, Array(path.utf8)[...], in: integration)
        }.first { $0.tool === tool }
    }

    @Test("a record is answered as it came, with the limits that the upstream told")
    func record() async throws {
        let (bench, account, key) = try await ready { _ in
            Script(200, [("x-ratelimit-remaining", "7")], #"{"users":[\#(ProxyTests.user)]}"#)
        }
        let answer = try await bench.send("GET", "/proxy/users/554?integrated_account_id=\(account)", key: key)
        #expect(answer.status == 200)
        #expect(answer.text == ProxyTests.user)
        #expect(answer.fields["ratelimit-remaining"] == "7")
        let request = try #require(bench.upstream.requests.last)
        #expect(request.method == "GET" && request.target == "/bigin/v2/users/554" && request.host == "www.zohoapis.eu")
    }

    @Test("a list has result, count and a cursor that goes on where it ended")
    func list() async throws {
        let (bench, account, key) = try await ready { _ in
            Script(200, [], #"{"users":[\#(ProxyTests.user)],"info":{"more_records":true}}"#)
        }
        let path = "/proxy/users?integrated_account_id=\(account)&type=ActiveUsers&limit=1"
        let first = try await bench.send("GET", path, key: key)
        let cursor = try #require(first.json?["next_cursor"]?.string)
        #expect(first.text == #"{"result":[\#(ProxyTests.user)],"next_cursor":"\#(cursor)","result_count":1}"#)
        _ = try await bench.send("GET", "\(path)&next_cursor=\(cursor)", key: key)
        #expect(bench.upstream.requests.last?.target.has("page=2") == true)
        let elsewhere = try await bench.send(
            "GET", "/proxy/users?integrated_account_id=\(account)&next_cursor=\(cursor)", key: key)
        #expect(elsewhere.status == 400)
    }

    @Test("an upstream's failure has its real status and the management API's shape")
    func failure() async throws {
        let (bench, account, key) = try await ready { _ in
            Script(
                200, [("retry-after", "12")],
                #"{"code":"TOO_MANY_REQUESTS","details":{},"message":"slow","status":"error"}"#)
        }
        let answer = try await bench.send("GET", "/proxy/users/1?integrated_account_id=\(account)", key: key)
        #expect(answer.status == 429)
        #expect(answer.fields["retry-after"] == "12" && answer.fields["ratelimit-reset"] == "12")
        let json = try #require(answer.json)
        #expect(json["statusCode"]?.int == 429 && json["error"]?.string == "Too Many Requests")
        #expect(json["class"]?.string == "rate_limited" && json["retry_after_ms"]?.int == 12_000)
        #expect(json["upstream"]?["code"]?.string == "TOO_MANY_REQUESTS")
        #expect(json["request_id"]?.string?.hasPrefix("r-") == true)
    }

    @Test("what breaks after it began breaks the connection")
    func lateFailure() async throws {
        let (bench, account, key) = try await ready { _ in
            let long = (0..<4000).map { #"{"id":"\#($0)","full_name":"somebody of some length"}"# }
            return Script(
                pieces: [bytes(#"{"users":[\#(long.joined(separator: ","))"#)], ending: .broken("gone"))
        }
        let answer = try await bench.send("GET", "/proxy/users?integrated_account_id=\(account)", key: key)
        #expect(answer.status == 200)
        #expect(answer.isAbandoned && !answer.isEnded)
    }

    @Test("body, id and query parameters are one set of arguments")
    func change() async throws {
        let (bench, account, key) = try await ready { _ in
            Script(200, [], #"{"users":[{"code":"SUCCESS","details":{"id":"554"},"message":"ok","status":"success"}]}"#)
        }
        let answer = try await bench.send(
            "PATCH", "/proxy/users/554?integrated_account_id=\(account)&status=inactive", key: key,
            body: #"{ "last_name" : "Lee" }"#)
        #expect(answer.status == 200, "\(answer.text)")
        let request = try #require(bench.upstream.requests.last)
        #expect(request.method == "PUT" && request.target == "/bigin/v2/users/554")
        #expect(request.body.map { $0.text(0..<$0.count) }?.has(#""last_name":"Lee""#) == true)
        #expect(request.body.map { $0.text(0..<$0.count) }?.has(#""status":"inactive""#) == true)
        let twice = try await bench.send(
            "PATCH", "/proxy/users/554?integrated_account_id=\(account)&user_id=555", key: key, body: "{}")
        #expect(twice.status == 400)
    }

    @Test("query text becomes what the schema has: numbers, flags, lists")
    func types() throws {
        let integration = try #require(installed.integration(named: "zoho_mail"))
        var seen: Set<Schema.Kind> = []
        for tool in integration.tools {
            for property in tool.input.properties {
                let (text, expected): (String, String) =
                    switch property.schema.kind {
                    case .string: ("12", #""12""#)
                    case .integer, .number: ("12", "12")
                    case .boolean: ("true", "true")
                    case .object: (#"{"a":1}"#, #"{"a":1}"#)
                    case .array: ("7,8", property.schema.items?.kind == .string ? #"["7","8"]"# : "[7,8]")
                    }
                if property.schema.kind == .array, property.schema.items?.kind == .object { continue }
                seen.insert(property.schema.kind)
                let route = try #require(self.route(to: tool, in: integration))
                if route.id?.argument == property.name { continue }
                let arguments = route.arguments(body: [], query: Query(bytes("\(property.name)=\(text)")[...]))
                #expect(try JSON(parsing: arguments)[property.name]?.text == expected, "\(tool.name) \(property.name)")
            }
        }
        #expect(seen.isSuperset(of: [.string, .integer, .boolean, .array]))
    }

    @Test("mistakes are named, and nothing is sent")
    func mistakes() async throws {
        let (bench, account, key) = try await ready { _ in Script(200, [], "{}") }
        func send(_ method: String, _ path: String, body: String = "", key: String? = key) async throws
            -> RecordingExchange
        {
            try await bench.send(method, path, key: key, body: body)
        }
        let query = "integrated_account_id=\(account)"
        #expect(try await send("GET", "/proxy/users?\(query)", key: nil).status == 401)
        let nobody = try await send("GET", "/proxy/users")
        #expect(nobody.status == 400 && nobody.json?["field"]?.string == "integrated_account_id")
        #expect(try await send("GET", "/proxy/users?integrated_account_id=0").status == 404)
        let unknown = try await send("GET", "/proxy/user?\(query)")
        #expect(unknown.status == 404 && unknown.text.has("users"))
        let method = try await send("POST", "/proxy/profiles?\(query)", body: "{}")
        #expect(method.status == 405 && method.fields["allow"] == "GET")
        #expect(method.text.has("GET /proxy/profiles"))
        let wrong = try await send("GET", "/proxy/users?\(query)&limit=many")
        #expect(wrong.status == 400 && wrong.json?["field"]?.string == "limit")
        let misspelt = try await send("GET", "/proxy/users?\(query)&tipe=x")
        #expect(misspelt.status == 400 && misspelt.json?["field"]?.string == "tipe" && misspelt.text.has("type"))
        #expect(try await send("POST", "/proxy/users?\(query)", body: "[]").status == 400)
        #expect(try await send("POST", "/proxy/users?\(query)", body: "{").status == 400)
        #expect(try await send("GET", "/proxy/users/%zz?\(query)").status == 400)
        #expect(try await send("GET", "/proxy/users/..?\(query)").status == 400)
        #expect(bench.upstream.requests.isEmpty)
    }

    @Test("another tenant's account does not exist, and a key needs the scope")
    func isolation() async throws {
        let (bench, account, _) = try await ready { _ in Script(200, [], "{}") }
        let stranger = try await bench.apiKey(tenant: "tenant-b").text
        #expect(
            try await bench.send("GET", "/proxy/users?integrated_account_id=\(account)", key: stranger).status == 404)
        let narrow = try await bench.apiKey(scopes: ["servers"]).text
        #expect(try await bench.send("GET", "/proxy/users?integrated_account_id=\(account)", key: narrow).status == 403)
    }
}
