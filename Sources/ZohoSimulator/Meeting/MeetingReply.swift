// Zoho Meeting's two shapes of errors, both under `error` and with a real status.

import Wire

enum MeetingReply {
    /// Organisation calls: `code`, and often the path.
    static func coded(_ status: Int, _ code: Int, _ message: String, _ resource: String? = nil) -> Reply {
        Reply(
            status,
            .of([
                "error": ["code": JSON(code), "message": .string(message)],
                "resourceType": resource.map { .string($0) },
            ]))
    }

    /// Session calls: `errorCode` and `key`.
    static func keyed(_ status: Int, _ code: Int, _ message: String, _ key: String) -> Reply {
        Reply(
            status, ["error": ["errorCode": JSON(code), "message": .string(message), "key": .string(key)]])
    }

    /// 400, not 401.
    static let badToken = coded(400, 2000, "INVALID_OAUTHTOKEN")
    /// The code is known from sister products only.
    static let scope = coded(401, 2001, "INVALID_OAUTHSCOPE")
    static let unknownMeeting = keyed(400, 4000, "The meeting key is invalid.", "INVALID_MEETING_KEY")
    static let unknownRecording = keyed(400, 4019, "Please provide a valid id.", "INVALID_E_RECORDING_ID")
    static let foreignOrganisation = keyed(
        401, 3001, "You do not have permission to access this organization account.", "UNAUTHORIZED_USER")
    /// Neither this code nor the next is documented.
    static let unreadable = keyed(400, 3002, "The request body could not be read.", "INVALID_JSON")

    static func missing(_ name: String) -> Reply { keyed(400, 3003, "\(name) is missing.", "PARAM_MISSING") }
    static func wrongOrganisation(_ path: String) -> Reply {
        coded(403, 1025, "Org doesn't matches with request uri", path)
    }
    static func notAdmin(_ path: String) -> Reply { coded(403, 1009, "Invalid org admin", path) }
    static func tooMany(_ path: String) -> Reply { coded(400, 1028, "Count shouldn't exceed 100", path) }
}
