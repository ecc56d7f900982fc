import Testing
import Wire

@testable import ZohoSimulator

@Suite struct TokenTests {
    @Test(arguments: Region.allCases)
    func everyRegionGivesTokensForItsOwnApiHost(_ region: Region) async throws {
        try await Zoho.run { zoho in
            let response = try zoho.refresh(region)
            let json = try response.json
            #expect(response.status == 200)
            #expect(json["api_domain"]?.string == "https://\(region.apiHost)")
            #expect(json["expires_in"]?.int == 3600)
            #expect(json["token_type"]?.string == "Bearer")
            #expect(json["refresh_token"] == nil)
            #expect(json["access_token"]?.string?.hasPrefix("1000.") == true)
        }
    }

    @Test func aTokenCountsOnlyInItsOwnRegion() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken(.us)
            let target = "/bigin/v2/users?type=CurrentUser"
            #expect(try zoho.send("GET", "www.zohoapis.com", target, token: token).status == 200)
            #expect(try zoho.send("GET", "WWW.ZohoAPIs.com:443", target, token: token).status == 200)
            let abroad = try zoho.send("GET", "www.zohoapis.in", target, token: token)
            #expect(abroad.status == 401)
            #expect(try abroad.json["code"]?.string == "INVALID_TOKEN")
            #expect(try zoho.refresh(.eu, SimulatorData.demoRefreshToken(.us)).json == ["error": "invalid_code"])
        }
    }

    @Test(arguments: [
        ("grant_type=refresh_token&refresh_token=x&client_id=nobody&client_secret=x", "invalid_client"),
        (
            "grant_type=refresh_token&refresh_token=x&client_id=1000.TOLLGATEDEMO&client_secret=x",
            "invalid_client_secret"
        ),
        ("grant_type=refresh_token&refresh_token=x&" + Zoho.client, "invalid_code"),
        ("grant_type=refresh_token&" + Zoho.client, "general_error"), (Zoho.client, "general_error"),
        ("grant_type=authorization_code&code=x&" + Zoho.client, "invalid_code"),
        ("grant_type=password&" + Zoho.client, "unsupported_grant_type"),
    ])
    func errorsOfTheTokenEndpointComeUnder200(_ form: String, _ error: String) async throws {
        try await Zoho.run { zoho in
            let response = try zoho.post(form)
            #expect(response.status == 200)
            #expect(try response.json == ["error": .string(error)])
        }
    }

    @Test func theEleventhTokenWithinTenMinutesIsDenied() async throws {
        try await Zoho.run { zoho in
            for _ in 0..<10 { _ = try zoho.accessToken() }
            let denied = try zoho.refresh()
            #expect(denied.status == 400)
            #expect(try denied.json["error"]?.string == "Access Denied")
            #expect(try zoho.refresh(.us).status == 200)
            try zoho.control("POST", "settings", ["clock_offset_ms": 600_001])
            #expect(try zoho.refresh().status == 200)
        }
    }

    @Test func theSixteenthTokenKillsTheOldest() async throws {
        try await Zoho.run { zoho in
            try zoho.control("POST", "settings", ["throttle": false])
            var tokens: [String] = []
            for _ in 0..<16 { tokens.append(try zoho.accessToken()) }
            #expect(try zoho.bigin("GET", "org", token: tokens[0]).status == 401)
            #expect(try zoho.bigin("GET", "org", token: tokens[1]).status == 200)
            #expect(Set(tokens).count == 16)
        }
    }

    @Test func tokensExpireByClockAndByCommand() async throws {
        try await Zoho.run { zoho in
            try zoho.control("POST", "settings", ["expires_in": 100])
            #expect(try zoho.refresh().json["expires_in"]?.int == 100)
            let token = try zoho.accessToken()
            try zoho.control("POST", "settings", ["clock_offset_ms": 101_000])
            #expect(try zoho.bigin("GET", "org", token: token).status == 401)
            let next = try zoho.accessToken()
            #expect(try zoho.bigin("GET", "org", token: next).status == 200)
            try zoho.control("POST", "tokens/expire")
            #expect(try zoho.bigin("GET", "org", token: next).status == 401)
        }
    }

    @Test func revocationKillsTheTokensMadeFromIt() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let revoked = try zoho.post("token=\(SimulatorData.demoRefreshToken(.eu))", "/oauth/v2/token/revoke")
            #expect(try revoked.json == ["status": "success"])
            #expect(try zoho.bigin("GET", "org", token: token).status == 401)
            #expect(try zoho.refresh().json == ["error": "invalid_code"])
            #expect(try zoho.post("", "/oauth/v2/token/revoke?token=nothing").status == 400)
        }
    }

    @Test func aConsentGivesACodeForTheUsersRegionThatCountsOnce() async throws {
        try await Zoho.run { zoho in
            let query =
                "response_type=code&client_id=1000.TOLLGATEDEMO&redirect_uri=http%3A%2F%2Flocalhost%2Fcb&state=s%26t"
                + "&scope=ZohoBigin.org.READ&access_type=offline&sim_region=in"
            let consent = try zoho.send("GET", "127.0.0.1", "/_host/accounts.zoho.com/oauth/v2/auth?\(query)")
            #expect(consent.status == 302)
            let location = try #require(consent["Location"])
            #expect(location.hasPrefix("http://localhost/cb?code=1000."))
            #expect(location.hasSuffix("&location=in&accounts-server=https%3A%2F%2Faccounts.zoho.in&state=s%26t"))
            let code = try #require(location.split { $0 == "=" || $0 == "&" }.dropFirst().first)
            let form =
                "grant_type=authorization_code&code=\(code)&redirect_uri=http%3A%2F%2Flocalhost%2Fcb&\(Zoho.client)"
            #expect(try zoho.post(form, to: "accounts.zoho.com").json == ["error": "invalid_code"])
            let granted = try zoho.post(form, to: "accounts.zoho.in").json
            #expect(try zoho.post(form, to: "accounts.zoho.in").json == ["error": "invalid_code"])
            let refreshToken = try #require(granted["refresh_token"]?.string)
            let token = try zoho.accessToken(.in, refreshToken)
            #expect(try zoho.send("GET", "www.zohoapis.in", "/bigin/v2/org", token: token).status == 200)
            let denied = try zoho.send("GET", "www.zohoapis.in", "/bigin/v2/users", token: token)
            #expect(denied.status == 401)
            #expect(try denied.json["code"]?.string == "OAUTH_SCOPE_MISMATCH")
        }
    }

    @Test func everyRegionMayHaveItsOwnSecret() async throws {
        var data = SimulatorData()
        data.clients = [OAuthClient(id: "c", secret: "common", regionalSecrets: [.eu: "european"])]
        try await Zoho.run(data) { zoho in
            func failure(_ secret: String, _ region: Region) throws -> String? {
                let token = SimulatorData.demoRefreshToken(region)
                let form = "grant_type=refresh_token&refresh_token=\(token)&client_id=c&client_secret=\(secret)"
                return try zoho.post(form, to: region.accountsHost).json["error"]?.string
            }
            let answers = [try failure("common", .us), try failure("european", .eu), try failure("common", .eu)]
            #expect(answers == [nil, nil, "invalid_client_secret"])
        }
    }

    @Test func theListOfDataCentresIsComplete() async throws {
        try await Zoho.run { zoho in
            let json = try zoho.send("GET", "accounts.zoho.com", "/oauth/serverinfo").json
            #expect(json["locations"]?["ca"]?.string == "https://accounts.zohocloud.ca")
            #expect(json["locations"]?.members?.count == Region.allCases.count)
        }
    }
}
