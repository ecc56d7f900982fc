// What an answer says about limits, normalised. What the upstream did not say is left out, never invented.

import Wire

package struct RateLimit: Equatable, Sendable {
    package var limit: Int?
    package var remaining: Int?
    /// Seconds until more is allowed.
    package var reset: Int?

    package init(limit: Int? = nil, remaining: Int? = nil, reset: Int? = nil) {
        self.limit = limit
        self.remaining = remaining
        self.reset = reset
    }

    /// - Parameter now: Unix milliseconds, for upstreams that name an instant instead of a delay.
    package init(head: UpstreamHead, now: Int64) {
        let fields: RateLimitFields? =
            head["ratelimit"] == nil
            ? nil : RateLimitFields(state: head["ratelimit"], policy: head["ratelimit-policy"])
        limit = RateLimit.integer(head["x-ratelimit-limit"] ?? head["ratelimit-limit"]) ?? fields?.limit
        remaining =
            RateLimit.integer(
                head["x-ratelimit-remaining"] ?? head["ratelimit-remaining"] ?? head["x-api-credits-remaining"])
            ?? fields?.remaining
        let reset = head["retry-after"] ?? head["x-ratelimit-reset"] ?? head["ratelimit-reset"]
        self.reset = RateLimit.delay(reset ?? fields?.reset.map(String.init), now: now)
    }

    package var isEmpty: Bool { limit == nil && remaining == nil && reset == nil }

    package var json: JSON? {
        isEmpty
            ? nil
            : .of([
                "limit": limit.map { JSON($0) }, "remaining": remaining.map { JSON($0) },
                "reset": reset.map { JSON($0) },
            ])
    }

    /// Response header lines: the three of draft-ietf-httpapi-ratelimit-headers-06, whose `reset` counts seconds, and
    /// the structured two of -08 and later, which need the remainder and the quota.
    package var fields: [(String, String)] {
        var fields = [("ratelimit-limit", limit), ("ratelimit-remaining", remaining), ("ratelimit-reset", reset)]
            .compactMap { field in field.1.map { (field.0, String($0)) } }
        if let remaining {
            fields.append(("ratelimit", "\"upstream\";r=\(remaining)\(reset.map { ";t=\($0)" } ?? "")"))
        }
        if let limit { fields.append(("ratelimit-policy", "\"upstream\";q=\(limit)")) }
        return fields
    }

    private static func integer(_ text: String?) -> Int? {
        guard let text, let value = Int(text.split(separator: ",").first ?? ""), value >= 0 else { return nil }
        return value
    }

    /// Seconds from now: the field may hold delta seconds, Unix seconds, Unix milliseconds or an HTTP date. No reset
    /// is further away than a year, so the magnitude tells which.
    static func delay(_ text: String?, now: Int64) -> Int? {
        guard let text, let delay = seconds(text, now), delay <= 366 * 86_400 else { return nil }
        return delay
    }

    /// Seconds that a sentence names, as in "Try again after 22 minutes."; nil when none of them does.
    static func stated(in sentences: [String]) -> Int? {
        sentences.lazy.compactMap(stated).first
    }

    private static func stated(_ sentence: String) -> Int? {
        let words = sentence.lowercased().split { !($0.isLetter || $0.isNumber) }
        for (index, word) in words.enumerated().dropLast(3) where word == "again" {
            guard words[index + 1] == "after" || words[index + 1] == "in", let count = Int(words[index + 2]) else {
                continue
            }
            let unit =
                switch words[index + 3] {
                case "second", "seconds": 1
                case "minute", "minutes": 60
                case "hour", "hours": 3600
                default: 0
                }
            if unit > 0, (1...86_400 / unit).contains(count) { return count * unit }
        }
        return nil
    }

    private static func seconds(_ text: String, _ now: Int64) -> Int? {
        guard let value = Int64(text) else {
            guard let instant = HTTPDate.parse(text) else { return nil }
            return Int(max(0, (instant * 1000 - now + 999) / 1000))
        }
        switch value {
        case ..<0: return nil
        case 1_000_000_000_000...: return Int(max(0, (value - now + 999) / 1000))
        case 1_000_000_000...: return Int(max(0, (value * 1000 - now + 999) / 1000))
        default: return Int(value)
        }
    }
}
