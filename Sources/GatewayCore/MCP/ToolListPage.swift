// Pages of a tool list, for clients that ask for them; all others get the whole list in one answer.

import Compression
import Wire

/// A page of a tool list: asked for by `_meta` with the key below, or by the cursor of the page before.
struct ToolListPage {
    /// Tools per page, 1 to 1000, in the `_meta` of a `tools/list` request.
    static let sizeKey = "io.tollgate/pageSize"

    let offset: Int
    let size: Int

    enum Request {
        case whole
        case page(ToolListPage)
        case refused(String)
    }

    /// What a `tools/list` request asks for.
    static func read(_ params: JSON?, _ tools: ToolSet) -> Request {
        if let cursor = params?["cursor"] {
            guard let text = cursor.string, let page = ToolListPage(cursor: text, tools) else {
                return .refused("Unknown cursor: pass nextCursor back unchanged, or leave it out to begin again.")
            }
            return .page(page)
        }
        guard let wanted = params?["_meta"]?[sizeKey] else { return .whole }
        guard let size = wanted.int, (1...1000).contains(size) else {
            return .refused("_meta[\"\(sizeKey)\"] must be an integer from 1 to 1000.")
        }
        return .page(ToolListPage(offset: 0, size: size))
    }

    private init(offset: Int, size: Int) {
        self.offset = offset
        self.size = size
    }

    /// A cursor is good for the list that it came from: after a change of the list it is refused.
    private init?(cursor: String, _ tools: ToolSet) {
        guard let bytes = Base64.decode(cursor) else { return nil }
        let parts = bytes.text.split(separator: ":").map(String.init)
        guard parts.count == 3, let offset = Int(parts[0]), let size = Int(parts[1]), (1...1000).contains(size),
            tools.listed.indices.contains(offset), parts[2] == tools.fingerprint
        else { return nil }
        self.init(offset: offset, size: size)
    }

    func result(_ tools: ToolSet) -> JSON {
        let end = min(offset + size, tools.listed.count)
        let next = "\(end):\(size):\(tools.fingerprint)"
        return .of([
            "tools": .array(Array(tools.listed[offset..<end])),
            "nextCursor": end < tools.listed.count ? .string(Base64.encodeURL(Array(next.utf8))) : nil,
        ])
    }
}

extension ToolSet {
    /// Tells this list from every other.
    fileprivate var fingerprint: String { String(Gzip.crc32(listing.plain), radix: 16) }
}
