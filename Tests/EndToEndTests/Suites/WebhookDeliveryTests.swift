// Events reach their receiver: through its failures, once from many replicas, and although a replica dies.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct WebhookDeliveryTests {
        private static let list = "list_all_zoho_bigin_me"

        /// Nothing is left that could still be sent.
        private func waitForEmptyOutbox(_ bench: Bench) throws {
            guard let redis = bench.redis else { return }
            try eventually("the outbox does not get empty") {
                try redis.command("ZCARD outbox") == ":0" && redis.command("KEYS event:*") == "*0"
            }
        }

        @Test(arguments: StoreKind.allCases) func aReceiverThatFailsTwiceGetsItAtTheThirdAttempt(_ kind: StoreKind)
            throws
        {
            let clockFolder = try Folder()
            let clock = try ShiftedClock(clockFolder)
            let bench = try Bench(kind, settings: clock.environment)
            defer { bench.end() }
            let receiver = try WebhookReceiver(bench)
            _ = try receiver.subscribe()
            try receiver.start("500")
            let server = try bench.makeWithdrawnServer()
            let asked = now()
            #expect(try bench.gateway.call(server.token, Self.list).data?["class"] == "needs_reauth")
            let first = try #require(try receiver.wait(for: 1).first)
            note("\(kind): first attempt \(milliseconds((now() - asked) * 1000)) after the call began")
            let log = bench.gateway.process
            try eventually("the first failure is not noted") { log.errors.contains("attempt 1: HTTP 500") }

            receiver.stop()
            try clock.shift(seconds: 7)
            try eventually(within: 15, "there is no second attempt: \(log.errors)") {
                log.errors.contains("attempt 2: Connecting to 127.0.0.1 failed")
            }
            try receiver.start("204")
            try clock.shift(seconds: 7 + 37)
            let second = try receiver.wait(for: 2)[1]
            try waitForEmptyOutbox(bench)

            #expect(first["body"] == second["body"])
            #expect(first["id"] == second["id"])
            #expect(second["timestamp"]?.int ?? 0 > first["timestamp"]?.int ?? .max)
            for request in [first, second] {
                #expect(request["verified"] == true)
                #expect(request["forged"] == false)
                #expect(request["path"]?.string == WebhookReceiver.path)
                #expect(request["content_type"] == "application/json")
            }
            let body = try JSON(parsing: Array((second["body"]?.string ?? "").utf8))
            #expect(body["type"] == "integrated_account:authentication_error")
            #expect(
                body["data"] == [
                    "tenant": "default", "integrated_account_id": .string(server.account),
                    "integration": "zoho_bigin", "region": "us", "status": "needs_reauth",
                ])

            #expect(try bench.gateway.manage("DELETE", "/integrated-account/\(server.account)").status == 204)
            let deletion = try receiver.wait(for: 3)[2]
            #expect(deletion["verified"] == true)
            #expect(deletion["id"] != second["id"])
            #expect(
                try JSON(parsing: Array((deletion["body"]?.string ?? "").utf8))["type"] == "integrated_account:deleted")
            try waitForEmptyOutbox(bench)
            // The simulator, where all calls to Zoho are sent, has not seen any of it.
            #expect(try !bench.simulator.requests().contains { $0["target"]?.string == WebhookReceiver.path })
            #expect(!log.errors.contains("T0SECRET"))
            #expect(!log.errors.contains(receiver.signingSecret.dropFirst(6).prefix(12)))
        }

        @Test func manyCallsOnTwoReplicasMakeOneEvent() throws {
            let bench = try Bench(.redis)
            defer { bench.end() }
            let other = try bench.replica()
            let receiver = try WebhookReceiver(bench)
            _ = try receiver.subscribe()
            try receiver.start("204")
            for round in 1...3 {
                let server = try bench.makeWithdrawnServer()
                let gateways = [bench.gateway, other]
                let clients = try (0..<40).map { try gateways[$0 % 2].connect() }
                for client in clients {
                    client.send(
                        RawClient.request(
                            "POST", "/mcp/\(server.token)", fields: Gateway.mcpFields,
                            body: Gateway.message(Self.list, [:]).text))
                }
                for client in clients { #expect(try client.readResponse().text.contains("needs_reauth")) }
                // The event was written before the first of these answers.
                _ = try receiver.wait(for: round)
                try waitForEmptyOutbox(bench)
                #expect(try receiver.received().count == round)
            }
            #expect(Set(try receiver.received().compactMap { $0["id"]?.string }).count == 3)
            #expect(try receiver.received().allSatisfy { $0["verified"] == true })
        }

        @Test func anEventOutlivesTheReplicaThatWroteIt() throws {
            let clockFolder = try Folder()
            let clock = try ShiftedClock(clockFolder)
            let bench = try Bench(.redis, settings: clock.environment)
            defer { bench.end() }
            let other = try bench.replica(settings: clock.environment)
            let receiver = try WebhookReceiver(bench)
            _ = try receiver.subscribe()
            try receiver.start("hang")
            let server = try bench.makeWithdrawnServer()
            // The other one must not take the event first.
            other.process.signal(SIGSTOP)
            #expect(try bench.gateway.call(server.token, Self.list).data?["class"] == "needs_reauth")
            _ = try receiver.wait(for: 1)
            bench.gateway.process.signal(SIGKILL)
            #expect(try bench.gateway.process.exitCode() == -SIGKILL)
            try receiver.start("204")
            #expect(try bench.redis?.command("ZCARD outbox") == ":1")
            other.process.signal(SIGCONT)
            try clock.shift(seconds: 31)
            let received = try receiver.wait(for: 2)
            try waitForEmptyOutbox(bench)
            #expect(received.count == 2)
            #expect(received[0]["id"] == received[1]["id"])
            #expect(received[1]["verified"] == true)
        }

        // MARK: The command line

        @Test(arguments: StoreKind.allCases) func webhooksAreMadeListedAndDeletedByTheOperator(_ kind: StoreKind) throws
        {
            let bench = try Bench(kind)
            defer { bench.end() }
            let receiver = try WebhookReceiver(bench)
            let id = try receiver.subscribe(["--tenant", "acme", "--events", "integrated_account:deleted"])
            #expect(Data(base64Encoded: String(receiver.signingSecret.dropFirst(6)))?.count == 32)
            let file = "\(bench.folder.path)/url"
            try "https://hooks.example.com/T1?key=QUERYSECRET\n".write(toFile: file, atomically: true, encoding: .utf8)
            let second = try bench.webhooks(["create", "--tenant", "acme", "--url-file", file])
            #expect(second.code == 0, "\(second.errors)")
            #expect(!second.output.contains("QUERYSECRET"))
            let list = try bench.webhooks(["list", "--tenant", "acme"])
            let lines = list.output.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines[0].hasPrefix(id) && lines[0].hasSuffix("http://127.0.0.1  integrated_account:deleted"))
            #expect(
                lines[1].hasSuffix(
                    "https://hooks.example.com  integrated_account:authentication_error,integrated_account:deleted"))
            #expect(!list.output.contains("T0SECRET") && !list.output.contains("whsec_"))
            #expect(try bench.webhooks(["list"]).output == "The tenant default has no webhooks.\n")

            for number in 3...10 {
                #expect(
                    try bench.webhooks(["create", "--tenant", "acme", "--url", "https://h\(number).example/"]).code == 0
                )
            }
            let eleventh = try bench.webhooks(["create", "--tenant", "acme", "--url", "https://h.example/"])
            #expect(eleventh.code == 64 && eleventh.errors.contains("has 10 webhooks"))
            #expect(try bench.webhooks(["delete", id]).code == 64)
            #expect(try bench.webhooks(["delete", "--tenant", "acme", id]).code == 0)
            #expect(try bench.webhooks(["delete", id, "--tenant", "acme"]).code == 64)
            #expect(try bench.webhooks(["list", "--tenant", "acme"]).output.split(separator: "\n").count == 9)
            try noSecretIsStored(bench, [receiver.signingSecret, "T0SECRETPATH", "QUERYSECRET"])
        }

        private func noSecretIsStored(_ bench: Bench, _ secrets: [String]) throws {
            if let redis = bench.redis {
                #expect(try redis.command("CONFIG SET rdbcompression no") == "+OK")
                #expect(try redis.command("SAVE") == "+OK")
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: bench.folder.path).filter {
                $0.hasPrefix("store.sqlite") || $0.hasSuffix(".rdb")
            }
            let stored = try names.map {
                try Data(contentsOf: URL(fileURLWithPath: "\(bench.folder.path)/\($0)"))
            }
            #expect(stored.contains { $0.range(of: Data("https://hooks.example.com".utf8)) != nil })
            for secret in secrets {
                let part = Data(secret.dropFirst(secret.hasPrefix("whsec_") ? 6 : 0).utf8)
                #expect(stored.allSatisfy { $0.range(of: part) == nil })
            }
        }

        @Test func whatIsNoWebhookIsRefusedWithASentence() throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            for (arguments, part) in [
                ([], "Usage: tollgate webhooks"), (["delete"], "Usage: tollgate webhooks"),
                (["create"], "--url-file"), (["create", "--url"], "--url needs a value"),
                (["create", "--url", "https://a.example/", "--url-file", "/x"], "--url-file"),
                (["create", "--url-file", "/nonexistent"], "--url-file: /nonexistent"),
                (["create", "--url", "http://a.example/"], "https://"),
                (["create", "--url", "https://me:MYSECRET@a.example/"], "password"),
                (["create", "--url", "https://a.example/?k=MYSECRET"], "process list"),
                (["create", "--url", "https://a.example/", "--events", "integrated_account:delete"], "did you mean"),
                (["create", "--url", "https://a.example/", "--events", ","], "--events"),
                (["create", "--urls", "https://a.example/"], "--urls"),
            ] {
                let refused = try bench.webhooks(arguments)
                #expect(refused.code == 64, "\(arguments)")
                #expect(refused.output.isEmpty)
                #expect(refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
                #expect(refused.errors.lowercased().contains(part.lowercased()), "\(arguments): \(refused.errors)")
                #expect(!refused.errors.contains("MYSECRET"))
            }
            #expect(try bench.webhooks(["list"]).output == "The tenant default has no webhooks.\n")
        }
    }
}
