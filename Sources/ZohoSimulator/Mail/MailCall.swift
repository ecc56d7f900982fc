// One request to Zoho Mail, and how its parts are read.

import Wire

struct MailCall {
    let inquiry: Inquiry
    let organisation: MailOrganisation
    /// What stands at the places of the route's path.
    let values: [String: String]
    /// Unix milliseconds.
    let now: Int64

    subscript(_ name: String) -> String { values[name] ?? "" }

    /// Organisation and mailbox must be the token's own.
    func checkIdentity() throws(Refused) {
        if let zoid = values["zoid"], zoid != organisation.zoid { throw Refused(MailReply.notPermitted) }
        if let account = values["accountId"], account != organisation.accountID {
            throw Refused(MailReply.failure(404, "Invalid Input", more: "Account id \(account) is invalid"))
        }
    }

    func body() throws(Refused) -> JSON {
        guard let json = try? inquiry.parsedBody(), json.members != nil else { throw Refused(MailReply.unreadable) }
        return json
    }

    /// The body, which must have all of `names`.
    func body(with names: String...) throws(Refused) -> JSON {
        let body = try body()
        for name in names where body[name]?.isNull ?? true { throw Refused(MailReply.missing(name)) }
        return body
    }

    /// The body of a change that is told by `mode`.
    func changes() throws(Refused) -> (mode: String, body: JSON) {
        let body = try body(with: "mode")
        return (body["mode"]?.string ?? "", body)
    }

    func query(_ name: String) -> String? { inquiry.query[name] }

    func required(_ name: String) throws(Refused) -> String {
        guard let text = query(name), !text.isEmpty else { throw Refused(MailReply.missing(name)) }
        return text
    }

    func number(_ name: String, _ range: ClosedRange<Int>, _ fallback: Int) throws(Refused) -> Int {
        guard let text = query(name) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw Refused(
                MailReply.invalidInput("\(name) must be a number from \(range.lowerBound) to \(range.upperBound)"))
        }
        return number
    }

    /// The entries that `start` and `limit` ask for.
    /// - Parameter first: number of the first entry. Where that is 1, zero is taken for it, as in Zoho's samples.
    func page(
        _ items: [JSON], first: Int = 0, limit: Int, most: Int, position: String = "start"
    ) throws(Refused) -> [JSON] {
        let start = try number(position, 0...1_000_000_000, first)
        let limit = try number("limit", 1...most, limit)
        return Array(items.dropFirst(max(0, start - first)).prefix(limit))
    }

    /// Whether an entry has `searchKey` in one of `members`.
    func matches(_ item: JSON, _ members: String...) -> Bool {
        guard let wanted = query("searchKey")?.lowercased() else { return true }
        return members.contains { item[$0]?.string?.lowercased().has(wanted) ?? false }
    }

    func refuseMode(_ mode: String) -> Refused { Refused(MailReply.invalidInput("mode \(mode) is not valid")) }

    /// Ids of a body's list, strings or numbers, bare or as the `member` of objects.
    static func ids(_ list: JSON?, _ member: String = "") -> [String] {
        let items = list?.array ?? (list.map { [$0] } ?? [])
        return items.compactMap { $0.idText ?? $0[member]?.idText }
    }
}
