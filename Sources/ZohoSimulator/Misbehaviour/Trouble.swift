// Answers that Zoho or the network between gives on a bad day, each with a name. A rule asks for one by
// `"form": name`; a path segment or query value `sim-name` asks for it without the control endpoint.

import Wire

/// What happens to one request.
struct Trouble {
    /// nil lets the real answer be made.
    var reply: Reply?
    var behaviour = Behaviour()

    /// - Parameter sample: makes a good answer to be sent badly.
    static func named(_ name: String, _ family: Family = .bigin, sample: () -> Reply) -> Trouble? {
        // A family's own form of a trouble has the family in its name and comes first on its hosts.
        if let reply = familyAnswer(named: "\(family.rawValue)-\(name)") ?? familyAnswer(named: name) {
            return Trouble(reply: reply)
        }
        if let reply = answer(named: name) { return Trouble(reply: reply) }
        if let behaviour = behaviour(named: name) { return Trouble(reply: sample(), behaviour: behaviour) }
        if let count = number(in: name, after: "records-") {
            return Trouble(reply: generated(GeneratedList(key: family.listKey, records: min(count, 999_999_999))))
        }
        if let count = number(in: name, after: "bytes-") {
            return Trouble(reply: generated(GeneratedList(key: family.listKey, bytes: count)))
        }
        return nil
    }

    /// The trouble that a marked value in the request asks for.
    static func marked(_ inquiry: Inquiry, _ family: Family, sample: () -> Reply) -> Trouble? {
        for value in inquiry.segments + inquiry.query.items.map(\.value) {
            guard let name = name(markedBy: value) else { continue }
            if let trouble = named(name, family, sample: sample) { return trouble }
        }
        return nil
    }

    private static func name(markedBy value: String) -> String? {
        // Meeting's paths end in .json, behind the value.
        let value = value.hasSuffix(".json") ? String(value.dropLast(".json".count)) : value
        if value.hasPrefix("sim-") { return String(value.dropFirst("sim-".count)) }
        guard value.hasPrefix("9000000000000000"), value.utf8.count == 19 else { return nil }
        return numbered[String(value.suffix(3))]
    }

    /// Ends of ids `9000000000000000…`, for callers whose ids must be numbers.
    private static let numbered = [
        "204": "204", "400": "400", "401": "401", "403": "403", "404": "404", "429": "429", "430": "429-headers",
        "431": "throttle-200", "500": "500", "502": "502", "200": "200-error", "201": "html-200", "207": "partial",
        "600": "slow-500ms", "601": "break", "602": "reset", "603": "stall", "604": "drip", "605": "one-byte",
        "606": "too-long", "607": "too-short", "608": "truncated",
    ]

    private static func generated(_ list: GeneratedList) -> Reply {
        Reply(200, lines: Reply.jsonLines, .generated(list))
    }

    private static func number(in name: String, after prefix: String) -> Int? {
        name.hasPrefix(prefix) ? Int(name.dropFirst(prefix.count)).flatMap { $0 >= 0 ? $0 : nil } : nil
    }

    // MARK: Answers

