import Testing
import Wire

@testable import ZohoSimulator

@Suite struct MeetingTests {
    @Test func theCallerLearnsTheOrganisation() async throws {
        try await Zoho.run { zoho in
            let user = try zoho.meeting("GET", "/api/v2/user.json", token: try zoho.accessToken()).json["userDetails"]
            #expect(user?["zsoid"]?.idText == Zoho.zsoid)
            #expect(user?["meetingRedirectionServer"] == "https://meeting.zoho.eu")
        }
    }

    @Test(arguments: [
        ("/api/v2/*/user", "representation", "userId", 450),
        ("/api/v2/*/department", "representation", "departmentId", 57),
        (
            "/api/v2/*/department/6400000000000700003/user/member", "representation", "userId", 25
        ),
    ])
    func pagesBeginAtZero(_ path: String, _ at: String, _ key: String, _ count: Int) async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            try expectWalk(count, by: key) { met in
                let json = try zoho.meeting("GET", "\(path)?index=\(met / 10)&count=10", token: token).json
                let entries = json[at]?.array ?? []
                #expect(json["totalCount"]?.int == (path.hasSuffix("*/user") ? count : nil))
                return (entries, entries.count < 10)
            }
        }
    }

    @Test func sessionsBeginAtOneAndTellTheirCount() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            for (path, count) in [("sessions", MeetingSeeds.meetings), ("webinar", MeetingSeeds.webinars)] {
                try expectWalk(count, by: "meetingKey") { met in
                    let target = "/api/v2/*/\(path).json?listtype=all&index=\(met + 1)&count=10"
                    let json = try zoho.meeting("GET", target, token: token).json
                    let entries = json["session"]?.array ?? []
                    #expect(json["count"]?.int == count)
                    return (entries, met + entries.count >= count)
                }
            }
            let today = try zoho.meeting("GET", "/api/v2/*/sessions.json?listtype=today&index=1&count=9", token: token)
            #expect(try today.json["session"] == nil)
            #expect(try today.json["count"]?.int == 0)
        }
    }

    @Test func recordingsSayWhetherThereAreMore() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            try expectWalk(MeetingSeeds.recordings, by: "erecordingId") { met in
                let target = "/meeting/api/v2/*/recordings.json?index=\(met + 1)&count=7"
                let json = try zoho.meeting("GET", target, token: token).json
                return (json["recordings"]?.array ?? [], json["meta"]?["moreRecords"] == false)
            }
            let deleted = try zoho.meeting("DELETE", "/api/v2/*/recordings/rec0x3.json", token: token)
            #expect(deleted.status == 204)
            let again = try zoho.meeting("DELETE", "/api/v2/*/recordings/rec0x3.json", token: token)
            #expect(again.status == 400)
            #expect(try again.json["error"]?["key"] == "INVALID_E_RECORDING_ID")
        }
    }

    @Test func meetingsLive() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let body: JSON = ["session": ["topic": "Plan", "startTime": "Dec 24, 2026 09:00 AM"]]
            let made = try zoho.meeting("POST", "/api/v2/*/sessions.json", token: token, body: body)
            #expect(made.status == 201)
            let key = try made.json["session"]?["meetingKey"]?.string ?? ""
            let path = "/api/v2/*/sessions/\(key).json"
            let change: JSON = ["session": ["topic": "Plan B"]]
            #expect(try zoho.meeting("PUT", path, token: token, body: change).status == 200)
            #expect(try zoho.meeting("GET", path, token: token).json["session"]?["topic"] == "Plan B")
            #expect(try zoho.meeting("DELETE", path, token: token).status == 204)
            let gone = try zoho.meeting("GET", path, token: token)
            #expect(gone.status == 400)
            #expect(try gone.json["error"]?["errorCode"]?.int == 4000)
        }
    }

    @Test func registrationCountsWhoFailed() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let key = "2000000000000"
            let people: JSON = ["registrant": [["email": "ada@example.com"], ["email": "nobody"]]]
            let path = "/api/v2/*/register/\(key).json"
            let answer = try zoho.meeting("POST", path, token: token, body: people)
            #expect(answer.status == 200)
            #expect(try answer.json["failedCount"]?.int == 1)
            #expect(try answer.json["registrant"]?.array?.count == 1)
            try expectWalk(MeetingSeeds.registrants + 1, by: "email") { met in
                let target = "/api/v2/*/registration/\(key)?status=3&index=\(met + 1)&count=20"
                let json = try zoho.meeting("GET", target, token: token).json
                let entries = json["registrants"]?.array ?? []
                return (entries, entries.count < 20)
            }
            try expectWalk(MeetingSeeds.registrants + 1, by: "email") { met in
                let target = "/api/v2/*/attendee/\(key).json?index=\(met / 20 + 1)&count=20"
                let entries = try zoho.meeting("GET", target, token: token).json["attendeeData"]?.array ?? []
                return (entries, entries.count < 20)
            }
            let elsewhere = try zoho.webinar("GET", "/api/v2/*/registration/\(key)?status=3&count=100", token: token)
            #expect(try elsewhere.json["registrants"]?.array?.count == MeetingSeeds.registrants)
        }
    }

    @Test(arguments: [
        ("/api/v2/*/user?count=101", 400, "code", 1028), ("/api/v2/12/user", 403, "code", 1025),
        ("/api/v2/*/sessions/1.json", 400, "errorCode", 4000),
        ("/api/v2/*/sessions.json?index=1", 400, "errorCode", 3003),
        ("/api/v2/*/user/sim-403", 403, "code", 1009),
        ("/api/v2/*/sessions/sim-unauthorized.json", 401, "errorCode", 3001),
        ("/api/v2/*/sessions/sim-401.json", 400, "code", 2000), ("/api/v2/*/user/sim-200-error", 200, "code", 1009),
    ])
    func errorsHaveTwoShapes(_ target: String, _ status: Int, _ member: String, _ code: Int) async throws {
        try await Zoho.run { zoho in
            let response = try zoho.meeting("GET", target, token: try zoho.accessToken())
            #expect(response.status == status)
            #expect(try response.json["error"]?[member]?.int == code)
        }
    }

    @Test func aBadTokenIsNot401() async throws {
        try await Zoho.run { zoho in
            let bad = try zoho.meeting("GET", "/api/v2/user.json", token: "1000.no")
            #expect(bad.status == 400)
            #expect(try bad.json == ["error": ["code": 2000, "message": "INVALID_OAUTHTOKEN"]])
            let token = try zoho.token(scopes: "ZohoMeeting.user.READ")
            #expect(try zoho.meeting("GET", "/api/v2/*/user", token: token).status == 200)
            #expect(try zoho.webinar("GET", "/api/v2/*/user", token: token).status == 401)
            #expect(try zoho.meeting("GET", "/api/v2/*/department", token: token).status == 401)
            #expect(try zoho.meeting("GET", "/nowhere", token: token).status == 404)
        }
    }
}
