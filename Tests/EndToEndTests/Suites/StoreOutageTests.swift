// The store goes away: known tokens go on for a while, unknown ones are told to come back, nobody is called a stranger.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct StoreOutageTests {
        private func ready(_ gateway: Gateway) throws -> (status: Int, text: String) {
            let answer = try gateway.connect().ask("GET", "/readyz")
            return (answer.status, answer.text.filter { !$0.isNewline })
        }

        @Test func knownTokensGoOnWithinTheGracePeriod() throws {
            let grace = 3.0
            let bench = try Bench(.redis, settings: ["TOLLGATE_STORE_GRACE_SECONDS": "3"])
            defer { bench.end() }
            let redis = try #require(bench.redis)
            let known = try bench.makeServer()
            let unknown = try bench.gateway.makeServer(known.account)
            let workers = try Workers(bench.gateway, 2, token: known.token)
            // Twice: the worker that renews the access token keeps it only from its next use on.
            for client in workers.connections + workers.connections {
                let answer = try bench.gateway.call(known.token, "list_all_zoho_bigin_users", ["limit": 1], on: client)
                #expect(!answer.isError)
            }
            #expect(try ready(bench.gateway) == (200, "ok"))
            try redis.command("SAVE")
            redis.kill()
            let start = now()
            try eventually("/readyz does not say degraded") { try ready(bench.gateway) == (200, "degraded") }
            note("degraded \(milliseconds((now() - start) * 1000)) after the store went")

            var failedAt: Double?
            try eventually(within: grace + 4, "known tokens go on for ever") {
                for client in workers.connections {
                    let strange = try bench.gateway.post(unknown.token, Gateway.ping, on: client)
                    #expect(strange.status == 503)
                    #expect(strange["retry-after"].flatMap { Int($0) } != nil)
                    let message = Gateway.message("list_all_zoho_bigin_users", ["limit": 1])
                    let answer = try bench.gateway.post(known.token, message, on: client)
                    if answer.status == 503 { failedAt = failedAt ?? now() - start }
                    if failedAt == nil {
                        try #require(answer.status == 200)
                        try #require(!answer.text.contains("\"error\""), "\(answer.text)")
                    }
                }
                let managed = try bench.gateway.manage("GET", "/integrated-account")
                #expect(managed.status == 200 || managed.status == 503)
                return failedAt != nil
            }
            let lasted = try #require(failedAt)
            note("known tokens went on for \(milliseconds(lasted * 1000)) of a grace period of \(grace) s")
            #expect(lasted > grace - 0.5 && lasted < grace + 2.5)
            try eventually("/readyz does not say 503") { try ready(bench.gateway).status == 503 }

            try redis.restart()
            let restarted = now()
            let back = try Workers.all([workers], since: restarted, within: 5, 200) {
                try $0.status(known.token, on: $1)
            }
            note("all workers back \(milliseconds(back)) after the store was")
            // Workers find the store again one by one, and one that is degraded still hears of no change.
            _ = try Workers.all([workers], since: restarted, within: 5, 200) {
                let answer = try $1.ask("GET", "/readyz")
                return answer.text.contains("degraded") ? 503 : answer.status
            }
            #expect(try ready(bench.gateway) == (200, "ok"))
            #expect(try bench.gateway.status(unknown.token) == 200)
            try bench.gateway.delete(unknown)
            let took = try Workers.all([workers], since: now(), within: 5, 401) {
                try $0.status(unknown.token, on: $1)
            }
            #expect(took < 100)
        }

        @Test func aGatewayWithoutItsStoreIsNotReadyAndRefusesNobody() throws {
            let bench = try Bench(.redis)
            defer { bench.end() }
            let server = try bench.makeServer()
            let redis = try #require(bench.redis)
            try redis.command("SAVE")
            redis.kill()
            let port = try freePort()
            let process = try ChildProcess(
                try Products.path("tollgate"), ["serve", "--listen", "127.0.0.1:\(port)"],
                environment: ["TOLLGATE_STORE": bench.store, "TOLLGATE_SECRET": bench.secret], folder: bench.folder,
                name: "early")
            defer { process.stop() }
            try eventually("it does not listen") { (try? RawClient(port: port)) != nil }
            #expect(try RawClient(port: port).ask("GET", "/readyz").status == 503)
            #expect(try RawClient(port: port).ask("GET", "/healthz").status == 200)
            let asked = now()
            let answer = try RawClient(port: port).ask(
                "POST", "/mcp/\(server.token)", fields: Gateway.mcpFields, body: Gateway.ping.text)
            note("a token before the first connection: \(answer.status) after \(milliseconds((now() - asked) * 1000))")
            #expect(answer.status == 503)
            #expect(answer["retry-after"] != nil)
            try redis.restart()
            try eventually("it does not find the store") {
                try RawClient(port: port).ask("GET", "/readyz").status == 200
            }
        }

        /// Commands work, announcements do not: what is cached is asked for again within two seconds.
        @Test func deletionsAreNoticedWithoutASubscription() throws {
            let bench = try Bench(.redis)
            defer { bench.end() }
            let redis = try #require(bench.redis)
            let account = try bench.gateway.makeAccount()
            let probe = try bench.gateway.makeServer(account)
            let other = try bench.replica()
            let workers = [
                try Workers(bench.gateway, 2, token: probe.token), try Workers(other, 2, token: probe.token),
            ]
            let server = try bench.gateway.makeServer(account)
            _ = try Workers.all(workers, since: now(), within: 5, 200) { try $0.status(server.token, on: $1) }
            #expect(try redis.command("ACL SETUSER default -subscribe") == "+OK")
            #expect(try redis.command("CLIENT KILL TYPE pubsub") == ":4")
            try eventually("the loss is not noticed") {
                try subscribers(redis) == 0
            }
            _ = try Workers.all(workers, since: now(), within: 5, 200) { try $0.status(server.token, on: $1) }
            try bench.gateway.delete(server)
            let took = try Workers.all(workers, since: now(), within: 5, 401) { try $0.status(server.token, on: $1) }
            note("without announcements a deletion was noticed after \(milliseconds(took))")
            #expect(took < 2000)
            #expect(try bench.gateway.connect().ask("GET", "/readyz").status == 200)

            #expect(try redis.command("ACL SETUSER default +subscribe") == "+OK")
            try eventually("the subscription does not come back") {
                try subscribers(redis) == 4
            }
            let next = try bench.gateway.makeServer(account)
            _ = try Workers.all(workers, since: now(), within: 5, 200) { try $0.status(next.token, on: $1) }
            try bench.gateway.delete(next)
            #expect(
                try Workers.all(workers, since: now(), within: 5, 401) { try $0.status(next.token, on: $1) } < 100)
        }

        /// A deletion that comes while subscribers are reconnecting is not missed either.
        @Test func deletionsDuringAReconnectAreNoticed() throws {
            let bench = try Bench(.redis)
            defer { bench.end() }
            let redis = try #require(bench.redis)
            let account = try bench.gateway.makeAccount()
            let probe = try bench.gateway.makeServer(account)
            let workers = [
                try Workers(bench.gateway, 2, token: probe.token),
                try Workers(try bench.replica(), 2, token: probe.token),
            ]
            var worst = 0.0
            for _ in 0..<10 {
                let server = try bench.gateway.makeServer(account)
                _ = try Workers.all(workers, since: now(), within: 5, 200) { try $0.status(server.token, on: $1) }
                try redis.command("CLIENT KILL TYPE pubsub")
                try bench.gateway.delete(server)
                worst = max(
                    worst,
                    try Workers.all(workers, since: now(), within: 5, 401) { try $0.status(server.token, on: $1) })
            }
            note("deletions right after the subscription broke: noticed after \(milliseconds(worst)) at the latest")
            #expect(worst < 2000)
        }

        private func subscribers(_ redis: RedisServer) throws -> Int {
            let client = try RawClient(port: redis.port)
            client.send("PUBSUB NUMSUB tollgate:invalidations:0\r\n")
            for _ in 0..<3 { _ = try client.takeLine() }
            return Int(try client.takeLine().dropFirst()) ?? 0
        }
    }
}
