// What Bigin or the network before it answers on a bad day, and what the client is told.

import Foundation
import Testing
import Wire

/// One row: what the simulator sent, and what the client must get.
struct ErrorForm: Sendable, CustomTestStringConvertible {
    let sent: String
    let code: Int
    let errorClass: String
    /// Part of the message.
    let says: String
    var upstreamStatus: Int?
    var upstreamCode: String?
    var retryAfter: Int?
    var isRetryable = false

    init(
        _ sent: String, _ code: Int, _ errorClass: String, _ says: String, upstream: Int? = nil,
        _ upstreamCode: String? = nil,
        retry: Bool = false, after: Int? = nil
    ) {
        self.sent = sent
        self.code = code
        self.errorClass = errorClass
        self.says = says
        upstreamStatus = upstream
        self.upstreamCode = upstreamCode
        isRetryable = retry
        retryAfter = after
    }

    var testDescription: String { "\(sent) → \(code) \(errorClass)" }

    /// Answers to `GET /bigin/v2/users/sim-<sent>`.
    static let reads = [
        ErrorForm("400", 400, "invalid_request", "invalid data (INVALID_DATA)", upstream: 400, "INVALID_DATA"),
        ErrorForm("401", 401, "token_invalid", "less than a minute ago"),
        ErrorForm("scope", 403, "scope_missing", "ZohoBigin.users.READ", upstream: 401, "OAUTH_SCOPE_MISMATCH"),
        ErrorForm("403", 403, "permission_denied", "Crm_Implied_View", upstream: 403, "NO_PERMISSION"),
        ErrorForm("404", 404, "not_found", "RESOURCE_NOT_FOUND", upstream: 404, "RESOURCE_NOT_FOUND"),
        ErrorForm("500", 502, "upstream_failed", "INTERNAL_ERROR", upstream: 500, "INTERNAL_ERROR", retry: true),
        ErrorForm(
            "500-in-400", 502, "upstream_failed", "INTERNAL_ERROR", upstream: 400, "INTERNAL_ERROR", retry: true),
        ErrorForm("502", 502, "upstream_failed", "HTTP status 502", upstream: 502, retry: true),
        ErrorForm("html-200", 502, "upstream_broken", "an HTML page instead of JSON", upstream: 200, retry: true),
        ErrorForm("204", 404, "not_found", "there is no such record", upstream: 204),
        ErrorForm("empty-200", 502, "upstream_broken", "sent an empty answer", upstream: 200, retry: true),
        ErrorForm("truncated", 502, "upstream_broken", "broke off its answer", upstream: 200, retry: true),
        ErrorForm(
            "429", 429, "rate_limited", "did not say for how long", upstream: 429, "TOO_MANY_REQUESTS", retry: true),
        ErrorForm(
            "429-headers", 429, "rate_limited", "Wait 17 seconds", upstream: 429, "TOO_MANY_REQUESTS", retry: true,
            after: 17_000),
        ErrorForm("429-html", 429, "rate_limited", "Wait 17 seconds", upstream: 429, retry: true, after: 17_000),
        ErrorForm(
            "throttle-400", 429, "rate_limited", "Wait 1320 seconds", upstream: 400,
            "URL_ROLLING_THROTTLES_LIMIT_EXCEEDED", retry: true, after: 1_320_000),
        ErrorForm(
            "throttle-200", 429, "rate_limited", "Wait 1320 seconds", upstream: 200,
            "URL_ROLLING_THROTTLES_LIMIT_EXCEEDED", retry: true, after: 1_320_000),
        ErrorForm("200-error", 400, "invalid_request", "INVALID_DATA", upstream: 200, "INVALID_DATA"),
        ErrorForm("200-nested", 400, "invalid_request", "Invalid org admin", upstream: 200, "1009"),
        ErrorForm("200-record", 409, "conflict", "duplicate data", upstream: 200, "DUPLICATE_DATA"),
        ErrorForm("201-record", 400, "invalid_request", "last_name", upstream: 201, "MANDATORY_NOT_FOUND"),
        ErrorForm("202-record", 400, "invalid_request", "last_name", upstream: 202, "MANDATORY_NOT_FOUND"),
        ErrorForm("202-error", 400, "invalid_request", "last_name", upstream: 202, "MANDATORY_NOT_FOUND"),
        ErrorForm("break", 502, "upstream_broken", "broke off", retry: true),
        ErrorForm("break-head", 502, "upstream_broken", "broke off", retry: true),
        ErrorForm("break-chunked", 502, "upstream_broken", "broke off", retry: true),
        ErrorForm("reset", 502, "upstream_broken", "broke off", retry: true),
        ErrorForm("too-long", 502, "upstream_broken", "broke off", retry: true),
        ErrorForm("too-short", 502, "upstream_broken", "broke off", upstream: 200, retry: true),
        ErrorForm("stall", 504, "deadline", "did not answer in time", retry: true),
        ErrorForm("slow-5000ms", 504, "deadline", "did not answer in time", retry: true),
    ]
}

