import Testing
import Wire

@testable import ZohoSimulator

@Suite struct MailboxTests {
    private func messages(_ zoho: Zoho, _ folder: String, _ token: String) throws -> [JSON] {
        let folders = try zoho.data("GET", Zoho.mailbox("folders"), token: token).array ?? []
        let id = folders.first { $0["folderName"]?.string == folder }?["folderId"]?.string ?? ""
        return try zoho.data("GET", Zoho.mailbox("messages/view?folderId=\(id)&limit=200"), token: token).array ?? []
    }

    /// One address sends and keeps; the mode alone decides.
    @Test func aDraftIsNotSent() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let mail: JSON = ["fromAddress": "me@nordwind.example", "toAddress": "ada@example.com", "subject": "Hi"]
            var draft = mail
            draft.set("mode", "draft")
            let sent = try messages(zoho, "Sent", token).count
            let drafts = try messages(zoho, "Drafts", token).count
            try zoho.data("POST", Zoho.mailbox("messages"), token: token, body: draft)
            #expect(try messages(zoho, "Sent", token).count == sent)
            try zoho.data("POST", Zoho.mailbox("messages"), token: token, body: mail)
            #expect(try messages(zoho, "Sent", token).count == sent + 1)
            #expect(try messages(zoho, "Drafts", token).count == drafts + 1)
            #expect(try messages(zoho, "Sent", token).first?["subject"] == "Hi")
        }
    }

    @Test func messagesAreReadMovedFlaggedAndDeleted() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let message = try #require(try messages(zoho, "Inbox", token).first)
            let id = try #require(message["messageId"])
            let folder = message["folderId"]?.string ?? ""
            let path = Zoho.mailbox("folders/\(folder)/messages/\(id.idText ?? "")")
            let content = try zoho.data("GET", "\(path)/content", token: token)
            #expect(content["messageId"] == .number(id.idText ?? ""))
            #expect(try zoho.data("GET", "\(path)/attachmentinfo", token: token)["attachments"]?.array?.count == 1)
            let file = try zoho.mail("GET", "\(path)/attachments/1", token: token)
            #expect(file["Content-Type"] == "application/octet-stream")
            #expect(file.body.starts(with: "%PDF".utf8))

            let update = Zoho.mailbox("updatemessage")
            try zoho.data("PUT", update, token: token, body: ["mode": "markAsRead", "messageId": [id]])
            let flag: JSON = ["mode": "setFlag", "messageId": [id], "flagid": "important"]
            try zoho.data("PUT", update, token: token, body: flag)
            let details = try zoho.data("GET", "\(path)/details", token: token)
            #expect(details["status"] == "1")
            #expect(details["flagid"] == "important")
            #expect(try zoho.mail("PUT", update, token: token, body: ["mode": "no", "messageId": [id]]).status == 400)

            let count = try messages(zoho, "Trash", token).count
            try zoho.data("DELETE", path, token: token)
            #expect(try messages(zoho, "Trash", token).count == count + 1)
            #expect(try zoho.mail("GET", "\(path)/details", token: token).status == 404)
        }
    }

    @Test func listsFilter() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            func list(_ query: String) throws -> [JSON] {
                try zoho.data("GET", Zoho.mailbox("messages/view?limit=200&\(query)"), token: token).array ?? []
            }
            #expect(try list("status=unread").allSatisfy { $0["status"] == "0" })
            #expect(try list("status=unread").count == 48)
            #expect(try list("attachedMails=true").count == 24)
            #expect(try list("").first?["toAddress"]?.string?.hasPrefix("&lt;") == true)
        }
    }

    @Test func foldersLabelsAndSignaturesLive() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let folder = try zoho.data(
                "POST", Zoho.mailbox("folders"), token: token, body: ["folderName": "Archiv 2025"])
            let path = Zoho.mailbox("folders/\(folder["folderId"]?.string ?? "")")
            try zoho.data("PUT", path, token: token, body: ["mode": "rename", "folderName": "Archiv"])
            #expect(try zoho.data("GET", path, token: token)["folderName"] == "Archiv")
            try zoho.data("DELETE", path, token: token)
            #expect(try zoho.mail("GET", path, token: token).status == 404)
            let signature: JSON = ["name": "Kurz", "content": "x", "position": 0]
            let made = try zoho.data("POST", "/api/accounts/signature", token: token, body: signature)
            let id = made["id"]?.string ?? ""
            try zoho.data("DELETE", "/api/accounts/signature?id=\(id)", token: token)
            let gone = try zoho.mail("DELETE", "/api/accounts/signature?id=\(id)", token: token)
            #expect(gone.status == 500)
            #expect(gone.text.contains("The input passed is invalid"))
        }
    }

    @Test func tasksBookmarksAndNotesLive() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let task = try zoho.data("POST", "/api/tasks/me", token: token, body: ["title": "Call Ada"])
            let id = task["id"]?.string ?? ""
            try zoho.data("POST", "/api/tasks/me", token: token, body: ["title": "Dial", "parentTaskId": .string(id)])
            try zoho.data("PUT", "/api/tasks/me/\(id)", token: token, body: ["status": "completed"])
            let read = try zoho.data("GET", "/api/tasks/me/\(id)", token: token)["tasks"]?.array
            #expect(read?.count == 1)
            #expect(read?.first?["status"] == "completed")
            let parts = try zoho.data("GET", "/api/tasks/me/\(id)/subtasks", token: token)["tasks"]?.array
            #expect(parts?.map { $0["title"] } == ["Dial"])

            let projects = "/api/tasks/groups/80000000002/projects"
            try zoho.data("POST", projects, token: token, body: ["projectName": "Umzug"])
            let named = try zoho.data("GET", projects, token: token)["projects"]?.array?.last
            #expect(named?["name"] == "Umzug")

            let group = "/api/links/groups/80000000002"
            let link = try zoho.data("POST", group, token: token, body: ["link": "https://example.com"])
            #expect(link.members?.map(\.key) == ["entityId", "URI"])
            let entry = link["entityId"]?.string ?? ""
            try zoho.data("DELETE", "\(group)/\(entry)", token: token)
            #expect(try zoho.data("GET", "\(group)/trash", token: token)["list"]?.array?.count == 1)
            try zoho.data("PUT", "\(group)/\(entry)/restore", token: token)
            try zoho.data("PUT", "\(group)/\(entry)/favorite", token: token)
            #expect(try zoho.data("GET", "\(group)/\(entry)", token: token)["isFavorite"] == true)
            let note = try zoho.data("POST", "/api/notes/me", token: token, body: ["content": "x", "bookId": "7"])
            #expect(note["URI"]?.string?.hasPrefix("/api/notes/me/") == true)
        }
    }

    @Test func organisationsDoNotShareState() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            try zoho.control("POST", "refresh-tokens", ["token": "other", "region": "eu", "org": "other"])
            let other = try zoho.accessToken(.eu, "other")
            let zoid = try zoho.data("GET", "/api/organization", token: other)["zoid"]?.idText
            #expect(zoid != Zoho.zoid)
            #expect(try zoho.mail("GET", Zoho.organization("domains"), token: other).status == 403)
            try zoho.data("POST", "/api/tasks/me", token: other, body: ["title": "Theirs"])
            #expect(try zoho.data("GET", "/api/tasks/me?limit=499", token: token)["tasks"]?.array?.count == 45)
        }
    }
}
