import Testing
import Wire

@testable import ZohoSimulator

@Suite struct BiginChangeTests {
    private static let ada = """
        {"users":[{"first_name":"Ada","last_name":"Löwe","email":"ada@example.org","role":"6000000000000031157",\
        "profile":"6000000000000026014"}]}
        """

    /// The code and details of the only record of an answer.
    private func record(_ response: Response) throws -> JSON {
        let records = try #require(try response.json["users"]?.array)
        #expect(records.count == 1)
        return records[0]
    }

    @Test func aUserIsMadeChangedAndDeleted() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let created = try zoho.bigin("POST", "users", token: token, body: Self.ada)
            #expect(created.status == 201)
            let result = try record(created)
            #expect(result["code"]?.string == "SUCCESS")
            let id = try #require(result["details"]?["id"]?.string)
            #expect(try record(try zoho.bigin("GET", "users/\(id)", token: token))["full_name"]?.string == "Ada Löwe")
            #expect(try zoho.bigin("GET", "users?page=3", token: token).text.contains(id))

            let change = #"{"users":[{"last_name":"Lovelace","role":"6000000000000031169"}]}"#
            let changed = try zoho.bigin("PUT", "users/\(id)", token: token, body: change)
            #expect(try record(changed)["message"]?.string == "User updated")
            let read = try record(try zoho.bigin("GET", "users/\(id)", token: token))
            #expect(read["full_name"]?.string == "Ada Lovelace")
            #expect(read["role"]?["name"]?.string == "Support")

            #expect(try record(try zoho.bigin("DELETE", "users/\(id)", token: token))["code"]?.string == "SUCCESS")
            #expect(try zoho.bigin("GET", "users/\(id)", token: token).status == 204)
            #expect(try zoho.bigin("GET", "users?type=DeletedUsers", token: token).text.contains(id))
            let again = try zoho.bigin("DELETE", "users/\(id)", token: token)
            #expect(again.status == 200)
            #expect(try record(again)["code"]?.string == "INVALID_DATA")
            // The address is free again.
            #expect(try zoho.bigin("POST", "users", token: token, body: Self.ada).status == 201)
        }
    }

    @Test func organisationsDoNotShareUsers() async throws {
        try await Zoho.run { zoho in
            try zoho.control("POST", "refresh-tokens", ["token": "other", "region": "eu", "org": "other"])
            let demo = try zoho.accessToken()
            let other = try zoho.accessToken(.eu, "other")
            #expect(try zoho.bigin("GET", "users/6000000000000123474", token: demo).status == 200)
            let foreign = try zoho.bigin("GET", "users/6000000000000123474", token: other)
            #expect(foreign.status == 204)
        }
    }

    @Test(arguments: [
        (#""last_name":"Löwe","#, "", "MANDATORY_NOT_FOUND", "last_name"),
        (#""ada@example.org""#, #""anna.almeida.0@nordwind-logistik.example""#, "DUPLICATE_DATA", "email"),
        (#""ada@example.org""#, #""nonsense""#, "INVALID_DATA", "email"),
        ("6000000000000031157", "6000000000000099999", "INVALID_DATA", "role"),
        ("6000000000000026014", "none", "INVALID_DATA", "profile"),
        (#""last_name":"#, #""nick_name":"x","last_name":"#, "INVALID_DATA", "nick_name"),
        (#""Ada""#, "1", "INVALID_DATA", "first_name"),
    ])
    func faultsOfARecordAreToldUnder202(_ text: String, _ other: String, _ code: String, _ field: String) async throws {
        try await Zoho.run { zoho in
            let body = Self.ada.replacing(text, with: other)
            let response = try zoho.bigin("POST", "users", token: try zoho.accessToken(), body: body)
            #expect(response.status == 202)
            #expect(try record(response)["code"]?.string == code)
            #expect(try record(response)["status"]?.string == "error")
            #expect(try record(response)["details"]?["api_name"]?.string == field)
        }
    }

    @Test func thePrimaryUserStays() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let id = "6000000000000123457"
            #expect(
                try record(try zoho.bigin("DELETE", "users/\(id)", token: token))["code"]?.string == "CANNOT_DELETE")
            let body = #"{"users":[{"status":"inactive"}]}"#
            let refused = try zoho.bigin("PUT", "users/\(id)", token: token, body: body)
            #expect(try record(refused)["code"]?.string == "NOT_ALLOWED")
            #expect(try zoho.bigin("GET", "users/\(id)", token: token).status == 200)
        }
    }

    @Test func manyAreChangedOneByOne() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let body = #"""
                {"users":[{"id":"6000000000000123474","status":"inactive"},{"id":"6000000000000000001"},{"status":"active"}]}
                """#
            let response = try zoho.bigin("PUT", "users", token: token, body: body)
            #expect(response.status == 200)
            let codes = try response.json["users"]?.array?.map { $0["code"]?.string }
            #expect(codes == ["SUCCESS", "INVALID_DATA", "MANDATORY_NOT_FOUND"])
            let name = #"{"users":[{"first_name":"B"}]}"#
            let frozen = try zoho.bigin("PUT", "users/6000000000000123474", token: token, body: name)
            #expect(try record(frozen)["code"]?.string == "CANNOT_UPDATE")
        }
    }

    @Test(arguments: ["{}", #"{"users":[]}"#, #"{"users":{}}"#, #"{"user_info":[{}]}"#])
    func aBodyWithoutRecordsIsRefusedWhole(_ body: String) async throws {
        try await Zoho.run { zoho in
            let response = try zoho.bigin("POST", "users", token: try zoho.accessToken(), body: body)
            #expect(response.status == 400)
            #expect(try response.json["details"]?["expected_data_type"]?.string == "jsonarray")
        }
    }
}
