// What tests say to Zoho Mail, Meeting and Webinar.

import Net
import Testing
import Wire

@testable import ZohoSimulator

extension Zoho {
    static let zoid = "60000000"
    static let account = MailSeeds.id(.account, 0, 0)
    static let zsoid = "880000000"

    /// The path of the demo organisation.
    static func organization(_ rest: String) -> String { "/api/organization/\(zoid)/\(rest)" }

    /// The path of the demo mailbox.
    static func mailbox(_ rest: String) -> String { "/api/accounts/\(account)/\(rest)" }

    func mail(_ method: String, _ target: String, token: String?, body: JSON? = nil) throws -> Response {
        try send(method, Region.eu.mailHost, target, token: token, body: body?.text)
    }

    /// What `data` is after a success.
    @discardableResult
    func data(_ method: String, _ target: String, token: String, body: JSON? = nil) throws -> JSON {
        let response = try mail(method, target, token: token, body: body)
        let json = try response.json
        guard response.status == 200, (json["status"]?["code"]?.int ?? 500) < 400 else {
            throw ClientFailure(what: "\(method) \(target): \(response.status) \(response.text)")
        }
        return json["data"] ?? .null
    }

    /// `target` with zsoid at `*`.
    func meeting(_ method: String, _ target: String, token: String?, body: JSON? = nil) throws -> Response {
        try sendStarred(method, "meeting.zoho.eu", target, token, body)
    }

    func webinar(_ method: String, _ target: String, token: String?, body: JSON? = nil) throws -> Response {
        try sendStarred(method, "webinar.zoho.eu", target, token, body)
    }

    private func sendStarred(
        _ method: String, _ host: String, _ target: String, _ token: String?, _ body: JSON?
    ) throws -> Response {
        let target = target.split(separator: "*", omittingEmptySubsequences: false).joined(separator: Zoho.zsoid)
        return try send(method, host, target, token: token, body: body?.text)
    }

    /// A token of a grant with these scopes alone.
    func token(scopes: String...) throws -> String {
        let grant: JSON = ["token": "narrow", "region": "eu", "scopes": .array(scopes.map { .string($0) })]
        try control("POST", "refresh-tokens", grant)
        return try accessToken(.eu, "narrow")
    }
}

/// Walks to the end of a list and checks that it meets `count` entries, each once.
func expectWalk(
    _ count: Int, by key: String, _ page: (_ met: Int) throws -> (entries: [JSON], isLast: Bool)
) throws {
    var ids: [String] = []
    while true {
        let (entries, isLast) = try page(ids.count)
        ids += entries.compactMap { $0[key]?.idText }
        if isLast || ids.count > 10_000 { break }
    }
    #expect(ids.count == count)
    #expect(Set(ids).count == count)
}
