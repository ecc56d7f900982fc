// Bookmarks and notes, which differ in little but their words: personal and of groups, in collections or books.

import Wire

/// Bookmarks or notes.
struct MailShelf {
    /// `links` or `notes`, in paths and in scopes.
    let name: String
    /// Word and members of what they are filed in: `collections`, `collection`, or `books`, `book`.
    let containers: String
    let container: String
    let pageSize: Int
    let group: Int

    func entries(_ path: String, seeds: Int, _ offset: Int) -> MailCollection {
        MailCollection(
            path: path, area: name, key: "entityId", style: .cursor(limit: pageSize), seeds: seeds,
            group: group + offset,
            make: { [name, container] index in
                var entry: JSON = [
                    "title": .string("\(name) \(index + 1)"), "summary": "", "isFavorite": .bool(index % 7 == 0),
                    "namespaceId": JSON(MailSeeds.zuid(0, 0)),
                ]
                if name == "links" { entry.set("link", .string("https://example.com/\(index + 1)")) }
                if name == "notes" { entry.set("content", .string("<div>\(index + 1)</div>")) }
                entry.set("\(container)Name", "Allgemein")
                return entry
            })
    }

    /// What is filed in.
    func shelves(_ path: String, _ offset: Int) -> MailCollection {
        MailCollection(
            path: "\(path)/\(containers)", area: name, key: "\(container)Id", style: .whole,
            duplicate: "\(container)Name", seeds: 2, group: group + offset,
            make: { [container] in ["\(container)Name": .string("\(container) \($0 + 1)")] })
    }
}

extension MailRoutes {
    mutating func addBookmarks() {
        let shelf = MailShelf(
            name: "links", containers: "collections", container: "collection", pageSize: 20, group: 30)
        add(shelf)
        addTrash(shelf, "/api/links/me")
        addTrash(shelf, "/api/links/groups/{#groupId}")
        let shared = shelf.entries("/api/links", seeds: 21, 6)
        get("/api/links", "links", query: "action view \(shared.query)") { call throws(Refused) in
            try shared.list(shared.records(call).items, call)
        }
        get("/api/links/groups/collections", "links") { call in
            let groups: [JSON] = call.organisation.groups.items.prefix(5).map {
                .of(["groupId": $0["zgid"], "name": $0["name"], "collection": []])
            }
            return MailReply.success(.array(groups))
        }
    }

    mutating func addNotes() {
        let shelf = MailShelf(name: "notes", containers: "books", container: "book", pageSize: 25, group: 40)
        add(shelf)
        let shared = shelf.entries("/api/notes/sharedtome", seeds: 26, 6)
        get("/api/notes/sharedtome", "notes", query: shared.query) { call throws(Refused) in
            try shared.list(shared.records(call).items, call)
        }
        for path in ["/api/notes/me", "/api/notes/groups/{#groupId}"] { addAttachments("\(path)/{noteId}/attachments") }
    }

    private mutating func add(_ shelf: MailShelf) {
        let root = "/api/\(shelf.name)"
        let mine = shelf.entries("\(root)/me", seeds: 63, 0)
        add(shelf, mine, 1)
        add(shelf, shelf.entries("\(root)/groups/{#groupId}", seeds: 31, 2), 3)
        get("\(root)/favorites", shelf.name, query: mine.query) { call throws(Refused) in
            try mine.list(mine.records(call).items.filter { $0["isFavorite"] == true }, call)
        }
        get("\(root)/groups", shelf.name) { call in
            let groups: [JSON] = call.organisation.groups.items.prefix(5).map {
                .of(["groupId": $0["zgid"], "name": $0["name"]])
            }
            return MailReply.success(.array(groups))
        }
    }

