// Domains: what their DNS says is decided by their name, so that a test can have either answer, or one after the other.

import Wire

extension MailRoutes {
    private static let path = "/api/organization/{#zoid}/domains"

    mutating func addDomains() {
        let area = "organization.domains"
        get(MailRoutes.path, area) { MailReply.success(["domainVO": .array($0.organisation.domains.items)]) }
        get("\(MailRoutes.path)/{domainName}", area) { call throws(Refused) in
            MailReply.success(try MailDomains.find(call))
        }
        post(MailRoutes.path, area) { call throws(Refused) in
            let name = (try call.body(with: "domainName")["domainName"]?.string ?? "").lowercased()
            guard name.has(".") else { throw Refused(MailReply.invalidInput("domainName is not valid")) }
            guard call.organisation.domains[name] == nil else {
                throw Refused(MailReply.duplicate("Domain already exists"))
            }
            let domain = MailSeeds.domain(name, id: call.organisation.makeID(.other))
            call.organisation.domains.append(domain)
            return MailReply.created(domain)
        }
        put("\(MailRoutes.path)/{domainName}/verifyDomain", area) { call throws(Refused) in
            try MailDomains.verifyOwnership(call)
        }
        put("\(MailRoutes.path)/{domainName}", area) { call throws(Refused) in try MailDomains.change(call) }
        delete("\(MailRoutes.path)/{domainName}", area) { call throws(Refused) in
            let domain = try MailDomains.find(call)
            guard domain["primary"] == false, domain["mailHostingEnabled"] == false else {
                throw Refused(MailReply.failure(500, "Internal Error", code: "RMV_HOSTING_BEFORE_DLT_DOMAIN"))
            }
            call.organisation.domains.remove(call["domainName"])
            return MailReply.success()
        }
    }
}

enum MailDomains {
    /// Whether the records that `check` looks for are as they should be. Those of a name that begins with `late` are
    /// from the second look on.
    static func isRight(_ check: String, _ call: MailCall) -> Bool {
        let name = call["domainName"]
        if name.hasPrefix("pending") { return false }
        guard name.hasPrefix("late") else { return true }
        return !call.organisation.lateChecks.insert("\(check) \(name)").inserted
    }

    static func find(_ call: MailCall) throws(Refused) -> JSON {
        guard let domain = call.organisation.domains[call["domainName"]] else {
            throw Refused(MailReply.failure(404, "Invalid Input", more: "Domain \(call["domainName"]) does not exist"))
        }
        return domain
    }

    /// A record that is missing is an answer, not an error.
    static func verifyOwnership(_ call: MailCall) throws(Refused) -> Reply {
        let (mode, _) = try call.changes()
        let domain = try find(call)
        let name = call["domainName"]
        guard ["verifyDomainByTXT", "verifyDomainByCName", "verifyDomainByHTML"].contains(mode) else {
            throw call.refuseMode(mode)
        }
        guard domain["verificationStatus"] == false else {
            throw Refused(MailReply.failure(400, "Invalid Input", code: "ALREADY_VERIFIED"))
        }
        guard isRight("ownership", call) else {
            return MailReply.success([
                "status": false, "error": "TXT_RECORD_HOST_UNKNOWN",
                "message": .string("The TXT record of \(name) was not found."),
                "txtRecord": [.string("zoho-verification=\(domain["CNAMEVerificationCode"]?.string ?? "").zmverify")],
            ])
        }
        call.organisation.domains.change(name) { $0.set("verificationStatus", true) }
        return MailReply.success(["status": true, "message": "Domain verified"])
    }

    static func change(_ call: MailCall) throws(Refused) -> Reply {
        let (mode, body) = try call.changes()
        let domain = try find(call)
        func set(_ member: String, _ value: JSON?) -> Reply {
            call.organisation.domains.change(call["domainName"]) { $0.set(member, value) }
            return MailReply.success()
        }
        switch mode {
        case "verifyMxRecord", "verifySpfRecord", "VerifySpfRecord":
            return try verifyRecords(mode.hasSuffix("MxRecord") ? "mx" : "spf", domain, call)
        case "setPrimaryDomain":
            call.organisation.domains.changeAll { $0.set("primary", false) }
            return set("primary", true)
        case "enableMailHosting": return set("mailHostingEnabled", true)
        case "disableMailHosting": return set("mailHostingEnabled", false)
        case "enableSubDomainStripping": return set("subDomainStripping", true)
        case "disableSubDomainStripping": return set("subDomainStripping", false)
        case "addCatchAllAddress": return set("catchAllAddress", body["catchAllAddress"] ?? .null)
        case "deleteCatchAllAddress": return set("catchAllAddress", .null)
        case "addNotificationAddress": return set("notificationAddress", body["notificationAddress"] ?? .null)
        case "deleteNotificationAddress": return set("notificationAddress", nil)
        case "makeDomainAsAlias", "removeDomainAlias", "removeDomainAsAlias":
            return try setAlias(body, to: mode == "makeDomainAsAlias", call)
        case "renameDomain":
            guard let name = body["newDomainName"] else { throw Refused(MailReply.missing("newDomainName")) }
            return set("domainName", name)
        default: return try MailKeys.change(mode, body, domain, call)
        }
    }