extension EndToEnd {
    @Suite struct BiginErrorTests {
        @Test func everyFormOfARead() throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let server = try bench.makeServer(config: ["timeout_ms": 1000])
            for form in ErrorForm.reads {
                let answer = try bench.gateway.call(
                    server.token, "get_single_zoho_bigin_user_by_id", ["user_id": .string("sim-" + form.sent)])
                judge(answer, form)
            }
            // Answers that are only slow or oddly sent are answers.
            for form in ["slow-300ms", "chunked", "one-byte", "until-close"] {
                let answer = try bench.gateway.call(
                    server.token, "get_single_zoho_bigin_user_by_id", ["user_id": .string("sim-" + form)])
                #expect(!answer.isError, "\(form): \(answer.json.text)")
            }
        }

        private func judge(_ answer: Answer, _ form: ErrorForm) {
            let got = "\(form.sent): \(answer.json.text)"
            #expect(answer.code == form.code, "\(got)")
            #expect(answer.data?["class"]?.string == form.errorClass, "\(got)")
            #expect(answer.data?["status"]?.int == form.code, "\(got)")
            #expect(answer.message.contains(form.says), "\(got)")
            #expect(answer.data?["upstream"]?["status"]?.int == form.upstreamStatus, "\(got)")
            #expect(answer.data?["upstream"]?["code"]?.string == form.upstreamCode, "\(got)")
            #expect(answer.data?["retryable"]?.bool == form.isRetryable, "\(got)")
            #expect(answer.data?["retry_after_ms"]?.int == form.retryAfter, "\(got)")
            #expect(answer.data?["request_id"]?.string?.isEmpty == false, "\(got)")
            #expect(answer.response["content-type"] == "application/json", "\(got)")
        }

