// The organisation's people and their mailboxes, as an administrator sees them.

import Wire

extension MailRoutes {
    private static let path = "/api/organization/{#zoid}/accounts"

    mutating func addUsers() {
        let area = "organization.accounts"
        get(MailRoutes.path, area, query: "start limit") { call throws(Refused) in
            MailReply.success(.array(try call.page(call.organisation.users.items, limit: 10, most: 200)))
        }
        get("\(MailRoutes.path)/{user}", area) { call throws(Refused) in MailReply.success(try MailUsers.find(call)) }
        post(MailRoutes.path, area) { call throws(Refused) in try MailUsers.create(call) }
        put(MailRoutes.path, area) { call throws(Refused) in
            let (mode, body) = try call.changes()
            guard mode == "changeRole" else { throw call.refuseMode(mode) }
            guard let role = body["role"] ?? body["roleName"] else { throw Refused(MailReply.missing("role")) }
            let results: [JSON] = MailCall.ids(body["userList"], "zuid").map { id in
                [id: .bool(call.organisation.users.change(id) { $0.set("role", role) })]
            }
            return MailReply.success(.array(results))
        }
        put("\(MailRoutes.path)/{user}", area) { call throws(Refused) in try MailUsers.change(call) }
        // The page's sample ends in an id, its text does not.
        for path in [MailRoutes.path, "\(MailRoutes.path)/{user}"] {
            delete(path, area) { call throws(Refused) in try MailUsers.delete(call) }
        }
        let signatures = MailCollection(
            path: "\(MailRoutes.path)/{user}/signature", area: area, key: "id", style: .whole, duplicate: "name",
            seeds: 1)
        addCollection(signatures)
        addChangesInPlace(of: signatures)
    }
}

enum MailUsers {
    static func find(_ call: MailCall) throws(Refused) -> JSON {
        guard let user = call.organisation.user(call["user"]) else {
            throw Refused(MailReply.unknown("User", call["user"]))
        }
        return user
    }

    static func create(_ call: MailCall) throws(Refused) -> Reply {
        let body = try call.body(with: "primaryEmailAddress", "password")
        let email = body["primaryEmailAddress"]?.string ?? ""
        guard call.organisation.domains.items.contains(where: { email.hasSuffix("@\($0["domainName"]?.string ?? "")") })
        else { throw Refused(MailReply.invalidInput("The domain does not belong to the organization")) }
        guard call.organisation.users.first(where: "primaryEmailAddress", is: email) == nil else {
            throw Refused(MailReply.duplicate("Email address already exists"))
        }
        var user = MailSeeds.user(
            zuid: call.organisation.makeZuid(), accountID: call.organisation.makeID(.account), email: email,
            name: (body["firstName"]?.string ?? "", body["lastName"]?.string ?? ""),
            role: body["role"]?.string ?? "member",
            policy: [call.organisation.zoid: MailSeeds.id(.policy, 0, call.organisation.number)])
        user.merge(body, except: ["password", "oneTimePassword", "groupMailList"])
        call.organisation.users.append(user)
        return MailReply.created(user)
    }

    /// What a mode sets, where it is no member of the body.
    private static let switches: [String: [(String, JSON)]] = [
        "enableMailAccount": [("mailboxStatus", "enabled")], "disableMailAccount": [("mailboxStatus", "disabled")],
        "enableUser": [("enabled", true), ("status", true)], "disableUser": [("enabled", false), ("status", false)],
        "updateIncomingStatus": [], "updateOutgoingStatus": [], "updateIMAPStatus": [], "updatePOPStatus": [],
        "updateMobileSyncStatus": [], "updatePersonalInfo": [], "resetPassword": [], "updateTFAStatus": [],
    ]

    static func change(_ call: MailCall) throws(Refused) -> Reply {
        let (mode, body) = try call.changes()
        let zuid = try find(call)["zuid"]?.idText ?? ""
        if mode == "addEmailAlias" || mode == "deleteEmailAlias" { return changeAliases(mode, body, zuid, call) }
        guard let values = switches[mode] ?? (MailAccounts.modes.contains(mode) ? [] : nil) else {
            throw call.refuseMode(mode)
        }
        if let given = body["zuid"]?.idText, given != zuid {
            throw Refused(MailReply.invalidInput("zuid is not valid"))
        }
        call.organisation.users.change(zuid) { user in
            user.merge(body, except: ["mode", "zuid", "password", "resetAuthToken", "oneTimePassword"])
            for (member, value) in values { user.set(member, value) }
        }
        return MailReply.success()
    }

    private static func changeAliases(_ mode: String, _ body: JSON, _ zuid: String, _ call: MailCall) -> Reply {
        let aliases = MailCall.ids(body["emailAlias"])
        let added: [JSON] = aliases.map {
            ["mailId": .string($0), "isPrimary": false, "isAlias": true, "isConfirmed": true]
        }
        call.organisation.users.change(zuid) { user in
            let others = (user["emailAddress"]?.array ?? []).filter { !aliases.contains($0["mailId"]?.string ?? "") }
            user.set("emailAddress", .array(mode == "addEmailAlias" ? others + added : others))
        }
        guard mode == "addEmailAlias" else { return MailReply.success() }
        return MailReply.success(.array(aliases.map { [$0: .string(call.organisation.makeID(.other))] }))
    }

    static func delete(_ call: MailCall) throws(Refused) -> Reply {
        let body = try call.body()
        guard body["accountList"] != nil || body["emailList"] != nil else {
            throw Refused(MailReply.missing("accountList"))
        }
        var zuids: [String] = []
        for id in MailCall.ids(body["accountList"]) + MailCall.ids(body["emailList"]) {
            let user = id.has("@") ? call.organisation.user(id) : call.organisation.users[id]
            guard let user, let zuid = user["zuid"]?.idText else { throw Refused(MailReply.unknown("User", id)) }
            guard user["role"] != "super_admin" else { throw Refused(MailReply.notPermitted) }
            zuids.append(zuid)
        }
        for zuid in zuids { call.organisation.users.remove(zuid) }
        return MailReply.success()
    }
}
