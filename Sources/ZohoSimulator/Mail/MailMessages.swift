// What is done with the messages of a mailbox.

import Wire

enum MailMessages {
    static let mime =
        "Received: from mx.example.net\r\nSubject: Delivery\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nGuten Tag\r\n"

    static func find(_ call: MailCall) throws(Refused) -> JSON {
        guard let message = call.organisation.messages[call["messageId"]],
            call.values["folderId"].map({ $0 == message["folderId"]?.string }) ?? true
        else { throw Refused(MailReply.unknown("Message", call["messageId"])) }
        return message
    }

    /// The entries of the list view; without a folder those of the inbox.
    static func matching(_ call: MailCall) -> [JSON] {
        let folder = call.query("folderId") ?? call.organisation.folderID("Inbox")
        // Lists number the flags that changes name.
        let flag = call.query("flagid").map { ["flag_not_set", "info", "important", "followup"][(Int($0) ?? 0) & 3] }
        let found = call.organisation.messages.items.filter { message in
            func has(_ query: String, _ member: String) -> Bool {
                call.query(query).map { $0 == message[member]?.string } ?? true
            }
            let isUnread = message["status"] == "0"
            return message["folderId"]?.string == folder && has("threadId", "threadId")
                && (flag.map { $0 == message["flagid"]?.string } ?? true)
                && (call.query("labelid").map { MailCall.ids(message["labelId"]).contains($0) } ?? true)
                && !(call.query("status") == "read" && isUnread) && !(call.query("status") == "unread" && !isUnread)
                && !(call.query("attachedMails") == "true" && message["hasAttachment"] == "0")
        }
        return call.query("sortorder") == "true" ? found.reversed() : found
    }

    /// `entire:word`, `subject:word`, `sender:word` or `newMails`; what stands before the last colon is not looked at.
    static func found(by key: String, _ call: MailCall) -> [JSON] {
        if key == "newMails" { return call.organisation.messages.items.filter { $0["status"] == "0" } }
        let word = (key.split(separator: ":").last.map { String($0) } ?? "").lowercased()
        return call.organisation.messages.items.filter { message in
            ["subject", "sender", "summary"].contains { message[$0]?.string?.lowercased().has(word) ?? false }
        }
    }

    /// Without a mode it is sent; with one it is kept.
    static func send(_ call: MailCall) throws(Refused) -> Reply {
        let body = try call.body(with: "fromAddress")
        let mode = body["mode"]?.string
        let folder: String
        switch mode {
        case "draft": folder = "Drafts"
        case "template": folder = "Templates"
        case nil: folder = body["isSchedule"] == true ? "Outbox" : "Sent"
        case let mode?: throw call.refuseMode(mode)
        }
        if mode == nil, body["toAddress"]?.string?.isEmpty ?? true { throw Refused(MailReply.missing("toAddress")) }
        let id = JSON.string(call.organisation.makeID(.message))
        let time = JSON.string(String(call.now))
        var message: JSON = [
            "messageId": id, "mailId": id, "threadId": id, "folderId": .string(call.organisation.folderID(folder)),
            "receivedTime": time, "sentDateInGMT": time, "status": "1", "flagid": "flag_not_set", "hasAttachment": "0",
            "labelId": [], "sender": body["fromAddress"] ?? .null, "summary": "", "ccAddress": "Not Provided",
        ]
        message.merge(body, except: ["mode"])
        call.organisation.messages = Records("messageId", [message] + call.organisation.messages.items)
        return MailReply.success(message)
    }

    static func change(_ call: MailCall) throws(Refused) -> Reply {
        let (mode, body) = try call.changes()
        guard body["messageId"] != nil || body["threadId"] != nil else { throw Refused(MailReply.missing("messageId")) }
        let change = try changing(mode, body, call)
        let ids = MailCall.ids(body["messageId"])
        let threads = MailCall.ids(body["threadId"])
        call.organisation.messages.changeAll { message in
            if ids.contains(message["messageId"]?.string ?? "") || threads.contains(message["threadId"]?.string ?? "") {
                change(&message)
            }
        }
        return MailReply.success()
    }

    private static func changing(
        _ mode: String, _ body: JSON, _ call: MailCall
    ) throws(Refused) -> (inout JSON) -> Void {
        func moving(to name: String) -> (inout JSON) -> Void {
            let id = JSON.string(call.organisation.folderID(name))
            return { $0.set("folderId", id) }
        }
        switch mode {
        case "markAsRead": return { $0.set("status", "1") }
        case "markAsUnread": return { $0.set("status", "0") }
        case "archiveMails": return { $0.set("isArchived", true) }
        case "unArchiveMails": return { $0.set("isArchived", false) }
        case "moveToSpam": return moving(to: "Spam")
        case "markNotSpam", "moveNotSpam": return moving(to: "Inbox")
        case "removeAllLabels": return { $0.set("labelId", []) }
        case "setFlag":
            guard let flag = body["flagid"] else { throw Refused(MailReply.missing("flagid")) }
            return { $0.set("flagid", flag) }
        case "moveMessage":
            let target = body["destfolderId"]?.idText ?? ""
            guard call.organisation.folders[target] != nil else { throw Refused(MailReply.unknown("Folder", target)) }
            return { $0.set("folderId", .string(target)) }
        case "applyLabel", "removeLabel":
            let labels = MailCall.ids(body["labelId"])
            for label in labels where call.organisation.labels[label] == nil {
                throw Refused(MailReply.unknown("Label", label))
            }
            return { message in
                let others = MailCall.ids(message["labelId"]).filter { !labels.contains($0) }
                let all = mode == "applyLabel" ? others + labels : others
                message.set("labelId", .array(all.map { .string($0) }))
            }
        default: throw call.refuseMode(mode)
        }
    }
}
