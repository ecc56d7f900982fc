// One Bigin user and the JSON that Zoho makes of it.

import Wire

struct BiginUser {
    enum Status: String {
        case active, inactive, deleted
    }

    let id: String
    var firstName: String
    var lastName: String
    var email: String
    var role: Int
    var profile: Int
    var timeZone: String
    var status = Status.active
    var isConfirmed = true
    /// The owner of the organisation, who can be neither deleted nor deactivated.
    var isPrimary = false
    var createdTime = "2024-03-11T09:24:17+01:00"

    var isAdministrator: Bool { profile == 0 }

    /// - Parameter kind: a value of the list's `type` parameter.
    /// - Returns: nil when there is no such kind.
    func isOf(kind: String) -> Bool? {
        switch kind {
        // Zoho lists deleted users too, told apart by their status.
        case "AllUsers": true
        case "ActiveUsers": status == .active
        case "DeactiveUsers": status == .inactive
        case "ConfirmedUsers": status != .deleted && isConfirmed
        case "NotConfirmedUsers": status != .deleted && !isConfirmed
        case "DeletedUsers": status == .deleted
        case "ActiveConfirmedUsers": status == .active && isConfirmed
        case "AdminUsers": status != .deleted && isAdministrator
        case "ActiveConfirmedAdmins": status == .active && isConfirmed && isAdministrator
        case "CurrentUser": isPrimary
        default: nil
        }
    }

    func json(_ roles: [BiginDirectory.Entry], _ profiles: [BiginDirectory.Entry]) -> JSON {
        let country = timeZone.hasPrefix("America/") ? "US" : "DE"
        return [
            "country": .string(country), "name_format": "Salutation,First Name,Last Name", "language": "en_US",
            "microsoft": false, "signature": .null, "street": .null, "city": .null, "state": .null, "zip": .null,
            "currency": "EUR", "alias": .null, "id": .string(id), "country_locale": "en_US", "fax": .null,
            "phone": .null, "mobile": .null, "website": .null, "dob": .null, "reporting_to": .null,
            "first_name": .string(firstName), "last_name": .string(lastName),
            "full_name": .string("\(firstName) \(lastName)"), "email": .string(email),
            "role": roles[role].reference, "profile": profiles[profile].reference,
            // Numbers beyond 2^53 are part of what a reader must survive.
            "zuid": .string("7" + id.dropFirst()), "ntc_notification_type": [2800001, 1_000_000_000_000_000_019],
            "time_zone": .string(timeZone), "time_format": "HH:mm", "date_format": "dd.MM.yyyy", "locale": "en_US",
            "decimal_separator": "Period", "default_tab_group": "0", "isonline": false,
            "personal_account": isPrimary ? true : false, "offset": 3_600_000,
            "created_time": .string(createdTime), "Modified_Time": .string(createdTime),
            "confirm": .bool(isConfirmed), "status": .string(status.rawValue),
        ]
    }
}
