import Compression
import Testing
import Wire

@testable import ZohoSimulator

@Suite struct BiginTests {
    @Test(arguments: [1, 7, 200])
    func aWalkMeetsEveryUserOnce(_ size: Int) async throws {
        var data = SimulatorData()
        data.usersPerOrganisation = size == 1 ? 12 : 450
        let expected = data.usersPerOrganisation
        try await Zoho.run(data) { zoho in
            let token = try zoho.accessToken()
            var ids: [String] = []
            var page = 1
            while true {
                let json = try zoho.bigin("GET", "users?page=\(page)&per_page=\(size)", token: token).json
                let users = try #require(json["users"]?.array)
                #expect(json["info"]?["count"]?.int == users.count)
                ids += users.compactMap { $0["id"]?.string }
                guard json["info"]?["more_records"]?.bool == true else { break }
                page += 1
            }
            #expect(ids.count == expected)
            #expect(Set(ids).count == expected)
            #expect(ids.allSatisfy { $0.utf8.count == 19 && Int($0)! > 1 << 53 })
            #expect(try zoho.bigin("GET", "users?page=\(page + 1)&per_page=\(size)", token: token).status == 204)
        }
    }

    @Test func kindsOfUsersAreTold() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            func users(_ kind: String) throws -> [JSON] {
                try zoho.bigin("GET", "users?type=\(kind)", token: token).json["users"]?.array ?? []
            }
            #expect(try users("CurrentUser").count == 1)
            #expect(try users("DeletedUsers").allSatisfy { $0["status"]?.string == "deleted" })
            #expect(try users("DeactiveUsers").allSatisfy { $0["status"]?.string == "inactive" })
            #expect(try users("NotConfirmedUsers").allSatisfy { $0["confirm"]?.bool == false })
            #expect(try users("AdminUsers").allSatisfy { $0["profile"]?["name"]?.string == "Administrator" })
        }
    }

    @Test func aReadIsARecordInAnArray() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let response = try zoho.bigin("GET", "users/6000000000000123474", token: token)
            #expect(response.status == 200)
            #expect(response["Content-Type"] == "application/json;charset=UTF-8")
            #expect(response["x-accesstoken-reset"]?.hasSuffix("+00:00") == true)
            #expect(try response.json["users"]?.array?.first?["first_name"]?.string == "Björn")
            #expect(try zoho.bigin("GET", "users/6999999999999999999", token: token).status == 204)
            let org = try zoho.bigin("GET", "org", token: token).json
            #expect(org["org"]?.array?.first?["license_details"]?["paid"]?.bool == true)
            #expect(try zoho.bigin("GET", "settings/roles", token: token).json["roles"]?.array?.count == 5)
            #expect(try zoho.bigin("GET", "settings/profiles", token: token).json["profiles"]?.array?.count == 3)
        }
    }

    @Test(arguments: [
        ("GET", "users?per_page=201", 400, "INVALID_DATA"), ("GET", "users?per_page=0", 400, "INVALID_DATA"),
        ("GET", "users?page=x", 400, "INVALID_DATA"), ("GET", "users?type=activeusers", 400, "INVALID_DATA"),
        ("GET", "users?limit=5", 400, "INVALID_REQUEST"), ("GET", "org?x=1", 400, "INVALID_REQUEST"),
        ("GET", "users/abc", 400, "INVALID_DATA"), ("PATCH", "users", 400, "INVALID_REQUEST_METHOD"),
        ("GET", "nothing", 404, "INVALID_URL_PATTERN"), ("GET", "users/1/2", 404, "INVALID_URL_PATTERN"),
        ("POST", "users", 400, "JSON_PARSE_ERROR"),
    ])
    func wrongRequestsAreNamed(_ method: String, _ target: String, _ status: Int, _ code: String) async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let response = try zoho.bigin(method, target, token: token)
            #expect(response.status == status)
            #expect(try response.json["code"]?.string == code)
            #expect(try response.json["status"]?.string == "error")
        }
    }

    @Test func theHeaderDecidesWhichAuthenticationErrorComes() async throws {
        try await Zoho.run { zoho in
            #expect(try zoho.bigin("GET", "org", token: nil).json["code"]?.string == "AUTHENTICATION_FAILURE")
            #expect(try zoho.bigin("GET", "org", token: "1000.no").json["code"]?.string == "INVALID_TOKEN")
            let basic = try zoho.bigin("GET", "org", token: nil, fields: ["Authorization: Basic eDp5"])
            #expect(try basic.json["code"]?.string == "AUTHENTICATION_FAILURE")
            #expect(basic.status == 401)
            let narrow: JSON = ["token": "narrow", "region": "eu", "scopes": ["ZohoBigin.users.READ"]]
            try zoho.control("POST", "refresh-tokens", narrow)
            let token = try zoho.accessToken(.eu, "narrow")
            #expect(try zoho.bigin("GET", "users", token: token).status == 200)
            let denied = try zoho.bigin("DELETE", "users/1", token: token)
            #expect(denied.status == 401)
            #expect(try denied.json["code"]?.string == "OAUTH_SCOPE_MISMATCH")
        }
    }

    @Test func biginIsNotServedInTheUnitedKingdom() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken(.uk)
            #expect(try zoho.send("GET", "www.zohoapis.uk", "/bigin/v2/org", token: token).status == 404)
        }
    }

    @Test func aClientThatAcceptsGzipGetsIt() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let plain = try zoho.bigin("GET", "users", token: token)
            let packed = try zoho.bigin("GET", "users", token: token, fields: ["Accept-Encoding: deflate, gzip"])
            #expect(plain["Content-Encoding"] == nil)
            #expect(packed["Content-Encoding"] == "gzip")
            #expect(packed.body.count < plain.body.count / 4)
            #expect(try inflated(packed.body) == plain.body)
        }
    }
}

func inflated(_ bytes: [UInt8]) throws -> [UInt8] {
    let inflater = Inflater(.gzip)
    var output: [UInt8] = []
    var offset = 0
    while true {
        let progress = try inflater.inflate(bytes, from: offset, into: &output)
        offset = progress.offset
        if progress.needsInput { break }
    }
    try inflater.finish()
    return output
}
