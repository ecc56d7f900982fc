// Every way in which Bigin says that something failed, or that it did not, whatever the pieces in which it says so.

import Testing
import Wire

@testable import GatewayCore

struct ErrorForm: Sendable, CustomTestStringConvertible {
    enum Expected: Sendable {
        /// JSON-RPC error code, class, and parts of the message.
        case error(Int, String, [String] = [])
        /// The payload, and parts of the notes beside it; no notes at all when there are none.
        case result(String, [String] = [])
    }

    let method: String
    let status: Int
    var fields: [(String, String)] = []
    let body: String
    let expected: Expected

    init(_ method: String, _ status: Int, _ fields: [(String, String)] = [], _ body: String, _ expected: Expected) {
        (self.method, self.status, self.fields, self.body, self.expected) = (method, status, fields, body, expected)
    }

    var testDescription: String { "\(method) \(status) \(body.prefix(60))" }

    static func object(_ code: String, _ details: String = "{}", _ message: String = "it is so") -> String {
        #"{"code":"\#(code)","details":\#(details),"message":"\#(message)","status":"error"}"#
    }

    static func codes(_ status: Int, _ code: Int, _ errorClass: String, _ names: [String]) -> [ErrorForm] {
        names.map { ErrorForm("list", status, object($0), .error(code, errorClass, ["it is so (\($0))"])) }
    }

