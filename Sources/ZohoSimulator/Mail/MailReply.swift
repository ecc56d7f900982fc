// Zoho Mail's envelope, for success and for failure.

import Wire

enum MailReply {
    /// - Parameter data: left out for many changes.
    static func success(_ data: JSON? = nil) -> Reply {
        Reply(200, .of(["status": ["code": 200, "description": "success"], "data": data]))
    }

    /// The HTTP status of what was made is 200 all the same, as recorded.
    static func created(_ data: JSON) -> Reply {
        Reply(200, ["status": ["code": 201, "description": "Created"], "data": data])
    }

    /// - Parameter http: the HTTP status; nil for the one in the body.
    static func failure(
        _ status: Int, _ description: String, code: String? = nil, more: String? = nil, under http: Int? = nil
    ) -> Reply {
        Reply(
            http ?? status,
            [
                "data": .of(["errorCode": code.map { .string($0) }, "moreInfo": more.map { .string($0) }]),
                "status": ["code": JSON(status), "description": .string(description)],
            ])
    }

    static let noToken = failure(400, "Invalid Input", code: "INVALID_TICKET", more: "Invalid ticket")
    static let badToken = failure(401, "Invalid Access", code: "INVALID_OAUTHTOKEN")
    /// Another envelope, as recorded: an array, and the status a string.
    static let scope = Reply(
        401,
        [
            2,
            [
                "msg": "Error while processing!", "errorCode": "INVALID_OAUTHSCOPE", "authFail": "true",
                "status": "401",
            ],
        ])
    static let unknownPath = failure(404, "Invalid Input", code: "URL_RULE_NOT_CONFIGURED")
    static let wrongMethod = failure(404, "Invalid Input", code: "INVALID_METHOD")
    static let unreadable = failure(404, "Invalid Input Stream", code: "JSON_PARSE_ERROR")
    static let notPermitted = failure(403, "Forbidden", code: "OPERATION_NOT_PERMITTED")

    static func extraParameter(_ name: String) -> Reply {
        failure(400, "Invalid Input", code: "EXTRA_PARAM_FOUND", more: "Extra parameter found: \(name)")
    }

    static func invalidInput(_ more: String) -> Reply { failure(400, "Invalid Input", more: more) }

    static func missing(_ name: String) -> Reply {
        failure(400, "Invalid Input", code: "LESS_THAN_MIN_OCCURANCE", more: "\(name) is missing")
    }

    static func unknown(_ kind: String, _ id: String) -> Reply {
        failure(404, "Invalid Input", more: "\(kind) id \(id) is invalid")
    }

    /// Business rules answer with 500, sometimes under 200.
    static func duplicate(_ more: String, under http: Int = 500) -> Reply {
        failure(500, "Internal Error", more: more, under: http)
    }
}
