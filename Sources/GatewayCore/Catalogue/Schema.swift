// The JSON Schema subset (draft 2020-12) in which arguments and management bodies are described, compiled for checks.

import Wire

/// A compiled schema. What is not in the subset is refused when it is loaded, so nothing is ever left unchecked.
package final class Schema: Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case object, array, string, integer, number, boolean
    }

    package struct Property: Sendable {
        package let name: String
        package let schema: Schema
        package let isRequired: Bool
    }

    package let kind: Kind
    package let isNullable: Bool
    /// Allowed strings; empty for any.
    package let allowed: [String]
    /// A string that is a number in nature: a bare integer is taken for it, digits unchanged, because models write
    /// ids both ways and a 64-bit id does not survive their arithmetic.
    package let isIdentifier: Bool
    /// It is an id, or one lies somewhere inside.
    let holdsIdentifier: Bool
    package let minimum: Double?
    package let maximum: Double?
    /// Of a string in Unicode scalars, of an array in elements.
    package let minimumLength: Int
    package let maximumLength: Int
    package let properties: [Property]
    /// Their names as UTF-8.
    let propertyNames: [[UInt8]]
    package let allowsOtherProperties: Bool
    package let items: Schema?
    /// As it is shown to clients.
    package let json: JSON

    private static let fields = [
        "type", "description", "enum", "format", "minimum", "maximum", "minLength", "maxLength", "minItems",
        "maxItems", "items", "properties", "required", "additionalProperties", "default", "examples",
    ]

    init(_ node: CatalogueNode, depth: Int = 0) throws(CatalogueError) {
        guard depth < 16 else { throw node.fail("schemas nest at most 16 deep") }
        try node.allow(Schema.fields)
        let type = try node.required("type")
        if let types = type.json.array {
            let names = types.compactMap(\.string)
            guard types.count == 2, names.count == 2, names[1] == "null", let kind = Kind(rawValue: names[0]) else {
                throw type.fail("a list of types must be one type and \"null\"")
            }
            (self.kind, isNullable) = (kind, true)
        } else {
            (kind, isNullable) = (try type.choice(Kind.self), false)
        }
        allowed = try node.optional("enum")?.strings() ?? []
        let format = try node.optional("format")?.string()
        isIdentifier = format == "id"
        minimum = try Schema.number(node.optional("minimum"))
        maximum = try Schema.number(node.optional("maximum"))
        minimumLength = try node.optional(kind == .array ? "minItems" : "minLength")?.int() ?? 0
        maximumLength = try node.optional(kind == .array ? "maxItems" : "maxLength")?.int() ?? .max
        items = try node.optional("items").map { (node) throws(CatalogueError) in try Schema(node, depth: depth + 1) }
        properties = try Schema.properties(node, depth)
        propertyNames = properties.map { Array($0.name.utf8) }
        allowsOtherProperties =
            try node.optional("additionalProperties")?.bool() ?? (kind == .object && properties.isEmpty)
        holdsIdentifier =
            isIdentifier || items?.holdsIdentifier == true || properties.contains { $0.schema.holdsIdentifier }
        if kind == .array, items == nil { throw node.fail("`items` is missing") }
        if isIdentifier, kind != .string { throw node.fail("an id is a string") }
        json = Schema.rendered(node.json, properties, items, isIdentifier)
    }

    /// An object of `properties`, which are compiled already, and of nothing else.
    init(properties: [Property]) {
        kind = .object
        isNullable = false
        allowed = []
        isIdentifier = false
        (minimum, maximum, minimumLength, maximumLength) = (nil, nil, 0, .max)
        self.properties = properties
        propertyNames = properties.map { Array($0.name.utf8) }
        allowsOtherProperties = false
        items = nil
        holdsIdentifier = properties.contains { $0.schema.holdsIdentifier }
        let required = properties.filter(\.isRequired).map { JSON.string($0.name) }
        json = JSON.of([
            "type": "object",
            "properties": properties.isEmpty ? nil : .object(properties.map { ($0.name, $0.schema.json) }),
            "required": required.isEmpty ? nil : .array(required), "additionalProperties": false,
        ])
    }

    private static func number(_ node: CatalogueNode?) throws(CatalogueError) -> Double? {
        guard let node else { return nil }
        guard case .number(let digits) = node.json, let value = Double(digits) else {
            throw node.fail("a number is due here")
        }
        return value
    }

    private static func properties(_ node: CatalogueNode, _ depth: Int) throws(CatalogueError) -> [Property] {
        guard let list = try node.optional("properties")?.members() else { return [] }
        let required = try node.optional("required")?.strings() ?? []
        for name in required where !list.contains(where: { $0.key == name }) {
            throw node.fail("`\(name)` is required but not described")
        }
        return try list.map { (name, node) throws(CatalogueError) in
            Property(name: name, schema: try Schema(node, depth: depth + 1), isRequired: required.contains(name))
        }
    }

    /// The schema without what only we understand: the format `id`.
    private static func rendered(_ json: JSON, _ properties: [Property], _ items: Schema?, _ isIdentifier: Bool) -> JSON
    {
        var json = json
        if isIdentifier { json.set("format", nil) }
        if let items { json.set("items", items.json) }
        if !properties.isEmpty { json.set("properties", .object(properties.map { ($0.name, $0.schema.json) })) }
        return json
    }
}
