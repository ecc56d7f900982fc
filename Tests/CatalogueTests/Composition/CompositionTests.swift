// Every tool's request, compared with what the catalogue's file says that it must be.

import Testing
import Wire

@testable import GatewayCore

@Suite struct CompositionTests {
    private func check(
        _ described: Described, _ arguments: JSON, _ region: Region, position: Pagination.Position? = nil,
        paging: [String: String]? = nil
    ) throws {
        let account = described.account(in: region)
        let request = try described.compose(arguments, for: account, position: position)
        let expected = ExpectedRequest(described, arguments, account, paging: paging)
        let note = Comment(rawValue: "\(arguments.text)")
        #expect(request.method == expected.method, note)
        #expect(request.host == expected.host, note)
        #expect(request.segments == expected.segments, note)
        #expect(request.query == expected.query, note)
        #expect(Set(request.queryNames).count == request.queryNames.count, "a query parameter is sent twice")
        #expect(try request.taken() == expected.body, note)
        let accept = described.tool.response.kind == .binary ? "Accept: */*" : "Accept: application/json"
        var fields = [accept, "Accept-Encoding: gzip", "User-Agent: tollgate"]
        if let type = expected.contentType {
            #expect(request.mediaType == type)
            fields.append("Content-Type: \(request.contentType ?? "")")
        }
        #expect(request.fields == fields, note)
        #expect(request.target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x23 }, note)
    }

    @Test(arguments: Described.all)
    func everyToolComposesItsRequestInEveryRegion(_ described: Described) throws {
        #expect(!described.integration.regions.isEmpty)
        for (index, region) in described.integration.regions.enumerated() {
            var generator = ArgumentGenerator(seed: UInt64(index))
            for amount in ArgumentGenerator.Amount.allCases {
                try check(described, generator.arguments(of: described.tool, amount), region)
            }
        }
    }

    @Test func everyVariantIsReachedByItsArgument() throws {
        var count = 0
        for described in Described.all {
            for variant in described.method["variants"]?.array ?? [] {
                for value in variant["in"]!.array! {
                    var generator = ArgumentGenerator(seed: 1)
                    let forced = [variant["argument"]!.string!: value.string!]
                    let arguments = generator.arguments(of: described.tool, .maximal, forcing: forced)
                    try check(described, arguments, .us)
                    count += 1
                }
            }
        }
        #expect(count > 0)
    }

