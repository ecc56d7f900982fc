// Who is let in, when: with a store that answers, one that has changed, one that is silent and one that is gone.

import Testing
import Wire

@testable import GatewayCore

@Suite @MainActor struct AccessTests {
    private let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#

    @Test func aKnownTokenIsAskedOfTheStoreOnce() async throws {
        let bench = Bench()
        let (server, token) = try await bench.server(on: try await bench.account())
        for _ in 0..<5 { #expect(try await bench.post(token, ping).status == 200) }
        #expect(bench.store.lookups.filter { $0 == server.tokenKey }.count == 1)
    }

    @Test func theStoreIsAskedAgainAfterAMinute() async throws {
        let bench = Bench()
        let (server, token) = try await bench.server(on: try await bench.account())
        _ = try await bench.post(token, ping)
        bench.clock.advance(seconds: 59)
        _ = try await bench.post(token, ping)
        #expect(bench.store.lookups.filter { $0 == server.tokenKey }.count == 1)
        bench.clock.advance(seconds: 1)
        _ = try await bench.post(token, ping)
        #expect(bench.store.lookups.filter { $0 == server.tokenKey }.count == 2)
    }

    @Test func garbageIsRefusedWithoutALookUp() async throws {
        let bench = Bench()
        let good = Token(generating: .server).revealed
        for text in [
            "", "x", "tgm_", String(good.dropLast()) + "-", String(good.dropLast()), "tgk_" + good.dropFirst(4),
        ] {
            let exchange = try await bench.post(text, ping)
            #expect(exchange.status == 401)
            #expect(exchange.json?["id"] == 1)
            #expect(exchange.text.contains("damaged or missing"))
        }
        #expect(bench.store.lookups.isEmpty)
    }

    @Test func unknownAndExpiredLookTheSame() async throws {
        let bench = Bench()
        let expiry = bench.clock.unixMilliseconds + 60_000
        let (_, token) = try await bench.server(on: try await bench.account(), expiresAt: expiry)
        let unknown = try await bench.post(Token(generating: .server).revealed, ping)
        #expect(try await bench.post(token, ping).status == 200)
        bench.clock.advance(seconds: 59)
        #expect(try await bench.post(token, ping).status == 200)
        bench.clock.advance(milliseconds: 1000)
        let expired = try await bench.post(token, ping)
        #expect(expired.status == 401)
        #expect(expired.body == unknown.body)
        #expect(expired.fields == unknown.fields)
        #expect(expired.fields["www-authenticate"] == "Bearer error=\"invalid_token\"")
        #expect(!expired.text.contains(token))
    }

    /// The record in the cache knows its own end: a store that is late, or down, does not prolong it.
    @Test func anExpiredTokenIsRefusedDuringTheGracePeriodToo() async throws {
        let bench = Bench()
        let expiry = bench.clock.unixMilliseconds + 10_000
        let (_, token) = try await bench.server(on: try await bench.account(), expiresAt: expiry)
        #expect(try await bench.post(token, ping).status == 200)
        bench.store.fail()
        bench.clock.advance(seconds: 11)
        #expect(try await bench.post(token, ping).status == 401)
    }

    @Test func aTrailingSlashIsTheSameURL() async throws {
        let bench = Bench()
        let (_, token) = try await bench.server(on: try await bench.account())
        #expect(try await bench.post(token + "/", ping).status == 200)
        #expect(try await bench.post(token + "//", ping).status == 401)
    }

    @Test func aDeletedServerIsRefusedOnEveryReplicaAtOnce() async throws {
        let one = Bench()
        let two = Bench(beside: one)
        let account = try await one.account()
        let (server, token) = try await one.server(on: account)
        let key = try await one.apiKey()
        #expect(try await two.post(token, ping).status == 200)
        let path = "/integrated-account/\(account.id)/mcp/\(server.id)"
        #expect(try await one.send("DELETE", path, key: key.text).status == 204)
        #expect(try await two.post(token, ping).status == 401)
        #expect(try await one.post(token, ping).status == 401)
    }

    @Test func anAnswerThatWasUnderWayDuringTheDeletionIsNotKept() async throws {
        let bench = Bench()
        let (server, token) = try await bench.server(on: try await bench.account())
        let gate = Gate()
        bench.store.delay = gate
        let early = Task { try await bench.post(token, self.ping).status }
        await gate.reached()
        _ = try await bench.store.commit(
            Change(writes: [.delete(key: server.tokenKey)], announcements: [server.tokenKey]))
        gate.open()
        #expect(try await early.value == 200)
        #expect(try await bench.post(token, ping).status == 401)
    }

    @Test func withoutAnnouncementsADeletionIsNoticedWithinTwoSeconds() async throws {
        let bench = Bench()
        let (server, token) = try await bench.server(on: try await bench.account())
        bench.store.isDeaf = true
        bench.store.onEvent?(.subscriptionLost)
        #expect(try await bench.post(token, ping).status == 200)
        _ = try await bench.store.commit(Change(writes: [.delete(key: server.tokenKey)]))
        bench.clock.advance(milliseconds: 2000)
        #expect(try await bench.post(token, ping).status == 401)
    }

    @Test func whileTheStoreIsDownKnownTokensGoOnAndUnknownOnesAreNotJudged() async throws {
        let bench = Bench()
        let account = try await bench.account()
        let (_, known) = try await bench.server(on: account)
        let (_, unknown) = try await bench.server(on: account)
        #expect(try await bench.post(known, ping).status == 200)
        bench.store.fail()
        bench.store.onEvent?(.subscriptionLost)
        bench.clock.advance(seconds: 10)
        #expect(try await bench.post(known, ping).status == 200)
        let refused = try await bench.post(unknown, ping)
        #expect(refused.status == 503)
        #expect(refused.fields["retry-after"] != nil)
        #expect(try await bench.send("GET", "/readyz").text == "degraded\n")
        bench.clock.advance(seconds: 20)
        #expect(try await bench.post(known, ping).status == 503)
        #expect(try await bench.send("GET", "/readyz").status == 503)
        bench.store.health = .up
        bench.store.onEvent?(.subscribed)
        #expect(try await bench.post(unknown, ping).status == 200)
        #expect(try await bench.post(known, ping).status == 200)
        #expect(try await bench.send("GET", "/readyz").text == "ok\n")
    }

    /// Known, fresh and never announced as changed, but after the grace period nobody can say so any more.
    @Test func afterTheGracePeriodNothingIsTrustedAlthoughTheSubscriptionSeemsToHold() async throws {
        let bench = Bench(graceSeconds: 5)
        let (_, token) = try await bench.server(on: try await bench.account())
        #expect(try await bench.post(token, ping).status == 200)
        bench.store.fail()
        bench.store.onEvent?(.subscriptionLost)
        bench.clock.advance(seconds: 6)
        #expect(try await bench.post(token, ping).status == 503)
    }

    @Test func aTokenThatWasWithdrawnIsNotReadyForGrace() async throws {
        let bench = Bench()
        let (server, token) = try await bench.server(on: try await bench.account())
        #expect(try await bench.post(token, ping).status == 200)
        _ = try await bench.store.commit(
            Change(writes: [.delete(key: server.tokenKey)], announcements: [server.tokenKey]))
        bench.store.fail()
        #expect(try await bench.post(token, ping).status == 503)
    }

    // MARK: The second factor

    @Test func aServerThatAsksForAKeyTakesOnlyItsOwnTenants() async throws {
        let bench = Bench()
        var config = ServerConfig()
        config.requiresAPIKey = true
        let (_, token) = try await bench.server(on: try await bench.account(), config: config)
        let own = try await bench.apiKey()
        let foreign = try await bench.apiKey(tenant: "tenant-b")
        let expiring = try await bench.apiKey(expiresAt: bench.clock.unixMilliseconds + 1000)
        #expect(try await bench.post(token, ping, ["Authorization: Bearer \(expiring.text)"]).status == 200)
        bench.clock.advance(seconds: 2)
        for refused in [
            [], ["Authorization: Bearer \(foreign.text)"], ["Authorization: Bearer \(token)"],
            ["Authorization: Bearer "], ["Authorization: Basic \(own.text)"], ["Authorization: \(own.text)"],
            ["Authorization: Bearer \(own.text)x"], ["Authorization: Bearer \(expiring.text)"],
            ["Authorization: Bearer \(foreign.text)", "Authorization: Bearer \(own.text)"],
            ["Authorization: Bearer \(own.text)", "Authorization: Bearer \(own.text)"],
        ] as [[String]] {
            let exchange = try await bench.post(token, ping, refused)
            #expect(exchange.status == 401, "\(refused)")
            #expect(exchange.fields["www-authenticate"] != nil)
        }
        for accepted in ["Bearer \(own.text)", "bearer \(own.text)", "Bearer   \(own.text)"] {
            #expect(try await bench.post(token, ping, ["Authorization: \(accepted)"]).status == 200)
        }
    }

    @Test func aWithdrawnKeyIsRefusedAtOnce() async throws {
        let bench = Bench()
        var config = ServerConfig()
        config.requiresAPIKey = true
        let (_, token) = try await bench.server(on: try await bench.account(), config: config)
        let key = try await bench.apiKey()
        #expect(try await bench.post(token, ping, ["Authorization: Bearer \(key.text)"]).status == 200)
        #expect(try await bench.send("DELETE", "/api-key/\(key.id)", key: key.text).status == 204)
        #expect(try await bench.post(token, ping, ["Authorization: Bearer \(key.text)"]).status == 401)
    }

    @Test func nothingInTheStoreShowsASecret() async throws {
        let bench = Bench()
        let account = try await bench.account()
        let (_, token) = try await bench.server(on: account)
        let key = try await bench.apiKey()
        try await bench.accessToken(for: account)
        let everything = bench.shared.everything
        for secret in [token, key.text, Bench.refreshToken, Bench.accessToken, Bench.clientSecret] {
            #expect(!everything.contains(secret))
            #expect(!everything.contains(Base64.encode(bytes(secret))))
        }
    }

    @Test func whatWasMissedBeforeSubscribingAgainIsNoticedAtOnce() async throws {
        let bench = Bench()
        let (server, token) = try await bench.server(on: try await bench.account())
        #expect(try await bench.post(token, ping).status == 200)
        bench.store.isDeaf = true
        _ = try await bench.store.commit(
            Change(writes: [.delete(key: server.tokenKey)], announcements: [server.tokenKey]))
        bench.store.onEvent?(.subscribed)
        #expect(try await bench.post(token, ping).status == 401)
    }
}
