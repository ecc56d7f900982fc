// What a management request can fail with.

import Wire

struct ManagementError: Error {
    let status: Int
    let message: String
    /// The field or parameter that is wrong.
    var field: String?
    /// For 405: the methods that the path has (RFC 9110 section 15.5.6).
    var allow: [String] = []

    static func badRequest(_ message: String, field: String? = nil) -> ManagementError {
        ManagementError(status: 400, message: message, field: field)
    }

    static func notFound(_ what: String) -> ManagementError {
        ManagementError(status: 404, message: "There is no such \(what).")
    }

    static let storeUnavailable = ManagementError(
        status: 503, message: "The gateway's store does not answer at the moment. Try again in a few seconds.")
    static let conflict = ManagementError(
        status: 409, message: "Somebody else changed this at the same time. Read it again and repeat the change.")
}

extension Management {
    /// `{statusCode, error, message, field?}`.
    static func error(_ status: Int, _ message: String, field: String? = nil) -> JSON {
        let name =
            switch status {
            case 400: "Bad Request"
            case 401: "Unauthorized"
            case 403: "Forbidden"
            case 404: "Not Found"
            case 405: "Method Not Allowed"
            case 408: "Request Timeout"
            case 409: "Conflict"
            case 413: "Content Too Large"
            case 415: "Unsupported Media Type"
            case 429: "Too Many Requests"
            case 431: "Request Header Fields Too Large"
            case 502: "Bad Gateway"
            case 503: "Service Unavailable"
            case 504: "Gateway Timeout"
            default: status < 500 ? "Bad Request" : "Internal Server Error"
            }
        return .of([
            "statusCode": JSON(status), "error": .string(name), "message": .string(message),
            "field": field.map(JSON.string),
        ])
    }
}
