// accounts.zoho.*: the token endpoint, revocation, the list of data centres and a consent that always agrees.

import Wire

/// A grant code on its way from the consent to the token endpoint.
struct GrantCode {
    let region: Region
    let organisation: String
    let scopes: [String]?
    let redirect: String?
    /// Unix milliseconds.
    let expiry: Int64

    static let lifetimeMilliseconds: Int64 = 180_000
}

final class AccountsServer {
    private let tokens: TokenBook
    private let settings: Settings
    private let clients: [OAuthClient]
    private var codes: [String: GrantCode] = [:]

    init(clients: [OAuthClient], tokens: TokenBook, settings: Settings) {
        self.clients = clients
        self.tokens = tokens
        self.settings = settings
    }

    func reset() { codes = [:] }

    func register(_ text: String, _ code: GrantCode) { codes[text] = code }

    func answer(_ inquiry: Inquiry, in region: Region) -> Reply {
        switch (inquiry.method, inquiry.path) {
        case ("POST", "/oauth/v2/token"): return token(fields(inquiry), region)
        case ("POST", "/oauth/v2/token/revoke"): return revoke(fields(inquiry))
        case ("GET", "/oauth/serverinfo"): return AccountsServer.serverInformation
        case ("GET", "/oauth/v2/auth"): return consent(inquiry.query, region)
        default: return .html(404)
        }
    }

    /// Zoho takes the parameters from either place.
    private func fields(_ inquiry: Inquiry) -> Query { Query(inquiry.body + "&\(inquiry.queryText)".utf8) }

    // MARK: Tokens

    private func token(_ fields: Query, _ region: Region) -> Reply {
        guard let client = clients.first(where: { $0.id == fields["client_id"] }) else {
            return error("invalid_client")
        }
        guard fields["client_secret"] == client.regionalSecrets[region] ?? client.secret else {
            return error("invalid_client_secret")
        }
        switch fields["grant_type"] {
        case "refresh_token":
            guard let refreshToken = fields["refresh_token"] else { return error("general_error") }
            return mint(refreshToken, region, showsRefreshToken: false)
        case "authorization_code":
            guard let code = fields["code"] else { return error("general_error") }
            return exchange(code, redirect: fields["redirect_uri"], region)
        case nil: return error("general_error")
        default: return error("unsupported_grant_type")
        }
    }

    private func mint(_ refreshToken: String, _ region: Region, showsRefreshToken: Bool) -> Reply {
        do throws(TokenBook.Refusal) {
            let token = try tokens.mint(refreshToken, in: region)
            return Reply(
                200,
                .of([
                    "access_token": .string(token.text),
                    "refresh_token": showsRefreshToken ? .string(refreshToken) : nil,
                    "scope": .string(token.grant.scopes?.joined(separator: " ") ?? Scopes.every),
                    "api_domain": .string("https://\(region.apiHost)"),
                    "token_type": "Bearer",
                    "expires_in": JSON(settings.expiresIn),
                ]))
        } catch .unknown {
            return error("invalid_code")
        } catch {
            return Reply(
                400,
                [
                    "error_description":
                        "You have made too many requests continuously. Please try again after some time.",
                    "error": "Access Denied", "status": "failure",
                ])
        }
    }

    private func exchange(_ text: String, redirect: String?, _ region: Region) -> Reply {
        guard let code = codes[text], code.region == region else { return error("invalid_code") }
        codes[text] = nil
        guard code.expiry > settings.now else { return error("invalid_code") }
        if let expected = code.redirect, expected != redirect { return error("invalid_redirect_uri") }
        let grant = RefreshToken(TokenBook.randomText(), region, code.organisation, scopes: code.scopes)
        tokens.register(grant)
        return mint(grant.text, region, showsRefreshToken: true)
    }

    /// Errors of the token endpoint come under 200.
    private func error(_ code: String) -> Reply { Reply(200, ["error": .string(code)]) }

    private func revoke(_ fields: Query) -> Reply {
        guard let token = fields["token"], tokens.revoke(token) else {
            return Reply(400, ["error": "invalid_token"])
        }
        return Reply(200, ["status": "success"])
    }

    private static let serverInformation = Reply(
        200,
        [
            "result": "success",
            "locations": .object(
                Region.allCases.map { ($0.rawValue, .string("https://\($0.accountsHost)")) }),
        ])

    // MARK: Consent

    private func encoded(_ text: String) -> String {
        var output: [UInt8] = []
        PercentCoding.encode(text.utf8, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// Agrees at once. `sim_region` makes the consenting user one of another data centre, `sim_deny` refuses.
    private func consent(_ query: Query, _ region: Region) -> Reply {
        guard clients.contains(where: { $0.id == query["client_id"] }), query["response_type"] == "code",
            let redirect = query["redirect_uri"]
        else { return .html(400) }
        var answer: [(String, String)] = []
        if query["sim_deny"] != nil {
            answer = [("error", "access_denied")]
        } else {
            let home = query["sim_region"].flatMap { Region(rawValue: $0) } ?? region
            let code = TokenBook.randomText()
            codes[code] = GrantCode(
                region: home, organisation: "demo",
                scopes: query["scope"].map { $0.split { $0 == "," || $0 == " " }.map { String($0) } },
                redirect: redirect, expiry: settings.now + GrantCode.lifetimeMilliseconds)
            answer = [
                ("code", code), ("location", home.rawValue), ("accounts-server", "https://\(home.accountsHost)"),
            ]
        }
        if let state = query["state"] { answer.append(("state", state)) }
        let tail = answer.map { "\($0)=\(encoded($1))" }.joined(separator: "&")
        let location = redirect + (redirect.contains("?") ? "&" : "?") + tail
        return Reply(302, lines: ResponseHead(0, fields: [("Location", location)]).fields, .bytes([]))
    }
}
