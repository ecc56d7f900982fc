// Messages: lists, one message's parts, sending.

import Wire

extension MailRoutes {
    mutating func addMessages() {
        let area = "messages"
        let account = "/api/accounts/{#accountId}"
        get(
            "\(account)/messages/view", area,
            query: "start limit folderId status flagid labelid threadId sortBy sortorder includeto includesent "
                + "includearchive attachedMails inlinedMails flaggedMails respondedMails threadedMails fields"
        ) { call throws(Refused) in
            MailReply.success(.array(try call.page(MailMessages.matching(call), first: 1, limit: 10, most: 200)))
        }
        get("\(account)/messages/search", area, query: "start limit searchKey receivedTime includeto") {
            call throws(Refused) in
            let found = MailMessages.found(by: try call.required("searchKey"), call)
            return MailReply.success(.array(try call.page(found, first: 1, limit: 10, most: 200)))
        }
        post("\(account)/messages", area) { call throws(Refused) in try MailMessages.send(call) }
        post("\(account)/messages/{#messageId}", area) { call throws(Refused) in
            _ = try MailMessages.find(call)
            return try MailMessages.send(call)
        }
        post("\(account)/messages/attachments", area, query: "fileName isInline uploadType") { call in
            let name = call.query("fileName") ?? "upload.bin"
            return MailReply.success([
                [
                    "storeName": .string("store-\(call.organisation.number)"), "attachmentName": .string(name),
                    "attachmentPath": .string("/\(call.organisation.makeID(.other))/\(name)"),
                    "attachmentSize": JSON(call.inquiry.body.count),
                ]
            ])
        }
        put("\(account)/updatemessage", area) { call throws(Refused) in try MailMessages.change(call) }
        put("\(account)/updatethread", area) { call throws(Refused) in try MailMessages.change(call) }
        addParts(area, "\(account)/folders/{#folderId}/messages/{#messageId}")
        get("\(account)/messages/{#messageId}/originalmessage", area) { call throws(Refused) in
            let message = try MailMessages.find(call)
            return MailReply.success(.of(["messageId": message["messageId"], "content": .string(MailMessages.mime)]))
        }
    }

    private mutating func addParts(_ area: String, _ path: String) {
        get("\(path)/content", area, query: "includeBlockContent") { call throws(Refused) in
            let message = try MailMessages.find(call)
            // A bare number here, beyond 2^53.
            let id = JSON.number(message["messageId"]?.idText ?? "0")
            return MailReply.success(.of(["messageId": id, "content": message["content"] ?? "<div>Guten Tag</div>"]))
        }
        get("\(path)/details", area) { call throws(Refused) in MailReply.success(try MailMessages.find(call)) }
        get("\(path)/header", area, query: "raw") { call throws(Refused) in
            _ = try MailMessages.find(call)
            let lines: JSON = ["Received": ["from mx.example.net", "from mail.example.net"], "Subject": ["Delivery"]]
            return MailReply.success([
                "headerContent": call.query("raw") == "false" ? lines : .string(MailMessages.mime)
            ])
        }
        get("\(path)/attachmentinfo", area, query: "includeInline") { call throws(Refused) in
            let message = try MailMessages.find(call)
            let attachment = JSON.of([
                "attachmentId": .string("13\(call["messageId"].suffix(12))"), "attachmentName": "Lieferschein.pdf",
                "attachmentSize": 48_213,
            ])
            let attachments: JSON = message["hasAttachment"] == "1" ? [attachment] : []
            return MailReply.success(
                .of(["messageId": message["messageId"], "attachments": attachments, "inline": []]))
        }
        for (part, query) in [("attachments/{attachmentId}", ""), ("inline", "contentId fileName")] {
            get("\(path)/\(part)", area, query: query) { call throws(Refused) in
                _ = try MailMessages.find(call)
                return MailReply.file
            }
        }
        delete(path, area, query: "expunge") { call throws(Refused) in
            _ = try MailMessages.find(call)
            if call.query("expunge") == "true" {
                call.organisation.messages.remove(call["messageId"])
            } else {
                let trash = JSON.string(call.organisation.folderID("Trash"))
                call.organisation.messages.change(call["messageId"]) { $0.set("folderId", trash) }
            }
            return MailReply.success(["cId": .string(call["messageId"])])
        }
    }
}

extension MailReply {
    /// Bytes that are no text, without envelope.
    static let file = Reply(
        200,
        lines: ResponseHead(
            0,
            fields: [
                ("Server", "ZGS"), ("Content-Type", "application/octet-stream"),
                ("Content-Disposition", "attachment; filename=\"Lieferschein.pdf\""),
            ]
        ).fields, .bytes(Array("%PDF-1.7\n".utf8) + (0...255).map { UInt8($0) }))
}
