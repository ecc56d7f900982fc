// Valid arguments made from a schema as clients see it, and ways to spoil them.

import Wire

@testable import GatewayCore

struct ArgumentGenerator {
    enum Amount: CaseIterable {
        /// Required members only.
        case minimal
        /// All of them.
        case maximal
    }

    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// Arguments of a tool without `next_cursor`, which nobody can make up.
    mutating func arguments(of tool: Tool, _ amount: Amount, forcing forced: [String: String] = [:]) -> JSON {
        var json = object(tool.input, amount)
        json.set("next_cursor", nil)
        for (name, value) in forced { json.set(name, .string(value)) }
        return json
    }

    mutating func value(_ schema: Schema, _ amount: Amount) -> JSON {
        switch schema.kind {
        case .object: return object(schema, amount)
        case .array:
            let least = max(schema.minimumLength, amount == .minimal ? 0 : 1)
            let most = min(schema.maximumLength, amount == .minimal ? least : least + 2)
            return .array((0..<Int.random(in: least...most, using: &random)).map { _ in value(schema.items!, amount) })
        case .string:
            if !schema.allowed.isEmpty { return .string(schema.allowed.randomElement(using: &random)!) }
            if schema.isIdentifier { return .string(String(Int.random(in: 1...Int.max, using: &random))) }
            if schema.json["format"] == "base64" { return .string(Base64.encode(Array(word(8...40).utf8))) }
            let most = min(schema.maximumLength, schema.minimumLength + 12)
            return .string(word(max(1, schema.minimumLength)...max(1, most)))
        case .integer, .number:
            let low = schema.minimum ?? -1000
            return JSON(Int.random(in: Int(low)...Int(schema.maximum ?? low + 5000), using: &random))
        case .boolean: return .bool(Bool.random(using: &random))
        }
    }

    private mutating func object(_ schema: Schema, _ amount: Amount) -> JSON {
        var members: [(key: String, value: JSON)] = []
        for property in schema.properties where property.isRequired || amount == .maximal {
            members.append((property.name, value(property.schema, amount)))
        }
        // Objects of free members: some, so that what is sent can be told from nothing.
        if schema.properties.isEmpty, schema.allowsOtherProperties, amount == .maximal {
            members = [("Free_Field", .string(word(1...9))), ("nested", ["n": 1])]
        }
        return .object(members.shuffled(using: &random))
    }

    private static let alphabet = Array("abzAZ09 .,:;/?&=#%+-_~\"\\\n\tÄ漢🦊".unicodeScalars)

    private mutating func word(_ length: ClosedRange<Int>) -> String {
        let count = Int.random(in: length, using: &random)
        var text = String.UnicodeScalarView()
        // Letters at both ends: neither "." nor blank.
        for place in 0..<count {
            let isEdge = place == 0 || place == count - 1
            text.append(isEdge ? "x" : ArgumentGenerator.alphabet.randomElement(using: &random)!)
        }
        return String(text)
    }

    // MARK: Spoiling

    /// One value somewhere in `json` replaced, removed or joined by another; it may happen to be valid still.
    mutating func mutated(_ json: JSON) -> JSON {
        let others: [JSON] = [
            .null, true, 0, -1, 7, .number("1.5"), .number("3.0"), .number("1e3"), .number("1e400"),
            .number("99999999999999999999"), "", "x", "2026-01-01", .string(String(repeating: "漢", count: 300)), [],
            [1], ["a"], [["a"]], [:], ["a": "b"],
        ]
        switch json {
        case .object(var members) where !members.isEmpty && Int.random(in: 0..<4, using: &random) > 0:
            let place = members.indices.randomElement(using: &random)!
            switch Int.random(in: 0..<4, using: &random) {
            case 0: members.remove(at: place)
            case 1: members.append(("made_up_\(Int.random(in: 0..<100, using: &random))", 1))
            default: members[place].value = mutated(members[place].value)
            }
            return .object(members)
        case .array(var items) where !items.isEmpty && Bool.random(using: &random):
            let place = items.indices.randomElement(using: &random)!
            items[place] = mutated(items[place])
            return .array(items)
        default: return others.randomElement(using: &random)!
        }
    }
}

extension Schema {
    /// Ways to spoil `arguments` that the schema must refuse, each with what was done.
    func spoilings(of arguments: JSON) -> [(what: String, json: JSON)] {
        var spoilt: [(what: String, json: JSON)] = []
        func set(_ what: String, _ name: String, _ value: JSON?) {
            var copy = arguments
            copy.set(name, value)
            spoilt.append((what, copy))
        }
        set("an argument that does not exist", "no_such_argument", 1)
        for property in properties {
            let (name, schema) = (property.name, property.schema)
            if property.isRequired { set("\(name) missing", name, nil) }
            set("\(name) of another type", name, schema.kind == .object ? [] : [:])
            set("\(name) null", name, .null)
            if !schema.allowed.isEmpty { set("\(name) not among its values", name, "no such value") }
            if schema.kind == .string, !schema.isIdentifier { set("\(name) a number", name, 5) }
            if schema.kind == .string, schema.allowed.isEmpty, schema.maximumLength < 100_000 {
                set("\(name) too long", name, .string(String(repeating: "ü", count: schema.maximumLength + 1)))
            }
            if schema.kind == .string, schema.minimumLength > 0 {
                set("\(name) too short", name, .string(String(repeating: "ü", count: schema.minimumLength - 1)))
            }
            if let least = schema.minimum { set("\(name) too small", name, JSON(Int(least) - 1)) }
            if let most = schema.maximum { set("\(name) too large", name, JSON(Int(most) + 1)) }
            if schema.kind == .integer { set("\(name) a fraction", name, .number("1.5")) }
            if schema.kind == .array, schema.minimumLength > 0 { set("\(name) too few", name, []) }
            if schema.kind == .array, let items = schema.items {
                set("\(name) of wrong elements", name, [items.kind == .object ? "x" : [:]])
            }
            if schema.kind == .object, !schema.allowsOtherProperties {
                set("\(name) with another member", name, ["no_such_member": 1])
            }
        }
        return spoilt
    }
}
