// How a server's tools are listed and their results shown: pages, compression, discovery, structured output.

import Compression
import Testing
import Wire

@testable import GatewayCore

@Suite struct PresentationTests {
    private func bench(_ change: (inout ServerConfig) -> Void = { _ in }) async throws -> (Bench, String) {
        let bench = Bench()
        let account = try await bench.account()
        try await bench.accessToken(for: account)
        var config = ServerConfig()
        change(&config)
        return (bench, try await bench.server(on: account, config: config).token)
    }

    private func list(_ params: String = "{}") -> String {
        #"{"jsonrpc":"2.0","id":"é","method":"tools/list","params":\#(params)}"#
    }

    private func text(_ exchange: RecordingExchange) throws -> JSON {
        try JSON(parsing: try #require(exchange.json?["result"]?["content"]?.array?[0]["text"]?.string))
    }

    // MARK: Lists

    @Test func aCompressedListIsOneMemberWithTheSameBytes() async throws {
        let (bench, token) = try await bench()
        let plain = try await bench.post(token, list())
        let packed = try await bench.post(token, list(), ["Accept-Encoding: br, gzip"])
        #expect(packed.fields.contains { $0.key.lowercased() == "content-encoding" && $0.value == "gzip" })
        var inflated: [UInt8] = []
        let inflater = Inflater(.gzip)
        var offset = 0
        while true {
            let step = try inflater.inflate(packed.body, from: offset, into: &inflated, limit: 1 << 20)
            offset = step.offset
            if step.needsInput { break }
        }
        try inflater.finish()
        #expect(inflated == plain.body)
        // One member: its magic number does not come a second time behind the header.
        #expect(packed.body.count < plain.body.count / 4)
    }

    @Test(arguments: [
        ("gzip", true), ("gzip;q=0", false), ("gzip;q=0.5, identity", false), ("*", true), ("identity, *;q=0", false),
        ("deflate, GZIP;q=1.0", true), ("br", false), ("gzip;q=0.8,identity;q=0.8", true), ("", false),
    ])
    func aClientSaysWhetherItWantsCompression(_ header: String, _ isCompressed: Bool) {
        #expect(AcceptEncoding.prefersGzip(bytes(header), 0..<header.utf8.count) == isCompressed)
    }

    @Test func pagesGiveEveryToolOnceAndInTheListsOrder() async throws {
        let (bench, token) = try await bench()
        let whole = try await bench.post(token, list()).json?["result"]?["tools"]?.array ?? []
        var paged: [JSON] = []
        var params = #"{"_meta":{"io.tollgate/pageSize":7}}"#
        while true {
            let result = try #require(try await bench.post(token, list(params)).json?["result"])
            let page = try #require(result["tools"]?.array)
            #expect(page.count <= 7)
            paged += page
            guard let next = result["nextCursor"]?.string else { break }
            params = #"{"cursor":"\#(next)"}"#
        }
        #expect(paged == whole)
        #expect(whole.count > 14)
    }

    @Test(arguments: [
        #"{"cursor":"x"}"#, #"{"cursor":7}"#, #"{"cursor":"MDo3OjA"}"#, #"{"_meta":{"io.tollgate/pageSize":0}}"#,
    ])
    func aPageThatIsNoneIsRefused(_ params: String) async throws {
        let (bench, token) = try await bench()
        #expect(try await bench.post(token, list(params)).json?["error"]?["code"]?.int == -32602)
    }

    // MARK: Discovery

    private func discovering() async throws -> (Bench, String) {
        try await bench { $0.presentation.exposure = .discovery }
    }

    @Test func discoveryListsThreeTools() async throws {
        let (bench, token) = try await discovering()
        let tools = try await bench.post(token, list()).json?["result"]?["tools"]?.array ?? []
        #expect(tools.compactMap { $0["name"]?.string } == ["search_tools", "get_tool_schema", "call_tool"])
    }

    @Test(arguments: [
        ("list users", "list_all_zoho_bigin_users"), ("delete user", "delete_a_zoho_bigin_user_by_id"),
        ("organization", "list_all_zoho_bigin_current_organization"), ("roles", "list_all_zoho_bigin_roles"),
    ])
    func searchPutsTheObviousToolFirst(_ query: String, _ name: String) async throws {
        let (bench, token) = try await discovering()
        let found = try text(try await bench.call(token, "search_tools", #"{"query":"\#(query)"}"#))
        #expect(found["result"]?.array?.first?["name"]?.string == name)
        let again = try text(try await bench.call(token, "search_tools", #"{"query":"\#(query)"}"#))
        #expect(found == again)
    }

    @Test func schemasComeByNameWithTheNearestForAWrongOne() async throws {
        let (bench, token) = try await discovering()
        let known = try text(
            try await bench.call(token, "get_tool_schema", #"{"names":["list_all_zoho_bigin_users"]}"#))
        #expect(known["result"]?.array?.first?["inputSchema"]?["type"]?.string == "object")
        let wrong = try await bench.call(token, "get_tool_schema", #"{"names":["list_all_zoho_bigin_user"]}"#)
        #expect(wrong.text.contains("Did you mean `list_all_zoho_bigin_users`"))
        #expect(wrong.json?["result"]?["isError"]?.bool == true)
    }

    @Test func aHiddenToolIsCalledThroughCallTool() async throws {
        let (bench, token) = try await discovering()
        bench.upstream.answer = { _ in Script(#"{"users":[{"id":"7"}]}"#) }
        let direct = try await bench.call(token, "get_single_zoho_bigin_user_by_id", #"{"user_id":"7"}"#)
        #expect(direct.json?["error"]?["code"]?.int == -32602)
        #expect(direct.text.contains("call_tool"))
        let called = try await bench.call(
            token, "call_tool", #"{"name":"get_single_zoho_bigin_user_by_id","arguments":{"user_id":"7"}}"#)
        #expect(try text(called) == ["id": "7"])
        let wrong = try await bench.call(token, "call_tool", #"{"name":"get_single_zoho_bigin_user"}"#)
        #expect(wrong.text.contains("Did you mean"))
    }

    // MARK: Structured output

    @Test func aStructuredResultHasTheTextsContent() async throws {
        let (bench, token) = try await bench { $0.presentation.isStructured = true }
        let tools = try await bench.post(token, list()).json?["result"]?["tools"]?.array ?? []
        let users = try #require(tools.first { $0["name"]?.string == "list_all_zoho_bigin_users" })
        #expect(users["outputSchema"]?["type"]?.string == "object")
        bench.upstream.answer = { request in
            request.target.hasSuffix("/7")
                ? Script(#"{"users":[{"id":"7"}]}"#)
                : Script(#"{"users":[{"id":"é\n"},{"id":"2"}],"info":{"more_records":false}}"#)
        }
        for (tool, arguments) in [
            ("list_all_zoho_bigin_users", "{}"), ("get_single_zoho_bigin_user_by_id", #"{"user_id":"7"}"#),
        ] {
            let answer = try await bench.call(token, tool, arguments)
            #expect(answer.json?["result"]?["structuredContent"] == (try text(answer)))
        }
    }

    @Test func aStructuredResultThatIsTooLargeSaysSo() async throws {
        let (bench, token) = try await bench { $0.presentation.isStructured = true }
        let record = #"{"id":"\#(String(repeating: "x", count: 300_000))"}"#
        bench.upstream.answer = { _ in Script(#"{"users":[\#(record)],"info":{}}"#) }
        let answer = try await bench.call(token, "list_all_zoho_bigin_users")
        #expect(answer.json?["error"]?["code"]?.int == 413)
        #expect(answer.text.contains("limit"))
    }
}
