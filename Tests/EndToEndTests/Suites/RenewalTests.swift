// Access tokens end, are refused, are withdrawn: what the upstream sees of it, and what the client does.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct RenewalTests {
        private static let list = "list_all_zoho_bigin_me"

        /// `GET /…` of requests to the product and `renew` of those to the accounts server, with the access token used.
        private func seen(_ bench: Bench) throws -> [(what: String, token: String)] {
            try bench.simulator.requests().map { request in
                let head = request["head"]?.string ?? ""
                let line = head.split(separator: "\r\n").first { $0.hasPrefix("Authorization: ") } ?? ""
                let isRenewal = request["target"]?.string == "/oauth/v2/token"
                return (isRenewal ? "renew" : request["method"]?.string ?? "", String(line.dropFirst(15)))
            }
        }

        @Test(arguments: StoreKind.allCases) func anExpiredTokenIsRenewedAndTheCallTriedOnceMore(_ kind: StoreKind)
            throws
        {
            let clockFolder = try Folder()
            let clock = try ShiftedClock(clockFolder)
            let bench = try Bench(kind, settings: clock.environment)
            defer { bench.end() }
            let server = try bench.makeServer()
            #expect(try !bench.gateway.call(server.token, Self.list).isError)
            #expect(try seen(bench).map(\.what) == ["renew", "GET"])

            try clock.shift(seconds: 61)
            try bench.simulator.control("POST", "tokens/expire")
            try bench.simulator.clear()
            #expect(try !bench.gateway.call(server.token, Self.list).isError)
            let requests = try seen(bench)
            #expect(requests.map(\.what) == ["GET", "renew", "GET"])
            #expect(requests.first?.token.hasPrefix("Zoho-oauthtoken 1000.") == true)
            #expect(requests.first?.token != requests.last?.token)

            // The new one is refused at once: another would be refused as well, and Zoho counts them.
            try bench.simulator.control("POST", "tokens/expire")
            try bench.simulator.clear()
            let refused = try bench.gateway.call(server.token, Self.list)
            #expect(refused.code == 401)
            #expect(refused.data?["class"] == "token_invalid")
            #expect(try seen(bench).map(\.what) == ["GET"])
            #expect(try status(bench, server.account) == "active")
        }

        /// A change is refused before it is done, so it may be sent again as well.
        @Test func aRefusedChangeIsSentOnceMore() throws {
            let clockFolder = try Folder()
            let clock = try ShiftedClock(clockFolder)
            let bench = try Bench(.sqlite, settings: clock.environment)
            defer { bench.end() }
            let server = try bench.makeServer()
            #expect(try !bench.gateway.call(server.token, Self.list).isError)
            try clock.shift(seconds: 61)
            try bench.simulator.control("POST", "tokens/expire")
            try bench.simulator.clear()
            let made = try bench.gateway.call(
                server.token, "create_a_zoho_bigin_user",
                [
                    "first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.org",
                    "role": "6000000000000031157", "profile": "6000000000000026014",
                ])
            #expect(made.payload?["code"] == "SUCCESS")
            #expect(try seen(bench).map(\.what) == ["POST", "renew", "POST"])
        }

        @Test(arguments: StoreKind.allCases) func manyCallsRenewOnce(_ kind: StoreKind) throws {
            let bench = try Bench(kind)
            defer { bench.end() }
            let server = try bench.makeServer()
            let gateways = kind == .redis ? [bench.gateway, try bench.replica()] : [bench.gateway]
            try bench.simulator.rule(["match": ["path": "/oauth/v2/token"], "times": 0, "delay_ms": 100])
            let clients = try (0..<40).map { try gateways[$0 % gateways.count].connect() }
            for client in clients {
                client.send(
                    RawClient.request(
                        "POST", "/mcp/\(server.token)", fields: Gateway.mcpFields,
                        body: Gateway.message(Self.list, [:]).text))
            }
            for client in clients {
                let response = try client.readResponse()
                #expect(response.text.contains("\"isError\":false"), "\(response.text)")
            }
            #expect(try seen(bench).filter { $0.what == "renew" }.count == 1)
        }

        /// However the end of a token becomes known: by the clock, or because the upstream refuses it.
        @Test(
            "Of 64 calls at the end of a token, over two gateways, one renews it and all are answered",
            arguments: [
                "by the clock", "refused",
            ])
        func manyCallsAtTheEndOfAToken(_ how: String) throws {
            let folder = try Folder()
            let clock = try ShiftedClock(folder)
            let bench = try Bench(.redis, settings: clock.environment)
            defer { bench.end() }
            let server = try bench.makeServer()
            let gateways = [bench.gateway, try bench.replica(settings: clock.environment)]
            // Every worker has the token of today.
            for gateway in gateways {
                let workers = try Workers(gateway, 2, token: server.token)
                for client in workers.connections + workers.connections {
                    #expect(try !gateway.call(server.token, Self.list, on: client).isError)
                }
            }
            try clock.shift(seconds: how == "refused" ? 61 : 3601)
            try bench.simulator.control("POST", "tokens/expire")
            try bench.simulator.clear()
            try bench.simulator.rule(["match": ["path": "/oauth/v2/token"], "times": 0, "delay_ms": 100])
            let clients = try (0..<64).map { try gateways[$0 % 2].connect() }
            for (index, client) in clients.enumerated() {
                client.send(
                    RawClient.request(
                        "POST", "/mcp/\(server.token)", fields: Gateway.mcpFields,
                        body: Gateway.message(
                            "get_single_zoho_bigin_user_by_id", ["user_id": .string("sim-echo-0-call\(index)")],
                            id: JSON(index)
                        ).text))
            }
            for (index, client) in clients.enumerated() {
                let response = try client.readResponse()
                let answer = Answer(json: try response.json, response: response)
                #expect(answer.json["id"]?.int == index)
                #expect(answer.payload?["echo"]?.string == "call\(index)", "\(answer.json.text)")
            }
            let seen = try seen(bench)
            #expect(seen.filter { $0.what == "renew" }.count == 1)
            let refused = seen.filter { $0.what == "GET" }.count - 64
            note("64 calls at the end of a token, \(how): \(refused) were sent with the old one first")
            #expect(how == "refused" ? (1...64).contains(refused) : refused == 0)
        }

        /// Its lock dies with it, after ten seconds at the latest.
        @Test("A replica killed while it renews holds the others up for ten seconds and loses none of their calls")
        func aReplicaKilledWhileItRenews() throws {
            let bench = try Bench(.redis)
            defer { bench.end() }
            let redis = try #require(bench.redis)
            let server = try bench.makeServer()
            let other = try bench.replica()
            try bench.simulator.rule(["match": ["path": "/oauth/v2/token"], "delay_ms": 60_000])
            func send(_ gateway: Gateway, _ index: Int) throws -> RawClient {
                let client = try gateway.connect()
                client.send(
                    RawClient.request(
                        "POST", "/mcp/\(server.token)", fields: Gateway.mcpFields,
                        body: Gateway.message(
                            "get_single_zoho_bigin_user_by_id", ["user_id": .string("sim-echo-0-call\(index)")],
                            id: JSON(index)
                        ).text))
                return client
            }
            let lost = try send(bench.gateway, 0)
            try eventually("nothing is renewed") { try seen(bench).map(\.what) == ["renew"] }
            #expect(try redis.keys().contains("lock:oauth:\(server.account)"))
            let began = now()
            let early = try (1...16).map { try send(other, $0) }
            bench.gateway.process.signal(SIGKILL)
            #expect(try bench.gateway.process.exitCode() == -SIGKILL)
            let late = try (17...32).map { try send(other, $0) }
            var took = 0.0
            for (index, client) in (early + late).enumerated() {
                let response = try client.readResponse()
                took = took == 0 ? now() - began : took
                let answer = Answer(json: try response.json, response: response)
                #expect(answer.json["id"]?.int == index + 1)
                #expect(answer.payload?["echo"]?.string == "call\(index + 1)", "\(answer.json.text)")
            }
            note("renewed by the other replica \(milliseconds(took * 1000)) after the first one's death")
            #expect(took < 10)
            #expect(lost.takeSome().isEmpty)
            #expect(try seen(bench).map(\.what).filter { $0 == "renew" }.count == 2)
            #expect(try !redis.keys().contains("lock:oauth:\(server.account)"))
        }

        /// Tokens are renewed ahead of their end: the upstream never sees a stale one.
        @Test func renewalComesBeforeTheEnd() throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            try bench.simulator.control("POST", "settings", ["expires_in": 2, "throttle": false])
            let server = try bench.makeServer()
            let end = now() + 5
            while now() < end {
                let answer = try bench.gateway.call(server.token, Self.list)
                #expect(!answer.isError, "\(answer.json.text)")
            }
            let renewals = try bench.simulator.control("GET", "counters")["refreshes"]?[Simulator.refreshToken()]?.int
            note("renewals of a token of 2 s within 5 s: \(renewals ?? 0)")
            #expect((3...6).contains(renewals ?? 0))
            #expect(try !bench.simulator.requests().contains { $0["status"] == 401 })
        }

        @Test(arguments: StoreKind.allCases) func aWithdrawnConsentIsSaidAtOnce(_ kind: StoreKind) throws {
            let bench = try Bench(kind)
            defer { bench.end() }
            let refreshToken = "1000.withdrawn.\(UUID().uuidString)"
            let registration: JSON = ["token": .string(refreshToken), "region": "us"]
            try bench.simulator.control("POST", "refresh-tokens", registration)
            let account = try bench.gateway.makeAccount(refreshToken: refreshToken)
            let server = try bench.gateway.makeServer(account)
            try bench.simulator.control(
                "POST", "refresh-tokens", ["token": .string(refreshToken), "revoked": true])
            let first = try bench.gateway.call(server.token, Self.list)
            #expect(first.code == 401)
            #expect(first.data?["class"] == "needs_reauth")
            #expect(first.data?["retryable"] == false)
            #expect(first.message.contains("connect it again at http://127.0.0.1:\(bench.gateway.port)"))
            #expect(!first.json.text.contains(server.token))
            #expect(try status(bench, account) == "needs_reauth")

            try bench.simulator.clear()
            var gateways = [bench.gateway]
            if kind == .redis { gateways.append(try bench.replica()) }
            for gateway in gateways {
                for _ in 0..<8 {
                    let again = try gateway.call(server.token, Self.list)
                    #expect(again.data?["class"] == "needs_reauth")
                }
            }
            #expect(try bench.simulator.requests().isEmpty)
        }

        @Test func aWrongClientSecretIsTheOperatorsMistake() throws {
            let bench = try Bench(.sqlite, settings: ["TOLLGATE_ZOHO_CLIENT_SECRET": "not-the-secret"])
            defer { bench.end() }
            let server = try bench.makeServer()
            let answer = try bench.gateway.call(server.token, Self.list)
            #expect(answer.code == 503)
            #expect(answer.data?["class"] == "unavailable")
            #expect(answer.message.contains("invalid_client_secret"))
            #expect(answer.message.contains("operator"))
            #expect(!answer.json.text.contains("not-the-secret"))
            #expect(try status(bench, server.account) == "active")
        }

        @Test func zohosOwnLimitOnTokensIsPassedOn() throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let server = try bench.makeServer()
            for _ in 0..<10 {
                let form =
                    "grant_type=refresh_token&refresh_token=\(Simulator.refreshToken())"
                    + "&client_id=1000.TOLLGATEDEMO&client_secret=\(Bench.clientSecret)"
                let client = try RawClient(port: bench.simulator.port)
                client.send(
                    RawClient.request(
                        "POST", "/oauth/v2/token", fields: ["Content-Type: application/x-www-form-urlencoded"],
                        body: form, host: "accounts.zoho.com"))
                #expect(try client.readResponse().status == 200)
            }
            let answer = try bench.gateway.call(server.token, Self.list)
            #expect(answer.code == 429)
            #expect(answer.data?["retry_after_ms"] == 600_000)
            #expect(try status(bench, server.account) == "active")
        }

        private func status(_ bench: Bench, _ account: String) throws -> String? {
            try bench.gateway.manage("GET", "/integrated-account/\(account)").json["status"]?.string
        }
    }
}
