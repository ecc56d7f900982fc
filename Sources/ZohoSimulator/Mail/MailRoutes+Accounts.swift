// The caller's own mailbox account, with its settings and signatures.

import Wire

enum MailAccounts {
    static let modes = [
        "updateReplyTo", "updateReplyToStatus", "resendVerificationMailForReplyTo", "resendReplyToVerficationMail",
        "addsendmaildetails", "updateDisplayName", "displaynameemailupdate", "addMailForward", "verifyMailForward",
        "resendMailForwardVerficationMail", "enableMailForward", "disableMailForward", "deleteMailForward",
        "deleteZohoMailCopy", "addVacationReply", "updateVacationReply", "removeVacationReply", "addSignature",
        "updateSignature", "deleteSignature",
    ]

    static func change(_ call: MailCall) throws(Refused) -> Reply {
        let (mode, body) = try call.changes()
        guard modes.contains(mode) else { throw call.refuseMode(mode) }
        let owner = call.organisation.users.items[0]["zuid"]?.idText ?? ""
        let given = body["mailForward"]?.array ?? []
        call.organisation.users.change(owner) { user in
            var forwards = Records("mailForwardTo", user["mailForward"]?.array ?? [])
            for forward in given {
                let address = forward["mailForwardTo"]?.string ?? ""
                if mode == "deleteMailForward" || mode == "addMailForward" { forwards.remove(address) }
                if mode == "addMailForward" {
                    forwards.append(["mailForwardTo": .string(address), "status": "pending"])
                }
                if mode == "verifyMailForward" || mode == "enableMailForward" {
                    forwards.change(address) { $0.set("status", "enabled") }
                }
                if mode == "disableMailForward" { forwards.change(address) { $0.set("status", "disabled") } }
            }
            user.merge(body, except: ["mode", "mailForward", "sendMailDetails"])
            user.set("mailForward", .array(forwards.items))
            if let details = body["sendMailDetails"] {
                user.set("sendMailDetails", .array((user["sendMailDetails"]?.array ?? []) + [details]))
            }
            if mode == "removeVacationReply" { user.set("vacationResponse", nil) }
        }
        return MailReply.success()
    }
}

extension MailRoutes {
    mutating func addAccounts() {
        let area = "accounts"
        get("/api/accounts", area) { MailReply.success([$0.organisation.users.items[0]]) }
        get("/api/accounts/{#accountId}", area) { MailReply.success($0.organisation.users.items[0]) }
        put("/api/accounts/{#accountId}", area) { call throws(Refused) in try MailAccounts.change(call) }
        let signatures = MailCollection(
            path: "/api/accounts/signature", area: area, key: "id", style: .whole, duplicate: "name", seeds: 2,
            group: 1,
            make: {
                [
                    "name": .string("Signature \($0 + 1)"), "content": "<div>Nordwind Logistik</div>",
                    "position": 0, "assignUsers": "",
                ]
            })
        addCollection(signatures)
        addChangesInPlace(of: signatures)
    }
}
