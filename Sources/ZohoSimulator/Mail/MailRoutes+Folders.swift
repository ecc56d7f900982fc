// Folders and labels of the caller's mailbox.

import Wire

extension MailRoutes {
    mutating func addFoldersAndLabels() {
        addFolders("/api/accounts/{#accountId}/folders", "folders")
        addLabels("/api/accounts/{#accountId}/labels", "tags")
    }

    private mutating func addFolders(_ path: String, _ area: String) {
        get(path, area) { MailReply.success(.array($0.organisation.folders.items)) }
        get("\(path)/{#folderId}", area) { call throws(Refused) in MailReply.success(try MailFolders.find(call)) }
        post(path, area) { call throws(Refused) in
            let name = try call.body(with: "folderName")["folderName"]?.string ?? ""
            guard call.organisation.folders.first(where: "folderName", is: name) == nil else {
                throw Refused(MailReply.duplicate("Folder name already exists"))
            }
            let folder = MailSeeds.folder(name, id: call.organisation.makeID(.folder), kind: "Inbox")
            call.organisation.folders.append(folder)
            return MailReply.created(folder)
        }
        put("\(path)/{#folderId}", area) { call throws(Refused) in try MailFolders.change(call) }
        delete("\(path)/{#folderId}", area) { call throws(Refused) in
            let folder = try MailFolders.find(call)
            guard !MailSeeds.folderNames.prefix(8).contains(folder["folderName"]?.string ?? "") else {
                throw Refused(MailReply.failure(500, "Internal Error", more: "System folders cannot be deleted"))
            }
            call.organisation.folders.remove(call["folderId"])
            call.organisation.messages.removeAll { $0["folderId"]?.string == call["folderId"] }
            return MailReply.success()
        }
    }

    private mutating func addLabels(_ path: String, _ area: String) {
        func find(_ call: MailCall) throws(Refused) -> JSON {
            guard let label = call.organisation.labels[call["labelId"]] else {
                throw Refused(MailReply.unknown("Label", call["labelId"]))
            }
            return label
        }
        get(path, area) { MailReply.success(.array($0.organisation.labels.items)) }
        get("\(path)/{#labelId}", area) { call throws(Refused) in MailReply.success(try find(call)) }
        post(path, area) { call throws(Refused) in
            let body = try call.body(with: "displayName")
            let name = body["displayName"]?.string ?? ""
            guard call.organisation.labels.first(where: "displayName", is: name) == nil else {
                throw Refused(MailReply.duplicate("Label name already exists", under: 200))
            }
            let label = MailSeeds.label(
                name, body["color"]?.string ?? "#ff0000", id: call.organisation.makeID(.label))
            call.organisation.labels.append(label)
            return MailReply.created(label)
        }
        put("\(path)/{#labelId}", area) { call throws(Refused) in
            _ = try find(call)
            let body = try call.body()
            call.organisation.labels.change(call["labelId"]) { $0.merge(body) }
            return MailReply.success()
        }
        delete("\(path)/{#labelId}", area) { call throws(Refused) in
            _ = try find(call)
            call.organisation.labels.remove(call["labelId"])
            return MailReply.success()
        }
    }
}

enum MailFolders {
    static func find(_ call: MailCall) throws(Refused) -> JSON {
        guard let folder = call.organisation.folders[call["folderId"]] else {
            throw Refused(MailReply.unknown("Folder", call["folderId"]))
        }
        return folder
    }

    static func change(_ call: MailCall) throws(Refused) -> Reply {
        let (mode, body) = try call.changes()
        _ = try find(call)
        let id = call["folderId"]
        func isInside(_ message: JSON) -> Bool { message["folderId"]?.string == id }
        switch mode {
        case "rename":
            guard let name = body["folderName"] else { throw Refused(MailReply.missing("folderName")) }
            call.organisation.folders.change(id) {
                $0.set("folderName", name)
                $0.set("path", .string("/\(name.string ?? "")"))
            }
        case "move":
            guard let parent = body["parentFolderId"] else { throw Refused(MailReply.missing("parentFolderId")) }
            call.organisation.folders.change(id) { $0.set("parentFolderId", parent) }
        case "setViewableInIMAP", "removeViewableInIMAP":
            call.organisation.folders.change(id) { $0.set("imapAccess", .bool(mode.hasPrefix("set"))) }
        case "markAsRead": call.organisation.messages.changeAll { if isInside($0) { $0.set("status", "1") } }
        case "emptyFolder": call.organisation.messages.removeAll(where: isInside)
        default: throw call.refuseMode(mode)
        }
        return MailReply.success()
    }
}
