// What a Zoho Mail organisation begins with: made up, but the same in every run.

import Wire

struct MailSeeds {
    static let groups = 60
    static let heldMessages = 7
    static let inboxMessages = 237
    static let trustedAddresses = 230
    static let domain = "nordwind-logistik.example"
    static let folderNames = [
        "Inbox", "Drafts", "Templates", "Snoozed", "Sent", "Spam", "Trash", "Outbox", "Projekte",
    ]
    /// 2026-11-01.
    static let start: Int64 = 1_793_491_200_000

    /// First digit of the 19 that an id has.
    enum Kind: Int {
        case entity = 1, account, folder, label, message, policy, other
    }

    let number: Int

    init(organisation: Int) { number = organisation }

    static func id(_ kind: Kind, _ index: Int, _ organisation: Int) -> String {
        String(kind.rawValue * 1_000_000_000_000_000_000 + 8_000_000_000_000 + organisation * 1_000_000 + index + 1)
    }

    static func zoid(_ organisation: Int) -> String { String(60_000_000 + organisation) }

    static func zuid(_ index: Int, _ organisation: Int) -> Int { 7_000_000_000_000 + organisation * 1_000_000 + index }

    func groupID(_ index: Int) -> String { String(80_000_000_000 + number * 10_000 + index) }

    // MARK: The organisation

    func profile(_ name: String, users: Int) -> JSON {
        [
            "zoid": .number(MailSeeds.zoid(number)), "zaid": JSON(10_060_000 + number), "orgName": "Nordwind Logistik",
            "encryptedZoid": .string("zo-\(name)"), "superAdmin": JSON(MailSeeds.zuid(0, number)),
            "basePlan": "mailPremium", "planType": "paid", "usersCount": JSON(users),
            "groupCount": JSON(MailSeeds.groups), "mailboxCount": JSON(users),
            "primaryDomainName": .string(MailSeeds.domain), "isMailHostingEnabled": true,
            "licenseCount": JSON(users + 50), "spamVO": ["spamProcessType": "moderate"],
            "orgPolicyDetails": [MailSeeds.id(.policy, 0, number): "Business Policy"],
        ]
    }

    /// The DNS of domains that begin with `pending` is never right (`MailDomains.isRight`).
    var domains: [JSON] {
        [
            domain(0, MailSeeds.domain, isVerified: true), domain(1, "nordwind.example", isVerified: true),
            domain(2, "pending-nordwind.example", isVerified: false),
        ]
    }

    private func domain(_ index: Int, _ name: String, isVerified: Bool) -> JSON {
        var domain = MailSeeds.domain(name, id: MailSeeds.id(.other, index, number))
        guard isVerified else { return domain }
        for member in ["verificationStatus", "mxstatus", "spfstatus", "dkimstatus", "mailHostingEnabled"] {
            domain.set(member, true)
        }
        domain.set("primary", .bool(index == 0))
        domain.set(
            "dkimDetailList",
            [
                [
                    "dkimId": .string(MailSeeds.id(.other, 100 + index, number)), "selector": "zmail",
                    "publicKey": "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC", "hashType": "sha256",
                    "isDefault": true, "isVerified": true,
                ]
            ])
        return domain
    }

    static func domain(_ name: String, id: String) -> JSON {
        [
            "domainName": .string(name), "domainId": .string(id), "verificationStatus": false, "mxstatus": false,
            "spfstatus": false, "dkimstatus": false, "dkimDetailList": [], "primary": false, "isDomainAlias": false,
            "mailHostingEnabled": false, "catchAllAddress": .null, "subDomainStripping": false,
            "CNAMEVerificationCode": .string("zb\(id.suffix(8))"),
            "HTMLVerificationCode": .string("\(id.suffix(10))"),
        ]
    }

    func group(_ index: Int) -> JSON {
        let members: [JSON] = (0..<2 + index % 3).map { place in
            let user = SeededUsers.user(1 + (index + place) % 30, organisation: number)
            return [
                "memberEmailId": .string(user.email), "role": place == 0 ? "moderator" : "member", "status": "active",
            ]
        }
        return [
            "zgid": .number(groupID(index)), "name": .string("Team \(index + 1)"),
            "emailId": .string("team\(index + 1)@\(MailSeeds.domain)"), "groupDescription": "", "accessType": "public",
            "streamsEnabled": false, "groupAdminSettings": [:], "aliasList": [], "mailGroupMemberList": .array(members),
        ]
    }

    func heldMessage(_ index: Int) -> JSON {
        [
            "messageId": .string(MailSeeds.id(.message, 900_000 + index, number)),
            "subject": .string("Offer \(index + 1)"), "fromAddress": .string("sales\(index)@example.net"),
            "receivedTime": .string(String(MailSeeds.start + Int64(index) * 60_000)), "moderationReason": "external",
        ]
    }

    func policy(_ index: Int) -> JSON {
        [
            "policyID": .string(MailSeeds.id(.policy, index, number)),
            "policyName": .string(["Business Policy", "Warehouse", "External"][index]),
            "usersCount": JSON(index == 0 ? 400 : 25), "groupCount": JSON(index), "incomingMaxMailRate": 500,
            "popSetting": true, "strictTLS": false,
        ]
    }

    func allowedAddress(_ index: Int) -> JSON {
        [
            "ipId": .string(MailSeeds.id(.other, 200 + index, number)), "fromIpRange": "192.0.2.1",
            "toIpRange": "192.0.2.254", "roleId": 0,
        ]
    }
}
