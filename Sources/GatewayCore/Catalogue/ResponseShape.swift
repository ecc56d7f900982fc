// What the answer of a call is and where in the body it stands.

import Wire

/// A place in a body: member names from the root, `[n]` for an element.
typealias BodyPath = [String]

package struct ResponseShape: Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// An array, answered as `{"result":[…],"next_cursor":…,"result_count":n}`.
        case list
        /// One value, answered as it is.
        case record
        /// The whole body, answered as it is.
        case body
        /// A file, answered as an embedded resource.
        case binary
    }

    package let kind: Kind
    /// Member names from the body's root; empty for the root itself.
    package let path: [String]
    /// The first element of the array at `path` is meant.
    package let isFirstElement: Bool
    /// The payload stands in `path` under the value of this argument.
    let keyArgument: String?
    /// The payload's place may be missing, which means an empty list or nothing to tell.
    let mayBeAbsent: Bool
    /// Known members of one element or of the record, each with what it is.
    let item: [(name: String, description: String)]

    init(kind: Kind, path: [String], isFirstElement: Bool = false) {
        self.kind = kind
        self.path = path
        self.isFirstElement = isFirstElement
        keyArgument = nil
        mayBeAbsent = false
        item = []
    }

    init(_ node: CatalogueNode) throws(CatalogueError) {
        try node.allow(["kind", "at", "key_argument", "may_be_absent", "item"])
        kind = try node.required("kind").choice(Kind.self)
        var path = try node.optional("at").map(bodyPath) ?? []
        isFirstElement = path.last == "[0]"
        if isFirstElement { path.removeLast() }
        self.path = path
        keyArgument = try node.optional("key_argument")?.string()
        mayBeAbsent = try node.optional("may_be_absent")?.bool() ?? false
        item = try (node.optional("item")?.members() ?? []).map { (name, node) throws(CatalogueError) in
            (name, try node.string())
        }
        guard path.count <= 2 else { throw node.fail("a place is at most two members deep") }
        guard kind != .list || !isFirstElement else {
            throw node.fail("a list is at an array, not at its first element")
        }
    }

    private init(_ base: ResponseShape, path: [String]) {
        kind = base.kind
        self.path = path
        isFirstElement = base.isFirstElement
        keyArgument = nil
        mayBeAbsent = base.mayBeAbsent
        item = base.item
    }

    /// The shape of a structured result: a root object whose leaves have no types, because upstreams wobble and clients
    /// refuse the whole answer for one of them. nil where nothing is known.
    var outputSchema: JSON? {
        let members = item.map { (key: $0.name, value: ["description": .string($0.description)] as JSON) }
        switch kind {
        case .list:
            let element: JSON = members.isEmpty ? [:] : ["properties": .object(members)]
            return [
                "type": "object",
                "properties": [
                    "result": ["type": "array", "items": element, "description": "The entries."],
                    "next_cursor": ["description": "Pass it back unchanged to go on; absent on the last page."],
                    "result_count": ["description": "Entries in this answer."],
                ], "required": ["result"],
            ]
        case .record: return members.isEmpty ? nil : ["type": "object", "properties": .object(members)]
        case .body, .binary: return nil
        }
    }

    /// The shape once the value of its key argument is known.
    func keyed(by value: String) -> ResponseShape { ResponseShape(self, path: path + [value]) }
}

/// Reads a place such as `data.groups`, `users[0]` or `[1].errorCode`.
func bodyPath(_ node: CatalogueNode) throws(CatalogueError) -> BodyPath {
    var path: BodyPath = []
    for part in try node.string().split(separator: ".") {
        if let bracket = part.firstIndex(of: "["), part.hasSuffix("]") {
            if bracket > part.startIndex { path.append(String(part[..<bracket])) }
            path.append(String(part[bracket...]))
        } else {
            path.append(String(part))
        }
    }
    guard (1...4).contains(path.count) else { throw node.fail("a place is one to four steps deep") }
    return path
}