    private mutating func add(_ shelf: MailShelf, _ entries: MailCollection, _ offset: Int) {
        get(entries.path, shelf.name, query: entries.query) { call throws(Refused) in
            try entries.list(entries.records(call).items, call)
        }
        post(entries.path, shelf.name) { call throws(Refused) in
            let id = try entries.create(call)["entityId"]?.string ?? ""
            return MailReply.created(["entityId": .string(id), "URI": .string("\(call.inquiry.path)/\(id)")])
        }
        get("\(entries.path)/{entryId}", shelf.name) { call throws(Refused) in
            MailReply.success(try entries.find(call["entryId"], call))
        }
        put("\(entries.path)/{entryId}", shelf.name) { call throws(Refused) in
            try entries.update(call["entryId"], call)
            return MailReply.success()
        }
        delete("\(entries.path)/{entryId}", shelf.name, query: shelf.name == "notes" ? "forceDelete" : "") {
            call throws(Refused) in
            let entry = try entries.find(call["entryId"], call)
            try entries.remove(call["entryId"], call)
            MailRoutes.trash(shelf, entries.path).change(call) { $0.append(entry) }
            return MailReply.success()
        }
        put("\(entries.path)/{entryId}/favorite", shelf.name) { call throws(Refused) in
            try MailRoutes.setFavorite(true, entries, call)
        }
        delete("\(entries.path)/{entryId}/favorite", shelf.name) { call throws(Refused) in
            try MailRoutes.setFavorite(false, entries, call)
        }
        let shelves = shelf.shelves(entries.path, offset)
        addCollection(shelves)
        addEntries(of: shelves, id: "shelfId")
        get("\(shelves.path)/{shelfId}", shelf.name, query: entries.query) { call throws(Refused) in
            _ = try shelves.find(call["shelfId"], call)
            let inside = entries.records(call).items.filter { $0["\(shelf.container)Id"]?.idText == call["shelfId"] }
            return try entries.list(inside, call)
        }
    }

    private static func setFavorite(
        _ isFavorite: Bool, _ entries: MailCollection, _ call: MailCall
    ) throws(Refused) -> Reply {
        _ = try entries.find(call["entryId"], call)
        entries.change(call) { records in
            records.change(call["entryId"]) { $0.set("isFavorite", .bool(isFavorite)) }
        }
        return MailReply.success()
    }

    private static func trash(_ shelf: MailShelf, _ path: String) -> MailCollection {
        shelf.entries("\(path)/trash", seeds: 0, 5)
    }

    private mutating func addTrash(_ shelf: MailShelf, _ path: String) {
        let trash = MailRoutes.trash(shelf, path)
        let entries = shelf.entries(path, seeds: path.hasSuffix("me") ? 63 : 31, path.hasSuffix("me") ? 0 : 2)
        get(trash.path, shelf.name, query: trash.query) { call throws(Refused) in
            try trash.list(trash.records(call).items, call)
        }
        put("\(path)/{entryId}/restore", shelf.name) { call throws(Refused) in
            let entry = try trash.find(call["entryId"], call)
            try trash.remove(call["entryId"], call)
            entries.change(call) { $0.append(entry) }
            return MailReply.success()
        }
    }

    private mutating func addAttachments(_ path: String) {
        let files = MailCollection(path: path, area: "notes", key: "attachmentId", style: .whole, seeds: 1, group: 49)
        get(path, "notes") { call throws(Refused) in try files.list(files.records(call).items, call) }
        post(path, "notes") { call throws(Refused) in
            // Multipart, which nobody here looks into.
            let file: JSON = [
                "attachmentId": .string(call.organisation.makeID(.entity)), "size": JSON(call.inquiry.body.count),
            ]
            files.change(call) { $0.append(file) }
            return MailReply.created(["attachments": [file], "failedFiles": []])
        }
        get("\(path)/{attachmentId}", "notes") { _ in MailReply.file }
        delete("\(path)/{attachmentId}", "notes") { call throws(Refused) in
            try files.remove(call["attachmentId"], call)
            return MailReply.success()
        }
    }
}
