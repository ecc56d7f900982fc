import Testing
import Wire

@testable import ZohoSimulator

/// One walk for each way in which Zoho Mail's lists go on.
@Suite struct MailPagingTests {
    @Test(arguments: [
        (Zoho.organization("accounts"), "", "zuid", 0, 40, 450),
        (Zoho.organization("groups"), "groups", "zgid", 1, 25, 60),
        (Zoho.organization("groups/80000000000/messages"), "", "messageId", 1, 2, 7),
        (Zoho.organization("policy/accessRestriction"), "", "restrictionId", 0, 5, 12),
        (Zoho.organization("storage"), "userList", "zuid", 0, 50, 450),
        (Zoho.mailbox("messages/view"), "", "messageId", 1, 100, MailSeeds.inboxMessages),
        (Zoho.mailbox("messages/search?searchKey=entire:invoice"), "", "messageId", 1, 50, 66),
    ])
    func offsets(
        _ path: String, _ at: String, _ key: String, _ first: Int, _ limit: Int, _ count: Int
    ) async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            try expectWalk(count, by: key) { met in
                let mark = path.contains("?") ? "&" : "?"
                let data = try zoho.data("GET", "\(path)\(mark)start=\(first + met)&limit=\(limit)", token: token)
                let entries = (at.isEmpty ? data : data[at])?.array ?? []
                return (entries, entries.count < limit)
            }
        }
    }

    @Test func spamEntriesStandUnderTheirCategory() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let path = Zoho.organization("antispam/data?mode=getMarkingData&spamCategory=whiteListEmail&limit=100")
            var entries: [String] = []
            while true {
                let data = try zoho.data("GET", "\(path)&start=\(entries.count)", token: token)
                let page = try #require(data["whiteListEmail"]?.strings)
                entries += page
                if page.count < 100 { break }
            }
            #expect(Set(entries).count == MailSeeds.trustedAddresses)
            #expect(entries.count == MailSeeds.trustedAddresses)
        }
    }

    /// The next page is a path, of which only the query is to be used.
    @Test(arguments: [("/api/tasks/me", 45, "/api/tasks"), ("/api/tasks/groups/80000000000", 23, "api/tasks")])
    func tasksNameTheNextPath(_ path: String, _ count: Int, _ prefix: String) async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            var query: String? = "from=0&limit=7"
            try expectWalk(count, by: "id") { _ in
                let data = try zoho.data("GET", "\(path)?\(query ?? "")", token: token)
                let next = data["paging"]?["nextPage"]?.string
                #expect(next?.hasPrefix(prefix) ?? true)
                query = next?.split(separator: "?").last.map { String($0) }
                return (data["tasks"]?.array ?? [], next == nil)
            }
        }
    }

    @Test(arguments: [
        ("/api/links/me", 63), ("/api/notes/me", 63), ("/api/links/groups/80000000001", 31),
        ("/api/notes/sharedtome", 26), ("/api/links/favorites", 9),
    ])
    func bookmarksAndNotesGiveTheNextURL(_ path: String, _ count: Int) async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            var target = "\(path)?limit=7&fields=title"
            try expectWalk(count, by: "entityId") { _ in
                let data = try zoho.data("GET", target, token: token)
                let entries = data["list"]?.array ?? []
                #expect(entries.allSatisfy { $0["title"] != nil && $0.members?.count == 2 })
                let next = data["pagination"]?["next"]?.string
                #expect(next?.hasPrefix("https://mail.zoho.eu\(path)?after=") ?? true)
                target = String(next?.dropFirst("https://mail.zoho.eu".count) ?? "")
                return (entries, next == nil)
            }
        }
    }

    @Test func theAuditLogWantsBothKeys() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let path = Zoho.organization("activity?limit=9")
            var keys = ""
            try expectWalk(47, by: "entityId") { _ in
                let data = try zoho.data("GET", path + keys, token: token)
                if let id = data["lastEntityId"]?.idText, let time = data["lastIndexTime"]?.idText {
                    keys = "&lastEntityId=\(id)&lastIndexTime=\(time)"
                    return (data["audit"]?.array ?? [], false)
                }
                return (data["audit"]?.array ?? [], true)
            }
            #expect(try zoho.mail("GET", "\(path)&lastEntityId=1", token: token).status == 400)
        }
    }

    @Test func deliveriesGoOnByFlagAndKeyAndLoginsByScroll() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            var rest = "isNext=false&pageKey=0"
            try expectWalk(47, by: "messageId") { _ in
                let data = try zoho.data("GET", Zoho.organization("smtplogs?limit=10&\(rest)"), token: token)
                rest = "isNext=true&pageKey=\(data["pagekey"]?.string ?? "")"
                return (data["response"]?.array ?? [], data["hnxt"] == false)
            }
            rest = ""
            try expectWalk(47, by: "emailAddress") { _ in
                let path = Zoho.organization("accounts/reports/loginHistory?mode=loginActivity&batchSize=20\(rest)")
                let data = try zoho.data("GET", path, token: token)
                rest = "&scrollId=\(data["scrollId"]?.string ?? "")"
                return (data["loginRecords"]?.array ?? [], data["scrollId"] == nil)
            }
        }
    }

    @Test(arguments: [
        Zoho.organization("groups?limit=26"), Zoho.mailbox("messages/view?limit=201"), "/api/tasks/me?limit=500",
        "/api/notes/me?limit=400", "/api/notes/me?after=1", Zoho.organization("accounts?start=-1"),
    ])
    func pagesHaveBounds(_ path: String) async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            #expect(try zoho.mail("GET", path, token: token).status == 400)
        }
    }
}
