// The organisation itself, its storage plans and the addresses that people may sign in from.

import Wire

extension MailRoutes {
    private static let root = "/api/organization"
    private static let one = "/api/organization/{#zoid}"

    mutating func addOrganisation() {
        let area = "partner.organization"
        get(MailRoutes.root, area) { MailReply.success($0.organisation.profile) }
        get(MailRoutes.one, area) { MailReply.success($0.organisation.profile) }
        post(MailRoutes.root, area) { call throws(Refused) in
            let body = try call.body(with: "domainName", "orgName")
            return MailReply.created(.of(["zoid": call.organisation.makeZuid(), "orgName": body["orgName"]]))
        }
        put(MailRoutes.one, "\(area) organization.spam") { call throws(Refused) in
            let (mode, body) = try call.changes()
            switch mode {
            case "updateSpamProcessType": call.organisation.profile.set("spamVO", body["spamVO"])
            case "addSpamCategory": try MailSpam.add(body["spamVO"] ?? [:], MailSpam.legacyCategories, call)
            default: throw call.refuseMode(mode)
            }
            return MailReply.success()
        }
        addStorage()
        addAllowedAddresses()
    }

    private mutating func addStorage() {
        let area = "organization.subscriptions"
        let path = "\(MailRoutes.one)/storage"
        func storage(_ user: JSON) -> JSON {
            .of([
                "zuid": user["zuid"], "emailAddress": user["primaryEmailAddress"],
                "planType": user["planType"] ?? "mailPremium", "addOnType": user["addOnType"] ?? .null,
                "allocatedStorage": 53_687_091_200, "usedStorage": 1_234_567_890,
            ])
        }
        get(path, area, query: "start limit") { call throws(Refused) in
            let page = try call.page(call.organisation.users.items, limit: 25, most: 50)
            return MailReply.success(["userList": .array(page.map(storage))])
        }
        get("\(path)/{zuid}", area) { call throws(Refused) in
            guard let user = call.organisation.user(call["zuid"]) else {
                throw Refused(MailReply.unknown("User", call["zuid"]))
            }
            return MailReply.success(storage(user))
        }
        put("\(path)/{zuid}", area) { call throws(Refused) in
            let (mode, body) = try call.changes()
            guard ["updateBaseStorage", "updateExtraStorage"].contains(mode) else { throw call.refuseMode(mode) }
            guard call.organisation.users.change(call["zuid"], { $0.merge(body, except: ["mode"]) }) else {
                throw Refused(MailReply.unknown("User", call["zuid"]))
            }
            return MailReply.success()
        }
    }

    private mutating func addAllowedAddresses() {
        let area = "organization.accounts"
        let path = "\(MailRoutes.one)/allowedIps"
        get(path, area) { call in
            let ranges = call.organisation.allowedAddresses.items
            func list(_ roles: [Int]) -> JSON {
                .array(
                    ranges.filter { roles.contains($0["roleId"]?.int ?? 0) }.map {
                        .of(["ipid": $0["ipId"], "fromip": $0["fromIpRange"], "toip": $0["toIpRange"]])
                    })
            }
            return MailReply.success(["allowedIps": [["ip": [["user": list([0, -1]), "admin": list([1, 2])]]]]])
        }
        post(path, area) { call throws(Refused) in
            var added: [JSON] = []
            var failed: [JSON] = []
            for var range in try call.body(with: "allowedIps")["allowedIps"]?.array ?? [] {
                guard MailRoutes.isAddress(range["fromIpRange"]), MailRoutes.isAddress(range["toIpRange"]) else {
                    failed.append(range)
                    continue
                }
                range.set("ipId", .string(call.organisation.makeID(.other)))
                call.organisation.allowedAddresses.append(range)
                added.append(range)
            }
            return MailReply.success(["allowedIps": .array(added), "failedList": .array(failed)])
        }
        delete(path, area) { call throws(Refused) in
            let ranges = try call.body(with: "allowedIps")["allowedIps"]?.array ?? []
            let results: [JSON] = ranges.map { range in
                let id = range["ipId"]?.idText ?? range.idText ?? ""
                let removed = call.organisation.allowedAddresses.remove(id) != nil
                return ["ipId": .string(id), "status": .bool(removed)]
            }
            return MailReply.success(["status": .array(results)])
        }
    }

    /// Four numbers below 256, which is all that callers here send.
    private static func isAddress(_ json: JSON?) -> Bool {
        let parts = (json?.string ?? "").split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
