// Things that are only listed, made, changed and deleted: one description per kind, one way to serve them all.

import Wire

struct MailCollection {
    enum Style {
        /// All at once, in `data` or in a member of it.
        case whole
        /// `start` and `limit`, from 0.
        case offset(limit: Int)
        /// `from` and `limit`, and the path of the next page.
        case from
        /// `after` and `limit`, and the full URL of the next page.
        case cursor(limit: Int)
    }

    let path: String
    let area: String
    /// The member with the id.
    let key: String
    let style: Style
    /// The member of `data` with the list; nil for `data` itself.
    var at: String?
    /// A member that no two may share.
    var duplicate: String?
    var seeds = 0
    /// Tells the seeds' ids from those of other collections.
    var group = 0
    /// Members that are written under one name and read under another.
    var renames: [String: String] = [:]
    var make: (Int) -> JSON = { ["name": .string("Entry \($0 + 1)")] }

    var query: String {
        switch style {
        case .whole: ""
        case .offset: "start limit searchKey"
        case .from: "from limit status"
        case .cursor: "after limit isPrev fields"
        }
    }

    // MARK: State

    /// The path with this call's values, under which the records are kept.
    func place(_ call: MailCall) -> String {
        path.split(separator: "/").map { piece in
            guard piece.hasPrefix("{") else { return String(piece) }
            return call[String(piece.drop { $0 == "{" || $0 == "#" }.dropLast())]
        }.joined(separator: "/")
    }

    func records(_ call: MailCall) -> Records {
        let place = place(call)
        if let known = call.organisation.collections[place] { return known }
        let items = (0..<seeds).map { index in
            var item = make(index)
            item.set(key, .string(MailSeeds.id(.entity, group * 1000 + index, call.organisation.number)))
            return item
        }
        let new = Records(key, items)
        call.organisation.collections[place] = new
        return new
    }

    func change(_ call: MailCall, _ change: (inout Records) -> Void) {
        var records = records(call)
        change(&records)
        call.organisation.collections[place(call)] = records
    }

    func find(_ id: String, _ call: MailCall) throws(Refused) -> JSON {
        guard let item = records(call)[id] else { throw Refused(MailReply.duplicate("The input passed is invalid")) }
        return item
    }

    private func renamed(_ body: JSON) -> JSON {
        .object((body.members ?? []).map { (renames[$0.key] ?? $0.key, $0.value) })
    }

    // MARK: Answers

    func create(_ call: MailCall) throws(Refused) -> JSON {
        var item = renamed(try call.body())
        if let duplicate, let name = item[duplicate]?.string, records(call).first(where: duplicate, is: name) != nil {
            // Where the others have moreInfo this one has its description, and the HTTP status says success.
            throw Refused(
                Reply(200, ["status": ["code": 500, "description": "Category Already Exists."], "data": [:]]))
        }
        item.set(key, .string(call.organisation.makeID(.entity)))
        item.set("createdAt", .string(String(call.now)))
        change(call) { $0.append(item) }
        return item
    }

    func update(_ id: String, _ call: MailCall) throws(Refused) {
        let body = renamed(try call.body())
        _ = try find(id, call)
        change(call) { records in _ = records.change(id) { $0.merge(body, except: [key]) } }
    }

    func remove(_ id: String, _ call: MailCall) throws(Refused) {
        _ = try find(id, call)
        change(call) { _ = $0.remove(id) }
    }

    func list(_ items: [JSON], _ call: MailCall) throws(Refused) -> Reply {
        switch style {
        case .whole: return MailReply.success(wrapped(items))
        case .offset(let limit): return MailReply.success(wrapped(try call.page(items, limit: limit, most: 200)))
        case .from: return MailReply.success(try from(items, call))
        case .cursor(let limit): return MailReply.success(try cursor(items, limit, call))
        }
    }

    private func wrapped(_ items: [JSON]) -> JSON { at.map { [$0: .array(items)] } ?? .array(items) }

    private func from(_ items: [JSON], _ call: MailCall) throws(Refused) -> JSON {
        let start = try call.number("from", 0...1_000_000_000, 0)
        let limit = try call.number("limit", 1...499, 20)
        var data = wrapped(try call.page(items, limit: 20, most: 499, position: "from"))
        var paging: JSON = [:]
        if start + limit < items.count {
            // With or without the slash, as samples have it.
            let path = call.inquiry.path.dropFirst(call.inquiry.path.hasPrefix("/api/tasks/me") ? 0 : 1)
            paging.set("nextPage", .string("\(path)?from=\(start + limit)&limit=\(limit)"))
        }
        data.set("paging", paging)
        return data
    }

    private func cursor(_ items: [JSON], _ fallback: Int, _ call: MailCall) throws(Refused) -> JSON {
        let limit = try call.number("limit", 1...399, fallback)
        var start = 0
        if let after = call.query("after") {
            guard let place = items.firstIndex(where: { $0[key]?.idText == after }) else {
                throw Refused(MailReply.invalidInput("after is not valid"))
            }
            start = call.query("isPrev") == "true" ? max(0, place - limit) : place + 1
        }
        var page = Array(items.dropFirst(start).prefix(limit))
        var pagination: JSON = [:]
        if start + page.count < items.count, let last = page.last?[key]?.idText {
            let fields = call.query("fields").map { "&fields=\($0)" } ?? ""
            pagination.set(
                "next",
                .string("https://\(call.inquiry.host)\(call.inquiry.path)?after=\(last)&limit=\(limit)\(fields)"))
        }
        if let fields = call.query("fields")?.split(separator: ",").map({ String($0) }) {
            page = page.map { item in
                .object((item.members ?? []).filter { $0.key == key || fields.contains($0.key) })
            }
        }
        return ["list": .array(page), "pagination": pagination]
    }
}

extension MailRoutes {
    /// List and creation.
    mutating func addCollection(_ collection: MailCollection) {
        get(collection.path, collection.area, query: collection.query) { call throws(Refused) in
            try collection.list(collection.records(call).items.filter { call.matches($0, "name") }, call)
        }
        post(collection.path, collection.area) { call throws(Refused) in
            MailReply.created(try collection.create(call))
        }
    }

    /// Change and deletion on the list's own path, by an id in the body or in the query.
    mutating func addChangesInPlace(of collection: MailCollection) {
        put(collection.path, collection.area) { call throws(Refused) in
            let id = try call.body(with: collection.key)[collection.key]?.idText ?? ""
            try collection.update(id, call)
            return MailReply.success()
        }
        delete(collection.path, collection.area, query: "id") { call throws(Refused) in
            var id = call.query("id")
            if id == nil { id = try call.body(with: collection.key)[collection.key]?.idText }
            try collection.remove(id ?? "", call)
            return MailReply.success()
        }
    }

    /// Change and deletion of one on its own path.
    mutating func addEntries(of collection: MailCollection, id: String, query: String = "") {
        put("\(collection.path)/{\(id)}", collection.area) { call throws(Refused) in
            try collection.update(call[id], call)
            return MailReply.success()
        }
        delete("\(collection.path)/{\(id)}", collection.area, query: query) { call throws(Refused) in
            try collection.remove(call[id], call)
            return MailReply.success()
        }
    }
}
