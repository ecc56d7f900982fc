// Groups, their members, and messages held for moderation.

import Wire

extension MailRoutes {
    private static let path = "/api/organization/{#zoid}/groups"

    mutating func addGroups() {
        let area = "organization.groups"
        let one = "\(MailRoutes.path)/{#zgid}"
        get(MailRoutes.path, area, query: "start limit searchKey fields") { call throws(Refused) in
            let matching = call.organisation.groups.items.filter { call.matches($0, "name", "emailId") }
            let page = try call.page(matching, first: 1, limit: 25, most: 25)
            return MailReply.success(["count": JSON(matching.count), "groups": .array(page)])
        }
        get(one, area) { call throws(Refused) in MailReply.success(try MailGroups.find(call)) }
        post(MailRoutes.path, area) { call throws(Refused) in
            let body = try call.body(with: "emailId", "mailGroupMemberList")
            guard call.organisation.groups.first(where: "emailId", is: body["emailId"]?.string ?? "") == nil else {
                throw Refused(MailReply.duplicate("Group already exists"))
            }
            var group: JSON = ["zgid": call.organisation.makeZuid(), "aliasList": [], "groupAdminSettings": [:]]
            group.merge(body)
            call.organisation.groups.append(group)
            return MailReply.created(group)
        }
        put(one, area) { call throws(Refused) in try MailGroups.change(call) }
        delete(one, area) { call throws(Refused) in
            _ = try MailGroups.find(call)
            call.organisation.groups.remove(call["zgid"])
            return MailReply.success()
        }
        delete(MailRoutes.path, area) { call throws(Refused) in
            let ids = MailCall.ids(try call.body(with: "groupList")["groupList"], "zgid")
            for id in ids where call.organisation.groups[id] == nil { throw Refused(MailReply.unknown("Group", id)) }
            for id in ids { call.organisation.groups.remove(id) }
            return MailReply.success()
        }
        addModeration(area, "\(one)/messages")
    }

    private mutating func addModeration(_ area: String, _ path: String) {
        get(path, area, query: "start limit searchKey") { call throws(Refused) in
            _ = try MailGroups.find(call)
            let held = call.organisation.held[call["zgid"]]?.items ?? []
            let matching = held.filter { call.matches($0, "subject", "fromAddress") }
            return MailReply.success(.array(try call.page(matching, first: 1, limit: 50, most: 50)))
        }
        get("\(path)/{#messageId}", area) { call throws(Refused) in
            guard var message = call.organisation.held[call["zgid"]]?[call["messageId"]] else {
                throw Refused(MailReply.unknown("Message", call["messageId"]))
            }
            message.merge([
                "mailContent": "<div>Buy now.</div>", "header": "Received: from example.net",
                "returnPath": message["fromAddress"] ?? .null, "attachments": [],
            ])
            return MailReply.success([message])
        }
        put(path, area) { call throws(Refused) in
            let body = try call.body(with: "messageList", "status")
            guard ["accept", "reject"].contains(body["status"]?.string) else {
                throw Refused(MailReply.invalidInput("status is not valid"))
            }
            let group = call["zgid"]
            let ids = MailCall.ids(body["messageList"], "messageId")
            for id in ids where call.organisation.held[group]?[id] == nil {
                throw Refused(MailReply.unknown("Message", id))
            }
            for id in ids { call.organisation.held[group]?.remove(id) }
            return MailReply.success()
        }
    }
}

enum MailGroups {
    static func find(_ call: MailCall) throws(Refused) -> JSON {
        guard let group = call.organisation.groups[call["zgid"]] else {
            throw Refused(MailReply.unknown("Group", call["zgid"]))
        }
        return group
    }

    static func change(_ call: MailCall) throws(Refused) -> Reply {
        let (mode, body) = try call.changes()
        var group = try find(call)
        var members = Records("memberEmailId", group["mailGroupMemberList"]?.array ?? [])
        let given = body["mailGroupMemberList"]?.array ?? []
        switch mode {
        case "updateGroupName", "updateMailGroupOptions", "updateMailGroupAdvOptions":
            group.merge(body, except: ["mode"])
        case "enableStreams": group.set("streamsEnabled", true)
        case "addMailGroupMember":
            for member in given {
                guard members[member["memberEmailId"]?.string ?? ""] == nil else {
                    throw Refused(MailReply.duplicate("Member already exists"))
                }
                members.append(member)
            }
        case "deleteMailGroupMember":
            for id in MailCall.ids(body["mailGroupMemberList"], "memberEmailId") { try remove(id, from: &members) }
        case "updateMemberStatus", "updateMailGroupMember", "changeMemberRole", "updateGroupMemberDetails":
            for member in given {
                let id = member["memberEmailId"]?.string ?? ""
                guard members.change(id, { $0.merge(member) }) else { throw Refused(unknownMember(id)) }
            }
        case "addGroupAlias", "deleteGroupAlias":
            let aliases = MailCall.ids(body["aliasList"], "alias")
            let others = MailCall.ids(group["aliasList"]).filter { !aliases.contains($0) }
            let all = mode == "addGroupAlias" ? others + aliases : others
            group.set("aliasList", .array(all.map { .string($0) }))
        default: throw call.refuseMode(mode)
        }
        group.set("mailGroupMemberList", .array(members.items))
        call.organisation.groups.change(call["zgid"]) { $0 = group }
        return MailReply.success()
    }

    private static func remove(_ id: String, from members: inout Records) throws(Refused) {
        guard members.remove(id) != nil else { throw Refused(unknownMember(id)) }
    }

    private static func unknownMember(_ id: String) -> Reply { MailReply.invalidInput("\(id) is not a member") }
}
