// The forms of Meeting and Webinar: two shapes under `error`, a bad token that comes as 400, failures that are counted.

extension ErrorForm {
    private static func coded(_ code: String, _ message: String, _ rest: String = "") -> String {
        #"{"error":{"code":\#(code),"message":"\#(message)"}\#(rest)}"#
    }

    private static func keyed(_ code: String, _ message: String, _ key: String) -> String {
        #"{"error":{"errorCode":\#(code),"message":"\#(message)","key":"\#(key)"}}"#
    }

    /// Calls of both hosts.
    private static let products = [
        (
            list: Caller.meeting("meetings.list"), get: Caller.meeting("meetings.get"),
            delete: Caller.meeting("meetings.delete"), register: Caller.meeting("registrants.create"),
            scopes: "ZohoMeeting.meeting.READ or ZohoMeeting.meeting.ALL"
        ),
        (
            list: Caller.meeting("webinar_webinars.list"), get: Caller.meeting("webinar_webinars.get"),
            delete: Caller.meeting("webinar_webinars.delete"), register: Caller.meeting("webinar_registrants.create"),
            scopes: "ZohoWebinar.webinar.READ"
        ),
    ]

    static let meeting: [ErrorForm] = products.flatMap { product -> [ErrorForm] in
        meetingTokens(product.list, product.scopes) + meetingRefusals(product.list, product.get, product.delete)
            + meetingCounts(product.register)
    }

