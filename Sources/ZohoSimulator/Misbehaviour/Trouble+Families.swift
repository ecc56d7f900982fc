// Troubles as Zoho Mail and Zoho Meeting tell them. On their hosts a marked `sim-429` means `mail-429` or
// `meeting-429`; rules use the full name.

import Wire

extension Trouble {
    static func familyAnswer(named name: String) -> Reply? { mail(name) ?? meeting(name) }

    private static let retryAfter = [("Retry-After", "17")]

    private static func mail(_ name: String) -> Reply? {
        switch name {
        case "mail-400": MailReply.invalidInput("Invalid input")
        case "mail-401": MailReply.badToken
        case "mail-ticket": MailReply.noToken
        case "mail-scope": MailReply.scope
        case "mail-403": MailReply.notPermitted
        case "mail-404": MailReply.unknownPath
        case "mail-500": MailReply.failure(500, "Internal Error")
        // Zoho documents no body for Mail's rate limit.
        case "mail-429": Reply(429, lines: Reply.serverLine, .bytes([]))
        case "mail-429-headers":
            Reply(429, lines: Reply.serverLine + ResponseHead(0, fields: retryAfter).fields, .bytes([]))
        case "mail-error", "mail-200-error":
            MailReply.failure(400, "Invalid Input", code: "INVALID_TICKET", more: "Invalid ticket", under: 200)
        case "mail-200-nested", "mail-200-record": MailReply.duplicate("Name already exists", under: 200)
        case "mail-partial":
            MailReply.success([
                "allowedIps": [["ipId": "8000000000000000001", "fromIpRange": "192.0.2.1"]],
                "failedList": [["fromIpRange": "999.0.0.1", "toIpRange": "999.0.0.9"]],
            ])
        default: nil
        }
    }

    private static func meeting(_ name: String) -> Reply? {
        switch name {
        case "meeting-400": MeetingReply.unknownMeeting
        case "meeting-401", "meeting-token": MeetingReply.badToken
        case "meeting-scope": MeetingReply.scope
        case "meeting-403": MeetingReply.notAdmin("/meeting/api/v2/0/user")
        case "meeting-404": MeetingReply.unknownRecording
        case "meeting-500": MeetingReply.keyed(500, 1001, "Internal server error.", "INTERNAL_ERROR")
        case "meeting-200-error", "meeting-200-nested":
            Reply(200, ["error": ["code": 1009, "message": "Invalid org admin"]])
        case "meeting-unauthorized": MeetingReply.foreignOrganisation
        case "meeting-partial":
            Reply(
                200,
                [
                    "registrant": [["email": "ada@example.com", "joinLink": "https://meet.example/j?k=1"]],
                    "totalCount": 2, "successCount": 1, "failedCount": 1, "registeredCount": 0,
                ])
        default: nil
        }
    }
}
