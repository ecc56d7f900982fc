// What a management request can fail with.

import Wire

struct ManagementError: Error {
    let status: Int
    let message: String
    /// The field or parameter that is wrong.
    var field: String?

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
    static func errorBody(_ status: Int, _ message: String, field: String? = nil) -> [UInt8] {
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
            case 431: "Request Header Fields Too Large"
            case 503: "Service Unavailable"
            default: status < 500 ? "Bad Request" : "Internal Server Error"
            }
        return JSON.of([
            "statusCode": JSON(status), "error": .string(name), "message": .string(message),
            "field": field.map(JSON.string),
        ]).bytes
    }
}
