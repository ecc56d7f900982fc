import Testing
import Wire

@testable import ZohoSimulator

@Suite struct ControlTests {
    @Test func requestsAreRecordedByteForByte() async throws {
        try await Zoho.run { zoho in
            let client = try zoho.connect()
            let first =
                "POST /a%2Fb/../c?x=%41&y HTTP/1.1\r\nHoST:  www.zohoapis.eu \r\nX-Odd: \t v\u{E9} \r\ncontent-length: 5\r\n\r\n"
            client.send(first + "a\u{0}\"b\n")
            _ = try client.readResponse()
            client.send("GET / HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n")
            #expect(try client.readResponse().status == 404)
            _ = try zoho.send("GET", "accounts.zoho.com", "/oauth/serverinfo")

            let requests = try #require(try zoho.control("GET", "requests")["requests"]?.array)
            #expect(requests.map { $0["number"]?.int } == [1, 2, 3])
            #expect(requests[0]["connection"] == requests[1]["connection"])
            #expect(requests[1]["connection"] != requests[2]["connection"])
            #expect(requests[0]["head"]?.string == first)
            #expect(Base64.decode(requests[0]["head_base64"]?.string ?? "") == Array(first.utf8))
            #expect(Base64.decode(requests[0]["body_base64"]?.string ?? "") == Array("a\u{0}\"b\n".utf8))
            #expect(requests[0]["target"]?.string == "/a%2Fb/../c?x=%41&y")
            #expect(
                requests.map { $0["host"]?.string } == ["www.zohoapis.eu", "elsewhere.example", "accounts.zoho.com"])
            try zoho.control("DELETE", "requests")
            #expect(try zoho.control("GET", "requests")["kept"] == 0)
        }
    }

    @Test func theRecorderKeepsTheLastThousand() async throws {
        try await Zoho.run { zoho in
            let client = try zoho.connect()
            for number in 1...1_100 {
                client.send("GET /\(number) HTTP/1.1\r\nHost: www.zohoapis.eu\r\n\r\n")
                _ = try client.readResponse()
            }
            let requests = try #require(try zoho.control("GET", "requests")["requests"]?.array)
            #expect(requests.count == Recorder.mostRequests)
            #expect(requests.first?["target"]?.string == "/101")
            #expect(requests.last?["number"]?.int == 1_100)
        }
    }

    @Test func theRecorderIsBoundedInBytesToo() async throws {
        try await Zoho.run { zoho in
            let body = String(repeating: "x", count: 1 << 20)
            for _ in 0..<20 { _ = try zoho.send("POST", "www.zohoapis.eu", "/", body: body) }
            let report = try zoho.control("GET", "requests?after=19")
            #expect(report["kept"]?.int == 15)
            #expect(report["requests"]?.array?.map { $0["number"]?.int } == [20])
        }
    }

    @Test func theRecorderCanBeSwitchedOff() async throws {
        var data = SimulatorData()
        data.recordsRequests = false
        try await Zoho.run(data) { zoho in
            _ = try zoho.accessToken()
            #expect(try zoho.control("GET", "requests") == ["kept": 0, "requests": []])
            try zoho.control("POST", "settings", ["recorder": true])
            _ = try zoho.accessToken()
            #expect(try zoho.control("GET", "requests")["requests"]?.array?.count == 1)
        }
    }

    @Test func countersTellHostsAndRefreshes() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            _ = try zoho.accessToken()
            _ = try zoho.bigin("GET", "org", token: token)
            let counters = try zoho.control("GET", "counters")
            #expect(counters["requests"]?.int == 3)
            #expect(counters["requests_per_host"] == ["accounts.zoho.eu": 2, "www.zohoapis.eu": 1])
            #expect(counters["refreshes"]?[SimulatorData.demoRefreshToken(.eu)]?.int == 2)
            #expect((counters["open_connections"]?.int ?? 0) >= 1)
        }
    }

    @Test func resetForgetsEverything() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            _ = try zoho.bigin("DELETE", "users/6000000000000123474", token: token)
            try zoho.rule(["form": "500", "times": 0])
            try zoho.control("POST", "settings", ["expires_in": 5])
            try zoho.control("POST", "reset")
            #expect(try zoho.control("GET", "counters")["requests"]?.int == 0)
            #expect(try zoho.bigin("GET", "org", token: token).status == 401)
            let next = try zoho.accessToken()
            #expect(try zoho.bigin("GET", "users/6000000000000123474", token: next).status == 200)
        }
    }

    @Test func theControlEndpointIsNotForBrowsers() async throws {
        try await Zoho.run { zoho in
            let response = try zoho.send("POST", "localhost", "/_sim/reset", fields: ["Origin: https://evil.example"])
            #expect(response.status == 403)
            #expect(try zoho.send("GET", "any.host", "/_sim/").text.contains("sim-"))
            #expect(try zoho.send("GET", "any.host", "/_sim/nothing").status == 404)
        }
    }
}
