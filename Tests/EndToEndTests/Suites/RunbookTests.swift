// What the product is for, done from beginning to end by a published client that is given nothing but the URL: the
// scripts in `Clients` are the runbooks.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct RunbookTests {
        private func url(_ bench: Bench, _ integration: String) throws -> String {
            try bench.gateway.makeServer(try bench.gateway.makeAccount(integration: integration)).url
        }

        @Test(
            "A domain is added, proved, signed for and made the primary one, and failed checks are answers on the way",
            arguments: StoreKind.allCases)
        func domainOnboarding(_ kind: StoreKind) throws {
            let bench = try Bench(kind)
            defer { bench.end() }
            let domain = "late-\(kind.rawValue).example"
            let seen = try PythonClients.run(
                "domain_onboarding.py", [try url(bench, "zoho_mail"), domain], folder: bench.folder)

            #expect(seen["added"] == [.string(domain)])
            let ownership = try #require(seen["ownership"]?.array)
            #expect(ownership.map { $0["status"]?.bool } == [false, true])
            #expect(ownership.first?["error"] == "TXT_RECORD_HOST_UNKNOWN")
            for check in ["mx", "spf", "dkim"] { #expect(seen[check] == [false, true], "\(check)") }
            let dns = try #require(seen["dns"]?.array)
            #expect(dns.map { $0["type"]?.string } == ["CNAME", "TXT", "MX", "MX", "TXT"])
            #expect(dns[1]["value"]?.string?.hasPrefix("zoho-verification=zb") == true)
            #expect(dns[4]["name"]?.string == "zmail._domainkey.\(domain)")
            #expect(dns[4]["value"]?.string?.hasPrefix("v=DKIM1;") == true)

            let end = seen["domain"]
            for member in [
                "verificationStatus", "mxstatus", "spfstatus", "dkimstatus", "primary", "mailHostingEnabled",
            ] {
                #expect(end?[member] == true, "\(member)")
            }
            let keys = try #require(end?["dkimDetailList"]?.array)
            #expect(keys.count == 1)
            #expect(keys.first?["isVerified"] == true)
            #expect(keys.first?["isDefault"] == true)
            #expect(seen["former_primary"] == false)
            let groups = try #require(seen["group"]?.array)
            #expect(groups.count == 1)
            #expect(groups.first?["name"] == "Front desk ☎")
            #expect(groups.first?["emailId"]?.string == "hello@\(domain)")
            #expect(groups.first?["mailGroupMemberList"]?.array?.count == 2)
            #expect(seen["groups"] == 61)
            // Two failed checks are no errors: the upstream saw every call once, and no call was tried again.
            let calls = try #require(seen["calls"]?.strings)
            let asked = try bench.simulator.requests().filter { $0["host"] == "mail.zoho.com" }
            #expect(asked.count == calls.count + 2, "both ids are asked for once, while the account is connected")
        }

        @Test("A phisher's mail is found and dropped, its sender blocked and forged senders refused")
        func phishingResponse() throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let seen = try PythonClients.run(
                "phishing_response.py", [try url(bench, "zoho_mail"), "sales3@example.net"], folder: bench.folder)
            #expect(seen["groups"] == 60)
            #expect(seen["held_before"] == 7)
            #expect(seen["subject"] == "Offer 4")
            #expect(
                seen["held_after"]?.strings == [0, 1, 2, 4, 5, 6].map { "sales\($0)@example.net" })
            #expect(seen["reject_email"] == ["sales3@example.net"])
            #expect(seen["quarantine_domain"] == ["example.net"])
            #expect(seen["spam_domain"] == ["junk.example", "casino.example"])
            #expect(seen["spf_before"] != "permanentReject")
            #expect(seen["spf_after"] == "permanentReject")
            #expect(seen["policies"] == ["Business Policy", "Warehouse", "External"])
        }

        /// Limits met in the middle of a list, of a list's second page, and twice in a row.
        private func limit(_ bench: Bench, _ match: JSON, _ fields: JSON, times: Int = 1) throws {
            try bench.simulator.rule([
                "match": match, "times": JSON(times),
                "respond": [
                    "status": 429, "headers": fields,
                    "json": ["error": ["key": "URL_ROLLING_THROTTLES_LIMIT_EXCEEDED", "message": "Too many requests"]],
                ],
            ])
        }

        @Test("An audit of all departments waits out the limits it meets and has every department exactly once")
        func departmentAudit() throws {
            let bench = try Bench(.redis)
            defer { bench.end() }
            let root = "/api/v2/880000000/department"
            func members(_ index: Int) -> String { "\(root)/\(6_400_000_000_000_700_000 + index)/user/member" }
            try limit(
                bench, ["path": .string(root), "query": "index=1"],
                ["Retry-After": "1", "X-RATELIMIT-LIMIT": "100", "X-RATELIMIT-REMAINING": "0"])
            try limit(bench, ["path": .string(members(30)), "query": "index=1"], ["X-RATELIMIT-RESET": "1"])
            try limit(bench, ["path": .string(members(44))], ["Retry-After": "1"], times: 2)
            try bench.simulator.rule([
                "match": ["path_prefix": .string(root)], "times": 0,
                "respond": ["headers": ["X-RATELIMIT-LIMIT": "100", "X-RATELIMIT-REMAINING": "99"]],
            ])
            let seen = try PythonClients.run(
                "department_audit.py", [try url(bench, "zoho_meeting")], folder: bench.folder)

            #expect(seen["pages"] == [20, 20, 17])
            let audit = try #require(seen["audit"]?.array)
            #expect(audit.map { $0["name"]?.string } == (1...57).map { "Department \($0)" })
            #expect(Set(audit.compactMap { $0["id"]?.string }).count == 57)
            for department in audit {
                #expect(Set(department["members"]?.strings ?? []).count == 25)
                #expect(department["members"]?.array?.count == 25)
                #expect(department["admins"]?.array?.count == 1)
            }

            let waits = try #require(seen["waits"]?.array)
            #expect(
                waits.map { $0["tool"]?.string } == ["list_all_zoho_meeting_departments"]
                    + Array(repeating: "list_all_zoho_meeting_department_users", count: 3))
            for wait in waits {
                #expect(wait["data"]?["class"] == "rate_limited")
                #expect(wait["data"]?["retryable"] == true)
                #expect(wait["data"]?["retry_after_ms"] == 1000)
                #expect(wait["data"]?["ratelimit"]?["reset"] == 1)
                #expect(wait["message"]?.string?.contains("Wait 1 second") == true)
                #expect(wait["headers"]?["ratelimit-reset"] == "1")
            }
            #expect(waits.first?["headers"]?["ratelimit-limit"] == "100")
            #expect(waits.first?["headers"]?["ratelimit-remaining"] == "0")
            // On success as well: all that the upstream says, and no more.
            let limits = try #require(seen["limits"]?.array)
            #expect(
                limits.filter { $0 == ["ratelimit-limit": "100", "ratelimit-remaining": "99"] }.count == 3 + 57 * 3)
            // Nobody hides a limit: what was refused was asked again by the client, and nothing else twice.
            let targets = try bench.simulator.requests().compactMap { $0["target"]?.string }.filter {
                $0.hasPrefix(root)
            }
            #expect(targets.count == 3 + 57 * 3 + 4)
            #expect(Set(targets).count == 3 + 57 * 3)
        }
    }
}
