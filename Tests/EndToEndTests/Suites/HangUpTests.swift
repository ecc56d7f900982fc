// Clients that leave before they have their answer: a read ends with them, a change does not.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct HangUpTests {
        private static let list = "list_all_zoho_bigin_users"
        private static let users: JSON = ["path": "/bigin/v2/users"]
        private static let person: JSON = [
            "first_name": "Ada", "last_name": "Left", "email": "left@example.org", "role": "6000000000000031157",
            "profile": "6000000000000026014",
        ]

        private func bench(_ kind: StoreKind = .sqlite) throws -> (Bench, Server) {
            let bench = try Bench(kind)
            let server = try bench.makeServer(config: ["max_response_bytes": 1_000_000_000, "timeout_ms": 300_000])
            // The account has its token, and the worker that made it knows the way.
            _ = try bench.gateway.call(server.token, "list_all_zoho_bigin_me")
            return (bench, server)
        }

        private func ask(
            _ bench: Bench, _ server: Server, _ body: JSON, receiveBuffer: Int32? = nil
        ) throws -> RawClient {
            let client = try RawClient(port: bench.gateway.port, receiveBuffer: receiveBuffer)
            client.send(
                RawClient.request("POST", "/mcp/\(server.token)", fields: Gateway.mcpFields, body: body.text))
            return client
        }

        private func hits(_ bench: Bench) throws -> Int {
            try bench.simulator.control("GET", "rules")["rules"]?.array?.first?["hits"]?.int ?? 0
        }

        /// Milliseconds from the close of `client` to the moment at which the simulator saw its own connection closed,
        /// by the simulator's clock.
        private func untilSeen(_ bench: Bench, _ client: inout RawClient?) throws -> Double {
            let before = try bench.simulator.counter("abandoned")
            let left = wallMilliseconds()
            client = nil
            try eventually(within: 5, "the upstream call goes on") {
                try bench.simulator.counter("abandoned") == before + 1
            }
            let last = try bench.simulator.control("GET", "counters")["last_abandoned"]?.array?.last
            let seen = try #require(last?["time"]?.string.flatMap { Timestamp.parse(iso8601: $0) })
            return max(0, Double(seen) - left)
        }

        enum Moment: String, CaseIterable, CustomTestStringConvertible {
            case beforeTheAnswer = "before the answer"
            case inTheMiddle = "in the middle"
            case withoutReading = "without having read"
            var testDescription: String { rawValue }
        }

        @Test("A client that leaves ends the read that it asked for", arguments: Moment.allCases)
        func aClientThatLeavesEndsTheRead(_ moment: Moment) throws {
            let (bench, server) = try bench()
            defer { bench.end() }
            var rule: JSON = ["match": Self.users, "times": 0]
            switch moment {
            case .beforeTheAnswer: rule.set("delay_ms", 60_000)
            case .inTheMiddle:
                rule.set("respond", ["bytes": 10_000_000])
                rule.set("stall", ["after": 1_000_000, "ms": 60_000])
            // The gateway holds the upstream up, because nobody takes what has come.
            case .withoutReading: rule.set("respond", ["bytes": 500_000_000])
            }
            try bench.simulator.rule(rule)
            var times: [Double] = []
            for count in 1...20 {
                var client: RawClient? = try ask(
                    bench, server, Gateway.message(Self.list, [:]),
                    receiveBuffer: moment == .withoutReading ? 16 << 10 : nil)
                try eventually("the upstream is not asked") { try hits(bench) == count }
                switch moment {
                case .beforeTheAnswer: break
                case .inTheMiddle: #expect(client?.take(500_000).count == 500_000)
                case .withoutReading: #expect(try client?.takeLine() == "HTTP/1.1 200 OK")
                }
                times.append(try untilSeen(bench, &client))
            }
            times.sort()
            note(
                "client left \(moment.rawValue): the upstream saw it after \(milliseconds(times[10])) (median of 20), \(milliseconds(times[19])) at the latest"
            )
            #expect(times[19] < 1000)
        }

        @Test("A client that leaves while its account's token is renewed has nothing read for it")
        func aClientThatLeavesDuringARenewal() throws {
            let bench = try Bench(.sqlite, workers: 1)
            defer { bench.end() }
            let server = try bench.makeServer(config: ["timeout_ms": 300_000])
            try bench.simulator.rule(["match": ["path": "/oauth/v2/token"], "delay_ms": 500])
            try bench.simulator.rule(["match": Self.users, "times": 0, "delay_ms": 60_000])
            var client: RawClient? = try ask(bench, server, Gateway.message(Self.list, [:]))
            try eventually("no token is asked for") {
                try bench.simulator.requests().contains { $0["target"] == "/oauth/v2/token" }
            }
            client = nil
            #expect(client == nil)
            // The renewal runs to its end: others need the token as well.
            #expect(try !bench.gateway.call(server.token, "list_all_zoho_bigin_roles").isError)
            #expect(try bench.simulator.counter("abandoned") == 0)
            let refreshes = try bench.simulator.control("GET", "counters")["refreshes"]
            #expect(refreshes?[Simulator.refreshToken()] == 1)
            // The read of who has left is not even begun.
            #expect(try bench.simulator.requests().filter { $0["target"] == "/bigin/v2/users" }.isEmpty)
        }

        @Test("A client that leaves ends all the reads of its batch, those that have not begun as well")
        func aClientThatLeavesEndsItsBatch() throws {
            let (bench, server) = try bench()
            defer { bench.end() }
            try bench.simulator.clear()
            try bench.simulator.rule(["match": Self.users, "times": 0, "delay_ms": 60_000])
            let batch = JSON.array((1...5).map { Gateway.message(Self.list, [:], id: JSON($0)) })
            var client: RawClient? = try ask(bench, server, batch)
            try eventually("the upstream is not asked") { try hits(bench) == 1 }
            let before = try bench.simulator.counter("abandoned")
            client = nil
            #expect(client == nil)
            try eventually("the first read goes on") { try bench.simulator.counter("abandoned") == before + 1 }
            // A later call on every worker: what the batch had left to do would have come before it.
            let workers = try Workers(bench.gateway, 2, token: server.token)
            for client in workers.connections {
                #expect(try !bench.gateway.call(server.token, "list_all_zoho_bigin_roles", on: client).isError)
            }
            #expect(try hits(bench) == 1)
            #expect(try bench.simulator.counter("abandoned") == before + 1)
        }

        @Test("Others that wait for the renewal of one who leaves get their answers")
        func theRenewalOfOneWhoLeavesIsOthersAsWell() throws {
            let bench = try Bench(.redis, workers: 1)
            defer { bench.end() }
            let server = try bench.makeServer()
            try bench.simulator.rule(["match": ["path": "/oauth/v2/token"], "delay_ms": 300])
            var first: RawClient? = try ask(bench, server, Gateway.message(Self.list, [:]))
            try eventually("no token is asked for") { try !bench.simulator.requests().isEmpty }
            let others = try (0..<16).map { _ in try ask(bench, server, Gateway.message(Self.list, ["limit": 1])) }
            first = nil
            #expect(first == nil)
            for other in others { #expect(try other.readResponse().text.contains("\"isError\":false")) }
            let refreshes = try bench.simulator.control("GET", "counters")["refreshes"]
            #expect(refreshes?[Simulator.refreshToken()] == 1)
        }

        /// A change that has been sent is not taken back by whoever asked for it.
        @Test("A client that leaves does not end a change, whenever it leaves", arguments: [false, true])
        func aClientThatLeavesDoesNotEndAChange(inTheMiddle: Bool) throws {
            let (bench, server) = try bench()
            defer { bench.end() }
            var rule: JSON = ["match": ["method": "POST", "path": "/bigin/v2/users"]]
            if inTheMiddle {
                rule.set("piece_bytes", 20)
                rule.set("piece_ms", 50)
            } else {
                rule.set("delay_ms", 300)
            }
            try bench.simulator.rule(rule)
            var client: RawClient? = try ask(bench, server, Gateway.message("create_a_zoho_bigin_user", Self.person))
            try eventually("the upstream is not asked") {
                try bench.simulator.requests().contains { $0["method"] == "POST" && $0["target"] == "/bigin/v2/users" }
            }
            client = nil
            #expect(client == nil)
            try eventually("the answer is not taken to its end") {
                try bench.simulator.counter("delivered") == 1 || bench.simulator.counter("abandoned") == 1
            }
            let made = try bench.gateway.call(server.token, Self.list, ["type": "NotConfirmedUsers"])
            #expect(made.texts.first?.contains("left@example.org") == true)
            #expect(try bench.simulator.counter("abandoned") == 0)
        }
    }
}
