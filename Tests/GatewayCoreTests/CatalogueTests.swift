// Catalogues: what they are called, what is refused and where, what a filter leaves, how a list looks.

import Catalogues
import Foundation
import Testing
import Wire

@testable import GatewayCore

@Suite struct CatalogueTests {
    // MARK: Names

    @Test(arguments: [
        ("list", "list_all_zoho_bigin_users"), ("get", "get_single_zoho_bigin_user_by_id"),
        ("create", "create_a_zoho_bigin_user"), ("update", "update_a_zoho_bigin_user_by_id"),
        ("delete", "delete_a_zoho_bigin_user_by_id"), ("verify", "zoho_bigin_users_verify"),
        ("bulk_update", "zoho_bigin_users_bulk_update"),
    ])
    func aToolIsNamedAfterItsMethod(_ method: String, _ name: String) {
        #expect(Naming.tool(integration: "zoho_bigin", resource: "users", singular: "user", method: method) == name)
    }

    @Test(arguments: [
        ("users", "user"), ("group_policies", "group_policy"), ("domains", "domain"), ("addresses", "address"),
        ("mailboxes", "mailbox"), ("branches", "branch"), ("statuses", "status"), ("status", "status"),
        ("domain_dkim", "domain_dkim"), ("group_moderation", "group_moderation"), ("people", "person"),
        ("me", "me"), ("settings", "settings"), ("department_users", "department_user"), ("aliases", "alias"),
        ("classes", "class"), ("current_organization", "current_organization"),
        ("webinar_registrants", "webinar_registrant"),
        ("entries", "entry"), ("heroes", "hero"), ("news", "news"), ("responses", "response"), ("as", "as"),
        ("movies", "movie"), ("analyses", "analysis"), ("antispam", "antispam"), ("series", "series"),
        ("files", "file"), ("messages", "message"), ("replies", "reply"), ("profiles", "profile"), ("roles", "role"),
        ("", ""), ("meetings", "meeting"), ("recordings", "recording"), ("wishes", "wish"),
    ])
    func theSingularOfTheLastWordIsFound(_ plural: String, _ singular: String) {
        #expect(Naming.singular(of: plural) == singular)
    }