    private static func verifyRecords(_ kind: String, _ domain: JSON, _ call: MailCall) throws(Refused) -> Reply {
        guard domain["verificationStatus"] == true else {
            throw Refused(MailReply.invalidInput("The domain is not verified"))
        }
        let isRight = isRight(kind, call)
        call.organisation.domains.change(call["domainName"]) { $0.set("\(kind)status", .bool(isRight)) }
        let records: JSON = isRight ? ["mx.zoho.eu", "mx2.zoho.eu"] : []
        return MailReply.success(["\(kind)status": .bool(isRight), "\(kind)Records": kind == "mx" ? records : []])
    }

    private static func setAlias(_ body: JSON, to isAlias: Bool, _ call: MailCall) throws(Refused) -> Reply {
        let alias = body["domainAlias"]?.string ?? ""
        let target: JSON = isAlias ? .string(call["domainName"]) : .null
        let isKnown = call.organisation.domains.change(alias) {
            $0.set("isDomainAlias", .bool(isAlias))
            $0.set("aliasOf", target)
        }
        guard isKnown else { throw Refused(MailReply.invalidInput("Domain \(alias) does not exist")) }
        return MailReply.success()
    }
}

/// DKIM keys, which are part of their domain.
enum MailKeys {
    static func change(_ mode: String, _ body: JSON, _ domain: JSON, _ call: MailCall) throws(Refused) -> Reply {
        var keys = Records("dkimId", domain["dkimDetailList"]?.array ?? [])
        if mode == "addDkimDetail" { return try add(body, keys, domain, call) }
        guard ["makeDkimDefault", "regenerateDkimKey", "verifyDkimKey", "deleteDkimDetail"].contains(mode) else {
            throw call.refuseMode(mode)
        }
        let id = body["dkimId"]?.idText ?? ""
        guard keys[id] != nil else { throw Refused(MailReply.invalidInput("The input passed is invalid")) }
        let name = call["domainName"]
        var answer: JSON?
        switch mode {
        case "makeDkimDefault":
            keys.changeAll { $0.set("isDefault", .bool($0["dkimId"]?.idText == id)) }
        case "regenerateDkimKey":
            keys.change(id) {
                $0.set("publicKey", .string(publicKey(call.organisation.makeID(.other))))
                $0.set("isVerified", false)
            }
            answer = keys[id]
        case "verifyDkimKey":
            let isRight = MailDomains.isRight("dkim \(id)", call)
            keys.change(id) { $0.set("isVerified", .bool(isRight)) }
            call.organisation.domains.change(name) { $0.set("dkimstatus", .bool(isRight)) }
            answer = ["dkimstatus": .bool(isRight)]
        default: keys.remove(id)
        }
        call.organisation.domains.change(name) { $0.set("dkimDetailList", .array(keys.items)) }
        return MailReply.success(answer)
    }

    private static func publicKey(_ seed: String) -> String { "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3\(seed)IDAQAB" }

    private static func add(_ body: JSON, _ known: Records, _ domain: JSON, _ call: MailCall) throws(Refused) -> Reply {
        guard let selector = body["selector"]?.string, !selector.isEmpty else {
            throw Refused(MailReply.missing("selector"))
        }
        guard known.first(where: "selector", is: selector) == nil else {
            throw Refused(MailReply.duplicate("Selector already exists"))
        }
        let id = call.organisation.makeID(.other)
        let key = JSON.of([
            "dkimId": .string(id), "selector": .string(selector), "publicKey": .string(publicKey(id)),
            "hashType": body["hashType"] ?? "sha256", "isDefault": body["isDefault"] ?? false, "isVerified": false,
            "domainId": domain["domainId"],
        ])
        call.organisation.domains.change(call["domainName"]) { $0.set("dkimDetailList", .array(known.items + [key])) }
        return MailReply.success(key)
    }
}
