// No value of an argument changes where a request goes or what else it says.

import Testing
import Wire

@testable import GatewayCore

@Suite struct HostileValueTests {
    private static let values = [
        "..", ".", "../..", "%2f", "%2e%2e%2fx", "..%2f..%2fadmin", "a/b", "/", "//evil.example/", "?", "?a=b", "#",
        "#x", "&a=b", "a=b", "a&mode=other", ";", ";a=b", "\\", "\\..\\", "@evil.example", ":80",
        "http://evil.example/",
        "\r\nX-Injected: 1", "\r\n\r\nGET / HTTP/1.1", "\n", "\r", "\u{0}", "a\u{0}b", "\u{7F}", "\t", " ", "+", "\"",
        "\",\"mode\":\"other", "}}", "--", "漢字🦊", "\u{202E}", "\u{FEFF}", "%", "%zz", "{zoid}", "$arguments", "$mode",
        "null", "",
    ]

    /// Every string inside `json` becomes `text`; nil when there is none.
    private func filled(_ json: JSON, _ text: String) -> JSON? {
        switch json {
        case .string: return .string(text)
        case .array(let items) where items.contains { filled($0, text) != nil }:
            return .array(items.map { filled($0, text) ?? $0 })
        case .object(let members) where members.contains { filled($0.value, text) != nil }:
            return .object(members.map { ($0.key, filled($0.value, text) ?? $0.value) })
        default: return nil
        }
    }

    /// Member names and lengths at every level, without what the leaves are.
    private func skeleton(_ json: JSON) -> JSON {
        switch json {
        case .array(let items): .array(items.map(skeleton))
        case .object(let members): .object(members.map { ($0.key, skeleton($0.value)) })
        default: .string(json.typeName)
        }
    }

    private func skeleton(_ request: UpstreamRequest) throws -> JSON {
        switch try request.taken() {
        case .none: .null
        case .json(let json): skeleton(json)
        case .bytes: "bytes"
        case .parts(let parts):
            .array(parts.map { .string(String($0.prefix { $0 != "|" })) }.sorted { $0.text < $1.text })
        }
    }

    private func check(
        _ described: Described, _ base: JSON, _ usual: UpstreamRequest, _ name: String, _ text: String
    ) throws -> Bool {
        guard let value = filled(base[name]!, text) else { return false }
        var arguments = base
        arguments.set(name, value)
        let request: UpstreamRequest
        do { request = try described.compose(arguments, for: described.account(in: .us)) } catch is Refused {
            return false
        } catch let failure as CallFailure {
            #expect(failure.errorClass == .invalidRequest)
            return false
        }
        let note = Comment(rawValue: "\(name) = \(text.prefix(40).debugDescription)")
        let isVariant = described.method["variants"]?.array?.contains { $0["argument"]?.string == name } == true
        #expect(request.host == usual.host, note)
        #expect(request.method == usual.method, note)
        #expect(isVariant || request.segments.count == usual.segments.count, note)
        #expect(!request.segments.contains { $0 == "." || $0 == ".." || $0.isEmpty }, note)
        #expect(request.queryNames == usual.queryNames, note)
        #expect(request.fields.count == usual.fields.count && request.mediaType == usual.mediaType, note)
        #expect(request.fields.allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }, note)
        #expect(request.target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x23 && $0 != 0x5C }, note)
        #expect(isVariant ? true : try skeleton(request) == skeleton(usual), note)
        return true
    }

    @Test(arguments: Described.all)
    func noStringChangesWhereARequestGoes(_ described: Described) throws {
        var generator = ArgumentGenerator(seed: 7)
        let base = generator.arguments(of: described.tool, .maximal)
        let usual = try described.compose(base, for: described.account(in: .us))
        for (name, value) in base.members! where filled(value, "") != nil {
            for text in HostileValueTests.values { _ = try check(described, base, usual, name, text) }
        }
    }

    @Test(arguments: Described.all)
    func noLongStringDoesEither(_ described: Described) throws {
        let long = String(repeating: "/..", count: 34_000)
        var generator = ArgumentGenerator(seed: 8)
        let base = generator.arguments(of: described.tool, .maximal)
        let usual = try described.compose(base, for: described.account(in: .us))
        for (name, value) in base.members! where filled(value, "") != nil {
            let passed = try check(described, base, usual, name, long)
            let isInPath = described.tool.parameters.contains { $0.name == name && $0.place == .path }
            #expect(!(passed && isInPath), "100 kB in a path")
        }
    }

    /// The test would find nothing if everything were refused.
    @Test func mostOfTheseValuesArePassedOn() throws {
        var (passed, all) = (0, 0)
        for described in Described.all {
            var generator = ArgumentGenerator(seed: 9)
            let base = generator.arguments(of: described.tool, .maximal)
            let usual = try described.compose(base, for: described.account(in: .us))
            for parameter in described.tool.parameters where parameter.schema.kind == .string {
                guard parameter.schema.allowed.isEmpty, parameter.place != .file else { continue }
                all += 1
                if try check(described, base, usual, parameter.name, "a/../b?c#d&e=f") { passed += 1 }
            }
        }
        #expect(all > 700)
        #expect(passed * 10 > all * 9)
    }
}