    @Test func everyNameIsOneThatEveryClientAccepts() {
        for tool in installed.integrations.flatMap(\.tools) { #expect(Naming.isAcceptable(tool.name), "\(tool.name)") }
        #expect(!Naming.isAcceptable(""))
        #expect(!Naming.isAcceptable(String(repeating: "a", count: 65)))
        #expect(!Naming.isAcceptable("a.b"))
        #expect(!Naming.isAcceptable("é"))
    }

    @Test(arguments: [
        "list_all_zoho_bigin_users", "get_single_zoho_bigin_user_by_id", "list_all_zoho_bigin_roles",
        "list_all_zoho_bigin_profiles", "list_all_zoho_bigin_current_organization", "delete_a_zoho_bigin_user_by_id",
        "list_all_zoho_bigin_me",
    ])
    func theNamesThatMustExistDo(_ name: String) {
        #expect(installed.integrations.contains { $0.tool(named: name) != nil })
    }

    // MARK: Loading

    @Test func withoutADescriptionThereIsNoTool() {
        #expect(Acme.desk.tools.map(\.method) == ["list", "get", "create", "delete", "merge"])
        #expect(Acme.desk.tool(named: "acme_desk_tickets_export") == nil)
    }

    @Test func aNameThatWouldClashIsRenamedAndStillSentAsItWas() {
        let parameters = Acme.tool("delete").parameters
        #expect(parameters.map(\.name) == ["id", "query_id"])
        #expect(parameters.map(\.wireName) == ["id", "id"])
    }

    @Test func aListTakesLimitAndCursorAndContextIsNotRequired() throws {
        let schema = Acme.tool("list").input.json
        #expect(schema["properties"]?["limit"]?["maximum"] == 100)
        #expect(schema["properties"]?["next_cursor"]?["description"]?.string?.contains("unchanged") == true)
        #expect(schema["required"] == nil)
        #expect(schema["additionalProperties"] == false)
        #expect(Acme.tool("get").input.json["required"] == ["ticket_id", "note"])
        #expect(schema["properties"]?["desk"]?["format"] == nil)
    }

    @Test(arguments: Acme.spoilings)
    func aSpoiltCatalogueIsRefusedByFileAndField(_ spoiling: Acme.Spoiling) {
        let isMain = spoiling.file.hasSuffix("integration.json")
        let text = isMain ? Acme.integration : Acme.tickets
        guard let place = text.range(of: spoiling.from) else {
            Issue.record("there is no \(spoiling.from)")
            return
        }
        let spoilt = text.replacingCharacters(in: place, with: spoiling.to)
        let files = isMain ? Acme.files(integration: spoilt) : Acme.files(tickets: spoilt)
        let error = #expect(throws: CatalogueError.self, "\(spoiling.to)") { try Catalogue(files: files) }
        #expect(error?.file == spoiling.file)
        #expect(error?.field.hasPrefix(spoiling.field) == true, "\(String(describing: error))")
        if spoiling.field.isEmpty { #expect(error?.field.isEmpty == true) }
        let isExplained = spoiling.problem.isEmpty || error?.problem.contains(spoiling.problem) == true
        #expect(isExplained, "\(String(describing: error))")
    }

    @Test func aHintThatNamesAToolWhichDoesNotExistIsFound() throws {
        func findings(_ tool: String) throws -> [String] {
            let hint = #""hints":[{"codes":["GONE"],"hint":"Ask \#(tool)."}]"#
            let main = Acme.integration.replacing(#""not_found":["GONE"]}"#, with: #""not_found":["GONE"]},\#(hint)"#)
            let catalogue = try Catalogue(files: Acme.files(integration: main))
            return CatalogueLint.findings(catalogue.integrations[0]).filter { $0.contains("hint") }
        }
        #expect(try findings("list_all_acme_desk_tickets") == [])
        #expect(
            try findings("list_all_acme_desk_ticket") == [
                "a hint mentions the tool list_all_acme_desk_ticket, which does not exist. Did you mean `list_all_acme_desk_tickets`?"
            ])
    }

    @Test func filesThatDoNotBelongTogetherAreRefused() {
        let files = Acme.files()
        #expect(throws: CatalogueError.self) { try Catalogue(files: [files[1]]) }
        #expect(throws: CatalogueError.self) { try Catalogue(files: [CatalogueFile(name: "x.json", bytes: [])]) }
        let twice = CatalogueFile(name: "acme_desk/zz.json", bytes: files[1].bytes)
        let error = #expect(throws: CatalogueError.self) { try Catalogue(files: files + [twice]) }
        #expect(error?.problem.contains("list_all_acme_desk_tickets") == true)
    }

    @Test func anEmptyCatalogueIsNone() throws {
        #expect(try Catalogue(files: []).integrations.isEmpty)
    }

    /// `#embed` names each file: one that is forgotten would be missing in the binary only.
    @Test func whatIsEmbeddedIsWhatLiesInTheFolders() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/Catalogues")
        var onDisk: [String: [UInt8]] = [:]
        for folder in try FileManager.default.contentsOfDirectory(atPath: root.path) {
            let path = root.appending(path: folder)
            for file in (try? FileManager.default.contentsOfDirectory(atPath: path.path)) ?? []
            where file.hasSuffix(".json") {
                onDisk["\(folder)/\(file)"] = Array(try Data(contentsOf: path.appending(path: file)))
            }
        }
        let embedded = Dictionary(Catalogues.embedded.map { ($0.name, $0.bytes) }) { $1 }
        #expect(embedded.count == Catalogues.embedded.count)
        #expect(embedded.keys.sorted() == onDisk.keys.sorted())
        for (name, bytes) in onDisk { #expect(embedded[name] == bytes, "\(name)") }
    }

    // MARK: Filters

    private func tools(
        methods: Set<String> = [], tags: Set<String> = [], tools: Set<String> = []
    ) -> [String] {
        Acme.catalogue.toolSet(Acme.desk, ToolFilter(methods: methods, tags: tags, tools: tools)).tools.map(\.method)
    }

    @Test func groupsAndExactMethodsAreAlternatives() {
        #expect(tools() == ["list", "get", "create", "delete", "merge"])
        #expect(tools(methods: ["read"]) == ["list", "get"])
        #expect(tools(methods: ["write"]) == ["create", "delete"])
        #expect(tools(methods: ["custom"]) == ["merge"])
        #expect(tools(methods: ["merge"]) == ["merge"])
        #expect(tools(methods: ["read", "delete"]) == ["list", "get", "delete"])
    }

    @Test func tagsAreAlternativesAndAgreeWithMethods() {
        #expect(tools(tags: ["people"]) == ["create"])
        #expect(tools(tags: ["people", "secret"]) == ["create", "merge"])
        #expect(tools(tags: ["things"]) == ["list", "get", "create", "delete", "merge"])
        #expect(tools(methods: ["custom", "read"], tags: ["secret", "people"]) == ["merge"])
        #expect(tools(methods: ["read"], tags: ["secret"]).isEmpty)
    }

    @Test func namesAgreeWithEverythingElse() {
        #expect(tools(tools: ["acme_desk_tickets_merge"]) == ["merge"])
        #expect(tools(methods: ["read"], tools: ["acme_desk_tickets_merge"]).isEmpty)
        #expect(tools(methods: ["custom"], tags: ["secret"], tools: ["acme_desk_tickets_merge"]) == ["merge"])
    }

    @Test func aFilteredToolIsUnknown() {
        let set = Acme.catalogue.toolSet(Acme.desk, ToolFilter(methods: ["read"]))
        #expect(set.tool(named: "acme_desk_tickets_merge") == nil)
        #expect(set.tool(named: "list_all_acme_desk_tickets") != nil)
    }

    @Test func namesThatDoNotExistGetTheNearestThatDo() {
        let filter = ToolFilter(
            methods: ["reed"], tags: ["peple"], tools: ["list_all_acme_desk_ticket", "something_else_entirely"])
        let problems = filter.problems(for: Acme.desk)
        #expect(problems.count == 4)
        #expect(problems[0].hasPrefix("config.methods") && problems[0].contains("`read`"))
        #expect(problems[1].hasPrefix("config.tags") && problems[1].contains("`people`"))
        #expect(problems[2].contains("Did you mean `list_all_acme_desk_tickets`"))
        #expect(!problems[3].contains("Did you mean"))
        #expect(ToolFilter(methods: ["read", "merge"], tags: ["people"]).problems(for: Acme.desk).isEmpty)
    }

    @Test(
        arguments: [
            ("usres", "users"), ("USERS", "users"), ("user", "users"), ("domian", "domain"), ("x", nil), ("", nil),
            (String(repeating: "z", count: 100_000), nil),
        ] as [(String, String?)])
    func theNearestNameIsFound(_ wrong: String, _ right: String?) {
        #expect(nearest(to: wrong, among: ["users", "domain", "profiles"]).first == right)
    }

    // MARK: The list

    @Test func theCompiledListIsValidAndAlwaysInTheSameOrder() throws {
        let filter = ToolFilter(methods: ["read", "custom"])
        let set = Acme.catalogue.toolSet(Acme.desk, filter)
        let again = try Catalogue(files: Acme.files().reversed())
        #expect(again.toolSet(again.integrations[0], filter).listing.plain == set.listing.plain)
        let message = RPC.opening(id: bytes("1")[...]) + set.listing.plain
        let object = try #require(JSONSerialization.jsonObject(with: Data(message)) as? [String: Any])
        let tools = try #require((object["result"] as? [String: Any])?["tools"] as? [[String: Any]])
        #expect(tools.map { $0["name"] as? String } == set.tools.map(\.name))
        for tool in tools {
            #expect((tool["inputSchema"] as? [String: Any])?["type"] as? String == "object")
            #expect((tool["description"] as? String)?.isEmpty == false)
            #expect((tool["annotations"] as? [String: Any])?["readOnlyHint"] != nil)
        }
        #expect(Acme.catalogue.toolSet(Acme.desk, filter) === set)
    }

    @Test func hintsTellReadsFromWhatDestroys() {
        func hint(_ method: String, _ name: String) -> Bool? {
            Acme.tool(method).listing(structured: false)["annotations"]?[name]?.bool
        }
        #expect(hint("list", "readOnlyHint") == true)
        #expect(hint("create", "readOnlyHint") == false)
        #expect(hint("delete", "destructiveHint") == true)
        #expect(hint("list", "destructiveHint") == false)
        #expect(hint("delete", "idempotentHint") == true)
        #expect(hint("create", "idempotentHint") == false)
    }
}
