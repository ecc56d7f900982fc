// The state of one organisation in Zoho Mail, and the mailbox of the person whose tokens are used: user 0.

import Wire

final class MailOrganisation {
    let name: String
    /// Tells this organisation's ids from those of others. The same for a name in every run.
    let number: Int
    private var made = 0

    var profile: JSON
    var domains: Records
    /// Checks of late domains that have been made once.
    var lateChecks: Set<String> = []
    var groups: Records
    /// Held messages per group.
    var held: [String: Records]
    var users: Records
    var policies: Records
    /// Entries per spam category.
    var spam: [String: [String]]
    /// What happens to mail that fails a check, by the check's name in answers.
    var failOptions = [
        "spfFail": "tempreject", "spfSoftFail": "allow", "dkimFail": "allow", "dmarcFail": "moveToSpam",
        "cdFail": "allow",
    ]
    var allowedAddresses: Records
    var folders: Records
    var labels: Records
    var messages: Records
    /// Everything that is only listed, made, changed and deleted, by the path where that happens.
    var collections: [String: Records] = [:]

    init(name: String, users count: Int) {
        self.name = name
        number = MailOrganisation.number(of: name)
        let seeds = MailSeeds(organisation: number)
        users = Records("zuid", (0..<max(1, count)).map { seeds.user($0) })
        domains = Records("domainName", seeds.domains)
        groups = Records("zgid", (0..<MailSeeds.groups).map { seeds.group($0) })
        held = [seeds.groupID(0): Records("messageId", (0..<MailSeeds.heldMessages).map { seeds.heldMessage($0) })]
        policies = Records("policyID", (0..<3).map { seeds.policy($0) })
        spam = [
            "whiteListEmail": (0..<MailSeeds.trustedAddresses).map { "partner\($0)@example.org" },
            "spamDomain": ["junk.example", "casino.example"],
        ]
        allowedAddresses = Records("ipId", [seeds.allowedAddress(0)])
        folders = Records(
            "folderId", MailSeeds.folderNames.indices.map { MailSeeds.folder($0, organisation: seeds.number) })
        labels = Records("labelId", (0..<3).map { seeds.label($0) })
        messages = Records("messageId", seeds.messages)
        profile = seeds.profile(name, users: max(1, count))
    }

    static func number(of name: String) -> Int {
        guard name != "demo" else { return 0 }
        // FNV-1a: which organisation is asked first must not decide about ids.
        return 1 + Int(name.utf8.reduce(2_166_136_261 as UInt32) { ($0 ^ UInt32($1)) &* 16_777_619 } % 899_999)
    }

    var zoid: String { MailSeeds.zoid(number) }
    var accountID: String { MailSeeds.id(.account, 0, number) }

    /// A new id of 19 digits.
    func makeID(_ kind: MailSeeds.Kind) -> String {
        made += 1
        return MailSeeds.id(kind, 500_000 + made, number)
    }

    /// A new id as people have it.
    func makeZuid() -> JSON {
        made += 1
        return JSON(MailSeeds.zuid(500_000 + made, number))
    }

    /// A user by zuid, accountId or address.
    func user(_ id: String) -> JSON? {
        users[id] ?? users.first(where: "accountId", is: id) ?? users.first(where: "primaryEmailAddress", is: id)
    }

    func folderID(_ name: String) -> String {
        folders.first(where: "folderName", is: name)?["folderId"]?.string ?? MailSeeds.id(.folder, 0, number)
    }
}