    /// 400 and code 2000 is what a bad token gets, not 401; so does a wrong region.
    private static func meetingTokens(_ list: Caller, _ scopes: String) -> [ErrorForm] {
        let region = "a wrong region looks like a bad token"
        let known = [200, 400, 401].flatMap { (status: Int) -> [ErrorForm] in
            [
                ErrorForm(
                    list, status, coded("2000", "INVALID_OAUTHTOKEN"),
                    .error(
                        401, "token_invalid", "2000", "INVALID_OAUTHTOKEN", says: ["could not be renewed", region],
                        hint: region)),
                ErrorForm(
                    list, status, coded(#""2000""#, "Invalid OAuth token"),
                    .error(401, "token_invalid", "2000", "Invalid OAuth token", hint: region)),
                // The name counts where the number is new.
                ErrorForm(
                    list, status, coded("2999", "INVALID_OAUTHTOKEN"),
                    .error(401, "token_invalid", "INVALID_OAUTHTOKEN", "INVALID_OAUTHTOKEN", hint: region)),
                ErrorForm(
                    list, status, keyed("2999", "no", "INVALID_OAUTHTOKEN"),
                    .error(401, "token_invalid", "INVALID_OAUTHTOKEN", "no", hint: region)),
                ErrorForm(
                    list, status, coded("2001", "INVALID_OAUTHSCOPE"),
                    .error(
                        403, "scope_missing", "INVALID_OAUTHSCOPE", "INVALID_OAUTHSCOPE", says: [scopes], hint: scopes)
                ),
                ErrorForm(
                    list, status, coded(#""OAUTH_SCOPE_MISMATCH""#, "no"),
                    .error(403, "scope_missing", "OAUTH_SCOPE_MISMATCH", "no", says: [scopes], hint: scopes)),
            ]
        }
        return known + [ErrorForm(list, 401, coded("2999", "no"), .error(401, "token_invalid", "2999", "no"))]
    }

    private static func meetingRefusals(_ list: Caller, _ get: Caller, _ delete: Caller) -> [ErrorForm] {
        let path = #","resourceType":"/meeting/api/v2/1234567/user""#
        let zsoid = "list_all_zoho_meeting_me"
        let foreign = "You do not have permission to access this organization account"
        var forms: [ErrorForm] = []
        for (status, keyedStatus) in [(200, 200), (403, 401)] {
            forms += [
                ErrorForm(
                    list, status, coded("1025", "Org doesn't matches with request uri", path),
                    .error(
                        403, "permission_denied", "1025", "Org doesn't matches with request uri", says: [zsoid],
                        hint: zsoid)),
                ErrorForm(
                    list, status, coded("1009", "Invalid org admin", path),
                    .error(
                        403, "permission_denied", "1009", "Invalid org admin", says: ["Only an administrator"],
                        hint: "Only an administrator")),
                ErrorForm(
                    list, status, coded("1028", "Count shouldn't exceed 100", path),
                    .error(400, "invalid_request", "1028", "Count shouldn't exceed 100")),
                // 401, and yet not a matter of the token.
                ErrorForm(
                    list, keyedStatus, keyed("3001", foreign + ".", "UNAUTHORIZED_USER"),
                    .error(403, "permission_denied", "3001", foreign, says: [zsoid], hint: zsoid)),
                ErrorForm(
                    list, keyedStatus, keyed("3999", foreign, "UNAUTHORIZED_USER"),
                    .error(403, "permission_denied", "UNAUTHORIZED_USER", foreign, hint: zsoid)),
            ]
        }
        for (caller, status) in [(get, 200), (get, 400), (delete, 200), (delete, 400)] {
            forms += [
                ErrorForm(
                    caller, status, keyed("4000", "The meeting key is invalid.", "INVALID_MEETING_KEY"),
                    .error(404, "not_found", "4000", "The meeting key is invalid", says: ["list the resource"])),
                ErrorForm(
                    caller, status, keyed("4019", "Please provide a valid id.", "INVALID_E_RECORDING_ID"),
                    .error(404, "not_found", "4019", "Please provide a valid id")),
                ErrorForm(
                    caller, status, keyed("4999", "no", "INVALID_MEETING_KEY"),
                    .error(404, "not_found", "INVALID_MEETING_KEY", "no")),
            ]
        }
        return forms + [
            ErrorForm(get, 404, keyed("4998", "no", "NEW"), .error(404, "not_found", "4998", "no")),
            ErrorForm(
                list, 500, keyed("1001", "Internal server error.", "INTERNAL_ERROR"),
                .error(502, "upstream_failed", "1001", "Internal server error")),
            ErrorForm(
                delete, 500, keyed("1001", "Internal server error.", "INTERNAL_ERROR"),
                .error(502, "upstream_failed", "1001", "Internal server error", says: ["do not repeat a change"])),
            ErrorForm(list, 200, keyed("4998", "no", "NEW"), .error(400, "invalid_request", "4998", "no")),
            ErrorForm(list, 200, #"{"error":{"key":"NEW"}}"#, .error(400, "invalid_request", "NEW")),
            ErrorForm(
                list, 200, #"{"error":{"reason":"no"}}"#,
                .error(400, "invalid_request", says: ["HTTP status 200"])),
            ErrorForm(
                list, 400, #"{"code":2000,"message":"INVALID_OAUTHTOKEN"}"#,
                .error(401, "token_invalid", "2000", "INVALID_OAUTHTOKEN", hint: "region")),
            ErrorForm(
                delete, 200, #"{"status":"failure","errorCode":4000,"key":"INVALID_MEETING_KEY","message":"no"}"#,
                .error(404, "not_found", "4000", "no")),
            ErrorForm(
                list, 400, coded("1999", "You have made too many requests. Please try again after 1 hour."),
                .error(
                    429, "rate_limited", "1999", "You have made too many requests. Please try again after 1 hour",
                    says: ["Wait 3600 seconds"], retryAfter: 3_600_000, limits: #"{"reset":3600}"#)),
            ErrorForm(
                list, 429, coded("1999", "no"),
                .error(
                    429, "rate_limited", "1999", "no", says: ["Wait 17 seconds"], retryAfter: 17_000,
                    limits: #"{"reset":17}"#), [("retry-after", "17")]),
        ]
    }

    /// Whom a registration left out is told in numbers.
    private static func meetingCounts(_ register: Caller) -> [ErrorForm] {
        let person = #"{"email":"ada@example.com","joinLink":"https://meet.example/j?k=1"}"#
        let note = "Not everybody was registered"
        func body(_ people: String, _ failed: String) -> String {
            #"{"registrant":[\#(people)],"totalCount":2,"successCount":1,"failedCount":\#(failed),"registeredCount":0}"#
        }
        let one = #"{"result":[\#(person)],"result_count":1}"#
        return [
            ErrorForm(register, 200, body(person, "1"), .result(one, [note])),
            ErrorForm(register, 200, body(person, #""2""#), .result(one, [note])),
            ErrorForm(register, 200, body(person, "0"), .result(one)),
            ErrorForm(register, 200, body(person, "null"), .result(one)),
            ErrorForm(register, 200, body("", "2"), .result(#"{"result":[],"result_count":0}"#, [note])),
            ErrorForm(
                register, 200, body(person.replacing(#""email""#, with: #""failedCount":3,"email""#), "0"),
                .result(one.replacing(#""email""#, with: #""failedCount":3,"email""#))),
        ]
    }
}
