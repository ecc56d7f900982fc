// How a list is paged: what the next request says, made from this answer. Cursors travel sealed, so that nothing of
// this can be chosen by a caller.

import Wire

package struct Pagination: Sendable {
    package enum Style: String, CaseIterable, Sendable {
        /// A page number.
        case page
        /// A count of entries.
        case offset
        /// Values from the answer.
        case cursor
        /// A URL or path in the answer, of which only the query is used.
        case url
    }

    let style: Style
    /// Query parameter of the page number or offset.
    let position: String?
    /// Number of the first page or entry.
    let first: Int
    /// Query parameter of the page's size.
    let size: String?
    package let defaultSize: Int
    package let maximumSize: Int
    /// Position and size are always sent.
    let isAlwaysSent: Bool
    /// Member that is true when there is more.
    let more: BodyPath?
    /// Member that counts all entries.
    let total: BodyPath?
    /// Query parameters of the next request and where their values stand in this answer.
    let next: [(name: String, at: BodyPath)]
    /// Fixed query parameters of every request but the first.
    let with: [(name: String, value: String)]
    let nextURL: BodyPath?
    /// Query parameters that are taken from the next URL.
    let keep: Set<String>

    /// Where a list goes on.
    enum Position: Equatable, Sendable {
        case number(Int)
        case query([QueryItem])
    }

    struct QueryItem: Equatable, Sendable {
        let name: String
        let value: String
    }

    init(_ node: CatalogueNode) throws(CatalogueError) {
        try node.allow([
            "style", "position", "first", "size", "default", "maximum", "always", "more", "total", "next", "with",
            "next_url", "keep",
        ])
        style = try node.required("style").choice(Style.self)
        position = try node.optional("position")?.string()
        first = try node.optional("first")?.int() ?? 0
        size = try node.optional("size")?.string()
        defaultSize = try node.required("default").int()
        maximumSize = try node.required("maximum").int()
        isAlwaysSent = try node.optional("always")?.bool() ?? false
        more = try node.optional("more").map(bodyPath)
        total = try node.optional("total").map(bodyPath)
        next = try (node.optional("next")?.members() ?? []).map { (name, node) throws(CatalogueError) in
            (name, try bodyPath(node))
        }
        with = try (node.optional("with")?.members() ?? []).map { (name, node) throws(CatalogueError) in
            (name, try node.string())
        }
        nextURL = try node.optional("next_url").map(bodyPath)
        keep = Set(try node.optional("keep")?.strings() ?? [])
        switch style {
        case .page, .offset: guard position != nil else { throw node.fail("`position` is missing") }
        case .cursor: guard !next.isEmpty else { throw node.fail("`next` is missing") }
        case .url: guard nextURL != nil, !keep.isEmpty else { throw node.fail("`next_url` and `keep` are missing") }
        }
        guard (1...maximumSize).contains(defaultSize) else {
            throw node.fail("`default` must lie between 1 and `maximum`")
        }
    }

    /// Query parameters that are the paging's own: an argument of such a name would be sent twice.
    var queryNames: Set<String> {
        keep.union([position, size].compactMap { $0 }).union(next.map(\.name)).union(with.map(\.name))
    }

    /// All places of an answer that decide how the list goes on.
    var paths: [BodyPath] { [more, total, nextURL].compactMap { $0 } + next.map(\.at) }

    /// Where the list goes on after an answer; nil at its end.
    /// - Parameters:
    ///   - value: what the answer has at a place, as text; nil for absent and for null.
    ///   - count: entries in this answer.
    func following(_ current: Position?, count: Int, limit: Int?, value: (BodyPath) -> String?) -> Position? {
        guard count > 0 else { return nil }
        if let more, value(more) != "true" { return nil }
        let values = next.compactMap { item in value(item.at).map { QueryItem(name: item.name, value: $0) } }
        if !next.isEmpty, values.count == next.count, values.allSatisfy({ !$0.value.isEmpty }) {
            return .query(values + with.map { QueryItem(name: $0.name, value: $0.value) })
        }
        switch style {
        case .cursor: return nil
        case .url: return nextURL.flatMap(value).flatMap(queryOfURL)
        case .page, .offset:
            guard case .number(let number) = current ?? .number(first) else { return nil }
            let pageSize = limit ?? defaultSize
            let seen = style == .page ? (number - first) * pageSize + count : number - first + count
            if more == nil {
                if let total = total.flatMap(value).flatMap({ Int($0) }) {
                    guard seen < total else { return nil }
                } else if count < pageSize {
                    return nil
                }
            }
            return .number(style == .page ? number + 1 : number + count)
        }
    }

    /// Host and path of a next URL are dropped: where a request goes is never an answer's choice.
    private func queryOfURL(_ text: String) -> Position? {
        guard let question = text.firstIndex(of: "?") else { return nil }
        let query = Query(Array(text[text.index(after: question)...].utf8)[...])
        let items = query.items.filter { keep.contains($0.name) }.map { QueryItem(name: $0.name, value: $0.value) }
        return items.isEmpty ? nil : .query(items)
    }
}
