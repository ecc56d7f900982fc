// People, and what is in the mailbox of the first of them.

import Wire

extension MailSeeds {
    func user(_ index: Int) -> JSON {
        let person = SeededUsers.user(index, organisation: number)
        return MailSeeds.user(
            zuid: JSON(MailSeeds.zuid(index, number)), accountID: MailSeeds.id(.account, index, number),
            email: person.email, name: (person.firstName, person.lastName),
            role: index == 0 ? "super_admin" : index % 40 == 0 ? "admin" : "member",
            policy: [MailSeeds.zoid(number): MailSeeds.id(.policy, 0, number)])
    }

    static func user(
        zuid: JSON, accountID: String, email: String, name: (first: String, last: String), role: String,
        policy: [String: String]
    ) -> JSON {
        let display = "\(name.first) \(name.last)"
        return [
            "zuid": zuid, "accountId": .string(accountID), "type": "ZOHO_ACCOUNT",
            "primaryEmailAddress": .string(email), "mailboxAddress": .string(email),
            "emailAddress": [["mailId": .string(email), "isPrimary": true, "isAlias": false, "isConfirmed": true]],
            "displayName": .string(display), "accountDisplayName": .string(display), "firstName": .string(name.first),
            "lastName": .string(name.last), "role": .string(role), "status": true, "enabled": true,
            "mailboxStatus": "enabled", "incomingBlocked": false, "outgoingBlocked": false, "imapAccessEnabled": true,
            "popAccessEnabled": false, "activeSyncEnabled": true, "tfaEnabled": false, "mailForward": [],
            "sendMailDetails": [
                [
                    "sendMailId": .string("1" + accountID.dropFirst()), "fromAddress": .string(email),
                    "displayName": .string(display), "signatureId": .null,
                ]
            ],
            "policyId": .object(policy.map { ($0.key, .string($0.value)) }), "country": "de", "language": "de",
            "timeZone": "Europe/Berlin",
        ]
    }

    static func folder(_ index: Int, organisation: Int) -> JSON {
        let name = folderNames[index]
        return folder(name, id: id(.folder, index, organisation), kind: index < 8 ? name : "Inbox")
    }

    static func folder(_ name: String, id: String, kind: String) -> JSON {
        [
            "folderId": .string(id), "folderName": .string(name), "folderType": .string(kind),
            "path": .string("/\(name)"), "isArchived": 0, "imapAccess": true, "previousFolderId": "0",
            "URI": .string("/api/accounts/folders/\(id)"),
        ]
    }

    func label(_ index: Int) -> JSON {
        MailSeeds.label(
            ["Kunden", "Urgent", "Später"][index], "#00aa0\(index)", id: MailSeeds.id(.label, index, number))
    }

    static func label(_ name: String, _ color: String, id: String) -> JSON {
        [
            "labelId": .string(id), "tagId": .string(id), "displayName": .string(name), "color": .string(color),
            "sequence": "0", "URI": .string("/api/accounts/labels/\(id)"),
        ]
    }

    /// Newest first, as lists are.
    var messages: [JSON] {
        let places = [0: MailSeeds.inboxMessages, 1: 2, 4: 12, 5: 5, 6: 3, 8: 4]
        var messages: [JSON] = []
        for (folder, count) in places.sorted(by: { $0.key < $1.key }) {
            for _ in 0..<count { messages.append(message(messages.count, folder: folder)) }
        }
        return messages
    }

    private func message(_ index: Int, folder: Int) -> JSON {
        let sender = SeededUsers.user(1 + index % 40, organisation: number)
        let time = String(MailSeeds.start - Int64(index) * 3_600_000)
        return [
            "messageId": .string(MailSeeds.id(.message, index, number)),
            "threadId": .string(MailSeeds.id(.message, index - index % 3, number)),
            "folderId": .string(MailSeeds.id(.folder, folder, number)),
            "subject": .string("\(index % 4 == 0 ? "Invoice" : "Delivery") \(1000 + index) — \(sender.lastName)"),
            "sender": .string(sender.email), "fromAddress": .string(sender.email),
            // Escaped, as recorded.
            "toAddress": .string("&lt;\(SeededUsers.user(0, organisation: number).email)&gt;"),
            "ccAddress": "Not Provided", "receivedTime": .string(time), "sentDateInGMT": .string(time),
            "summary": .string("The goods of order \(1000 + index) are on their way."),
            "status": .string(index % 5 == 0 ? "0" : "1"), "status2": "0", "flagid": "flag_not_set",
            "priority": "3", "hasAttachment": .string(index % 10 == 0 ? "1" : "0"), "hasInline": "false",
            "size": .string(String(2048 + index)), "labelId": [], "isArchived": false,
        ]
    }
}
