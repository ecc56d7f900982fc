import Testing
import Wire

@testable import ZohoSimulator

@Suite struct RuleTests {
    @Test func aRuleActsOnWhatItMatchesAndThenIsGone() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            try zoho.rule([
                "match": ["host": "www.zohoapis.eu", "method": "GET", "path": "/bigin/v2/org"], "skip": 1, "times": 2,
                "form": "429-headers",
            ])
            #expect(try zoho.bigin("GET", "users", token: token).status == 200)
            let statuses = try (0..<4).map { _ in try zoho.bigin("GET", "org", token: token).status }
            #expect(statuses == [200, 429, 429, 200])
            #expect(try zoho.control("GET", "rules") == ["rules": []])
        }
    }

    @Test func conditionsLookAtQueryPrefixAndToken() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let other = try zoho.accessToken()
            try zoho.rule(["match": ["query": "type=Admin"], "times": 0, "respond": ["status": 418, "body": "q"]])
            try zoho.rule([
                "match": ["path_prefix": "/bigin/v2/set"], "times": 0, "respond": ["status": 419, "body": "p"],
            ])
            try zoho.rule(["match": ["token": .string(other)], "times": 0, "respond": ["status": 420, "body": "t"]])
            #expect(try zoho.bigin("GET", "users?type=AdminUsers", token: token).status == 418)
            #expect(try zoho.bigin("GET", "settings/roles", token: token).text == "p")
            #expect(try zoho.bigin("GET", "org", token: token).status == 200)
            #expect(try zoho.bigin("GET", "org", token: other).status == 420)
            try zoho.control("DELETE", "rules")
            #expect(try zoho.bigin("GET", "org", token: other).status == 200)
        }
    }

    @Test func statusAndHeadersOfTheRealAnswerCanBeChanged() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            try zoho.rule([
                "respond": ["status": 203, "headers": ["X-API-CREDITS-REMAINING": "17", "X-Twice": ["a", "b"]]]
            ])
            let response = try zoho.bigin("GET", "org", token: token)
            #expect(response.status == 203)
            #expect(response["x-api-credits-remaining"] == "17")
            #expect(response.fields.filter { $0.name == "x-twice" }.map(\.value) == ["a", "b"])
            #expect(try response.json["org"] != nil)
        }
    }

    @Test func aBodyIsJSONUnlessItsHeadersSayOtherwise() async throws {
        try await Zoho.run { zoho in
            try zoho.rule(["respond": ["status": 429, "headers": ["Retry-After": "3"], "json": ["a": 1]]])
            try zoho.rule(["respond": ["headers": ["content-type": "text/plain"], "body": "x"]])
            let first = try zoho.bigin("GET", "org", token: nil)
            let second = try zoho.bigin("GET", "org", token: nil)
            #expect(first["Content-Type"] == "application/json;charset=UTF-8")
            #expect(first["Retry-After"] == "3")
            #expect(second.fields.filter { $0.name == "content-type" }.map(\.value) == ["text/plain"])
        }
    }

    @Test func aWriteCanSucceedAndItsAnswerBeLost() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            try zoho.rule(["match": ["method": "DELETE"], "break": ["after": -1, "reset": true]])
            let client = try zoho.connect()
            client.send(Zoho.request("DELETE", "www.zohoapis.eu", "/bigin/v2/users/6000000000000123474", token: token))
            client.readToEnd()
            #expect(client.ending == .reset)
            #expect(client.received.isEmpty)
            #expect(try zoho.bigin("GET", "users/6000000000000123474", token: token).status == 204)
            #expect(try zoho.control("GET", "counters")["broken_off"]?.int == 1)
        }
    }

    @Test func rawBytesGoOutAsTheyAre() async throws {
        try await Zoho.run { zoho in
            let bytes = Array("HTTP/9.9 what\r\n\u{0}\u{7F}no head at all".utf8)
            try zoho.rule(["respond": ["raw_base64": .string(Base64.encode(bytes))], "piece_bytes": 3])
            let client = try zoho.connect()
            client.send(Zoho.request("GET", "www.zohoapis.eu", "/"))
            client.readToEnd()
            #expect(client.received == bytes)
            #expect(client.ending == .closed)
        }
    }

    @Test func aStallHoldsTheRestBack() async throws {
        try await Zoho.run { zoho in
            try zoho.rule(["respond": ["body": "0123456789"], "stall": ["after": 4, "ms": 150]])
            let client = try zoho.connect()
            client.send(Zoho.request("GET", "www.zohoapis.eu", "/"))
            while !String(decoding: client.received, as: UTF8.self).hasSuffix("\r\n\r\n0123"), client.readSome(1) > 0 {}
            let start = ContinuousClock.now
            client.readSome()
            #expect(ContinuousClock.now - start >= .milliseconds(100))
            #expect(String(decoding: client.received, as: UTF8.self).hasSuffix("0123456789"))
        }
    }

    @Test func aClientThatLeavesIsNoticedAtOnce() async throws {
        try await Zoho.run { zoho in
            try zoho.rule(["respond": ["body": "never"], "delay_ms": 3_600_000])
            var client: RawClient? = try zoho.connect()
            client?.send(Zoho.request("GET", "www.zohoapis.eu", "/slow"))
            while try zoho.control("GET", "counters")["troubled"]?.int == 0 {}
            client = nil
            var counters = try zoho.control("GET", "counters")
            while counters["abandoned"]?.int == 0 { counters = try zoho.control("GET", "counters") }
            #expect(counters["last_abandoned"]?.array?.first?["path"]?.string == "/slow")
        }
    }

    @Test func anEndlessBodyGoesOnUntilTheClientLeaves() async throws {
        try await Zoho.run { zoho in
            try zoho.rule(["respond": ["endless": "{}\n"]])
            var client: RawClient? = try zoho.connect()
            client?.send(Zoho.request("GET", "www.zohoapis.eu", "/"))
            client?.read(atLeast: 1 << 20)
            client = nil
            while try zoho.control("GET", "counters")["abandoned"]?.int == 0 {}
        }
    }

    @Test func bodiesCanBeCompressed() async throws {
        try await Zoho.run { zoho in
            try zoho.rule(["respond": ["records": 500], "gzip": true])
            let list = try zoho.bigin("GET", "users", token: nil)
            #expect(list["Content-Encoding"] == "gzip")
            #expect(try JSON(parsing: try inflated(list.body))["users"]?.array?.count == 500)
            try zoho.rule(["respond": ["json": ["a": 1]], "gzip": true, "piece_bytes": 1])
            #expect(try inflated(try zoho.bigin("GET", "users", token: nil).body) == Array(#"{"a":1}"#.utf8))
        }
    }

    @Test func keepAliveSurvivesAMisframedPastOnly() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            try zoho.rule(["piece_bytes": 50, "times": 1])
            let client = try zoho.connect()
            for _ in 0..<2 {
                client.send(Zoho.request("GET", "www.zohoapis.eu", "/bigin/v2/org", token: token))
                #expect(try client.readResponse().json["org"] != nil)
            }
        }
    }

    @Test(arguments: [
        (#"{"form":"nothing"}"#, "form"), (#"{"respnd":{}}"#, "respnd"), (#"{"match":{"hots":"x"}}"#, "hots"),
        (#"{"times":-1}"#, "times"), (#"{"framing":"big"}"#, "framing"), ("[1]", "object"), ("{", "JSON"),
        (#"{"respond":{"body_base64":"ä"}}"#, "base64"),
    ])
    func wrongRulesAreRefusedBySentence(_ rule: String, _ part: String) async throws {
        try await Zoho.run { zoho in
            let response = try zoho.send("POST", "localhost", "/_sim/rules", body: rule)
            #expect(response.status == 400)
            #expect(try response.json["error"]?.string?.contains(part) == true)
            #expect(try zoho.control("GET", "rules") == ["rules": []])
        }
    }
}
