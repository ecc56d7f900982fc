// A token works up to its moment and not after it, whether the worker knew it or has to ask.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct ExpiryTests {
        /// What scheduling on a busy machine may cost, in milliseconds.
        private static let tolerance = 50.0

        private func instant(in milliseconds: Double) -> (text: String, unix: Double) {
            let unix = (wallMilliseconds() + milliseconds).rounded()
            return (Timestamp.iso8601(unixMilliseconds: Int64(unix)), unix)
        }

        @Test(arguments: StoreKind.allCases) func aCachedTokenEndsAtItsMillisecond(_ kind: StoreKind) throws {
            let bench = try Bench(kind)
            defer { bench.end() }
            let moment = instant(in: 1500)
            let server = try bench.makeServer(expiresAt: moment.text)
            let client = try bench.gateway.connect()
            var lastGood = 0.0
            var firstRefused = 0.0
            try eventually(within: 5, "the token never expired") {
                let sent = wallMilliseconds()
                let status = try bench.gateway.status(server.token, on: client)
                if status == 200 { lastGood = sent } else { firstRefused = wallMilliseconds() }
                return status == 401
            }
            note(
                "\(kind), cached: last good \(milliseconds(lastGood - moment.unix)), first refused \(milliseconds(firstRefused - moment.unix)) from the moment"
            )
            #expect(lastGood > moment.unix - Self.tolerance && lastGood < moment.unix + 1)
            #expect(abs(firstRefused - moment.unix) < Self.tolerance)
            #expect(try bench.gateway.status(server.token, on: client) == 401)
        }

        /// Every token is used once only, so that each use is a look-up.
        @Test(arguments: StoreKind.allCases) func anUncachedTokenEndsAtItsMillisecond(_ kind: StoreKind) throws {
            let bench = try Bench(kind)
            defer { bench.end() }
            let account = try bench.gateway.makeAccount()
            let moment = instant(in: 2500)
            let servers = try (0..<80).map { _ in try bench.gateway.makeServer(account, expiresAt: moment.text) }
            let client = try bench.gateway.connect()
            _ = try bench.gateway.status(servers[0].token, on: client)
            let start = moment.unix - 80
            #expect(wallMilliseconds() < start)
            var lastGood = -Double.infinity
            var firstRefused = Double.infinity
            for (index, server) in servers.enumerated().dropFirst() {
                // Spinning is exact, and two milliseconds of it cost less than a late awakening.
                while wallMilliseconds() < start + Double(index) * 2 {}
                let sent = wallMilliseconds() - moment.unix
                if try bench.gateway.status(server.token, on: client) == 200 {
                    lastGood = max(lastGood, sent)
                } else {
                    firstRefused = min(firstRefused, wallMilliseconds() - moment.unix)
                }
            }
            note("\(kind), uncached: last good \(milliseconds(lastGood)), first refused \(milliseconds(firstRefused))")
            #expect(lastGood > -Self.tolerance && lastGood < 1)
            #expect(abs(firstRefused) < Self.tolerance)
        }

        @Test(arguments: StoreKind.allCases) func anAPIKeyEndsAtItsMillisecond(_ kind: StoreKind) throws {
            let bench = try Bench(kind)
            defer { bench.end() }
            _ = try bench.gateway.makeAccount()
            let moment = instant(in: 700)
            let made = try bench.gateway.manage(
                "POST", "/api-key", ["name": "short", "expires_at": .string(moment.text)])
            let key = try #require(try made.json["key"]?.string)
            let client = try bench.gateway.connect()
            var ended = 0.0
            try eventually(within: 5, "the key never expired") {
                let sent = wallMilliseconds()
                let answer = try client.ask("GET", "/api-key", fields: ["Authorization: Bearer \(key)"])
                if answer.status == 200 { #expect(sent < moment.unix + 1) } else { ended = wallMilliseconds() }
                return answer.status == 401
            }
            #expect(abs(ended - moment.unix) < Self.tolerance)
        }

        @Test func theMinimumHolds() throws {
            let bench = try Bench(.sqlite, settings: ["TOLLGATE_MIN_EXPIRY_SECONDS": "60"])
            defer { bench.end() }
            let account = try bench.gateway.makeAccount()
            let refused = try bench.gateway.manage(
                "POST", "/integrated-account/\(account)/mcp",
                ["name": "soon", "expires_at": .string(instant(in: 58_000).text)])
            #expect(refused.status == 400)
            #expect(try refused.json["field"] == "expires_at")
            _ = try bench.gateway.makeServer(account, expiresAt: instant(in: 62_000).text)
        }
    }
}
