// The caller, users, departments and the licence.

import Wire

extension MeetingRoutes {
    private static let root = "/api/v2/{#zsoid}"

    mutating func addPeople() {
        add("GET", "/api/v2/user.json", "manageOrg") { call in Reply(200, ["userDetails": MeetingRoutes.caller(call)]) }
        add("GET", "\(MeetingRoutes.root)/user", "user") { call throws(Refused) in
            var json = MeetingRoutes.representation(.array(try call.page(call.organisation.users, first: 0)), call)
            json.set("totalCount", JSON(call.organisation.users.count))
            return Reply(200, json)
        }
        add("GET", "\(MeetingRoutes.root)/user/{userId}", "user") { call throws(Refused) in
            guard let user = call.organisation.users.first(where: { $0["userId"]?.string == call["userId"] }) else {
                throw Refused(MeetingReply.coded(404, 1002, "Invalid user id", call.inquiry.path))
            }
            return Reply(200, MeetingRoutes.representation(user, call))
        }
        if brand == .meeting {
            addDepartments()
        } else {
            addChoices()
        }
    }

    private mutating func addDepartments() {
        let path = "\(MeetingRoutes.root)/department"
        add("GET", path, "department") { call throws(Refused) in
            let page = try call.page(call.organisation.departments, first: 0)
            return Reply(200, MeetingRoutes.representation(.array(page), call))
        }
        add("GET", "\(path)/{departmentId}", "department") { call throws(Refused) in
            var department = try MeetingRoutes.department(call)
            let people = MeetingRoutes.people(call).compactMap { $0["userId"] }
            department.set("adminUserIds", .array(Array(people.prefix(1))))
            department.set("memberUserIds", .array(people))
            return Reply(200, MeetingRoutes.representation(department, call))
        }
        for role in ["member", "admin"] {
            add("GET", "\(path)/{departmentId}/user/\(role)", "department") { call throws(Refused) in
                _ = try MeetingRoutes.department(call)
                let people = MeetingRoutes.people(call)
                let page = try call.page(role == "admin" ? Array(people.prefix(1)) : people, first: 0)
                return Reply(200, MeetingRoutes.representation(.array(page), call))
            }
        }
        add("GET", "\(MeetingRoutes.root)/license", "license") { call in
            let license: JSON = [
                "licenseType": "PAID", "meetingAddon": ["edition": "PRO", "noOfUsers": 500, "noOfLicenseLeft": 50],
                "recordingAddon": ["enabled": true],
            ]
            return Reply(200, MeetingRoutes.representation(license, call))
        }
    }

    private mutating func addChoices() {
        add("GET", "/api/v2/language", "misc") { call in
            let languages: JSON = [["code": "en", "name": "English"], ["code": "de", "name": "Deutsch"]]
            return Reply(200, MeetingRoutes.representation(languages, call))
        }
        add("GET", "/api/v2/timezone", "misc") { call in
            let zones: JSON = [["id": "Europe/Berlin", "name": "Berlin"], ["id": "Asia/Tokyo", "name": "Tokyo"]]
            return Reply(200, MeetingRoutes.representation(zones, call))
        }
    }

    private static func caller(_ call: MeetingCall) -> JSON {
        let user = call.organisation.users[0]
        return .of([
            "zsoid": .number(call.organisation.zsoid), "zuid": user["zuid"], "primaryEmail": user["emailId"],
            "displayName": user["fullName"], "fullName": user["fullName"], "orgName": "Nordwind Logistik",
            "isAdmin": true, "edition": "PRO",
            "meetingRedirectionServer": call.region.meetingHost.map { .string("https://\($0)") },
        ])
    }

    private static func representation(_ json: JSON, _ call: MeetingCall) -> JSON {
        ["representation": json, "resourceType": .string(call.inquiry.path)]
    }

    private static func department(_ call: MeetingCall) throws(Refused) -> JSON {
        let found = call.organisation.departments.first { $0["departmentId"]?.string == call["departmentId"] }
        guard let found else {
            throw Refused(MeetingReply.coded(404, 1003, "Invalid department id", call.inquiry.path))
        }
        return found
    }

    /// Every department has the same members, the first of which is its admin.
    private static func people(_ call: MeetingCall) -> [JSON] { Array(call.organisation.users.prefix(25)) }
}
