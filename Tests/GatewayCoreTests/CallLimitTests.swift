// Calls in flight: those beyond the limit are refused at once, and a place that was left is free again.

import Testing
import Wire

@testable import GatewayCore

@MainActor @Suite("Limits of calls in flight")
struct CallLimitTests {
    private static let body = #"{"users":[{"id":"554"}]}"#

    private func arguments() -> String { #"{"user_id":"554"}"# }

    @Test("the account that has too many under way is refused at once, with the wait; another one is served")
    func perAccount() async throws {
        let bench = Bench(limits: CallLimits(perAccount: 2, perHost: 100))
        let gate = Gate()
        let busy = try await bench.account()
        let other = try await bench.account(tenant: "tenant-b")
        try await bench.accessToken(for: busy)
        try await bench.accessToken("1000.other", for: other)
        let server = try await bench.server(on: busy)
        let otherServer = try await bench.server(on: other)
        bench.upstream.answer = { request in
            var script = Script(CallLimitTests.body)
            if !request.fields.contains(where: { $0.has("1000.other") }) { script.gate = gate }
            return script
        }
        let under = try await withHeld(bench, server.token, count: 2) {
            let refused = try await bench.call(server.token, "get_single_zoho_bigin_user_by_id", arguments())
            #expect(refused.status == 200)
            let error = try #require(refused.json?["error"])
            #expect(error["code"]?.int == 503)
            #expect(error["message"]?.string?.has("2 calls under way") == true)
            #expect(error["data"]?["class"]?.string == "unavailable")
            #expect(error["data"]?["retryable"] == true && error["data"]?["retry_after_ms"]?.int == 1000)
            let served = try await bench.call(otherServer.token, "get_single_zoho_bigin_user_by_id", arguments())
            #expect(served.json?["result"] != nil)
            gate.open()
        }
        #expect(under == [true, true])
        let again = try await bench.call(server.token, "get_single_zoho_bigin_user_by_id", arguments())
        #expect(again.json?["result"] != nil)
        #expect(bench.counters.refusals(.account) == 1 && bench.counters.refusals(.host) == 0)
        #expect(bench.counters.callsInFlight == 0)
    }

    @Test("a host with too many calls under way refuses every account's")
    func perHost() async throws {
        let bench = Bench(limits: CallLimits(perAccount: 100, perHost: 2))
        let gate = Gate()
        let busy = try await bench.account()
        let other = try await bench.account(tenant: "tenant-b")
        let abroad = try await bench.account(tenant: "tenant-c", region: .us)
        for account in [busy, other, abroad] { try await bench.accessToken(for: account) }
        bench.upstream.answer = { request in
            var script = Script(CallLimitTests.body)
            if request.host == "www.zohoapis.eu" { script.gate = gate }
            return script
        }
        let (server, otherServer) = (try await bench.server(on: busy), try await bench.server(on: other))
        let abroadServer = try await bench.server(on: abroad)
        _ = try await withHeld(bench, server.token, count: 2) {
            let refused = try await bench.call(otherServer.token, "get_single_zoho_bigin_user_by_id", arguments())
            #expect(refused.json?["error"]?["code"]?.int == 503)
            let elsewhere = try await bench.call(abroadServer.token, "get_single_zoho_bigin_user_by_id", arguments())
            #expect(elsewhere.json?["result"] != nil)
            gate.open()
        }
        #expect(bench.counters.refusals(.host) == 1)
    }

    @Test("a call that fails leaves its place")
    func failures() async throws {
        let bench = Bench(limits: CallLimits(perAccount: 1, perHost: 1))
        let account = try await bench.account()
        try await bench.accessToken(for: account)
        let server = try await bench.server(on: account)
        for script in [Script(500, [], "no"), Script(refusal: .deadline), Script("{"), Script(CallLimitTests.body)] {
            bench.upstream.answer = { _ in script }
            let answer = try await bench.call(server.token, "get_single_zoho_bigin_user_by_id", arguments())
            #expect(answer.json?["error"]?["data"]?["retry_after_ms"] == nil, "\(answer.text)")
        }
    }

    /// Runs `body` while `count` calls wait for their upstream.
    /// - Returns: whether each of them was answered with a result.
    private func withHeld(
        _ bench: Bench, _ token: String, count: Int, _ body: () async throws -> Void
    ) async throws -> [Bool] {
        let tasks = (0..<count).map { _ in
            Task {
                try await bench.call(token, "get_single_zoho_bigin_user_by_id", arguments()).json?["result"] != nil
            }
        }
        while bench.upstream.requests.count < count { await Task.yield() }
        try await body()
        var served: [Bool] = []
        for task in tasks { served.append(try await task.value) }
        return served
    }
}
