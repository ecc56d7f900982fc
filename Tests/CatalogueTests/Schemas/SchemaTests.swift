// Schemas as clients judge them, and our own check beside jsonschema's.

import Catalogues
import Foundation
import Testing
import Wire

@testable import GatewayCore

@Suite struct SchemaTests {
    /// What is expected of one set of arguments.
    private struct Case {
        let tool: Int
        let what: String
        let arguments: JSON
        let ours: Bool
        /// What both must say; nil where they need only agree.
        let both: Bool?
        /// A number where an id is a string: ours takes it, because models write ids both ways.
        let isNumberForID: Bool

        init(_ tool: Int, _ what: String, _ arguments: JSON, both: Bool? = nil, isNumberForID: Bool = false) throws {
            (self.tool, self.what, self.arguments, self.both) = (tool, what, arguments, both)
            self.isNumberForID = isNumberForID
            if case .valid = try Described.all[tool].read(arguments) { ours = true } else { ours = false }
        }
    }

    private func cases() throws -> [Case] {
        var cases: [Case] = []
        for (index, described) in Described.all.enumerated() {
            var generator = ArgumentGenerator(seed: UInt64(index))
            let schema = described.tool.input
            for amount in ArgumentGenerator.Amount.allCases {
                let arguments = generator.arguments(of: described.tool, amount)
                cases.append(try Case(index, "valid", arguments, both: true))
            }
            let full = generator.arguments(of: described.tool, .maximal)
            for spoilt in schema.spoilings(of: full) {
                cases.append(try Case(index, spoilt.what, spoilt.json, both: false))
            }
            for _ in 0..<8 {
                let mutated = generator.mutated(generator.mutated(full))
                let hasNumber = schema.hasNumberForID(mutated)
                cases.append(try Case(index, "mutated", mutated, isNumberForID: hasNumber))
            }
            if let id = schema.properties.first(where: \.schema.isIdentifier) {
                var arguments = full
                arguments.set(id.name, .number("6000000000000123457"))
                cases.append(try Case(index, "\(id.name) a number", arguments, isNumberForID: true))
            }
        }
        return cases
    }

    @Test(.timeLimit(.minutes(10)))
    func everySchemaIsAcceptedAndOurCheckAgreesWithTheirs() async throws {
        let cases = try cases()
        let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../../Sources/Catalogues")
        func schema(_ name: String) throws -> JSON {
            try JSON(parsing: Array(try Data(contentsOf: sources.appending(path: "\(name).schema.json"))))
        }
        let example = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Example").path
        let files = try Catalogues.files(addingFrom: example)
        let input: JSON = [
            "tools": .array(Described.all.map { $0.tool.listing(structured: true) } + Discovery.listing),
            "cases": .array(cases.map { [JSON($0.tool), .string($0.arguments.text)] }),
            "schemas": ["integration": try schema("integration"), "resource": try schema("resource")],
            "files": .array(
                files.map { file in
                    let kind = file.name.hasSuffix("/integration.json") ? "integration" : "resource"
                    return [.string(kind), .string(file.name), .string(String(decoding: file.bytes, as: UTF8.self))]
                }),
        ]
        let answer = try await PythonEnvironment.run("check_schemas.py", input)
        for problem in answer["problems"]?.strings ?? ["no problems were reported"] {
            Issue.record(Comment(rawValue: problem))
        }
        let theirs = answer["valid"]?.array?.compactMap(\.bool) ?? []
        try #require(theirs.count == cases.count)
        var numbersForIDs = 0
        for (item, theirs) in zip(cases, theirs) {
            let note = Comment(
                rawValue:
                    "\(Described.all[item.tool].tool.name), \(item.what): \(item.arguments.text.prefix(2000))")
            if item.isNumberForID {
                // The one difference: theirs refuses it; ours does or does not, by what else is wrong.
                #expect(!theirs, note)
                if item.ours { numbersForIDs += 1 }
            } else if let both = item.both {
                #expect(item.ours == both, "ours: \(note)")
                #expect(theirs == both, "jsonschema: \(note)")
            } else {
                #expect(item.ours == theirs, "ours \(item.ours), jsonschema \(theirs): \(note)")
            }
        }
        print("\(cases.count) sets of arguments, \(cases.count { !$0.ours }) of them refused")
        #expect(numbersForIDs > 200)
        #expect(cases.count { $0.what == "mutated" && $0.ours } > 100)
    }

    /// Not a matter of the schema, so that theirs cannot say it: the last of two members would count there.
    @Test func anArgumentGivenTwiceIsRefused() throws {
        let described = try #require(Described.all.first { $0.tool.name == "get_single_zoho_bigin_user_by_id" })
        let bytes = Array(#"{"user_id":"1","user_id":"2"}"#.utf8)
        guard case .invalid(let problems) = try Arguments.read(bytes, 0..<bytes.count, for: described.tool) else {
            Issue.record("two ids were taken")
            return
        }
        #expect(problems.map(\.path) == ["user_id"])
    }

    @Test(arguments: ["1e400", "-1e400", "1.5", "0.1e1"])
    func aNumberThatIsNoIntegerIsRefused(_ digits: String) throws {
        let described = try #require(Described.all.first { $0.tool.name == "list_all_zoho_bigin_users" })
        let outcome = try described.read(["limit": .number(digits)])
        if case .valid = outcome { #expect(digits == "0.1e1") } else { #expect(digits != "0.1e1") }
    }
}

extension Schema {
    /// Whether somewhere in `json` a number of digits stands where this schema has an id.
    fileprivate func hasNumberForID(_ json: JSON) -> Bool {
        switch json {
        case .number(let digits): isIdentifier && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
        case .array(let elements): elements.contains { items?.hasNumberForID($0) == true }
        case .object(let members):
            members.contains { member in
                properties.first { $0.name == member.key }?.schema.hasNumberForID(member.value) == true
            }
        default: false
        }
    }
}
