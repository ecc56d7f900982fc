// Templates of requests: verb, host, a path made of literal segments and single parameters, a JSON body with marked
// places.

import Wire

/// One upstream call before its arguments are known.
final class CallTemplate: Sendable {
    /// How the body is sent.
    enum Content: String, CaseIterable, Sendable {
        case json, form, multipart, bytes
    }

    let verb: String
    let hostName: String
    let path: PathTemplate
    let body: BodyNode?
    let content: Content

    /// Whether a request can have a body at all.
    var hasBody: Bool { content != .json || body != nil }

    init(_ node: CatalogueNode, hosts: Set<String>) throws(CatalogueError) {
        try node.allow(["verb", "path", "host", "body", "content"])
        verb = try node.required("verb").string()
        guard ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(verb) else {
            throw node.fail("`\(verb)` is no verb of a call")
        }
        hostName = try node.optional("host")?.string() ?? "api"
        guard hosts.contains(hostName) else { throw node.fail("the host `\(hostName)` is not in integration.json") }
        path = try PathTemplate(try node.required("path"))
        body = node.optional("body").map { BodyNode($0.json) }
        content = try node.optional("content")?.choice(Content.self) ?? .json
    }
}

/// A path and fixed query, e.g. `/bigin/v2/users/{user_id}` or `/bigin/v2/users?type=CurrentUser`. A parameter is a
/// whole segment, or one with a fixed ending as in `{key}.json`, so no value can add one.
struct PathTemplate: Sendable {
    enum Segment: Sendable, Equatable {
        case literal(String)
        case parameter(String, suffix: String)

        /// - Returns: nil for a parameter that does not stand at the beginning, a second one, `.` and `..`.
        init?(_ part: ArraySlice<UInt8>) {
            func hasBrace(_ bytes: ArraySlice<UInt8>) -> Bool {
                bytes.contains { $0 == ASCII.openBrace || $0 == ASCII.closeBrace }
            }
            if part.first == ASCII.openBrace, let end = part.firstIndex(of: ASCII.closeBrace) {
                guard !hasBrace(part[(end + 1)...]) else { return nil }
                self = .parameter(part[..<end].dropFirst().text, suffix: part[(end + 1)...].text)
            } else {
                guard !hasBrace(part), part != [ASCII.dot], part != [ASCII.dot, ASCII.dot] else { return nil }
                self = .literal(part.text)
            }
        }
    }

    let segments: [Segment]
    /// Already encoded, without the question mark; empty for none.
    let fixedQuery: String

    init(_ node: CatalogueNode) throws(CatalogueError) {
        let text = try node.string()
        guard text.hasPrefix("/"), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x23 }) else {
            throw node.fail("a path begins with / and is visible ASCII")
        }
        let bytes = Array(text.utf8)
        let query = bytes.firstIndex(of: ASCII.question) ?? bytes.count
        fixedQuery = bytes[query...].dropFirst().text
        var segments: [Segment] = []
        let names = bytes[1..<query].split(separator: ASCII.slash, omittingEmptySubsequences: false)
        for (index, part) in names.enumerated() {
            guard let segment = Segment(part), !part.isEmpty || index == names.count - 1 else {
                throw node.fail(
                    "`\(part.text)` is no segment: a parameter must be at a segment's beginning, and only one")
            }
            segments.append(segment)
        }
        self.segments = segments
    }

    var parameterNames: [String] {
        segments.compactMap { segment in
            guard case .parameter(let name, _) = segment else { return nil }
            return name
        }
    }
}

/// A JSON body in which `"$arguments"` stands for the object of all body parameters that are not placed one by one, and
/// `"$name"` for one of them. Everything else is fixed: a `mode` that decides what a call does cannot be forgotten.
indirect enum BodyNode: Sendable, Equatable {
    case literal([UInt8])
    case array([BodyNode])
    case object([Member])
    case arguments
    /// Wire name of one body parameter. A member whose argument was not given is left out.
    case argument(String)

    struct Member: Sendable, Equatable {
        /// Quoted, with its colon.
        let key: [UInt8]
        let value: BodyNode
    }

    init(_ json: JSON) {
        switch json {
        case .string("$arguments"): self = .arguments
        case .string(let text) where text.hasPrefix("$"): self = .argument(String(text.dropFirst()))
        case .array(let items): self = .array(items.map(BodyNode.init))
        case .object(let members):
            self = .object(
                members.map { Member(key: JSON.string($0.key).bytes + [ASCII.colon], value: BodyNode($0.value)) })
        default: self = .literal(json.bytes)
        }
    }

    /// Names that are placed one by one; the others go where `$arguments` stands.
    var placedNames: [String] {
        switch self {
        case .argument(let name): [name]
        case .array(let items): items.flatMap(\.placedNames)
        case .object(let members): members.flatMap(\.value.placedNames)
        case .literal, .arguments: []
        }
    }

    var hasArguments: Bool {
        switch self {
        case .arguments: true
        case .array(let items): items.contains(where: \.hasArguments)
        case .object(let members): members.contains(where: \.value.hasArguments)
        case .literal, .argument: false
        }
    }
}
