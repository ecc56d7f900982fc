// The management API through the gateway: what works, and what is refused with which field.

import Testing
import Wire

@testable import GatewayCore

@Suite @MainActor struct ManagementTests {
    private let accountBody =
        #"{"integration":"zoho_bigin","region":"eu","credentials":{"refresh_token":"1000.mine"},"context":{"zoid":"7"}}"#

    private func id(_ exchange: RecordingExchange) throws -> String { try #require(exchange.json?["id"]?.string) }

    // MARK: What works

    @Test func anAccountIsMadeListedReadAndDeleted() async throws {
        let bench = Bench()
        let key = try await bench.apiKey().text
        let made = try await bench.send("POST", "/integrated-account", key: key, body: accountBody)
        #expect(made.status == 201)
        let id = try id(made)
        #expect(made.json?["region"] == "eu")
        #expect(made.json?["status"] == "active")
        #expect(made.json?["context"] == ["zoid": "7"])
        #expect(!made.text.contains("1000.mine") && !bench.shared.everything.contains("1000.mine"))
        let list = try await bench.send("GET", "/integrated-account", key: key)
        #expect(list.json?["result"]?.array == [try #require(made.json)])
        #expect(try await bench.send("GET", "/integrated-account/\(id)", key: key).json == made.json)
        #expect(try await bench.send("DELETE", "/integrated-account/\(id)", key: key).status == 204)
        #expect(try await bench.send("GET", "/integrated-account/\(id)", key: key).status == 404)
        #expect(try await bench.send("GET", "/integrated-account", key: key).json?["result"] == [])
    }

    @Test(arguments: ["/integrated-account/", "/admin/integrated-accounts/"])
    func aServersURLIsShownOnceAndWorks(_ prefix: String) async throws {
        let bench = Bench()
        let key = try await bench.apiKey().text
        let path = "\(prefix)\(try await bench.account().id)/mcp"
        let body =
            #"{"name":"Sales","config":{"methods":["read"],"tags":["users"]},"expires_at":"2030-01-01T00:00:00Z"}"#
        let made = try await bench.send("POST", path, key: key, body: body)
        #expect(made.status == 201)
        let token = try #require(made.json?["token"]?.string)
        #expect(made.json?["url"]?.string == "https://gateway.example/mcp/\(token)")
        #expect(made.json?["expires_at"] == "2030-01-01T00:00:00.000Z")
        #expect(made.json?["config"] == ["methods": ["read"], "tags": ["users"]])
        let read = try await bench.send("GET", "\(path)/\(try id(made))", key: key)
        #expect(read.status == 200)
        #expect(!read.text.contains(token) && read.json?["url"] == nil)
        #expect(try await bench.send("GET", path, key: key).json?["result"]?.array?.count == 1)
        #expect(!bench.shared.everything.contains(token))
        let list = try await bench.post(token, #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)
        #expect(list.text.contains("list_all_zoho_bigin_users") && !list.text.contains("list_all_zoho_bigin_roles"))
        #expect(try await bench.send("DELETE", "\(path)/\(try id(made))", key: key).status == 204)
        #expect(try await bench.post(token, "{}").status == 401)
    }

    @Test func anAccountTakesItsServersWithIt() async throws {
        let bench = Bench()
        let key = try await bench.apiKey().text
        let account = try await bench.account()
        let servers = [try await bench.server(on: account), try await bench.server(on: account)]
        let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
        for server in servers { #expect(try await bench.post(server.token, ping).status == 200) }
        #expect(try await bench.send("DELETE", "/integrated-account/\(account.id)", key: key).status == 204)
        for server in servers { #expect(try await bench.post(server.token, ping).status == 401) }
        #expect(!bench.shared.everything.contains(account.id))
    }

    @Test func aKeyIsShownOnceListedAndWithdrawn() async throws {
        let bench = Bench()
        let key = try await bench.apiKey().text
        let made = try await bench.send("POST", "/api-key", key: key, body: #"{"name":"ci","scopes":["servers"]}"#)
        #expect(made.status == 201)
        let text = try #require(made.json?["key"]?.string)
        #expect(!bench.shared.everything.contains(text))
        #expect(try await !bench.send("GET", "/api-key", key: key).text.contains(text))
        #expect(try await bench.send("GET", "/integrated-account", key: text).status == 403)
        #expect(try await bench.send("DELETE", "/api-key/\(try id(made))", key: key).status == 204)
        #expect(try await bench.send("GET", "/integrated-account", key: text).status == 401)
    }

    @Test func theToolsOfAFilterAreShown() async throws {
        let bench = Bench()
        let key = try await bench.apiKey().text
        let path = "/integrated-account/\(try await bench.account().id)/tools"
        let all = try await bench.send("GET", path, key: key)
        #expect(all.json?["result_count"]?.int == installed.integration(named: "zoho_bigin")?.tools.count)
        let few = try await bench.send("GET", path + "?methods=read,delete&tags=users", key: key)
        let methods = few.json?["result"]?.array?.compactMap { $0["method"]?.string } ?? []
        #expect(Set(methods) == ["list", "get", "delete"])
        let wrong = try await bench.send("GET", path + "?methods=reed", key: key)
        #expect(wrong.status == 400)
        #expect(wrong.json?["field"] == "methods")
        #expect(wrong.text.contains("`read`"))
    }

    @Test func listsComeInPages() async throws {
        let bench = Bench()
        let key = try await bench.apiKey().text
        for _ in 0..<7 { _ = try await bench.account() }
        var ids: [String] = []
        var cursor: String?
        repeat {
            let query = cursor.map { "&next_cursor=\($0)" } ?? ""
            let page = try await bench.send("GET", "/integrated-account?limit=3\(query)", key: key)
            ids += page.json?["result"]?.array?.compactMap { $0["id"]?.string } ?? []
            cursor = page.json?["next_cursor"]?.string
        } while cursor != nil && ids.count < 20
        #expect(Set(ids).count == 7 && ids.count == 7)
        for query in ["limit=0", "limit=201", "limit=x", "next_cursor=x"] {
            let refused = try await bench.send("GET", "/integrated-account?\(query)", key: key)
            #expect(refused.status == 400)
            #expect(refused.json?["field"]?.string == String(query.prefix { $0 != "=" }))
        }
    }

    // MARK: Refusals

    @Test(
        arguments: [
            ("", nil, "JSON body"), ("{", nil, "byte"), ("[]", nil, "an object"), ("{}", "integration", "missing"),
            (
                #"{"integration":"zoho_begin","region":"eu","credentials":{"refresh_token":"x"}}"#, "integration",
                "`zoho_bigin`"
            ),
            (#"{"integration":"zoho_bigin","region":"mars","credentials":{"refresh_token":"x"}}"#, "region", "one of"),
            (#"{"integration":"zoho_bigin","region":"uk","credentials":{"refresh_token":"x"}}"#, "region", "us, eu"),
            (#"{"integration":"zoho_bigin","region":"eu"}"#, "credentials", "missing"),
            (#"{"integration":"zoho_bigin","region":"eu","credentials":{}}"#, "credentials.refresh_token", "missing"),
            (
                #"{"integration":"zoho_bigin","region":"eu","credentials":{"refresh_token":""}}"#,
                "credentials.refresh_token", "1"
            ),
            (
                #"{"integration":"zoho_bigin","region":"eu","credentials":{"refresh_token":"x","secret":"y"}}"#,
                "credentials.secret", "no such"
            ),
            (#"{"integration":"zoho_bigin","regoin":"eu","credentials":{"refresh_token":"x"}}"#, "regoin", "`region`"),
            (
                #"{"integration":"zoho_bigin","region":"eu","credentials":{"refresh_token":"x"},"context":{"a":1}}"#,
                "context.a", "string"
            ),
            (
                #"{"integration":"zoho_bigin","region":"eu","region":"us","credentials":{"refresh_token":"x"}}"#, nil,
                "twice"
            ),
        ] as [(String, String?, String)])
    func aWrongAccountIsRefusedByField(_ body: String, _ field: String?, _ part: String) async throws {
        let bench = Bench()
        let key = try await bench.apiKey().text
        let refused = try await bench.send("POST", "/integrated-account", key: key, body: body)
        #expect(refused.status == 400, "\(refused.text)")
        #expect(refused.json?["statusCode"] == 400)
        #expect(refused.json?["error"] == "Bad Request")
        #expect(refused.json?["field"]?.string == field, "\(refused.text)")
        #expect(refused.json?["message"]?.string?.contains(part) == true, "\(refused.text)")
        #expect(bench.shared.indexes[StoreKey.accounts(ofTenant: "tenant-a")] == nil)
    }

    @Test(arguments: [
        ("{}", "name"), (#"{"name":""}"#, "name"), (#"{"name":7}"#, "name"), (#"{"name":"x","nmae":"y"}"#, "nmae"),
        (#"{"name":"x","config":7}"#, "config"), (#"{"name":"x","config":{"method":["read"]}}"#, "config.method"),
        (#"{"name":"x","config":{"methods":"read"}}"#, "config.methods"),
        (#"{"name":"x","config":{"methods":[7]}}"#, "config.methods[0]"),
        (#"{"name":"x","config":{"methods":["reed"]}}"#, "config.methods"),
        (#"{"name":"x","config":{"tags":["nobody"]}}"#, "config.tags"),
        (#"{"name":"x","config":{"tools":["nothing"]}}"#, "config.tools"),
        (#"{"name":"x","config":{"methods":["delete"],"tools":["list_all_zoho_bigin_users"]}}"#, "config"),
        (#"{"name":"x","config":{"methods":["write"],"tools":["list_all_zoho_bigin_users"]}}"#, "config"),
        (#"{"name":"x","config":{"errors":"loud"}}"#, "config.errors"),
        (#"{"name":"x","config":{"auth":"oauth"}}"#, "config.auth"),
        (#"{"name":"x","config":{"timeout_ms":999}}"#, "config.timeout_ms"),
        (#"{"name":"x","config":{"max_response_bytes":1}}"#, "config.max_response_bytes"),
        (#"{"name":"x","config":{"require_api_token_auth":"yes"}}"#, "config.require_api_token_auth"),
        (#"{"name":"x","expires_at":7}"#, "expires_at"), (#"{"name":"x","expires_at":""}"#, "expires_at"),
        (#"{"name":"x","expires_at":"tomorrow"}"#, "expires_at"),
        (#"{"name":"x","expires_at":"2030-02-30T00:00:00Z"}"#, "expires_at"),
        (#"{"name":"x","expires_at":"2020-01-01T00:00:00Z"}"#, "expires_at"),
        (#"{"name":"x","expires_at":"2030-01-01"}"#, "expires_at"),
    ])
    func aWrongServerIsRefusedByField(_ body: String, _ field: String) async throws {
        let bench = Bench()
        let key = try await bench.apiKey().text
        let account = try await bench.account()
        let refused = try await bench.send("POST", "/integrated-account/\(account.id)/mcp", key: key, body: body)
        #expect(refused.status == 400, "\(refused.text)")
        // A group of which the product has nothing is either no method of it, or leaves no tool.
        let named = refused.json?["field"]?.string
        #expect(named == field, "\(refused.text)")
        #expect(bench.shared.indexes[StoreKey.servers(ofAccount: account.id)] == nil)
    }

    @Test func anExpiryLiesAMinuteAheadAtLeast() async throws {
        let bench = Bench()
        let key = try await bench.apiKey().text
        let path = "/integrated-account/\(try await bench.account().id)/mcp"
        for (ahead, status) in [(-1000, 400), (0, 400), (59_999, 400), (60_000, 201), (90_000, 201)] {
            let instant = Timestamp.iso8601(unixMilliseconds: bench.clock.unixMilliseconds + Int64(ahead))
            let made = try await bench.send("POST", path, key: key, body: #"{"name":"x","expires_at":"\#(instant)"}"#)
            #expect(made.status == status, "\(ahead): \(made.text)")
        }
        let never = try await bench.send("POST", path, key: key, body: #"{"name":"x","expires_at":null}"#)
        #expect(never.status == 201)
        #expect(never.json?["expires_at"] == .null)
    }

    @Test func aKeyGivesNoMoreThanItHas() async throws {
        let bench = Bench()
        let key = try await bench.apiKey(scopes: ["keys", "servers"]).text
        #expect(try await bench.send("POST", "/api-key", key: key, body: #"{"name":"x"}"#).status == 403)
        let more = #"{"name":"x","scopes":["servers","accounts"]}"#
        let refused = try await bench.send("POST", "/api-key", key: key, body: more)
        #expect(refused.status == 403)
        #expect(refused.json?["field"] == "scopes")
        #expect(
            try await bench.send("POST", "/api-key", key: key, body: #"{"name":"x","scopes":["servers"]}"#).status
                == 201)
        for scopes in ["[]", #"["root"]"#, #""keys""#] {
            let wrong = try await bench.send("POST", "/api-key", key: key, body: #"{"name":"x","scopes":\#(scopes)}"#)
            #expect(wrong.status == 400)
            #expect(wrong.json?["field"]?.string?.hasPrefix("scopes") == true)
        }
    }

    @Test func anExpiredKeyIsNone() async throws {
        let bench = Bench()
        let key = try await bench.apiKey(expiresAt: bench.clock.unixMilliseconds + 60_000).text
        #expect(try await bench.send("GET", "/api-key", key: key).status == 200)
        bench.clock.advance(seconds: 60)
        #expect(try await bench.send("GET", "/api-key", key: key).status == 401)
    }

    @Test func withoutTheStoreTheAnswerIsToComeAgain() async throws {
        let bench = Bench()
        let key = try await bench.apiKey().text
        #expect(try await bench.send("GET", "/api-key", key: key).status == 200)
        bench.store.fail()
        let refused = try await bench.send("GET", "/api-key", key: key)
        #expect(refused.status == 503)
        #expect(refused.fields["retry-after"] != nil)
    }

    @Test func aForeignOriginIsRefused() async throws {
        let bench = Bench()
        let key = try await bench.apiKey().text
        for (origin, status) in [("https://gateway.example", 200), ("https://evil.example", 403), ("null", 403)] {
            let exchange = try await bench.send("GET", "/api-key", key: key, fields: ["Origin: \(origin)"])
            #expect(exchange.status == status)
        }
    }

    /// A URL that outlived its account would be one that nobody can find.
    @Test func aServerThatIsMadeWhileItsAccountIsDeletedDiesWithIt() async throws {
        let bench = Bench()
        let key = try await bench.apiKey().text
        let account = try await bench.account()
        let made = try await bench.server(on: account)
        // As if it had been committed after the deletion's look at the account's servers.
        let index = StoreKey.servers(ofAccount: account.id)
        bench.shared.apply(Change(writes: [.remove(member: made.record.id, index: index)]))
        bench.store.beforeCommit = {
            bench.shared.apply(Change(writes: [.insert(member: made.record.id, index: index)]))
        }
        #expect(try await bench.send("DELETE", "/integrated-account/\(account.id)", key: key).status == 204)
        let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
        #expect(try await bench.post(made.token, ping).status == 401)
        #expect(bench.shared.entries[StoreKey.server(made.record.id)] == nil)
    }

    /// What a gateway cannot do it does not accept silently.
    @Test func settingsWithoutEffectAreNotAccepted() async throws {
        let bench = Bench()
        let key = try await bench.apiKey().text
        let path = "/integrated-account/\(try await bench.account().id)/mcp"
        for config in [#"{"structured_output":true}"#, #"{"tool_exposure":"discovery"}"#] {
            let made = try await bench.send("POST", path, key: key, body: #"{"name":"x","config":\#(config)}"#)
            let isRefused = made.status == 400
            let isKept = made.json?["config"].map { $0 != [:] } ?? false
            #expect(isRefused || isKept, "\(config): \(made.text)")
        }
    }
}