        @Test func limitsAreHeadersAsWell() throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let server = try bench.makeServer()
            func call(_ id: String) throws -> Answer {
                try bench.gateway.call(server.token, "get_single_zoho_bigin_user_by_id", ["user_id": .string(id)])
            }
            func limits(_ answer: Answer) -> [String?] {
                ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"].map { answer.response[$0] }
            }
            let full = try call("sim-429-headers")
            #expect(limits(full) == ["100", "0", "17"])
            #expect(full.data?["ratelimit"] == ["limit": 100, "remaining": 0, "reset": 17])
            // What the upstream did not say is left out, never invented.
            let bare = try call("sim-429")
            #expect(limits(bare) == [nil, nil, nil])
            #expect(bare.data?["ratelimit"] == nil)
            #expect(bare.data?["retry_after_ms"] == nil)
            // On success alike.
            try bench.simulator.rule([
                "match": ["path_prefix": "/bigin/v2/users/"],
                "respond": ["headers": ["X-RATELIMIT-LIMIT": "50", "X-RATELIMIT-REMAINING": "49"]],
            ])
            let good = try call("6000000000000123457")
            #expect(!good.isError)
            #expect(limits(good) == ["50", "49", nil])
        }

        @Test func errorsCanBeResults() throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let server = try bench.makeServer(config: ["errors": "result"])
            for form in ErrorForm.reads where ["403", "429-headers", "502"].contains(form.sent) {
                let answer = try bench.gateway.call(
                    server.token, "get_single_zoho_bigin_user_by_id", ["user_id": .string("sim-" + form.sent)])
                #expect(answer.json["error"] == nil)
                #expect(answer.json["result"]?["isError"] == true)
                let text = answer.texts.joined()
                #expect(text.contains(form.says))
                #expect(text.contains(#""class":"\#(form.errorClass)""#))
            }
        }

        @Test func listsKnowTheirForms() throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let server = try bench.makeServer()
            func list(_ form: String) throws -> Answer {
                try bench.simulator.clear()
                try bench.simulator.rule(["match": ["path": "/bigin/v2/users"], "form": .string(form)])
                return try bench.gateway.call(server.token, "list_all_zoho_bigin_users")
            }
            let nothing = try list("204")
            #expect(nothing.payload == ["result": [], "result_count": 0])
            #expect(!nothing.isError)
            for (form, code) in [
                ("200-error", 400), ("200-nested", 400), ("html-200", 502), ("429-html", 429), ("truncated", 502),
                ("throttle-200", 429), ("scope", 403), ("break", 502), ("empty-200", 502),
            ] {
                let answer = try list(form)
                #expect(answer.code == code, "\(form): \(answer.json.text)")
            }
        }

        @Test func changesSayWhichRecordFailed() throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let server = try bench.makeServer()
            let person: JSON = [
                "first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.org",
                "role": "6000000000000031157", "profile": "6000000000000026014",
            ]
            func create(_ changes: KeyValuePairs<String, String> = [:]) throws -> Answer {
                var arguments = person
                for (name, value) in changes { arguments.set(name, .string(value)) }
                return try bench.gateway.call(server.token, "create_a_zoho_bigin_user", arguments)
            }
            #expect(try create().payload?["code"] == "SUCCESS")
            let twice = try create()
            #expect(twice.code == 409)
            #expect(twice.data?["upstream"]?["status"] == 202)
            #expect(twice.data?["upstream"]?["code"] == "DUPLICATE_DATA")
            #expect(twice.message.contains("email"))
            #expect(twice.data?["retryable"] == false)
            let wrongRole = try create(["email": "b@example.org", "role": "6000000000000099999"])
            #expect(wrongRole.code == 400)
            #expect(wrongRole.message.contains("role"))
            let primary = try bench.gateway.call(
                server.token, "delete_a_zoho_bigin_user_by_id", ["user_id": "6000000000000123457"])
            #expect(primary.code == 409)
            #expect(primary.message.contains("CANNOT_DELETE"))
            let nobody = try bench.gateway.call(
                server.token, "delete_a_zoho_bigin_user_by_id", ["user_id": "6000000000000000001"])
            #expect(nobody.isError)

            try bench.simulator.rule([
                "match": ["method": "POST", "path": "/bigin/v2/users"],
                "respond": [
                    "status": 207,
                    "json": [
                        "users": [
                            ["code": "SUCCESS", "details": ["id": "1"], "message": "added", "status": "success"],
                            ["code": "DUPLICATE_DATA", "details": [:], "message": "twice", "status": "error"],
                        ]
                    ],
                ],
            ])
            let partial = try create(["email": "c@example.org"])
            #expect(partial.json["result"]?["isError"] == false)
            #expect(partial.texts.count == 2)
            #expect(partial.texts.last?.contains("[1] ") == true)
            #expect(partial.texts.last?.contains("DUPLICATE_DATA") == true)

            // A change that may have been done is not called repeatable.
            for (form, code) in [("break-head", 502), ("500", 502), ("502", 502), ("reset", 502)] {
                try bench.simulator.clear()
                try bench.simulator.rule([
                    "match": ["method": "POST", "path": "/bigin/v2/users"], "form": .string(form),
                ])
                let answer = try create(["email": "d@example.org"])
                #expect(answer.code == code, "\(form): \(answer.json.text)")
                #expect(answer.data?["retryable"] == false, "\(form): \(answer.json.text)")
                #expect(try bench.simulator.requests().filter { $0["method"] == "POST" }.count == 1, "\(form)")
            }
        }
    }
}
