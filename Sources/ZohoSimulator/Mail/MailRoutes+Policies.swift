// Mail policies and the restrictions that they are made of.

import Wire

extension MailRoutes {
    private static let path = "/api/organization/{#zoid}/policy"

    mutating func addPolicies() {
        let area = "organization.policy"
        get(MailRoutes.path, area, query: "start limit searchKey") { call throws(Refused) in
            let matching = call.organisation.policies.items.filter { call.matches($0, "policyName") }
            return MailReply.success(.array(try call.page(matching, limit: 50, most: 200)))
        }
        post(MailRoutes.path, area) { call throws(Refused) in
            let name = try call.body(with: "policyName")["policyName"] ?? ""
            guard call.organisation.policies.first(where: "policyName", is: name.string ?? "") == nil else {
                throw Refused(MailReply.duplicate("Policy name already exists"))
            }
            let policy: JSON = ["policyID": .string(call.organisation.makeID(.policy)), "policyName": name]
            call.organisation.policies.append(policy)
            return MailReply.created(policy)
        }
        put("\(MailRoutes.path)/{policyId}", area) { call throws(Refused) in
            let (mode, body) = try call.changes()
            let modes = [
                "applyPolicyToUsers", "changeMailRestrictionID", "changeAccountRestrictionID",
                "changeAccessRestrictionID", "changeMailForwardPolicyID",
            ]
            guard modes.contains(mode) else { throw call.refuseMode(mode) }
            guard call.organisation.policies.change(call["policyId"], { $0.merge(body, except: ["mode"]) }) else {
                throw Refused(MailReply.unknown("Policy", call["policyId"]))
            }
            return MailReply.success()
        }
        for (place, kind) in ["mailRestriction", "accountRestriction", "accessRestriction", "mailForwardPolicy"]
            .enumerated()
        {
            addCollection(
                MailCollection(
                    path: "\(MailRoutes.path)/\(kind)", area: area, key: "restrictionId", style: .offset(limit: 10),
                    duplicate: "restrictionName", seeds: 12, group: 10 + place,
                    make: { ["restrictionName": .string("\(kind) \($0 + 1)"), "name": .string("\(kind) \($0 + 1)")] }))
        }
        addMembers(area)
    }

    private mutating func addMembers(_ area: String) {
        get("\(MailRoutes.path)/{policyId}/getUsers", area, query: "start limit searchKey") { call throws(Refused) in
            let users: [JSON] = call.organisation.users.items.prefix(25).map {
                .of([
                    "emailAddress": $0["primaryEmailAddress"], "role": 1, "displayName": $0["displayName"],
                    "zuid": $0["zuid"],
                ])
            }
            let matching = users.filter { call.matches($0, "emailAddress", "displayName") }
            return MailReply.success(.array(try call.page(matching, limit: 10, most: 200)))
        }
        get("\(MailRoutes.path)/{policyId}/getGroups", area, query: "start limit searchKey") { call throws(Refused) in
            let groups: [JSON] = call.organisation.groups.items.prefix(12).map {
                .of(["zgid": $0["zgid"], "name": $0["name"], "emailAddress": $0["emailId"]])
            }
            let matching = groups.filter { call.matches($0, "emailAddress", "name") }
            return MailReply.success(.array(try call.page(matching, limit: 10, most: 200)))
        }
    }
}
