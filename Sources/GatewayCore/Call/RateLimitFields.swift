// The `RateLimit` and `RateLimit-Policy` fields of draft-ietf-httpapi-ratelimit-headers: lists of named quotas with
// parameters since -08 (`"burst";r=50;t=30`), a dictionary in -07 (`limit=100, remaining=50, reset=30`). What is
// malformed is ignored, as the draft asks.

import Wire

struct RateLimitFields {
    /// One member of a structured list (RFC 9651): a string with parameters, or a key with a value.
    private struct Member {
        let name: String
        var parameters: [String: Int] = [:]
    }

    /// The quota that is closest to its end.
    private(set) var remaining: Int?
    private(set) var reset: Int?
    private(set) var limit: Int?

    /// - Parameters:
    ///   - state: value of `RateLimit`.
    ///   - policy: value of `RateLimit-Policy`.
    init(state: String?, policy: String?) {
        let states = state.flatMap(RateLimitFields.members) ?? []
        let policies = policy.flatMap(RateLimitFields.members) ?? []
        let nearest = states.filter { $0.parameters["r"] != nil }.min { $0.parameters["r"]! < $1.parameters["r"]! }
        if let nearest {
            remaining = nearest.parameters["r"]
            reset = nearest.parameters["t"]
            limit = policies.first { $0.name == nearest.name }?.parameters["q"]
        } else {
            func value(_ name: String) -> Int? { states.first { $0.name == name }?.parameters["="] }
            (limit, remaining, reset) = (value("limit"), value("remaining"), value("reset"))
        }
    }

    /// - Returns: nil for what is no list.
    private static func members(_ text: String) -> [Member]? {
        guard text.utf8.count <= 2048 else { return nil }
        var members: [Member] = []
        for part in split(text, at: ",") {
            let pieces = split(part, at: ";").map(trimmed)
            guard let head = pieces.first, !head.isEmpty else { return nil }
            var member: Member
            if head.hasPrefix("\"") {
                guard head.utf8.count >= 2, head.hasSuffix("\"") else { return nil }
                member = Member(name: String(head.dropFirst().dropLast()))
            } else {
                let pair = head.split(separator: "=", maxSplits: 1).map(String.init)
                guard pair.count == 2, let value = Int(pair[1]), value >= 0 else { return nil }
                member = Member(name: pair[0], parameters: ["=": value])
            }
            for piece in pieces.dropFirst() {
                let pair = piece.split(separator: "=", maxSplits: 1).map(String.init)
                guard pair.count == 2 else { continue }
                if let value = Int(pair[1]), value >= 0 { member.parameters[pair[0]] = value }
            }
            members.append(member)
        }
        return members
    }

    /// Parts between separators that no quotation marks enclose.
    private static func split(_ text: String, at separator: Character) -> [String] {
        var parts = [""]
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if character == separator, !isQuoted { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
