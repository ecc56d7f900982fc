// The scopes that a grant without a list of its own has, in the words of the token endpoint's answer.

enum Scopes {
    private static let mailAreas = [
        "accounts", "folders", "tags", "messages", "tasks", "links", "notes", "organization.accounts",
        "organization.domains", "organization.groups", "organization.policy", "organization.spam",
        "organization.subscriptions", "organization.audit", "partner.organization",
    ]
    private static let meetingScopes = [
        "manageOrg.READ", "user.READ", "department.READ", "license.READ", "meeting.ALL", "webinar.ALL",
        "recording.READ", "recording.DELETE", "sdk.CREATE",
    ]
    private static let webinarScopes = [
        "manageOrg.READ", "user.READ", "misc.READ", "registration.READ", "recording.READ", "webinar.CREATE",
        "webinar.READ", "webinar.UPDATE", "webinar.DELETE",
    ]

    static let every =
        (["ZohoBigin.users.ALL", "ZohoBigin.org.ALL", "ZohoBigin.settings.ALL"]
        + mailAreas.map { "ZohoMail.\($0).ALL" } + meetingScopes.map { "ZohoMeeting.\($0)" }
        + webinarScopes.map { "ZohoWebinar.\($0)" }).joined(separator: " ")

    /// Either of these does for `method` in an area such as `ZohoMail.folders`.
    static func sufficient(_ area: String, _ method: String) -> [String] {
        let operation =
            switch method {
            case "GET": "READ"
            case "POST": "CREATE"
            case "PUT": "UPDATE"
            default: "DELETE"
            }
        return ["\(area).ALL", "\(area).\(operation)"]
    }
}
