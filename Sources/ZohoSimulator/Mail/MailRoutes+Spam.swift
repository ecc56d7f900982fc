// Allow and block lists of today and of yesterday, and what happens to mail that fails a check.

import Wire

enum MailSpam {
    static let categories = [
        "whiteListEmail", "spamEmail", "rejectEmail", "quarantineEmail", "trustedEmail", "whiteListDomain",
        "spamDomain",
        "rejectDomain", "quarantineDomain", "trustedDomain", "whiteListIP", "spamIP", "rejectIP", "quarantineIP",
        "spamTLD", "rejectTLD", "quarantineTLD", "recipientSpamEmail", "recipientRejectEmail",
        "recipientQuarantineEmail",
    ]
    static let legacyCategories = ["blackListEmail", "blackListDomain", "whiteListEmail", "whiteListDomain"]

    /// The check that a mode is about, by its name in answers.
    static let checks = [
        "SPFFail": "spfFail", "SPFSoftFail": "spfSoftFail", "DKIMFail": "dkimFail", "DMARCFail": "dmarcFail",
        "CousinDomain": "cdFail",
    ]

    /// The member with the entries is named after the category.
    private static func entries(
        _ body: JSON, _ allowed: [String]
    ) throws(Refused) -> (category: String, entries: [String]) {
        guard let category = body["spamCategory"]?.string else { throw Refused(MailReply.missing("spamCategory")) }
        guard allowed.contains(category) else { throw Refused(MailReply.invalidInput("spamCategory is not valid")) }
        guard let entries = body[category]?.strings, !entries.isEmpty else {
            throw Refused(MailReply.missing(category))
        }
        return (category, entries)
    }

    static func add(_ body: JSON, _ allowed: [String], _ call: MailCall) throws(Refused) {
        let (category, entries) = try entries(body, allowed)
        for entry in entries where call.organisation.spam[category]?.contains(entry) != true {
            call.organisation.spam[category, default: []].append(entry)
        }
    }

    static func remove(_ body: JSON, _ allowed: [String], _ call: MailCall) throws(Refused) {
        let (category, entries) = try entries(body, allowed)
        call.organisation.spam[category]?.removeAll { entries.contains($0) }
    }
}

extension MailRoutes {
    mutating func addSpam() {
        let area = "organization.spam"
        let data = "/api/organization/{#zoid}/antispam/data"
        get(data, area, query: "mode spamCategory start limit") { call throws(Refused) in
            guard try call.required("mode") == "getMarkingData" else { throw call.refuseMode(call.query("mode") ?? "") }
            let category = try call.required("spamCategory")
            guard MailSpam.categories.contains(category) else {
                throw Refused(MailReply.invalidInput("spamCategory is not valid"))
            }
            let entries = (call.organisation.spam[category] ?? []).map { JSON.string($0) }
            return MailReply.success([category: .array(try call.page(entries, limit: 100, most: 500))])
        }
        put(data, area) { call throws(Refused) in
            try MailSpam.add(try call.body(), MailSpam.categories, call)
            return MailReply.success()
        }
        delete(data, area) { call throws(Refused) in
            try MailSpam.remove(try call.body(), MailSpam.categories, call)
            return MailReply.success()
        }
        // The form before today's; its page tells no scope.
        put("/api/organization/{#zoid}/spam", "") { call throws(Refused) in
            let (mode, body) = try call.changes()
            guard mode == "removeSpamCategory" else { throw call.refuseMode(mode) }
            try MailSpam.remove(body["spamVO"] ?? [:], MailSpam.legacyCategories, call)
            return MailReply.success()
        }
        addFailOptions()
    }

    private mutating func addFailOptions() {
        let path = "/api/organization/{#zoid}/antispam/options"
        /// `getSPFFailOption` and `updateSPFFailOption` are about `spfFail`.
        func check(_ mode: String, _ verb: String) -> String? {
            guard mode.hasPrefix(verb), mode.hasSuffix("Option") else { return nil }
            return MailSpam.checks[String(mode.dropFirst(verb.count).dropLast("Option".count))]
        }
        get(path, "organization.spam", query: "mode") { call throws(Refused) in
            let mode = try call.required("mode")
            guard let check = check(mode, "get") else { throw call.refuseMode(mode) }
            return MailReply.success([check: .string(call.organisation.failOptions[check] ?? "")])
        }
        put(path, "organization.spam") { call throws(Refused) in
            let (mode, body) = try call.changes()
            guard let check = check(mode, "update") else { throw call.refuseMode(mode) }
            // One client sends the second name.
            guard let option = body["option"]?.string ?? body["dmarcOption"]?.string else {
                throw Refused(MailReply.missing("option"))
            }
            call.organisation.failOptions[check] = option
            return MailReply.success()
        }
    }
}