    private static func answer(named name: String) -> Reply? {
        switch name {
        case "400": Reply(400, Reply.problem("INVALID_DATA", "invalid data", ["api_name": "id"]))
        case "401": Reply(401, Reply.problem("INVALID_TOKEN", "invalid oauth token"))
        case "scope": Reply(401, Reply.problem("OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL"))
        case "403":
            Reply(403, Reply.problem("NO_PERMISSION", "permission denied", ["permissions": ["Crm_Implied_View"]]))
        case "404": Reply(404, Reply.problem("RESOURCE_NOT_FOUND", "the requested resource does not exist"))
        case "500": Reply(500, Reply.problem("INTERNAL_ERROR", "Internal Server Error"))
        case "500-in-400": Reply(400, Reply.problem("INTERNAL_ERROR", "Internal Server Error"))
        case "html", "502": .html(502)
        case "html-200": .html(200)
        case "204": .empty(204)
        case "empty-200": Reply(200, lines: Reply.jsonLines, .bytes([]))
        case "truncated": Reply(200, lines: Reply.jsonLines, .bytes(Array(#"{"users":[{"id":"60000000000001234"#.utf8)))
        default: rateLimit(named: name) ?? hidden(named: name)
        }
    }

    private static func rateLimit(named name: String) -> Reply? {
        let body = Reply.problem("TOO_MANY_REQUESTS", "You have exceeded the allowed number of requests.")
        return switch name {
        case "429": Reply(429, body)
        case "429-headers":
            Reply(
                429, body,
                fields: [
                    ("Retry-After", "17"), ("X-RATELIMIT-LIMIT", "100"), ("X-RATELIMIT-REMAINING", "0"),
                    ("X-RATELIMIT-RESET", "17"), ("X-API-CREDITS-REMAINING", "0"),
                ])
        case "429-html":
            Reply(
                429, lines: Reply.html(429).lines + ResponseHead(0, fields: [("Retry-After", "17")]).fields,
                Reply.html(429).body)
        case "throttle-400": Reply(400, rollingThrottle)
        case "throttle-200": Reply(200, rollingThrottle)
        default: nil
        }
    }

    private static let rollingThrottle: JSON = [
        "error": [
            "status_code": 400, "method": "GET", "title": "URL_ROLLING_THROTTLES_LIMIT_EXCEEDED",
            "details": [
                "message":
                    "Cannot execute more than 100 requests per API in 2 minutes. Try again after 22 minutes."
            ],
        ]
    ]

    /// Failures under a status that says success.
    private static func hidden(named name: String) -> Reply? {
        let success: JSON = [
            "code": "SUCCESS", "details": ["id": "6000000000000123457"], "message": "record updated",
            "status": "success",
        ]
        let duplicate = Reply.problem(
            "DUPLICATE_DATA", "duplicate data", ["api_name": "email", "id": "6000000000000123457"])
        let mandatory = Reply.problem("MANDATORY_NOT_FOUND", "required field not found", ["api_name": "last_name"])
        return switch name {
        case "200-error": Reply(200, Reply.problem("INVALID_DATA", "invalid data", ["api_name": "id"]))
        case "200-nested": Reply(200, ["error": ["code": 1009, "message": "Invalid org admin"]])
        case "200-record": Reply(200, ["users": [duplicate]])
        case "201-record": Reply(201, ["data": [mandatory]])
        case "202-record": Reply(202, ["data": [mandatory]])
        case "202-error": Reply(202, mandatory)
        case "partial": Reply(200, ["data": [success, duplicate]])
        case "207": Reply(207, ["data": [success, duplicate]])
        default: nil
        }
    }

    // MARK: Behaviours

    private static func behaviour(named name: String) -> Behaviour? {
        var behaviour = Behaviour()
        switch name {
        case "chunked": behaviour.framing = .chunked
        case "one-byte":
            behaviour.pieceBytes = 1
            behaviour.framing = .chunked
        case "until-close": behaviour.framing = .close
        case "break": behaviour.breakOff = .init(after: 40)
        case "break-head": behaviour.breakOff = .init(after: -1)
        case "break-chunked":
            behaviour.framing = .chunked
            behaviour.breakOff = .init(after: 40)
        case "reset": behaviour.breakOff = .init(after: 40, resets: true)
        case "too-long": behaviour.claimedLength = 1_000_000
        case "too-short": behaviour.claimedLength = 20
        case "stall": behaviour.stall = .init(after: 40, milliseconds: 3_600_000)
        case "drip":
            behaviour.pieceBytes = 1
            behaviour.pieceMilliseconds = 100
        default:
            guard name.hasPrefix("slow-"), name.hasSuffix("ms"),
                let milliseconds = Int(name.dropFirst("slow-".count).dropLast("ms".count)), milliseconds > 0
            else { return nil }
            behaviour.delayMilliseconds = min(milliseconds, 3_600_000)
        }
        return behaviour
    }
}
