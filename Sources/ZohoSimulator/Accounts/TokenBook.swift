// Refresh tokens, the access tokens made from them, and the limits that Zoho Accounts puts on both.

import Wire

/// A refresh token and what it stands for.
final class RefreshToken {
    let text: String
    let region: Region
    let organisation: String
    /// nil stands for every scope.
    let scopes: [String]?
    var isRevoked = false
    /// Access tokens that live, oldest first.
    fileprivate(set) var active: [AccessToken] = []
    /// When the last access tokens were asked for, oldest first.
    fileprivate var attempts: [Int64] = []
    /// Access tokens made so far.
    fileprivate(set) var refreshes = 0

    init(_ text: String, _ region: Region, _ organisation: String, scopes: [String]?) {
        self.text = text
        self.region = region
        self.organisation = organisation
        self.scopes = scopes
    }
}

final class AccessToken {
    let text: String
    let grant: RefreshToken
    /// Unix milliseconds.
    let expiry: Int64
    /// The header lines of every answer to this token's requests.
    let lines: [UInt8]

    init(_ text: String, _ grant: RefreshToken, expiry: Int64) {
        self.text = text
        self.grant = grant
        self.expiry = expiry
        let instant = Timestamp.iso8601(unixMilliseconds: expiry).dropLast(".000Z".count) + "+00:00"
        lines = Reply.jsonLines + ResponseHead(0, fields: [("x-accesstoken-reset", String(instant))]).fields
    }

    func allows(anyOf scopes: [String]) -> Bool {
        guard let granted = grant.scopes else { return true }
        return granted.contains { scopes.contains($0) }
    }
}

final class TokenBook {
    /// More than this many access tokens of one refresh token within the window are refused.
    static let tokensPerWindow = 10
    static let windowMilliseconds: Int64 = 600_000
    /// One more makes the oldest die.
    static let activeTokens = 15

    enum Fault: Error { case absent, invalid }
    enum Refusal: Error { case unknown, throttled }

    private(set) var grants: [String: RefreshToken] = [:]
    private var access: [String: AccessToken] = [:]
    private let settings: Settings

    init(_ settings: Settings) { self.settings = settings }

    func register(_ grant: RefreshToken) {
        revoke(grant.text)
        grants[grant.text] = grant
    }

    /// - Returns: false when there is no such token.
    @discardableResult
    func revoke(_ refreshToken: String) -> Bool {
        guard let grant = grants[refreshToken], !grant.isRevoked else { return false }
        grant.isRevoked = true
        for token in grant.active { access[token.text] = nil }
        grant.active = []
        return true
    }

    /// Kills all access tokens; refresh tokens stay.
    func expireAll() {
        access = [:]
        for grant in grants.values { grant.active = [] }
    }

    func clear() {
        grants = [:]
        access = [:]
    }

    /// Makes an access token. A refresh token of another region is as unknown as one that never was.
    func mint(_ refreshToken: String, in region: Region) throws(Refusal) -> AccessToken {
        guard let grant = grants[refreshToken], grant.region == region, !grant.isRevoked else { throw .unknown }
        let now = settings.now
        let recent =
            grant.attempts.count >= TokenBook.tokensPerWindow
            && now - grant.attempts[0] < TokenBook.windowMilliseconds
        // A refused attempt counts too: who goes on asking stays locked out.
        grant.attempts = grant.attempts.suffix(TokenBook.tokensPerWindow - 1) + [now]
        guard !recent || !settings.throttles else { throw .throttled }
        let token = AccessToken(TokenBook.randomText(), grant, expiry: now + Int64(settings.expiresIn) * 1000)
        access[token.text] = token
        grant.active.append(token)
        grant.refreshes += 1
        if grant.active.count > TokenBook.activeTokens { access[grant.active.removeFirst().text] = nil }
        return token
    }

    func check(_ text: String?, in region: Region) throws(Fault) -> AccessToken {
        guard let text else { throw .absent }
        guard let token = access[text], token.grant.region == region, token.expiry > settings.now else {
            throw .invalid
        }
        return token
    }

    /// `1000.` and two runs of 32 hexadecimal digits.
    static func randomText() -> String { "1000.\(randomHex()).\(randomHex())" }

    private static func randomHex() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(random.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }
}
