// Rules from the control endpoint: which requests they meet, how often, and what happens to those.

import Wire

/// Which requests a rule meets; absent conditions meet all.
struct Condition {
    var host: String?
    var method: String?
    var path: String?
    var pathPrefix: String?
    /// Must be part of the query as it was sent.
    var query: String?
    /// The access token.
    var token: String?

    func meets(_ inquiry: Inquiry) -> Bool {
        (host == nil || host == inquiry.host) && (method == nil || method == inquiry.method)
            && (path == nil || path == inquiry.path) && (pathPrefix.map { inquiry.path.hasPrefix($0) } ?? true)
            && (query.map { inquiry.queryText.has($0) } ?? true)
            && (token == nil || token == inquiry.accessToken)
    }
}

struct Rule {
    var id = 0
    var condition = Condition()
    /// Requests met before the rule begins to act.
    var skip = 0
    /// Requests that it acts on; nil for all that come.
    var times: Int? = 1
    var trouble = Trouble()
    /// Replaces the answer's status when the answer is the real one.
    var status: Int?
    /// Added behind the answer's own header lines.
    var lines: [UInt8] = []
    var hits = 0

    /// The answer after this rule.
    func applied(to reply: Reply) -> Reply {
        var reply = reply
        if let status { reply.status = status }
        reply.lines += lines
        return reply
    }
}

/// The rules in force, in the order in which they came; the first that meets a request acts on it.
final class RuleBook {
    private(set) var rules: [Rule] = []
    private var lastID = 0

    var isEmpty: Bool { rules.isEmpty }

    func add(_ rule: Rule) -> Int {
        lastID += 1
        rules.append(rule)
        rules[rules.count - 1].id = lastID
        return lastID
    }

    func clear() { rules = [] }

    func take(_ inquiry: Inquiry) -> Rule? {
        guard let place = rules.firstIndex(where: { $0.condition.meets(inquiry) }) else { return nil }
        guard rules[place].skip == 0 else {
            rules[place].skip -= 1
            return nil
        }
        rules[place].hits += 1
        let rule = rules[place]
        if let times = rule.times {
            rules[place].times = times - 1
            if times <= 1 { rules.remove(at: place) }
        }
        return rule
    }
}