    // c.1: one object at the top, with its own status and with 200.
    static let objects = [
        ErrorForm(
            "list", 401, object("INVALID_TOKEN", "{}", "invalid oauth token"),
            .error(401, "token_invalid", ["invalid oauth token (INVALID_TOKEN)"])),
        ErrorForm(
            "list", 401, object("AUTHENTICATION_FAILURE", "{}", "Authentication failed"), .error(401, "token_invalid")),
        ErrorForm(
            "create", 400, object("INVALID_DATA", #"{"expected_data_type":"jsonarray","api_name":"data"}"#),
            .error(400, "invalid_request", ["INVALID_DATA", "jsonarray"])),
        ErrorForm(
            "create", 200, object("INVALID_DATA", #"{"expected_data_type":"jsonarray","api_name":"data"}"#),
            .error(400, "invalid_request", ["INVALID_DATA", "api_name"])),
        ErrorForm("list", 200, object("INVALID_TOKEN"), .error(401, "token_invalid")),
        ErrorForm("list", 200, object("TOO_MANY_REQUESTS"), .error(429, "rate_limited", ["at least a minute"])),
        ErrorForm("delete", 200, object("INVALID_DATA", "{}"), .error(400, "invalid_request")),
        ErrorForm("list", 200, #"{"status":"failure","code":"X","message":"no"}"#, .error(400, "invalid_request")),
        ErrorForm("list", 500, object("SOMETHING_NEW"), .error(502, "upstream_failed", ["SOMETHING_NEW"])),
        ErrorForm("list", 404, object("INVALID_URL_PATTERN"), .error(404, "not_found", ["INVALID_URL_PATTERN"])),
        ErrorForm("list", 405, object("METHOD_NOT_ALLOWED"), .error(400, "invalid_request")),
        ErrorForm("list", 403, object("SOMETHING_NEW"), .error(403, "permission_denied")),
        ErrorForm("list", 400, object("INTERNAL_ERROR"), .error(502, "upstream_failed", ["INTERNAL_ERROR"])),
        ErrorForm("list", 500, object("INTERNAL_ERROR"), .error(502, "upstream_failed")),
        ErrorForm(
            "list", 401, object("OAUTH_SCOPE_MISMATCH"),
            .error(403, "scope_missing", ["ZohoBigin.users.ALL or ZohoBigin.users.READ", "reconnect"])),
        ErrorForm("list", 400, #"{"code":"\u0044UPLICATE_DATA","status":"\u0065rror"}"#, .error(409, "conflict")),
    ]

    // c.6 and c.7: the envelopes of the siblings.
    static let envelopes = [
        ErrorForm(
            "list", 200, #"{"error":{"code":1025,"message":"Org does not match"}}"#,
            .error(400, "invalid_request", ["Org does not match (1025)"])),
        ErrorForm(
            "list", 403, #"{"error":{"code":1009,"message":"Invalid org admin"},"resourceType":"/x"}"#,
            .error(403, "permission_denied", ["Invalid org admin"])),
        ErrorForm(
            "list", 400, #"{"error":{"status_code":400,"title":"URL_ROLLING_THROTTLES_LIMIT_EXCEEDED"}}"#,
            .error(429, "rate_limited", ["URL_ROLLING_THROTTLES_LIMIT_EXCEEDED"])),
        ErrorForm(
            "list", 200, #"{"error":{"status_code":400,"title":"URL_ROLLING_THROTTLES_LIMIT_EXCEEDED"}}"#,
            .error(429, "rate_limited")),
        ErrorForm("list", 200, #"{"error":"invalid_thing"}"#, .error(400, "invalid_request", ["invalid_thing"])),
    ]

    private static let mandatory =
        #"{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"Last_Name"},"message":"required field not found","status":"error"}"#
    private static let duplicate =
        #"{"code":"DUPLICATE_DATA","details":{"api_name":"Email","id":"7618"},"message":"duplicate data","status":"error"}"#
    private static let added =
        #"{"code":"SUCCESS","details":{"id":"1"},"message":"record added","status":"success"}"#

    // c.2, c.3, c.5: records that say each for itself.
    static let records =
        [200, 201, 202, 207].flatMap { status in
            [
                ErrorForm(
                    "create", status, #"{"users":[\#(mandatory)]}"#,
                    .error(400, "invalid_request", ["required field not found", "Last_Name"])),
                ErrorForm("create", status, #"{"data":[\#(duplicate)]}"#, .error(409, "conflict", ["7618"])),
                ErrorForm(
                    "create", status, #"{"users":[\#(duplicate),\#(mandatory)]}"#,
                    .error(409, "conflict", ["2 records failed"])),
                ErrorForm("create", status, #"{"users":[\#(added)]}"#, .result(added)),
                ErrorForm(
                    "create", status, #"{"users":[\#(added),\#(mandatory)]}"#,
                    .result(added, ["[1] MANDATORY_NOT_FOUND: required field not found"])),
                ErrorForm("delete", status, object("INVALID_DATA"), .error(400, "invalid_request")),
                ErrorForm(
                    "delete", status, #"{"watch":[{"code":"NOT_SUBSCRIBED","status":"error","message":"no"}]}"#,
                    .error(404, "not_found", ["NOT_SUBSCRIBED"])),
            ]
        } + [
            ErrorForm(
                "create", 200, #"{"users":[\#(mandatory),\#(added)]}"#, .result(mandatory, ["[0] MANDATORY_NOT_FOUND"])),
            ErrorForm(
                "update", 200,
                #"{"users":[{"code":"SUCCESS","duplicate_field":"Email","action":"update","details":{"id":"2"},"message":"record updated","status":"success"}]}"#,
                .result(
                    #"{"code":"SUCCESS","duplicate_field":"Email","action":"update","details":{"id":"2"},"message":"record updated","status":"success"}"#
                )),
            ErrorForm("list", 400, #"{"users":[\#(duplicate)]}"#, .error(409, "conflict")),
            ErrorForm(
                "create", 200, #"{"users":[{"code":"X","status":"error","message":null}]}"#,
                .error(400, "invalid_request", ["Zoho Bigin: X. "])),
        ]

    // c.8: 204.
    static let nothing = [
        ErrorForm("get", 204, "", .error(404, "not_found")),
        ErrorForm("list", 204, "", .result(#"{"result":[],"result_count":0}"#)),
        ErrorForm("delete", 204, "", .result(#"{"success":true}"#)),
        ErrorForm("get", 200, #"{"users":[]}"#, .error(404, "not_found")),
        ErrorForm("list", 200, #"{"users":[]}"#, .result(#"{"result":[],"result_count":0}"#)),
        ErrorForm("list", 200, #"{"users":null}"#, .result(#"{"result":[],"result_count":0}"#)),
    ]

    // c.9 and what else is no JSON.
    private static let page = "<!DOCTYPE html><html><body>Bad gateway</body></html>"
    static let broken = [
        ErrorForm("list", 200, page, .error(502, "upstream_broken", ["HTML"])),
        ErrorForm("list", 200, "\r\n  " + page, .error(502, "upstream_broken", ["HTML"])),
        ErrorForm(
            "list", 200, [("content-type", "text/html;charset=UTF-8")], "Oops", .error(502, "upstream_broken", ["HTML"])
        ),
        ErrorForm("list", 502, page, .error(502, "upstream_failed", ["502"])),
        ErrorForm("list", 503, page, .error(503, "unavailable", ["503"])),
        ErrorForm("list", 504, page, .error(504, "deadline")),
        ErrorForm("list", 403, page, .error(403, "permission_denied")),
        ErrorForm("list", 429, [("retry-after", "9")], page, .error(429, "rate_limited", ["9 seconds"])),
        ErrorForm("list", 200, "", .error(502, "upstream_broken", ["empty"])),
        ErrorForm("create", 202, "", .error(502, "upstream_broken", ["empty"])),
        ErrorForm("list", 401, "", .error(401, "token_invalid")),
        ErrorForm("list", 404, "", .error(404, "not_found")),
        ErrorForm("list", 409, "", .error(409, "conflict")),
        ErrorForm("list", 413, "", .error(413, "too_large")),
        ErrorForm("list", 500, "", .error(502, "upstream_failed")),
        ErrorForm("list", 302, "", .error(502, "upstream_broken")),
        ErrorForm("list", 200, "OK", .error(502, "upstream_broken", ["not JSON"])),
        ErrorForm("list", 200, #"{"users":[{"id":"1"},{"id"#, .error(502, "upstream_broken", ["broke off"])),
        ErrorForm("list", 200, #"{"users":[{"id":"1"}]"#, .error(502, "upstream_broken", ["broke off"])),
        ErrorForm("list", 400, #"{"code":"INVALID_DATA","sta"#, .error(400, "invalid_request", ["400"])),
        ErrorForm("list", 200, #"{"users":[{"id":"1"}]} trailing"#, .error(502, "upstream_broken", ["not JSON"])),
        ErrorForm("list", 200, #"{"people":[{"id":"1"}]}"#, .error(502, "upstream_broken", ["`users`"])),
        ErrorForm("list", 200, "[]", .error(502, "upstream_broken", ["`users`"])),
        ErrorForm("list", 200, "7", .error(502, "upstream_broken", ["`users`"])),
    ]

    // d: 429.
    static let limits = [
        ErrorForm(
            "list", 429, [("retry-after", "30")], object("TOO_MANY_REQUESTS"),
            .error(429, "rate_limited", ["Wait 30 seconds"])),
        ErrorForm("list", 429, object("TOO_MANY_REQUESTS"), .error(429, "rate_limited", ["at least a minute"])),
        ErrorForm("list", 429, object("INVALID_DATA"), .error(429, "rate_limited")),
        ErrorForm("list", 429, "", .error(429, "rate_limited", ["at least a minute"])),
    ]

    // c.10: the table of codes. LIMIT_* is about licences, never a rate limit.
    static let table =
        codes(400, 403, "permission_denied", ["AUTHORIZATION_FAILED", "NO_PERMISSION", "FEATURE_PERMISSION"])
        + codes(400, 409, "conflict", ["DUPLICATE_DATA", "RECORD_LOCKED", "ID_ALREADY_DELETED", "CANNOT_DELETE"])
        + codes(
            200, 404, "not_found",
            ["RESOURCE_NOT_FOUND", "NOT_FOUND", "NO_RECORDS_FOUND", "DATA_NOT_FOUND", "INVALID_ID"])
        + codes(
            200, 400, "invalid_request",
            ["LIMIT_EXCEEDED", "LICENSE_LIMIT_EXCEEDED", "INVALID_MODULE", "PATTERN_NOT_MATCHED", "JSON_PARSE_ERROR"])
        + codes(400, 400, "invalid_request", ["LIMIT_REACHED", "INVALID_REQUEST_METHOD", "REQUIRED_PARAM_MISSING"])
        + codes(400, 413, "too_large", ["FILE_TOO_LARGE", "FILE_SIZE_MORE_THAN_ALLOWED_SIZE"])
        + codes(200, 502, "outcome_unknown", ["REQUEST_TIMEOUT", "PROCESSING_STOPPED", "ROLLBACK_PERFORMED"])

    // Words of errors in data that is none.
    static let ordinary =
        [
            #"{"id":"1","status":"active","code":"error"}"#, #"{"id":"1","status":"error"}"#,
            #"{"id":"1","code":"INVALID_DATA","message":"x"}"#,
            #"{"id":"1","error":"x","errors":[{"status":"error"}]}"#,
            #"{"id":"1","profile":{"status":"error","code":"INVALID_TOKEN"}}"#,
            #"{"id":6000000000000123457,"amount":1.50,"rate":1e-9,"zero":-0.0}"#,
            #"{"name":"\u00e9\ud83d\ude00\n\"\\\/ é😀","empty":{},"none":[]}"#,
        ].flatMap { record in
            [
                ErrorForm(
                    "list", 200, #"{"users":[\#(record)],"info":{"more_records":false}}"#,
                    .result(#"{"result":[\#(record)],"result_count":1}"#)),
                ErrorForm(
                    "list", 200,
                    #"{"error":null,"info":{"status":"error","code":"X"},"users":[\#(record),\#(record)]}"#,
                    .result(#"{"result":[\#(record),\#(record)],"result_count":2}"#)),
                ErrorForm("get", 200, #"{"users":[\#(record)]}"#, .result(record)),
            ]
        }

    static let all = objects + envelopes + records + nothing + broken + limits + table + ordinary
}

extension ErrorForm {
    init(_ method: String, _ status: Int, _ body: String, _ expected: Expected) {
        self.init(method, status, [], body, expected)
    }
}

@Suite @MainActor struct ErrorFormTests {
    private func check(_ form: ErrorForm, _ answered: Answered) throws {
        let message = try answered.message()
        #expect(message.json["id"]?.string == "id-1")
        switch form.expected {
        case .error(let code, let errorClass, let parts):
            #expect(message.code == code, "\(answered.text)")
            #expect(message.errorClass == errorClass, "\(answered.text)")
            #expect(message.data?["status"]?.int == code)
            #expect(message.data?["request_id"]?.string == "r-1")
            for part in parts where !part.contains(#""}"#) {
                #expect(message.errorMessage.contains(part), "\(message.errorMessage)")
            }
        case .result(let payload, let notes):
            #expect(message.isError == false, "\(answered.text)")
            #expect(try message.payload == JSON(parsing: payload), "\(answered.text)")
            #expect(message.notes.isEmpty == notes.isEmpty, "\(message.notes)")
            for note in notes { #expect(message.notes.contains(note), "\(message.notes)") }
        }
    }

    @Test(arguments: ErrorForm.all)
    func isUnderstoodWhole(_ form: ErrorForm) async throws {
        let answered = try await Answering.answer(form.method, Script(form.status, form.fields, form.body))
        try check(form, answered)
        if case .result(let payload, _) = form.expected { #expect(try answered.message().texts.first == payload) }
    }

    @Test(arguments: ErrorForm.all)
    func isUnderstoodAlikeInEveryTwoPiecesAndByteByByte(_ form: ErrorForm) async throws {
        let body = bytes(form.body)
        let whole = try await Answering.answer(form.method, Script(form.status, form.fields, form.body))
        var ways = [body.map { [$0] }]
        if body.count > 1 { ways += (1..<body.count).map { [Array(body[..<$0]), Array(body[$0...])] } }
        for pieces in ways {
            let script = Script(form.status, form.fields, pieces: pieces)
            let cut = try await Answering.answer(form.method, script)
            if cut.body != whole.body {
                Issue.record("cut at \(pieces[0].count): \(cut.text)\nwhole: \(whole.text)")
                return
            }
        }
    }

    @Test(arguments: ErrorForm.all)
    func isUnderstoodWithItsMembersInAnotherOrderAndWithWhiteSpace(_ form: ErrorForm) async throws {
        guard let json = try? JSON(parsing: form.body) else { return }
        for body in [json.reversed.text, json.spaced, json.reversed.spaced] {
            try check(form, try await Answering.answer(form.method, Script(form.status, form.fields, body)))
            let pieces = bytes(body).map { [$0] }
            let script = Script(form.status, form.fields, pieces: pieces)
            try check(form, try await Answering.answer(form.method, script))
        }
    }

    /// `errors: "result"` says the same in a tool result.
    @Test(arguments: ErrorForm.all)
    func saysTheSameAsAResult(_ form: ErrorForm) async throws {
        let script = Script(form.status, form.fields, form.body)
        var config = ServerConfig()
        config.errors = .result
        let asError = try await Answering.answer(form.method, script).message()
        let asResult = try await Answering.answer(form.method, script, config: config).message()
        guard case .error = form.expected else {
            #expect(asError.json == asResult.json)
            return
        }
        #expect(asResult.isError == true)
        let lines = (asResult.texts.first ?? "").split(separator: "\n", maxSplits: 1)
        try #require(lines.count == 2)
        #expect(lines[0] == asError.errorMessage)
        #expect(try JSON(parsing: String(lines[1])) == asError.data)
    }
}
