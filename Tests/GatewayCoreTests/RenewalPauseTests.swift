// An accounts server in trouble is left alone for a while, by every replica; the account is not lost over it.

import Testing
import Wire

@testable import GatewayCore

@Suite("Pauses between renewals") @MainActor
struct RenewalPauseTests {
    private func failure(_ bench: Bench, _ account: AccountRecord) async -> CallFailure? {
        do throws(CallFailure) {
            _ = try await bench.tokens.token(for: account)
            return nil
        } catch {
            return error
        }
    }

    @Test("a failed renewal is not tried again at once, here or on another replica, and then after twice as long")
    func pauses() async throws {
        let one = Bench()
        let two = Bench(beside: one)
        let account = try await one.account()
        for bench in [one, two] { bench.upstream.answer = { _ in Script(500, [], "down") } }
        var asked = 0
        var pauses: [Int64] = []
        for _ in 0..<8 {
            #expect(await failure(one, account)?.errorClass == .unavailable)
            asked += 1
            #expect(one.upstream.requests.count == asked)
            let told = await failure(one, account)
            let elsewhere = await failure(two, account)
            #expect(told?.errorClass == .unavailable && told?.message.has("HTTP 500") == true)
            #expect(one.upstream.requests.count == asked && two.upstream.requests.isEmpty)
            let wait = try #require(told?.retryAfter)
            #expect(elsewhere?.retryAfter == wait)
            pauses.append(Int64(wait))
            one.clock.advance(milliseconds: wait)
        }
        let floors: [Int64] = [1, 2, 4, 8, 16, 32, 60, 60].map { $0 * 1000 }
        for (pause, floor) in zip(pauses, floors) { #expect(pause >= floor && pause <= floor * 12 / 10) }
    }

    @Test("a renewal that succeeds forgets the failures before it")
    func recovers() async throws {
        let bench = Bench()
        let account = try await bench.account()
        for (script, isFailure) in [
            (Script(503, [], ""), true), (Script(refusal: .unreachable("no route")), true),
            (Script(#"{"access_token":"1000.a","expires_in":120,"token_type":"Bearer"}"#), false),
            (Script(refusal: .deadline), true),
        ] {
            bench.upstream.answer = { _ in script }
            let failed = await failure(bench, account)
            #expect((failed != nil) == isFailure)
            if isFailure, let wait = await failure(bench, account)?.retryAfter {
                bench.clock.advance(milliseconds: wait)
            } else {
                bench.clock.advance(milliseconds: 121_000)
            }
        }
        // The last failure was the first in a row again.
        bench.upstream.answer = { _ in Script(500, [], "") }
        #expect(await failure(bench, account) != nil)
        let wait = try #require(await failure(bench, account)?.retryAfter)
        #expect(wait >= 2_000 && wait <= 2_400)
    }

    @Test("Zoho's own limit is waited out for longer")
    func throttled() async throws {
        let bench = Bench()
        let account = try await bench.account()
        bench.upstream.answer = { _ in Script(400, [], #"{"error":"Access Denied","status":"failure"}"#) }
        #expect(await failure(bench, account)?.errorClass == .rateLimited)
        let told = try #require(await failure(bench, account))
        #expect(told.errorClass == .rateLimited)
        #expect((120_000...144_000).contains(told.retryAfter ?? 0))
        #expect(bench.upstream.requests.count == 1)
    }

    @Test("what is to be mended by a person is not paused for")
    func misconfigured() async throws {
        let bench = Bench()
        let account = try await bench.account()
        bench.upstream.answer = { _ in Script(#"{"error":"invalid_client"}"#) }
        for count in 1...3 {
            #expect(await failure(bench, account)?.errorClass == .unavailable)
            #expect(bench.upstream.requests.count == count)
        }
    }
}
