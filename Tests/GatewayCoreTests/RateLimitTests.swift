// What upstreams say about limits, in one form; what they do not say is not said.

import Testing
import Wire

@testable import GatewayCore

@Suite struct RateLimitTests {
    private static let now: Int64 = 1_800_000_000_000

    struct Row: Sendable {
        let fields: [(String, String)]
        let expected: RateLimit

        init(_ fields: [(String, String)], _ limit: Int?, _ remaining: Int?, _ reset: Int?) {
            self.fields = fields
            expected = RateLimit(limit: limit, remaining: remaining, reset: reset)
        }
    }

    @Test(arguments: [
        Row([], nil, nil, nil),
        Row([("x-accesstoken-reset", "2026-11-21T08:49:37Z"), ("date", "now")], nil, nil, nil),
        Row([("retry-after", "30")], nil, nil, 30),
        Row([("retry-after", "0")], nil, nil, 0),
        Row([("retry-after", "Fri, 15 Jan 2027 08:01:00 GMT")], nil, nil, 60),
        Row([("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")], nil, nil, 0),
        Row([("retry-after", "soon")], nil, nil, nil),
        Row([("retry-after", "-5")], nil, nil, nil),
        Row([("retry-after", "")], nil, nil, nil),
        Row([("x-ratelimit-reset", "1800000090")], nil, nil, 90),
        Row([("x-ratelimit-reset", "1799999000")], nil, nil, 0),
        Row([("x-ratelimit-reset", "1800000000500")], nil, nil, 1),
        Row([("x-ratelimit-reset", "1799999999000")], nil, nil, 0),
        Row([("x-ratelimit-reset", "9223372036854775807")], nil, nil, nil),
        Row([("x-ratelimit-reset", "99999999999999999999")], nil, nil, nil),
        Row([("x-ratelimit-reset", "60"), ("retry-after", "5")], nil, nil, 5),
        Row([("x-api-credits-remaining", "4711")], nil, 4711, nil),
        Row([("ratelimit", #""default";r=50;t=30"#)], nil, 50, 30),
        Row(
            [
                ("ratelimit", #""day";r=90;t=3000, "burst";r=3;t=7"#),
                ("ratelimit-policy", #""burst";q=10;w=60,"day";q=99"#),
            ],
            10, 3, 7),
        Row([("ratelimit", "limit=100, remaining=50, reset=30"), ("ratelimit-policy", "100;w=60")], 100, 50, 30),
        Row([("ratelimit", #""a,b;r=1";r=2"#)], nil, 2, nil),
        Row([("ratelimit", #""default";r=-1;t=30"#)], nil, nil, nil),
        Row([("ratelimit", #""default"#)], nil, nil, nil),
        Row([("ratelimit", #""default";r=5;t=soon"#), ("retry-after", "9")], nil, 5, 9),
        Row([("ratelimit", #""default";r=5;t=4"#), ("retry-after", "9")], nil, 5, 9),
        Row([("x-ratelimit-remaining", "3"), ("x-api-credits-remaining", "4711")], nil, 3, nil),
        Row(
            [("x-ratelimit-limit", "2000"), ("x-ratelimit-remaining", "1962"), ("x-ratelimit-reset", "1800000060")],
            2000, 1962, 60),
        Row([("ratelimit-limit", "100"), ("ratelimit-remaining", "50"), ("ratelimit-reset", "50")], 100, 50, 50),
        Row([("ratelimit-limit", "100, 100;w=10, 1000;w=3600")], 100, nil, nil),
        Row([("x-ratelimit-limit", "-1"), ("x-ratelimit-remaining", "many")], nil, nil, nil),
    ])
    func isNormalised(_ row: Row) {
        let head = UpstreamHead(status: 200, fields: row.fields.map { (name: $0.0, value: $0.1) })
        #expect(RateLimit(head: head, now: RateLimitTests.now) == row.expected, "\(row.fields)")
    }

    @Test(
        arguments: [
            ("Try again after 22 minutes.", 1320), ("please TRY AGAIN in 1 hour", 3600),
            ("Again after 5 seconds, or not", 5), ("Try again after some time.", nil), ("Try again after 5", nil),
            ("Try again after 5 parsecs", nil), ("more than 100 requests in 2 minutes", nil),
            ("Try again after 0 minutes", nil), ("Try again after 25 hours", nil), ("again", nil), ("", nil),
            ("Try again after 99999999999999999999 seconds", nil),
        ] as [(String, Int?)])
    func aWaitThatASentenceNamesIsUnderstood(_ sentence: String, _ seconds: Int?) {
        #expect(RateLimit.stated(in: [sentence]) == seconds)
        #expect(RateLimit.stated(in: ["no", sentence]) == seconds)
    }

    @Test func fieldsHoldOnlyWhatIsKnown() {
        #expect(RateLimit().fields.isEmpty)
        #expect(RateLimit().json == nil)
        #expect(
            RateLimit(remaining: 3, reset: 9).fields.map { "\($0.0): \($0.1)" } == [
                "ratelimit-remaining: 3", "ratelimit-reset: 9", #"ratelimit: "upstream";r=3;t=9"#,
            ])
        #expect(
            RateLimit(limit: 10, remaining: 3).fields.map { "\($0.0): \($0.1)" } == [
                "ratelimit-limit: 10", "ratelimit-remaining: 3", #"ratelimit: "upstream";r=3"#,
                #"ratelimit-policy: "upstream";q=10"#,
            ])
        #expect(RateLimit(reset: 9).fields.map { "\($0.0): \($0.1)" } == ["ratelimit-reset: 9"])
    }
}
