import Testing
import Wire

@testable import ZohoSimulator

@Suite struct MailStateTests {
    @Test func theOrganisationIsFoundWithoutItsId() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let found = try zoho.data("GET", "/api/organization", token: token)
            #expect(found["zoid"]?.idText == Zoho.zoid)
            #expect(try zoho.data("GET", "/api/organization/\(Zoho.zoid)", token: token) == found)
        }
    }

    @Test func aFailedDNSCheckIsAnAnswer() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let made = try zoho.mail(
                "POST", Zoho.organization("domains"), token: token, body: ["domainName": "pending.example"])
            #expect(made.status == 200)
            #expect(try made.json["status"]?["code"]?.int == 201)
            let check: JSON = ["mode": "verifyDomainByTXT"]
            let pending = Zoho.organization("domains/pending.example")
            let failed = try zoho.data("PUT", "\(pending)/verifyDomain", token: token, body: check)
            #expect(failed["status"] == false)
            #expect(failed["error"] == "TXT_RECORD_HOST_UNKNOWN")
            let early = try zoho.mail("PUT", pending, token: token, body: ["mode": "verifyMxRecord"])
            #expect(early.status == 400)

            try zoho.data("POST", Zoho.organization("domains"), token: token, body: ["domainName": "good.example"])
            let good = Zoho.organization("domains/good.example")
            #expect(try zoho.data("PUT", "\(good)/verifyDomain", token: token, body: check)["status"] == true)
            let mx = try zoho.data("PUT", good, token: token, body: ["mode": "verifyMxRecord"])
            #expect(mx["mxstatus"] == true)
            let domain = try zoho.data("GET", good, token: token)
            #expect(domain["verificationStatus"] == true)
            try zoho.data("DELETE", good, token: token)
            #expect(try zoho.mail("GET", good, token: token).status == 404)
            let names = try zoho.data("GET", Zoho.organization("domains"), token: token)["domainVO"]?.array?
                .compactMap { $0["domainName"]?.string }
            #expect(names == [MailSeeds.domain, "nordwind.example", "pending-nordwind.example", "pending.example"])
        }
    }

    @Test func dkimKeysAreMadeCheckedAndDeleted() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let path = Zoho.organization("domains/nordwind.example")
            let key = try zoho.data("PUT", path, token: token, body: ["mode": "addDkimDetail", "selector": "s2"])
            let id = try #require(key["dkimId"])
            #expect(key["isVerified"] == false)
            let checked = try zoho.data("PUT", path, token: token, body: ["mode": "verifyDkimKey", "dkimId": id])
            #expect(checked["dkimstatus"] == true)
            func selectors() throws -> [String?]? {
                try zoho.data("GET", path, token: token)["dkimDetailList"]?.array?.map { $0["selector"]?.string }
            }
            #expect(try selectors() == ["zmail", "s2"])
            try zoho.data("PUT", path, token: token, body: ["mode": "deleteDkimDetail", "dkimId": id])
            #expect(try selectors() == ["zmail"])
        }
    }

    @Test func heldMessagesLeaveTheQueueWhenJudged() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let path = Zoho.organization("groups/80000000000/messages")
            let held = try #require(try zoho.data("GET", path, token: token).array)
            let ids = held.prefix(2).compactMap { $0["messageId"] }
            let one = try zoho.data("GET", "\(path)/\(ids[0].idText ?? "")", token: token)
            #expect(one.array?.first?["mailContent"] != nil)
            try zoho.data("PUT", path, token: token, body: ["messageList": .array(ids), "status": "reject"])
            #expect(try zoho.data("GET", path, token: token).array?.count == MailSeeds.heldMessages - 2)
            let again: JSON = ["messageList": .array(ids), "status": "accept"]
            #expect(try zoho.mail("PUT", path, token: token, body: again).status == 404)
        }
    }

    @Test func groupsAndTheirMembersChange() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let member: JSON = [["memberEmailId": "ada@example.com", "role": "member"]]
            let group = try zoho.data(
                "POST", Zoho.organization("groups"), token: token,
                body: ["emailId": "new@nordwind.example", "name": "New", "mailGroupMemberList": member])
            let path = Zoho.organization("groups/\(group["zgid"]?.idText ?? "")")
            let role: JSON = [["memberEmailId": "ada@example.com", "role": "moderator"]]
            let change: JSON = ["mode": "changeMemberRole", "mailGroupMemberList": role]
            try zoho.data("PUT", path, token: token, body: change)
            #expect(try zoho.data("GET", path, token: token)["mailGroupMemberList"] == role)
            let ids: JSON = [group["zgid"] ?? .null, "80000000003"]
            try zoho.data("DELETE", Zoho.organization("groups"), token: token, body: ["groupList": ids])
            #expect(try zoho.data("GET", Zoho.organization("groups"), token: token)["count"]?.int == 59)
        }
    }

    @Test func usersAreMadeDisabledAndDeleted() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let users = Zoho.organization("accounts")
            let body: JSON = ["primaryEmailAddress": "neu@nordwind.example", "password": "x", "firstName": "Neu"]
            let user = try zoho.data("POST", users, token: token, body: body)
            #expect(user["password"] == nil)
            let zuid = try #require(user["zuid"])
            let account = "\(users)/\(user["accountId"]?.idText ?? "")"
            try zoho.data("PUT", account, token: token, body: ["mode": "disableUser", "zuid": zuid])
            #expect(try zoho.data("GET", "\(users)/neu@nordwind.example", token: token)["enabled"] == false)
            let roles: JSON = ["mode": "changeRole", "userList": [zuid, "5"], "role": "admin"]
            let changed = try zoho.data("PUT", users, token: token, body: roles)
            #expect(changed == [[zuid.idText ?? "": true], ["5": false]])
            try zoho.data("DELETE", users, token: token, body: ["accountList": [zuid]])
            #expect(try zoho.mail("GET", account, token: token).status == 404)
            let owner: JSON = ["accountList": [JSON(MailSeeds.zuid(0, 0))]]
            #expect(try zoho.mail("DELETE", users, token: token, body: owner).status == 403)
        }
    }

    @Test func spamListsChangeInBothForms() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let path = Zoho.organization("antispam/data")
            let added: JSON = ["spamCategory": "rejectIP", "rejectIP": ["192.0.2.9", "192.0.2.10"]]
            try zoho.data("PUT", path, token: token, body: added)
            let removed: JSON = ["spamCategory": "rejectIP", "rejectIP": ["192.0.2.9"]]
            try zoho.data("DELETE", path, token: token, body: removed)
            let left = try zoho.data("GET", "\(path)?mode=getMarkingData&spamCategory=rejectIP", token: token)
            #expect(left == ["rejectIP": ["192.0.2.10"]])
            let old: JSON = ["spamCategory": "blackListDomain", "blackListDomain": ["junk.example"]]
            #expect(try zoho.mail("PUT", path, token: token, body: old).status == 400)
            let organisation = "/api/organization/\(Zoho.zoid)"
            try zoho.data("PUT", organisation, token: token, body: ["mode": "addSpamCategory", "spamVO": old])
            let removal: JSON = ["mode": "removeSpamCategory", "spamVO": old]
            try zoho.data("PUT", "\(organisation)/spam", token: token, body: removal)
        }
    }

    @Test func failOptionsAndAllowedAddressesAreKept() async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let options = Zoho.organization("antispam/options")
            try zoho.data("PUT", options, token: token, body: ["mode": "updateSPFFailOption", "option": "moveToSpam"])
            let spf = try zoho.data("GET", "\(options)?mode=getSPFFailOption", token: token)
            #expect(spf == ["spfFail": "moveToSpam"])
            let ranges: JSON = [
                ["fromIpRange": "198.51.100.1", "toIpRange": "198.51.100.9", "roleId": 0],
                ["fromIpRange": "300.0.0.1", "toIpRange": "300.0.0.2", "roleId": 0],
            ]
            let addresses = Zoho.organization("allowedIps")
            let answer = try zoho.data("POST", addresses, token: token, body: ["allowedIps": ranges])
            #expect(answer["allowedIps"]?.array?.count == 1)
            #expect(answer["failedList"]?.array?.first?["fromIpRange"] == "300.0.0.1")
            let removed = try zoho.data(
                "DELETE", addresses, token: token, body: ["allowedIps": answer["allowedIps"] ?? []])
            #expect(removed["status"]?.array?.first?["status"] == true)
        }
    }
}
