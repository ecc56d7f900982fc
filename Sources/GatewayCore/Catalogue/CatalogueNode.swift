// Reading catalogue files strictly: each member by name and type, each problem with file, resource, method and field.

import Wire

/// What is wrong with a catalogue, and where.
package struct CatalogueError: Error, Equatable, CustomStringConvertible {
    package let file: String
    /// Dotted path inside the file, e.g. `methods.list.parameters[0].in`.
    package let field: String
    package let problem: String

    package init(file: String, field: String, problem: String) {
        self.file = file
        self.field = field
        self.problem = problem
    }

    package var description: String { field.isEmpty ? "\(file): \(problem)" : "\(file): \(field): \(problem)" }
}

/// A JSON value that knows where in which file it stands.
struct CatalogueNode {
    let json: JSON
    let file: String
    private let trail: Trail?

    /// The way from the file's root. A text only when something is wrong; most values are right.
    private final class Trail {
        let parent: Trail?
        let step: String

        init(_ parent: Trail?, _ step: String) {
            self.parent = parent
            self.step = step
        }

        var text: String {
            guard let parent, case let before = parent.text, !before.isEmpty else { return step }
            return step.hasPrefix("[") ? before + step : "\(before).\(step)"
        }
    }

    init(json: JSON, file: String, field: String = "") {
        self.json = json
        self.file = file
        trail = field.isEmpty ? nil : Trail(nil, field)
    }

    private init(json: JSON, file: String, trail: Trail) {
        self.json = json
        self.file = file
        self.trail = trail
    }

    /// Dotted path inside the file; empty for the whole of it.
    var field: String { trail?.text ?? "" }

    func fail(_ problem: String) -> CatalogueError { CatalogueError(file: file, field: field, problem: problem) }

    /// `json`, which stands under `name` in this.
    func child(_ json: JSON, _ name: String) -> CatalogueNode {
        CatalogueNode(json: json, file: file, trail: Trail(trail, name))
    }

    /// Refuses members that the format does not have.
    func allow(_ names: [String]) throws(CatalogueError) {
        guard let members = json.members else { throw fail("an object is due here, not a \(json.typeName)") }
        for member in members where !names.contains(member.key) {
            throw child(member.value, member.key).fail("no such field.\(didYouMean(member.key, among: names))")
        }
    }

    func optional(_ name: String) -> CatalogueNode? { json[name].map { child($0, name) } }

    func required(_ name: String) throws(CatalogueError) -> CatalogueNode {
        guard let node = optional(name) else { throw fail("`\(name)` is missing") }
        return node
    }

    func string() throws(CatalogueError) -> String {
        guard let text = json.string else { throw fail("a string is due here, not a \(json.typeName)") }
        return text
    }

    func int() throws(CatalogueError) -> Int {
        guard let number = json.int else { throw fail("an integer is due here") }
        return number
    }

    func bool() throws(CatalogueError) -> Bool {
        guard let value = json.bool else { throw fail("true or false is due here") }
        return value
    }

    func elements() throws(CatalogueError) -> [CatalogueNode] {
        guard let items = json.array else { throw fail("an array is due here, not a \(json.typeName)") }
        return items.enumerated().map { child($0.element, "[\($0.offset)]") }
    }

    func strings() throws(CatalogueError) -> [String] {
        try elements().map { (node) throws(CatalogueError) in try node.string() }
    }

    func members() throws(CatalogueError) -> [(key: String, value: CatalogueNode)] {
        guard let members = json.members else { throw fail("an object is due here, not a \(json.typeName)") }
        return members.map { ($0.key, child($0.value, $0.key)) }
    }

    /// One of an enumeration's raw values.
    func choice<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) throws(CatalogueError) -> Choice
    where Choice.RawValue == String {
        let text = try string()
        guard let value = Choice(rawValue: text) else {
            let known = Choice.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            throw fail("`\(text)` is not one of \(known)")
        }
        return value
    }
}
