// The MCP endpoint, request by request: exact statuses and bodies.

import Testing
import Wire

@testable import GatewayCore

enum Endpoint {
    struct Row: Sendable, CustomTestStringConvertible {
        let body: String
        var fields: [String] = []
        let status: Int
        /// The answer, compared as JSON; nil for no body at all.
        let answer: String?

        init(_ body: String, _ fields: [String] = [], _ status: Int, _ answer: String?) {
            (self.body, self.fields, self.status, self.answer) = (body, fields, status, answer)
        }

        var testDescription: String { "\(fields) \(body.prefix(80))" }
    }

    static func ping(_ id: String) -> String { #"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"# }
    private static func pong(_ id: String) -> String { #"{"jsonrpc":"2.0","id":\#(id),"result":{}}"# }
    private static func initialize(_ params: String) -> String {
        #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":\#(params)}"#
    }
    private static func initialized(_ version: String) -> String {
        #"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"\#(version)","capabilities":{"tools":{}},"serverInfo":{"name":"tollgate","title":"Sales","version":"1.0"},"instructions":"Tools of one connected account. Lists come in pages: pass next_cursor back unchanged to go on. An error's message says what to do about it."}}"#
    }
    private static func error(_ code: Int, _ message: String, id: String? = nil) -> String {
        #"{"jsonrpc":"2.0",\#(id.map { "\"id\":\($0)," } ?? "")"error":{"code":\#(code),"message":\#(JSON.string(message).text)}}"#
    }
    private static let invalid = -32600
    private static let badID = "`id` must be a string or an integer of at most 256 bytes."

    static let handshakes =
        ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"].map {
            Row(
                initialize(#"{"protocolVersion":"\#($0)","capabilities":{},"clientInfo":{"name":"c","version":"1"}}"#),
                200, initialized($0))
        } + [
            Row(initialize(#"{"protocolVersion":"2099-01-01"}"#), 200, initialized("2025-11-25")),
            Row(initialize(#"{"protocolVersion":7}"#), 200, initialized("2025-11-25")),
            Row(initialize("{}"), 200, initialized("2025-11-25")),
        ]

    static let ids =
        ["0", "1", "-1", "\"\"", "\"a\"", "\"\\u00e9\\n\"", "9007199254740993", "123456789012345678901234567890"].map {
            Row(ping($0), 200, pong($0))
        }
        + ["null", "1.5", "1e3", "true", "{}", "[]", "\"\(String(repeating: "x", count: 300))\""].map {
            Row(ping($0), 400, error(invalid, badID))
        }

    static let messages = [
        Row(#" { "method" : "ping" , "id" : 1 , "jsonrpc" : "2.0" } "#, 200, pong("1")),
        Row(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, 202, nil),
        Row(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#, 202, nil),
        Row(#"{"jsonrpc":"2.0","method":"anything"}"#, 202, nil),
        Row(#"{"jsonrpc":"2.0","id":1,"result":{}}"#, 202, nil),
        Row(#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}"#, 202, nil),
        Row(
            #"{"jsonrpc":"2.0","id":1,"method":"prompts/list"}"#, 200,
            error(-32601, "Method not found: prompts/list", id: "1")),
        Row(#"{"jsonrpc":"2.0","id":1,"method":""}"#, 200, error(-32601, "Method not found: ", id: "1")),
        Row(#"{"jsonrpc":"2.0","id":1,"method":7}"#, 400, error(invalid, "`method` must be a string.", id: "1")),
        Row(#"{"jsonrpc":"2.0","id":1}"#, 400, error(invalid, "`method` is missing.", id: "1")),
        Row(#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, 400, error(invalid, "`jsonrpc` must be \"2.0\".", id: "1")),
        Row(#"{"id":1,"method":"ping"}"#, 400, error(invalid, "`jsonrpc` must be \"2.0\".", id: "1")),
        Row(
            #"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, 400,
            error(invalid, "`params` must be an object.", id: "1")),
        Row(
            #"{"jsonrpc":"2.0","id":1,"method":"ping","params":null}"#, 400,
            error(invalid, "`params` must be an object.", id: "1")),
        Row(
            #"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, 400,
            error(invalid, "A JSON-RPC message must be an object without repeated members.")),
        Row(
            #"{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/list"}"#, 400,
            error(invalid, "A JSON-RPC message must be an object without repeated members.")),
        Row("7", 400, error(invalid, "A JSON-RPC message must be an object without repeated members.")),
        Row("\"x\"", 400, error(invalid, "A JSON-RPC message must be an object without repeated members.")),
    ]

    private static let batchSize = "A batch holds 1 to 50 messages."
    static let batches =
        [
            Row("[\(ping("1")),\(ping("\"b\""))]", 200, "[\(pong("1")),\(pong("\"b\""))]"),
            Row("[\(ping("1")),{\"jsonrpc\":\"2.0\",\"method\":\"n\"}]", 200, "[\(pong("1"))]"),
            Row(
                "[\(ping("1")),7]", 200,
                "[\(pong("1")),\(error(invalid, "A JSON-RPC message must be an object without repeated members."))]"),
            Row("[\(ping("1"))]", ["MCP-Protocol-Version: 2025-03-26"], 200, "[\(pong("1"))]"),
            Row("[{\"jsonrpc\":\"2.0\",\"method\":\"n\"}]", 202, nil),
            Row("[]", 400, error(invalid, batchSize)),
            Row("[\((0..<51).map { ping("\($0)") }.joined(separator: ","))]", 400, error(invalid, batchSize)),
        ]
        + ["2024-11-05", "2025-06-18", "2025-11-25"].map {
            Row(
                "[\(ping("1"))]", ["MCP-Protocol-Version: \($0)"], 400,
                error(invalid, "Batches exist only in protocol version 2025-03-26."))
        }

    static let headers =
        ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"].map {
            Row(ping("1"), ["MCP-Protocol-Version: \($0)"], 200, pong("1"))
        }
        + ["2026-07-28", "1.0", "2025-11-25x"].map {
            Row(
                ping("\"x\""), ["MCP-Protocol-Version: \($0)"], 400,
                #"{"jsonrpc":"2.0","id":"x","error":{"code":-32022,"message":"Unsupported protocol version","data":{"supported":["2025-11-25","2025-06-18","2025-03-26","2024-11-05"],"requested":"\#($0)"}}}"#
            )
        } + [
            Row(ping("1"), ["Accept: */*"], 200, pong("1")),
            Row(ping("1"), ["Origin: https://gateway.example"], 200, pong("1")),
            Row(ping("1"), ["Mcp-Session-Id: 5"], 200, pong("1")),
            Row(
                ping("1"), ["MCP-Protocol-Version: 2025-03-26", "MCP-Protocol-Version: 2025-06-18"], 400,
                error(invalid, "MCP-Protocol-Version came twice.", id: "1")),
        ]
        + [
            "https://evil.example", "null", "http://gateway.example", "https://gateway.example.evil",
            "https://gateway.example:8443",
        ].map {
            Row(ping("1"), ["Origin: \($0)"], 403, error(invalid, "Requests from this origin are not allowed."))
        }

    static let tools = [
        Row(
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#, 200,
            error(-32602, "tools/call needs params.name, a string.", id: "1")),
        Row(
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":7}}"#, 200,
            error(-32602, "tools/call needs params.name, a string.", id: "1")),
        Row(
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_all_zoho_bigin_user"}}"#, 200,
            error(
                -32602,
                "Unknown tool: list_all_zoho_bigin_user. Did you mean `list_all_zoho_bigin_users`?",
                id: "1")),
        Row(
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_all_zoho_bigin_me","arguments":[]}}"#,
            200,
            error(-32602, "params.arguments must be an object.", id: "1")),
        Row(
            #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"x"}}"#, 200,
            error(-32602, "Unknown cursor: pass nextCursor back unchanged, or leave it out to begin again.", id: "1")),
    ]
}

@Suite @MainActor struct EndpointTests {
    @Test(
        arguments:
            Endpoint.handshakes + Endpoint.ids + Endpoint.messages + Endpoint.batches + Endpoint.headers
            + Endpoint.tools
    )
    func isAnsweredExactly(_ row: Endpoint.Row) async throws {
        let bench = Bench()
        var config = ServerConfig()
        config.filter = ToolFilter(methods: ["read"])
        let (_, token) = try await bench.server(on: try await bench.account(), config: config)
        let exchange = try await bench.post(token, row.body, row.fields)
        #expect(exchange.status == row.status, "\(exchange.text)")
        #expect(exchange.isEnded)
        if let answer = row.answer {
            #expect(try exchange.json == JSON(parsing: answer), "\(exchange.text)")
            #expect(exchange.fields["content-type"] == "application/json")
        } else {
            #expect(exchange.body.isEmpty)
        }
        #expect(exchange.fields["cache-control"] == "no-store")
        #expect(exchange.fields["mcp-session-id"] == nil)
    }

    @Test(arguments: [
        "{", "", "{\"a\":1,}", "[1,", "nul", "{\"a\":\"\u{1}\"}", "{} {}", String(repeating: "[", count: 100),
    ])
    func malformedJSONIsAParseErrorWithoutAnID(_ body: String) async throws {
        let bench = Bench()
        let (_, token) = try await bench.server(on: try await bench.account())
        let exchange = try await bench.post(token, body)
        #expect(exchange.status == 400)
        #expect(exchange.json?["error"]?["code"]?.int == -32700)
        #expect(exchange.json?["id"] == nil)
    }

    @Test(arguments: [
        ("application/json", 200), ("application/json; charset=utf-8", 200), ("APPLICATION/JSON", 200),
        ("application/json;charset=utf-8", 200), ("text/plain", 415), ("application/jsonx", 415),
        ("application/x-www-form-urlencoded", 415), ("multipart/form-data", 415), ("", 415),
    ])
    func theBodyMustBeSentAsJSON(_ type: String, _ status: Int) async throws {
        let bench = Bench()
        let (_, token) = try await bench.server(on: try await bench.account())
        let exchange = try await bench.send(
            "POST", "/mcp/\(token)", body: Endpoint.ping("1"), fields: ["Content-Type: \(type)"])
        #expect(exchange.status == status)
    }

    @Test(arguments: ["GET", "DELETE", "PUT", "PATCH", "OPTIONS", "HEAD"])
    func otherMethodsAreNotAllowed(_ method: String) async throws {
        let bench = Bench()
        let (_, token) = try await bench.server(on: try await bench.account())
        let exchange = try await bench.send(method, "/mcp/\(token)")
        #expect(exchange.status == 405)
        #expect(exchange.fields["allow"] == "POST")
        #expect(try await bench.send(method, "/mcp/x").status == 401)
    }

    @Test func aFilteredToolIsUnknownInTheListAndInACall() async throws {
        let bench = Bench()
        var config = ServerConfig()
        config.filter = ToolFilter(methods: ["read"])
        let (_, token) = try await bench.server(on: try await bench.account(), config: config)
        let list = try await bench.post(token, #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)
        let names = list.json?["result"]?["tools"]?.array?.compactMap { $0["name"]?.string } ?? []
        #expect(names.contains("list_all_zoho_bigin_users"))
        #expect(!names.contains("delete_a_zoho_bigin_user_by_id"))
        let call = try await bench.call(token, "delete_a_zoho_bigin_user_by_id", #"{"user_id":"1"}"#)
        #expect(call.json?["error"]?["code"]?.int == -32602)
        #expect(call.text.contains("Unknown tool: delete_a_zoho_bigin_user_by_id"))
        #expect(bench.upstream.requests.isEmpty)
    }

    @Test func argumentsThatDoNotFitAreAResultThatTheModelCanActOn() async throws {
        let bench = Bench()
        let (_, token) = try await bench.server(on: try await bench.account())
        let call = try await bench.call(token, "get_single_zoho_bigin_user_by_id", #"{"usr_id":"1"}"#)
        #expect(call.status == 200)
        #expect(call.json?["result"]?["isError"]?.bool == true)
        #expect(call.text.contains("Did you mean `user_id`"))
        #expect(call.text.contains("Nothing was sent"))
        #expect(bench.upstream.requests.isEmpty)
    }

    @Test func aCallGoesToTheAccountsRegionAndItsCursorGoesOn() async throws {
        let bench = Bench()
        let account = try await bench.account(region: .in)
        let (_, token) = try await bench.server(on: account)
        try await bench.accessToken(for: account)
        bench.upstream.answer = { request in
            Script(
                #"{"users":[{"id":"1"}],"info":{"more_records":\#(request.target.contains("page=2") ? "false" : "true")}}"#
            )
        }
        let first = try await bench.call(token, "list_all_zoho_bigin_users", #"{"limit":1,"type":"ActiveUsers"}"#)
        let payload = try JSON(parsing: first.json?["result"]?["content"]?.array?[0]["text"]?.string ?? "")
        let cursor = try #require(payload["next_cursor"]?.string)
        let second = try await bench.call(
            token, "list_all_zoho_bigin_users", #"{"next_cursor":"\#(cursor)","limit":1,"type":"ActiveUsers"}"#)
        #expect(bench.upstream.requests.map(\.host) == ["www.zohoapis.in", "www.zohoapis.in"])
        #expect(bench.upstream.requests[1].target == "/bigin/v2/users?type=ActiveUsers&page=2&per_page=1")
        #expect(second.text.contains("result_count") && !second.text.contains("next_cursor"))
        #expect(bench.upstream.requests[0].fields.contains("Authorization: Zoho-oauthtoken \(Bench.accessToken)"))
        let other = try await bench.call(token, "list_all_zoho_bigin_users", #"{"next_cursor":"\#(cursor)"}"#)
        #expect(other.json?["error"]?["code"]?.int == 400)
        #expect(bench.upstream.requests.count == 2)
    }

    @Test func aReadEndsUpstreamWhenTheClientLeavesAndAWriteDoesNot() async throws {
        let records = (0..<4000).map { #"{"id":"\#($0)","name":"\#(String(repeating: "x", count: 50))"}"# }
        let body = bytes(#"{"users":["# + records.joined(separator: ",") + "]}")
        let pieces = stride(from: 0, to: body.count, by: 8192).map { Array(body[$0..<min($0 + 8192, body.count)]) }
        let bench = Bench()
        let account = try await bench.account()
        let (_, token) = try await bench.server(on: account)
        try await bench.accessToken(for: account)
        bench.upstream.answer = { _ in Script(pieces: pieces) }
        let exchange = try RecordingExchange(
            "POST", "/mcp/\(token)", ["Content-Type: application/json"],
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_all_zoho_bigin_users"}}"#)
        exchange.leavesAfter = 1
        _ = await bench.send(exchange)
        #expect(bench.upstream.calls[0].isCancelled)
        #expect(exchange.body.count < body.count / 2)

        let note =
            #"{"users":[{"code":"SUCCESS","status":"success","note":"\#(String(repeating: "x", count: 200_000))"}]}"#
        bench.upstream.answer = { _ in
            Script(
                pieces: stride(from: 0, to: note.utf8.count, by: 8192).map { Array(bytes(note)[$0...].prefix(8192)) })
        }
        let write = try RecordingExchange(
            "POST", "/mcp/\(token)", ["Content-Type: application/json"],
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_a_zoho_bigin_user_by_id","arguments":{"user_id":"1"}}}"#
        )
        write.leavesAfter = 1
        _ = await bench.send(write)
        #expect(!bench.upstream.calls[1].isCancelled)
        #expect(write.body.count < note.utf8.count / 2)
    }

    @Test func aBatchWithALongAnswerIsOneValidArray() async throws {
        let records = (0..<2000).map { #"{"id":"\#($0)","name":"\#(String(repeating: "x", count: 50))"}"# }
        let bench = Bench()
        let account = try await bench.account()
        let (_, token) = try await bench.server(on: account)
        try await bench.accessToken(for: account)
        let list = bytes(#"{"users":["# + records.joined(separator: ",") + "]}")
        bench.upstream.answer = { _ in
            Script(
                pieces: stride(from: 0, to: list.count, by: 9000).map { Array(list[$0..<min($0 + 9000, list.count)]) })
        }
        let call = #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_all_zoho_bigin_users"}}"#
        let exchange = try await bench.post(token, "[\(Endpoint.ping("1")),\(call),\(Endpoint.ping("3"))]")
        #expect(exchange.json?.array?.compactMap { $0["id"]?.int } == [1, 2, 3])
        #expect(exchange.isEnded)
    }

    @Test func wellKnownPathsOfOAuthAreNotThere() async throws {
        let bench = Bench()
        let (_, token) = try await bench.server(on: try await bench.account())
        for path in [
            "/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp/\(token)",
            "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration", "/authorize", "/token",
            "/register", "/nothing",
        ] {
            for method in ["GET", "POST"] {
                let exchange = try await bench.send(method, path)
                #expect(exchange.status == 404, "\(path)")
                #expect(!exchange.text.contains(token))
            }
        }
    }
}

extension Endpoint.Row {
    init(_ body: String, _ status: Int, _ answer: String?) { self.init(body, [], status, answer) }
}
