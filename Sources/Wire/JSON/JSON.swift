// A small JSON tree for cold paths: settings, catalogues, the management API, records. Requests and answers on the
// hot path are scanned, never built into this.

/// A JSON value. Members keep their order; numbers keep their digits.
package indirect enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    /// As it was written, e.g. `1.50` or `6000000000000123457`.
    case number(String)
    case string(String)
    case array([JSON])
    case object([(key: String, value: JSON)])

    package static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.string(let a), .string(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)):
            a.count == b.count
                && a.allSatisfy { member in b.contains { $0.key == member.key && $0.value == member.value } }
        default: false
        }
    }

    package subscript(_ key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    package var string: String? { if case .string(let text) = self { text } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var array: [JSON]? { if case .array(let items) = self { items } else { nil } }
    package var members: [(key: String, value: JSON)]? { if case .object(let members) = self { members } else { nil } }
    package var int: Int? { if case .number(let digits) = self { Int(digits) } else { nil } }
    package var int64: Int64? { if case .number(let digits) = self { Int64(digits) } else { nil } }
    package var isNull: Bool { self == .null }

    /// Strings of an array; nil when this is no array of strings.
    package var strings: [String]? {
        guard let items = array else { return nil }
        let strings = items.compactMap(\.string)
        return strings.count == items.count ? strings : nil
    }

    package var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// Replaces, adds or (with nil) removes a member; does nothing unless this is an object.
    package mutating func set(_ key: String, _ value: JSON?) {
        guard case .object(var members) = self else { return }
        let place = members.firstIndex { $0.key == key }
        switch (place, value) {
        case (let place?, let value?): members[place].value = value
        case (let place?, nil): members.remove(at: place)
        case (nil, let value?): members.append((key, value))
        case (nil, nil): break
        }
        self = .object(members)
    }

    /// An object of the members whose value is not nil, in order: absent members are omitted, never null.
    package static func of(_ members: KeyValuePairs<String, JSON?>) -> JSON {
        .object(members.compactMap { member in member.value.map { (member.key, $0) } })
    }

    package var bytes: [UInt8] {
        var output: [UInt8] = []
        write(to: &output)
        return output
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package func write(to output: inout [UInt8]) {
        switch self {
        case .null: output.append("null")
        case .bool(let value): output.append(value ? "true" : "false")
        case .number(let digits): output.append(text: digits)
        case .string(let text): JSONText.write(text, to: &output)
        case .array(let items):
            output.append(ASCII.openBracket)
            for (index, item) in items.enumerated() {
                if index > 0 { output.append(ASCII.comma) }
                item.write(to: &output)
            }
            output.append(ASCII.closeBracket)
        case .object(let members):
            output.append(ASCII.openBrace)
            for (index, member) in members.enumerated() {
                if index > 0 { output.append(ASCII.comma) }
                JSONText.write(member.key, to: &output)
                output.append(ASCII.colon)
                member.value.write(to: &output)
            }
            output.append(ASCII.closeBrace)
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .number(String(value)) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { (key: $0.0, value: $0.1) })
    }

    package init(_ number: some BinaryInteger) { self = .number(String(number)) }
}
