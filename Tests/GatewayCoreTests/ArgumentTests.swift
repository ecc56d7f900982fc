// From arguments to a request: every problem named at once, no value that reaches further than its place, and cursors
// that open only where they were made.

import Testing
import Wire

@testable import GatewayCore

@Suite struct ArgumentTests {
    private func problems(_ method: String, _ json: String) throws -> [String: String] {
        let text = bytes(json)
        switch try Arguments.read(text, 0..<text.count, for: Acme.tool(method)) {
        case .valid: return [:]
        case .invalid(let problems): return Dictionary(problems.map { ($0.path, $0.problem) }) { "\($0); \($1)" }
        }
    }

    private func arguments(_ method: String, _ json: String) throws -> Arguments {
        let text = bytes(json)
        guard case .valid(let arguments) = try Arguments.read(text, 0..<text.count, for: Acme.tool(method)) else {
            throw CallFailure(.invalidRequest, "not valid: \(json)")
        }
        return arguments
    }

    // MARK: The check

    @Test func allProblemsAreFoundAtOnceWithTheirPlaces() throws {
        let found = try problems(
            "create",
            #"{"subject":"x","weight":"heavy","count":10.5,"urgent":1,"watchers":[{"email":"a"},{"role":"to"},7],"colour":1,"ownr":"1"}"#
        )
        #expect(
            Set(found.keys) == [
                "subject", "weight", "count", "urgent", "watchers[1].email", "watchers[1].role", "watchers[2]",
                "colour",
                "ownr", "owner",
            ])
        #expect(found["subject"]?.contains("at least 2") == true)
        #expect(found["weight"]?.contains("a number of at least 0") == true)
        #expect(found["count"]?.contains("an integer from 1 to 9") == true)
        #expect(found["watchers[1].role"]?.contains(#"one of "cc", "bcc""#) == true)
        #expect(found["ownr"]?.contains("Did you mean `owner`") == true)
        #expect(found["owner"]?.contains("missing") == true)
    }

    @Test func aNumberIsTakenForAnIdAndKeepsItsDigits() throws {
        #expect(try problems("create", #"{"owner":6000000000000123457,"subject":"abc"}"#).isEmpty)
        #expect(try problems("create", #"{"owner":"6000000000000123457","subject":"abc"}"#).isEmpty)
        for bad in ["1.5", "-1", "1e9", "true", "null", "[1]"] {
            #expect(try problems("create", #"{"owner":\#(bad),"subject":"abc"}"#)["owner"] != nil, "\(bad)")
        }
        #expect(try problems("create", #"{"owner":"1","subject":5}"#)["subject"] != nil)
    }

    @Test(arguments: [
        ("1", true), ("9", true), ("0", false), ("10", false), ("1.0", true), ("1e0", true), ("1.5", false),
        ("\"1\"", false), ("null", false), ("1e400", false), ("99999999999999999999", false),
    ])
    func integersAreChecked(_ value: String, _ isGood: Bool) throws {
        #expect(try problems("create", #"{"owner":"1","subject":"abc","count":\#(value)}"#).isEmpty == isGood)
    }

    @Test func lengthsCountCharactersAndNullIsTakenOnlyWhereItMay() throws {
        #expect(try problems("create", #"{"owner":"1","subject":"ééééééééé","due":null}"#).isEmpty)
        #expect(try problems("create", #"{"owner":"1","subject":"éééééééééé"}"#)["subject"] != nil)
        #expect(try problems("create", #"{"owner":"1","subject":null}"#)["subject"] != nil)
        #expect(try problems("create", #"{"owner":"1","subject":"abc","watchers":[]}"#)["watchers"] != nil)
        #expect(try problems("list", #"{"ids":["1","2","3","4"]}"#)["ids"] != nil)
        #expect(try problems("list", #"{"limit":0}"#)["limit"] != nil)
        #expect(try problems("list", #"{"limit":101}"#)["limit"] != nil)
        #expect(try problems("list", #"{"limit":"5"}"#)["limit"] != nil)
    }

    @Test func anArgumentThatComesTwiceIsAProblem() throws {
        #expect(try problems("create", #"{"owner":"1","owner":"2","subject":"abc"}"#)["owner"] == "given twice")
        #expect(try problems("create", #"{"owner":"1","\u006fwner":"2","subject":"abc"}"#)["owner"] == "given twice")
    }

    @Test func aLongValueIsShownShortened() throws {
        let long = String(repeating: "x", count: 10_000)
        for json in [#"{"state":"\#(long)"}"#, #"{"\#(long)":1}"#, #"{"ids":"\#(long)"}"#] {
            for (path, problem) in try problems("list", json) { #expect(path.count + problem.count < 1000) }
        }
    }

    // MARK: The request

    private func account(_ context: [String: String] = ["desk_id": "77"]) -> AccountRecord {
        AccountRecord(
            id: "a", tenant: "t", integration: "acme_desk", region: .eu, status: .active, context: context,
            createdAt: 0,
            updatedAt: 0, sealedRefreshToken: [])
    }

    private func compose(
        _ method: String, _ json: String, page: Int? = nil, context: [String: String] = ["desk_id": "77"]
    ) throws -> UpstreamRequest {
        try RequestComposer(
            tool: Acme.tool(method), integration: Acme.desk, account: account(context),
            arguments: try arguments(method, json)
        ).compose(position: page.map { .number($0) }, deadline: 1000)
    }

    @Test func argumentsGoToTheirPlaces() throws {
        let list = try compose("list", #"{"q":"a b&c","ids":["1","x,y"],"limit":5}"#, page: 3)
        #expect(list.target == "/v1/77/tickets?fixed=1&q=a%20b%26c&ids=1%2Cx%2Cy&from=3&count=5")
        #expect(list.host == "api.acme.eu")
        #expect(list.method == "GET")
        #expect(list.body == nil)
        let create = try compose("create", #"{"weight":1.50,"subject":"abc","owner":6000000000000123457,"due":null}"#)
        #expect(
            String(decoding: create.body ?? [], as: UTF8.self)
                == #"{"mode":"strict","owner":"6000000000000123457","ticket":{"subject":"abc","weight":1.50,"due":null}}"#
        )
        #expect(try compose("delete", #"{"query_id":"q","id":"p"}"#).target == "/v1/tickets/p?id=q")
        #expect(try compose("merge", "{}").host == "files.acme.eu")
    }

    @Test func contextIsFilledInUnlessTheCallerSaysOtherwise() throws {
        #expect(try compose("list", "{}").target == "/v1/77/tickets?fixed=1")
        #expect(try compose("list", #"{"desk":"88"}"#).target == "/v1/88/tickets?fixed=1")
        let failure = #expect(throws: CallFailure.self) { try compose("list", "{}", context: [:]) }
        #expect(failure?.message.contains("`desk`") == true)
        #expect(try compose("list", "{}", context: ["desk_id": "../x?y"]).target == "/v1/..%2Fx%3Fy/tickets?fixed=1")
    }

    private static let nasty = [
        "a/b", "../..", "/..", "..%2f", "%2e%2e", "%2f", "?", "?a=b", "#", "#x", "&a=b", "=", ";", "a;b=c", "\\",
        "..\\",
        "\r\n", "x\r\nHost: evil", "\u{0}", "é", "😀", "ｅ／", "\u{202E}", "@evil.example", "//evil.example", ":80", " ",
        "+", "*", "{note}", "$arguments", "\"", "'", "<>", "|", "a,b", "\u{7F}", "...",
    ]

    private func query(_ target: String) -> (segments: [String], names: [String]) {
        let parts = target.split(separator: "?", omittingEmptySubsequences: false)
        return (
            parts[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init),
            parts.count > 1 ? parts[1].split(separator: "&").map { String($0.prefix { $0 != "=" }) } : []
        )
    }

    @Test func noValueReachesFurtherThanItsPlace() throws {
        var seed = Seeded(11)
        for round in 0..<300 {
            func value() -> String {
                (0..<Int.random(in: 1...3, using: &seed)).map { _ in Self.nasty.randomElement(using: &seed)! }.joined()
            }
            let values = [value(), value(), value()]
            let written = values.map { JSON.string($0).text }
            let json = #"{"ticket_id":\#(written[0]),"note":\#(written[1]),"view":\#(written[2])}"#
            if [".", ".."].contains(values[0]) || [".", ".."].contains(values[1]) { continue }
            let request = try compose("get", json)
            let (segments, names) = query(request.target)
            #expect(request.host == "api.acme.eu")
            #expect(segments.count == 6, "round \(round): \(request.target)")
            #expect(names == ["view"], "round \(round): \(request.target)")
            #expect(request.target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x23 && $0 != 0x5C && $0 != 0x3B })
            #expect(!segments.contains("..") && !segments.contains("."))
            for (segment, value) in [(segments[3], values[0]), (segments[5], values[1])] {
                #expect(PercentCoding.decode(bytes(segment)[...]) == bytes(value))
            }
            #expect(request.fields == (try compose("get", #"{"ticket_id":"1","note":"1"}"#)).fields)
        }
    }

    @Test(arguments: ["", ".", "..", "%2e", String(repeating: "x", count: 100_000)])
    func whatCannotBeASegmentIsRefusedOrEncoded(_ value: String) throws {
        let json = #"{"ticket_id":\#(JSON.string(value).text),"note":"1"}"#
        guard value != "%2e" else {
            #expect(try compose("get", json).target == "/v1/tickets/%252e/notes/1")
            return
        }
        let failure = #expect(throws: CallFailure.self) { try compose("get", json) }
        #expect(failure?.message.contains("`ticket_id`") == true)
        #expect((failure?.message.count ?? 0) < 300)
    }

    @Test func bodiesStayWhatTheTemplateSays() throws {
        for value in Self.nasty + [#"","mode":"lax"#, "\\", "\\\"", "$owner"] where value.count < 10 && value.count > 1
        {
            let json = #"{"owner":"1","subject":\#(JSON.string(value).text)}"#
            let body = try JSON(parsing: try #require(try compose("create", json).body))
            #expect(body == ["mode": "strict", "owner": "1", "ticket": ["subject": .string(value)]])
        }
    }

    @Test func aRegionThatAHostDoesNotHaveIsSaid() throws {
        var record = account()
        record.region = .jp
        let composer = RequestComposer(
            tool: Acme.tool("list"), integration: Acme.desk, account: record, arguments: try arguments("list", "{}"))
        let failure = #expect(throws: CallFailure.self) { try composer.compose(position: nil, deadline: 1) }
        #expect(failure?.message.contains("jp") == true)
    }

    // MARK: Cursors

    private func cursor(
        _ json: String = "{}", method: String = "list", secret: UInt8 = 1, tenant: String = "t", account: String = "a",
        server: String = "s", tokenKey: String = "k"
    ) throws -> Cursor {
        Cursor(
            secret: GatewaySecret(material: [UInt8](repeating: secret, count: 32)),
            caller: Caller(
                ServerRecord(
                    id: server, tenant: tenant, account: account, integration: "acme_desk", name: "n",
                    config: ServerConfig(), expiresAt: nil, createdAt: 0, updatedAt: 0, tokenKey: tokenKey)),
            tool: Acme.tool(method), arguments: try arguments(method, json))
    }

    private func with(_ text: String, _ rest: String = "") -> String { #"{"next_cursor":"\#(text)"\#(rest)}"# }

    @Test func aCursorOpensWhereItWasMade() throws {
        let text = try cursor(#"{"q":"x","limit":5}"#).seal(.number(7))
        #expect(try cursor(with(text, #","q":"x","limit":5"#)).position() == .number(7))
        #expect(try cursor(#"{"limit":5,"q":"x"}"#).position() == nil)
        #expect(try cursor(with(text, #","limit":5,"q":"x""#), tokenKey: "rotated").position() == .number(7))
        #expect(text.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x2D || $0 == 0x5F })
        #expect(try cursor(#"{"q":"x","limit":5}"#).seal(.number(7)) != text)
    }

    @Test func aCursorOpensNowhereElse() throws {
        let text = try cursor(#"{"q":"x"}"#).seal(.number(7))
        let same = with(text, #","q":"x""#)
        for other in [
            try cursor(with(text)), try cursor(with(text, #","q":"y""#)),
            try cursor(with(text, #","q":"x","limit":5"#)),
            try cursor(with(text, #","q":"x","desk":"1""#)), try cursor(same, secret: 2), try cursor(same, tenant: "u"),
            try cursor(same, account: "b"), try cursor(same, server: "z"),
        ] {
            let failure = #expect(throws: CallFailure.self) { try other.position() }
            #expect(failure?.errorClass == .invalidRequest)
            #expect(failure?.message.contains("`next_cursor`") == true)
        }
        #expect(try cursor(same).position() == .number(7))
    }

    @Test func anAlteredCursorDoesNotOpen() throws {
        let text = try cursor().seal(.number(7))
        let sealed = try #require(Base64.decode(text))
        for index in sealed.indices {
            var altered = sealed
            altered[index] ^= 0x10
            #expect(throws: CallFailure.self) { try cursor(with(Base64.encodeURL(altered))).position() }
        }
        for bad in ["", "x", "!!!!", text + "A", String(text.dropLast(2)), "eyJwYWdlIjoxfQ"] {
            #expect(throws: CallFailure.self) { try cursor(with(bad)).position() }
        }
    }

    @Test func noFloodOfProblemsIsAnswered() throws {
        let tool = Acme.tool("create")
        for json in [
            "{" + (0..<5000).map { #""x\#($0)":1"# }.joined(separator: ",") + "}",
            "{" + (0..<5000).map { _ in #""owner":"1""# }.joined(separator: ",") + "}",
            #"{"watchers":["# + (0..<5000).map { _ in "{}" }.joined(separator: ",") + "]}",
        ] {
            let text = bytes(json)
            guard case .invalid(let problems) = try Arguments.read(text, 0..<text.count, for: tool) else {
                Issue.record("valid")
                continue
            }
            #expect(problems.count <= Schema.maximumProblems)
        }
    }
}
