// Zoho's accounts servers: one per region, the only places that ever see a client secret or a refresh token.

import Wire

/// The OAuth client of this installation, as it is registered in Zoho's API console.
package struct OAuthClient: Sendable {
    package var id: String
    package var secret: String
    /// Regions whose secret differs: the console can give each data centre its own.
    package var regionalSecrets: [Region: String]

    package init(id: String, secret: String, regionalSecrets: [Region: String] = [:]) {
        self.id = id
        self.secret = secret
        self.regionalSecrets = regionalSecrets
    }
}

package enum AccountsServer {
    /// Source: zoho.com/accounts/protocol/oauth/multi-dc.html; China from Bigin's page; ae by the pattern.
    package static func host(_ region: Region) -> String {
        switch region {
        case .us: "accounts.zoho.com"
        case .eu: "accounts.zoho.eu"
        case .in: "accounts.zoho.in"
        case .au: "accounts.zoho.com.au"
        case .jp: "accounts.zoho.jp"
        case .cn: "accounts.zoho.com.cn"
        case .ca: "accounts.zohocloud.ca"
        case .sa: "accounts.zoho.sa"
        case .uk: "accounts.zoho.uk"
        case .ae: "accounts.zoho.ae"
        }
    }

    package static var hosts: Set<String> { Set(Region.allCases.map(host)) }

    /// The request that renews an access token (zoho.com/accounts/protocol/oauth/web-apps/access-token-expiry.html).
    /// Everything secret is in the body, where no log looks.
    static func refreshRequest(_ client: OAuthClient, _ region: Region, refreshToken: [UInt8]) -> UpstreamRequest {
        var body: [UInt8] = []
        func add(_ name: StaticString, _ value: [UInt8]) {
            if !body.isEmpty { body.append(0x26) }
            body.append(name)
            body.append(0x3D)
            PercentCoding.encode(value, to: &body)
        }
        add("grant_type", Array("refresh_token".utf8))
        add("client_id", Array(client.id.utf8))
        add("client_secret", Array((client.regionalSecrets[region] ?? client.secret).utf8))
        add("refresh_token", refreshToken)
        return UpstreamRequest(
            method: "POST", host: host(region), target: "/oauth/v2/token",
            fields: ["Content-Type: application/x-www-form-urlencoded", "Accept: application/json"], body: body,
            deadline: 8_000)
    }

    /// What the token endpoint said.
    enum Answer: Equatable {
        case token([UInt8], lifetimeSeconds: Int)
        /// The refresh token is of no use any more.
        case revoked(String)
        /// Client id or secret are wrong: ours to mend, not the account's owner's.
        case misconfigured(String)
        case throttled
        case failed(String)
    }

    /// Success is a body with `access_token`; the status tells nothing: most errors come with HTTP 200.
    static func read(status: Int, body: [UInt8]) -> Answer {
        guard let json = try? JSON(parsing: body) else {
            return status == 429 ? .throttled : .failed("HTTP \(status) without JSON")
        }
        if let token = json["access_token"]?.string, !token.isEmpty {
            let lifetime = json["expires_in"]?.int ?? 3600
            // Older answers counted in milliseconds; no token lives longer than a day.
            return .token(Array(token.utf8), lifetimeSeconds: max(1, lifetime > 86_400 ? lifetime / 1000 : lifetime))
        }
        // The name is shown to clients. Whatever does not look like one might repeat what was sent.
        let named = json["error"]?.string.flatMap { isName($0) ? $0 : nil }
        let error = named ?? "HTTP \(status)"
        switch error {
        case "invalid_code", "invalid_grant", "invalid_token": return .revoked(error)
        case "invalid_client", "invalid_client_secret", "unauthorized_client": return .misconfigured(error)
        case "Access Denied", "access_denied": return .throttled
        default: return status == 429 ? .throttled : .failed(error)
        }
    }

    private static func isName(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count) && text.utf8.allSatisfy { $0.isLetter || $0 == 0x5F || $0 == ASCII.space }
    }
}