    /// Whatever the arguments are, the fixed members of a body stand in it as the file has them.
    @Test func whatIsFixedInABodyCannotBeChanged() throws {
        var modes = 0
        for described in Described.all {
            guard let body = described.method["call"]!["body"], let mode = body["mode"]?.string, !mode.hasPrefix("$")
            else { continue }
            modes += 1
            var generator = ArgumentGenerator(seed: 2)
            var arguments = generator.arguments(of: described.tool, .maximal)
            let takesMode = described.tool.parameters.contains { $0.name == "mode" }
            #expect(!takesMode, "\(described.tool.name) has the fixed `mode` as an argument")
            arguments.set("mode", "somethingElse")
            #expect(throws: Refused.self, "\(described.tool.name)") {
                try described.compose(arguments, for: described.account(in: .us))
            }
        }
        #expect(modes > 50)
    }

    /// Every id inside `json`, at any depth, as a number; counts them.
    private func numbered(_ json: JSON, _ schema: Schema, _ count: inout Int) -> JSON {
        switch json {
        case .string where schema.isIdentifier:
            count += 1
            return .number("6000000000000123457")
        case .array(let items): return .array(items.map { numbered($0, schema.items!, &count) })
        case .object(let members):
            return .object(
                members.map { member in
                    let property = schema.properties.first { $0.name == member.key }
                    return (member.key, property.map { numbered(member.value, $0.schema, &count) } ?? member.value)
                })
        default: return json
        }
    }

    @Test func idsMayComeAsNumbersAndAreSentAsText() throws {
        var (all, nested) = (0, 0)
        for described in Described.all {
            var generator = ArgumentGenerator(seed: 3)
            let arguments = generator.arguments(of: described.tool, .maximal)
            var count = 0
            let ids = numbered(arguments, described.tool.input, &count)
            try check(described, ids, .eu)
            all += count
            nested += count - described.tool.parameters.count { $0.schema.isIdentifier }
        }
        #expect(all > 600 && nested > 50)
    }

    @Test func quotingAnIDLeavesAllElseAsItWas() throws {
        let move = try #require(Described.all.first { $0.tool.name == "zoho_mail_messages_move" })
        let bytes = Array(
            #"{"messageId" : [ 6000000000000123457 ,"7\u0031", 8 ],"destfolderId": 9 , "accountId":1}"#.utf8)
        guard case .valid(let arguments) = try Arguments.read(bytes, 0..<bytes.count, for: move.tool) else {
            Issue.record("the arguments are refused")
            return
        }
        let body = try RequestComposer(
            tool: move.tool, integration: move.integration, account: move.account(in: .us), arguments: arguments
        ).compose(position: nil, deadline: 1).body
        let text = String(decoding: body ?? [], as: UTF8.self)
        #expect(text.contains(#"[ "6000000000000123457" ,"7\u0031", "8" ]"#), "\(text)")
        #expect(text.contains(#":"9""#), "\(text)")
    }

    @Test func whatTheAccountDoesNotKnowMustBeGiven() throws {
        var count = 0
        for described in Described.all {
            let needed = described.method["parameters"]!.array!.filter { $0["context"] != nil }
            guard let first = needed.first else { continue }
            var generator = ArgumentGenerator(seed: 4)
            let arguments = generator.arguments(of: described.tool, .minimal)
            let error = #expect(throws: CallFailure.self, "\(described.tool.name)") {
                try described.compose(arguments, for: described.account(in: .us, knowing: false))
            }
            let name = first["argument"]?.string ?? first["name"]!.string!
            #expect(error?.message.contains("`\(name)`") == true)
            #expect(error?.errorClass == .invalidRequest)
            count += 1
        }
        #expect(count > 150)
    }

    @Test func aProductIsNotCalledWhereItDoesNotExist() {
        for described in Described.all {
            for region in Region.allCases where !described.integration.regions.contains(region) {
                var generator = ArgumentGenerator(seed: 5)
                let arguments = generator.arguments(of: described.tool, .minimal)
                let account = described.account(in: region)
                #expect(throws: CallFailure.self) { try described.compose(arguments, for: account) }
            }
        }
    }

    // MARK: Paging

    private static let paged = Described.all.filter { $0.method["pagination"] != nil }

    @Test(arguments: paged)
    func theFollowingPageAsksForWhatTheAnswerSaid(_ described: Described) throws {
        let pagination = described.method["pagination"]!
        var paging: [String: String] = [:]
        var position = Pagination.Position.number(41)
        switch pagination["style"]!.string! {
        case "page" where pagination["next"] == nil, "offset":
            paging[pagination["position"]!.string!] = "41"
        case "page", "cursor":
            for name in pagination["next"]!.members!.map(\.key) { paging[name] = "a&b=c/\(name)" }
            for (name, value) in pagination["with"]?.members ?? [] { paging[name] = value.string! }
            position = .query(paging.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) })
        case "url":
            for name in pagination["keep"]!.strings! { paging[name] = "7" }
            position = .query(paging.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) })
        case let style: Issue.record("no test for the style \(style)")
        }
        // In these positions are all of the next request's paging; only a size that they lack is added.
        for amount in ArgumentGenerator.Amount.allCases {
            var generator = ArgumentGenerator(seed: 6)
            let arguments = generator.arguments(of: described.tool, amount)
            let account = described.account(in: .us)
            let request = try described.compose(arguments, for: account, position: position)
            let names = request.queryNames
            #expect(Set(names).count == names.count, "a query parameter is sent twice: \(names)")
            for (name, value) in paging { #expect(request.query.contains("\(encode(name))=\(encode(value))")) }
            let first = try described.compose(arguments, for: account)
            #expect(request.segments == first.segments && request.body == first.body && request.host == first.host)
            #expect(Set(names).subtracting(first.queryNames).isSubset(of: Set(paging.keys.map(encode))))
            #expect(Set(first.queryNames).subtracting(names).isSubset(of: [pagination["position"]?.string ?? ""]))
        }
    }

    /// What pages a list is not an argument, or a model would send both.
    @Test(arguments: paged)
    func noArgumentIsAlsoAParameterOfThePaging(_ described: Described) {
        let pagination = described.method["pagination"]!
        var names = [pagination["position"], pagination["size"]].compactMap { $0?.string }
        names += pagination["next"]?.members?.map(\.key) ?? []
        names += pagination["with"]?.members?.map(\.key) ?? []
        names += pagination["keep"]?.strings ?? []
        for parameter in described.tool.parameters where parameter.place == .query {
            #expect(!names.contains(parameter.wireName))
        }
        for call in described.calls {
            let path = call["path"]!.string!
            guard let question = path.firstIndex(of: "?") else { continue }
            for item in path[path.index(after: question)...].split(separator: "&") {
                let name = String(item.prefix { $0 != "=" })
                #expect(!names.contains(name))
                #expect(!described.tool.parameters.contains { $0.place == .query && $0.wireName == name })
            }
        }
    }
}
