// Bigin's request-level errors: one object, a real status.

import Wire

enum BiginError {
    static let noToken = Reply(401, Reply.problem("AUTHENTICATION_FAILURE", "Authentication failed"))
    static let badToken = Reply(401, Reply.problem("INVALID_TOKEN", "invalid oauth token"))
    static let scope = Reply(401, Reply.problem("OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL"))
    static let urlPattern = Reply(
        404, Reply.problem("INVALID_URL_PATTERN", "Please check if the URL trying to access is a correct one"))
    static let method = Reply(
        400, Reply.problem("INVALID_REQUEST_METHOD", "The http request method type is not a valid one"))
    static let invalidID = Reply(
        400,
        Reply.problem(
            "INVALID_DATA", "the id given seems to be invalid", ["expected_data_type": "bigint", "api_name": "id"])
    )
    static let unreadable = Reply(
        400, Reply.problem("JSON_PARSE_ERROR", "the request body could not be parsed as JSON"))
    static let noRecords = Reply(
        400,
        Reply.problem("INVALID_DATA", "invalid data", ["expected_data_type": "jsonarray", "api_name": "users"]))

    static func unknownParameter(_ name: String) -> Reply {
        Reply(400, Reply.problem("INVALID_REQUEST", "extra parameter found", ["param_name": .string(name)]))
    }

    static func parameter(_ name: String) -> Reply {
        let details: JSON =
            name == "per_page" ? ["param_name": "per_page", "maximum": 200] : ["param_name": .string(name)]
        return Reply(400, Reply.problem("INVALID_DATA", "invalid value for the parameter", details))
    }

    static func tooMany(_ limit: Int) -> Reply {
        Reply(400, Reply.problem("LIMIT_EXCEEDED", "too many records in one request", ["limit": JSON(limit)]))
    }
}
