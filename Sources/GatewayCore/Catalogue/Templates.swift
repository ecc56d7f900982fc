// Templates of requests: a path made of literal segments and single parameters, and a JSON body with marked places.

import Wire

/// A path and fixed query, e.g. `/bigin/v2/users/{user_id}` or `/bigin/v2/users?type=CurrentUser`. A parameter is
/// always a whole segment, so no value can add one.
struct PathTemplate: Sendable {
    enum Segment: Sendable, Equatable {
        case literal(String)
        case parameter(String)
    }

    let segments: [Segment]
    /// Already encoded, without the question mark; empty for none.
    let fixedQuery: String

    init(_ node: CatalogueNode) throws(CatalogueError) {
        let text = try node.string()
        guard text.hasPrefix("/"), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x23 }) else {
            throw node.fail("a path begins with / and is visible ASCII")
        }
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        fixedQuery = parts.count > 1 ? String(parts[1]) : ""
        var segments: [Segment] = []
        for part in parts[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            if part.hasPrefix("{"), part.hasSuffix("}") {
                segments.append(.parameter(String(part.dropFirst().dropLast())))
            } else {
                guard !part.contains("{"), !part.contains("}"), part != ".", part != "..", !part.isEmpty else {
                    throw node.fail(
                        "`\(part)` is no segment: a parameter must be a whole segment, and none may be empty")
                }
                segments.append(.literal(String(part)))
            }
        }
        self.segments = segments
    }

    var parameterNames: [String] {
        segments.compactMap { segment in
            guard case .parameter(let name) = segment else { return nil }
            return name
        }
    }
}

/// A JSON body in which `"$arguments"` stands for the object of all body parameters and `"$name"` for one of them.
/// Everything else is fixed: a `mode` that decides what a call does cannot be forgotten.
struct BodyTemplate: Sendable {
    enum Piece: Sendable, Equatable {
        case literal([UInt8])
        case arguments
        /// Wire name of one body parameter.
        case argument(String)
    }

    let pieces: [Piece]

    init(_ node: CatalogueNode) throws(CatalogueError) {
        var pieces: [Piece] = []
        var text: [UInt8] = []
        func write(_ json: JSON) {
            switch json {
            case .string(let value) where value.hasPrefix("$"):
                if !text.isEmpty { pieces.append(.literal(text)) }
                text = []
                pieces.append(value == "$arguments" ? .arguments : .argument(String(value.dropFirst())))
            case .array(let items):
                text.append(ASCII.openBracket)
                for (index, item) in items.enumerated() {
                    if index > 0 { text.append(ASCII.comma) }
                    write(item)
                }
                text.append(ASCII.closeBracket)
            case .object(let members):
                text.append(ASCII.openBrace)
                for (index, member) in members.enumerated() {
                    if index > 0 { text.append(ASCII.comma) }
                    JSONText.write(member.key, to: &text)
                    text.append(ASCII.colon)
                    write(member.value)
                }
                text.append(ASCII.closeBrace)
            default: json.write(to: &text)
            }
        }
        write(node.json)
        if !text.isEmpty { pieces.append(.literal(text)) }
        self.pieces = pieces
    }

    /// Names that the template places one by one; the others go where `$arguments` stands.
    var placedNames: [String] {
        pieces.compactMap { piece in
            guard case .argument(let name) = piece else { return nil }
            return name
        }
    }
}
