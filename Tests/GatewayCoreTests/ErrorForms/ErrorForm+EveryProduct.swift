// Answers that mean the same whichever product gives them: no JSON, no body, limits, and the envelopes of the siblings.

extension ErrorForm {
    /// A product's plainest calls.
    struct Product: Sendable {
        let list: Caller
        let get: Caller
        let delete: Caller
        /// A body with this as the payload.
        let body: @Sendable (String) -> String
        /// A body with one record, such as `get` answers.
        let record: String
        /// Where the payload stands.
        let place: String

        static let all = [
            Product(
                list: .bigin("users.list"), get: .bigin("users.get"), delete: .bigin("users.delete"),
                body: { #"{"users":\#($0)}"# }, record: #"{"users":[{"id":"1"}]}"#, place: "users"),
            Product(
                list: .mail("folders.list"), get: .mail("folders.get"), delete: .mail("folders.delete"),
                body: { #"{"status":{"code":200,"description":"success"},"data":\#($0)}"# },
                record: #"{"status":{"code":200,"description":"success"},"data":{"id":"1"}}"#, place: "data"),
            Product(
                list: .meeting("meetings.list"), get: .meeting("meetings.get"), delete: .meeting("meetings.delete"),
                body: { #"{"session":\#($0)}"# },
                record: #"{"session":{"id":"1"}}"#, place: "session"),
        ]
    }

    static let everyProduct: [ErrorForm] = Product.all.flatMap { (product: Product) -> [ErrorForm] in
        let groups: [[ErrorForm]] = [
            product.notJSON, product.statuses, product.emptiness, product.limits, product.siblings, product.lies,
        ]
        return groups.flatMap { $0 }
    }

    fileprivate static let page = "<!DOCTYPE html><html><body>Bad gateway</body></html>"
    fileprivate static let entry = #"{"id":"1"}"#
    fileprivate static let mark = "\u{FEFF}"
}

extension ErrorForm.Product {
    private typealias Form = ErrorForm

    fileprivate var notJSON: [ErrorForm] {
        let whole = body("[\(ErrorForm.entry)]")
        return [
            Form(list, 200, ErrorForm.page, .broken("sent an HTML page instead of JSON")),
            Form(list, 200, "\r\n  " + ErrorForm.page, .broken("sent an HTML page instead of JSON")),
            Form(list, 200, ErrorForm.mark + ErrorForm.page, .broken("sent an HTML page instead of JSON")),
            Form(
                list, 200, "Oops", .broken("sent an HTML page instead of JSON"),
                [("content-type", "text/html;charset=UTF-8")]),
            Form(list, 202, ErrorForm.page, .broken("sent an HTML page instead of JSON")),
            Form(delete, 200, ErrorForm.page, .broken("sent an HTML page instead of JSON")),
            Form(list, 200, "OK", .broken("sent something that is not JSON")),
            Form(list, 200, whole + " trailing", .broken("sent something that is not JSON")),
            Form(list, 200, whole + ErrorForm.page, .broken("sent something that is not JSON")),
            Form(list, 200, whole + whole, .broken("sent something that is not JSON")),
            Form(list, 200, body("[{'id':1}]"), .broken("sent something that is not JSON")),
            Form(list, 200, String(whole.dropLast()), .broken("broke off its answer")),
            Form(list, 200, String(whole.dropLast(4)), .broken("broke off its answer")),
            Form(list, 200, String(whole.prefix(1)), .broken("broke off its answer")),
            Form(list, 200, ErrorForm.mark, .broken("broke off its answer")),
            Form(list, 200, "", .broken("sent an empty answer")),
            Form(get, 200, "", .broken("sent an empty answer")),
            Form(delete, 200, "", .broken("sent an empty answer")),
            Form(delete, 202, "", .broken("sent an empty answer")),
            Form(list, 200, #"{"people":[{"id":"1"}]}"#, .broken("sent an answer without `\(place)`")),
            Form(list, 200, "[]", .broken("sent an answer without `\(place)`")),
            Form(list, 200, "7", .broken("sent an answer without `\(place)`")),
            Form(list, 200, "x", .broken("answered in a content coding"), [("content-encoding", "br")]),
            Form(
                list, 200, whole, .broken("broke off: its compressed answer is damaged", hasUpstream: false),
                [("content-encoding", "gzip")]),
        ]
    }

    /// What a status says whose body says nothing.
    fileprivate var statuses: [ErrorForm] {
        let classes: [(Int, Int, String)] = [
            (400, 400, "invalid_request"), (401, 401, "token_invalid"), (402, 403, "permission_denied"),
            (403, 403, "permission_denied"), (404, 404, "not_found"), (405, 400, "invalid_request"),
            (409, 409, "conflict"), (410, 404, "not_found"), (412, 409, "conflict"), (413, 413, "too_large"),
            (415, 400, "invalid_request"), (422, 400, "invalid_request"), (423, 409, "conflict"),
            (429, 429, "rate_limited"), (500, 502, "upstream_failed"), (501, 502, "upstream_failed"),
            (502, 502, "upstream_failed"), (503, 503, "unavailable"), (504, 504, "deadline"),
            (302, 502, "upstream_broken"), (304, 502, "upstream_broken"), (100, 502, "upstream_broken"),
        ]
        var forms: [ErrorForm] = []
        for (status, code, errorClass) in classes {
            let expected = ErrorForm.Expected.error(code, errorClass, says: ["HTTP status \(status)"])
            forms.append(Form(list, status, "", expected))
            // The bodies say nothing to any product's rules, so one product stands for all.
            guard list == .bigin("users.list") else { continue }
            for body in [ErrorForm.page, "{}", #"{"x":1"#] { forms.append(Form(list, status, body, expected)) }
            forms.append(Form(delete, status, "", expected))
        }
        return forms
    }

    /// 204, and an empty list.
    fileprivate var emptiness: [ErrorForm] {
        [
            Form(list, 204, "", .nothing), Form(get, 204, "", .absent), Form(delete, 204, "", .done),
            Form(list, 200, body("[]"), .nothing), Form(list, 200, body("null"), .nothing),
            Form(get, 200, body("null"), .absent),
        ]
    }

    fileprivate var limits: [ErrorForm] {
        func limited(_ retryAfter: Int?, _ limits: String?, _ says: String) -> ErrorForm.Expected {
            .error(429, "rate_limited", says: ["HTTP status 429", says], retryAfter: retryAfter, limits: limits)
        }
        return [
            Form(list, 429, "", limited(30_000, #"{"reset":30}"#, "Wait 30 seconds"), [("retry-after", "30")]),
            Form(delete, 429, "", limited(30_000, #"{"reset":30}"#, "Wait 30 seconds"), [("retry-after", "30")]),
            Form(
                list, 429, ErrorForm.page, limited(9_000, #"{"reset":9}"#, "Wait 9 seconds"), [("retry-after", "9")]),
            Form(
                list, 429, "",
                limited(60_000, #"{"limit":100,"remaining":0,"reset":60}"#, "Wait 60 seconds"),
                [
                    ("x-ratelimit-limit", "100"), ("x-ratelimit-remaining", "0"),
                    ("x-ratelimit-reset", "1800000060"),
                ]),
            Form(
                list, 429, "", limited(nil, #"{"remaining":0}"#, "wait at least a minute"),
                [("x-api-credits-remaining", "0")]),
            Form(
                list, 503, "",
                .error(
                    503, "unavailable", says: ["HTTP status 503"], retryAfter: 5_000, limits: #"{"reset":5}"#),
                [("retry-after", "5")]),
            // A failure that time does not mend names no wait.
            Form(
                list, 403, "",
                .error(403, "permission_denied", says: ["HTTP status 403"], limits: #"{"reset":5}"#),
                [("retry-after", "5")]),
        ]
    }

    /// Zoho Projects answers like this, under 400 and under 200; whatever its framework does, any product may do.
    fileprivate var siblings: [ErrorForm] {
        let code = "URL_ROLLING_THROTTLES_LIMIT_EXCEEDED"
        let sentence = "Cannot execute more than 100 requests per API in 2 minutes. Try again after 22 minutes"
        func body(_ rest: String) -> String { #"{"error":{"status_code":400,"title":"\#(code)"\#(rest)}}"# }
        func limited(_ message: String? = nil, details: String? = nil, wait: Int?) -> ErrorForm.Expected {
            .error(
                429, "rate_limited", code, message, details: details,
                says: [wait.map { "Wait \($0) seconds" } ?? "It did not say for how long"],
                retryAfter: wait.map { $0 * 1000 }, limits: wait.map { #"{"reset":\#($0)}"# })
        }
        let throttled = [200, 400].flatMap { (status: Int) -> [ErrorForm] in
            [
                Form(list, status, body(""), limited(wait: nil)),
                Form(list, status, body(##","message":"\##(sentence).""##), limited(sentence, wait: 1320)),
                Form(
                    list, status, body(#","details":{"message":"\#(sentence)"}"#),
                    limited(details: #"{"message":"\#(sentence)"}"#, wait: 1320)),
                Form(
                    list, status, body(#","details":[{"message":"\#(sentence)"}]"#),
                    limited(details: #"[{"message":"\#(sentence)"}]"#, wait: 1320)),
                Form(
                    list, status, body(##","message":"Try again after some time""##),
                    limited("Try again after some time", wait: nil)),
                Form(
                    delete, status, body(##","details":"\##(sentence)""##), limited(sentence, wait: 1320)),
                Form(
                    list, status, #"{"error":{"code":"\#(code)","message":"Try again in 5 seconds"}}"#,
                    limited("Try again in 5 seconds", wait: 5)),
            ]
        }
        return throttled + [
            // The body's own status counts where the code is new.
            Form(
                list, 200, #"{"error":{"status_code":403,"title":"NEW","message":"no"}}"#,
                .error(403, "permission_denied", "NEW", "no")),
            Form(list, 200, #"{"error":"invalid_thing"}"#, .error(400, "invalid_request", "invalid_thing")),
            Form(
                delete, 200, #"{"error":"invalid_thing","error_description":"It is so."}"#,
                .error(400, "invalid_request", "invalid_thing", "It is so")),
            Form(list, 401, #"{"error":"invalid_token"}"#, .error(401, "token_invalid", "invalid_token")),
            Form(
                list, 200, #"{"status":"error","message":"It is so"}"#,
                .error(400, "invalid_request", nil, "It is so")),
            Form(
                delete, 200, #"{"status":"failure","code":"NEW","message":"It is so"}"#,
                .error(400, "invalid_request", "NEW", "It is so")),
            Form(
                list, 200, #"{"status":{"code":404,"description":"Not Found"},"data":{"errorCode":"NEW"}}"#,
                .error(404, "not_found", "NEW", "Not Found")),
            Form(list, 404, #"{"code":"NEW","message":"It is so"}"#, .error(404, "not_found", "NEW", "It is so")),
            Form(list, 400, #"{"message":"It is so"}"#, .error(400, "invalid_request", nil, "It is so")),
        ]
    }

    /// What the header says of the body is wrong, or a byte order mark precedes it: the body decides.
    fileprivate var lies: [ErrorForm] {
        let html = [("content-type", "text/html;charset=UTF-8")]
        let plain = [("content-type", "text/plain")]
        let whole = body("[\(ErrorForm.entry)]")
        let listed = ErrorForm.Expected.result(#"{"result":[{"id":"1"}],"result_count":1}"#)
        let error = #"{"error":{"code":"NEW","message":"no"}}"#
        let refused = ErrorForm.Expected.error(400, "invalid_request", "NEW", "no")
        return [
            Form(list, 200, whole, listed, html), Form(list, 200, whole, listed, plain),
            Form(list, 200, ErrorForm.mark + whole, listed), Form(list, 201, whole, listed),
            Form(list, 200, error, refused, html), Form(list, 200, error, refused, plain),
            Form(list, 200, ErrorForm.mark + error, refused), Form(list, 400, ErrorForm.mark + error, refused),
            Form(list, 200, error + " trailing", refused), Form(list, 200, String(error.dropLast()), refused),
            Form(get, 200, ErrorForm.mark + record, .result(ErrorForm.entry)),
            Form(get, 200, record, .result(ErrorForm.entry)),
        ]
    }
}
