// Answers that say what was asked and on whose behalf, so that a client can tell whether an answer is its own.

import Wire

/// What the marked value `sim-echo-<count>-<text>` asks for: a record with `text` once and then `count` times over.
struct Echo {
    private static let mark = "sim-echo-"
    private static let mostBytes = 4 << 20

    let text: String
    let count: Int

    /// nil when the request has no such value, or one that makes no sense.
    init?(_ inquiry: Inquiry) {
        let values = inquiry.segments + inquiry.query.items.map(\.value)
        guard let value = values.first(where: { $0.hasPrefix(Echo.mark) }) else { return nil }
        let parts = value.dropFirst(Echo.mark.count).split(separator: "-", maxSplits: 1).map { String($0) }
        guard parts.count == 2, let count = Int(parts[0]), count >= 0, count * parts[1].utf8.count <= Echo.mostBytes
        else { return nil }
        text = parts[1]
        self.count = count
    }

    func record(_ inquiry: Inquiry, _ token: AccessToken) -> JSON {
        [
            "echo": .string(text), "host": .string(inquiry.host), "path": .string(inquiry.path),
            "organisation": .string(token.grant.organisation), "region": .string(token.grant.region.rawValue),
            "refresh_token": .string(token.grant.text), "filling": .string(String(repeating: text, count: count)),
        ]
    }
}

extension Family {
    /// A good answer with one record.
    func single(_ record: JSON) -> JSON {
        switch self {
        case .bigin: ["users": [record]]
        case .mail: ["status": ["code": 200, "description": "success"], "data": record]
        case .meeting: ["representation": record]
        }
    }
}
