import Testing
import Wire

@testable import ZohoSimulator

@Suite struct MailErrorTests {
    @Test(arguments: [
        ("GET", "/api/accountz", 404, "URL_RULE_NOT_CONFIGURED"), ("GET", "/", 404, "URL_RULE_NOT_CONFIGURED"),
        ("GET", "/api/accounts/ada@example.com/folders", 404, "URL_RULE_NOT_CONFIGURED"),
        ("PATCH", "/api/accounts", 404, "INVALID_METHOD"), ("POST", "/api/links/me/trash", 404, "INVALID_METHOD"),
        ("GET", "/api/accounts?limit=3", 400, "EXTRA_PARAM_FOUND"),
        ("GET", Zoho.mailbox("messages/view?sortOrder=true"), 400, "EXTRA_PARAM_FOUND"),
        ("POST", Zoho.organization("domains"), 404, "JSON_PARSE_ERROR"),
        ("GET", "/api/organization/12/domains", 403, "OPERATION_NOT_PERMITTED"),
        ("GET", Zoho.mailbox("messages/search"), 400, "LESS_THAN_MIN_OCCURANCE"),
    ])
    func wrongRequestsAreNamed(_ method: String, _ target: String, _ status: Int, _ code: String) async throws {
        try await Zoho.run { zoho in
            let response = try zoho.mail(method, target, token: try zoho.accessToken())
            #expect(response.status == status)
            let json = try response.json
            #expect(json["data"]?["errorCode"]?.string == code)
            #expect(json["status"]?["code"]?.int == status)
            #expect(json["status"]?["description"]?.string?.isEmpty == false)
        }
    }

    @Test func authenticationErrorsHaveThreeForms() async throws {
        try await Zoho.run { zoho in
            let none = try zoho.mail("GET", "/api/accounts", token: nil)
            #expect(none.status == 400)
            #expect(try none.json["data"]?["errorCode"] == "INVALID_TICKET")
            let bad = try zoho.mail("GET", "/api/accounts", token: "1000.no")
            #expect(bad.status == 401)
            #expect(try bad.json["data"]?["errorCode"] == "INVALID_OAUTHTOKEN")
            let token = try zoho.token(scopes: "ZohoMail.accounts.READ")
            #expect(try zoho.mail("GET", "/api/accounts", token: token).status == 200)
            let denied = try zoho.mail("DELETE", "/api/accounts/signature?id=1", token: token)
            #expect(denied.status == 401)
            #expect(try denied.json.array?.last?["errorCode"] == "INVALID_OAUTHSCOPE")
            #expect(try denied.json.array?.last?["status"] == "401")
        }
    }

    @Test func aForeignMailboxIsInvalid() async throws {
        try await Zoho.run { zoho in
            let response = try zoho.mail("GET", "/api/accounts/123/folders", token: try zoho.accessToken())
            #expect(response.status == 404)
            #expect(response.text.contains("Account id 123 is invalid"))
        }
    }

    @Test func duplicatesSayInternalErrorSomeOfThemUnder200() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let folder = try zoho.mail("POST", Zoho.mailbox("folders"), token: token, body: ["folderName": "Inbox"])
            #expect(folder.status == 500)
            #expect(try folder.json["data"]?["moreInfo"] == "Folder name already exists")
            let label = try zoho.mail("POST", Zoho.mailbox("labels"), token: token, body: ["displayName": "urgent"])
            #expect(label.status == 200)
            #expect(try label.json["status"]?["code"]?.int == 500)
            let book = try zoho.mail("POST", "/api/notes/me/books", token: token, body: ["bookName": "book 1"])
            #expect(book.status == 200)
            #expect(try book.json["status"]?["description"] == "Category Already Exists.")
        }
    }

    @Test(arguments: [
        ("429", 429, ""), ("429-headers", 429, ""), ("401", 401, "INVALID_OAUTHTOKEN"),
        ("scope", 401, "INVALID_OAUTHSCOPE"), ("500", 500, "Internal Error"), ("200-error", 200, "INVALID_TICKET"),
        ("html-200", 200, "<!DOCTYPE html>"), ("partial", 200, "failedList"),
    ])
    func markedValuesSpeakMail(_ name: String, _ status: Int, _ part: String) async throws {
        try await Zoho.run { zoho in
            let response = try zoho.mail("GET", "/api/accounts/sim-\(name)/folders", token: nil)
            #expect(response.status == status)
            #expect(part.isEmpty ? response.body.isEmpty : response.text.contains(part))
            #expect((response["Retry-After"] != nil) == (name == "429-headers"))
            let records = try zoho.mail("GET", "/api/accounts/sim-records-3", token: nil).json
            #expect(records["data"]?.array?.count == 3)
        }
    }

    @Test func rulesSpeakMailByName() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            try zoho.rule(["match": ["host": "mail.zoho.eu"], "form": "mail-429-headers"])
            try zoho.rule(["match": ["host": "mail.zoho.eu"], "form": "mail-429"])
            let waits = try (0..<3).map { _ in try zoho.mail("GET", "/api/accounts", token: token) }
            #expect(waits.map(\.status) == [429, 429, 200])
            #expect(waits.map { $0["Retry-After"] } == ["17", nil, nil])
        }
    }

    @Test(arguments: Region.allCases)
    func mailIsServedInEveryRegionAndMeetingNotInTheEmirates(_ region: Region) async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken(region)
            let accounts = try zoho.send("GET", region.mailHost, "/api/accounts", token: token)
            #expect(try accounts.json["data"]?.array?.first?["accountId"]?.string == Zoho.account)
            #expect(region != .ca || region.mailHost == "mail.zohocloud.ca")
            for host in ["meeting", "webinar"].map({ "\($0).\(region.productDomain)" }) {
                let user = try zoho.send("GET", host, "/api/v2/user.json", token: token)
                #expect(user.status == (region == .ae ? 404 : 200))
            }
            let abroad = region == .us ? Region.eu : .us
            #expect(try zoho.send("GET", abroad.mailHost, "/api/accounts", token: token).status == 401)
        }
    }
}
