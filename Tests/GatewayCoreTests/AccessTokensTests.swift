// Fresh access tokens: one renewal for all who wait, on this replica and the others, and what happens when Zoho says no.

import Testing
import Wire

@testable import GatewayCore

@Suite @MainActor struct AccessTokensTests {
    private static func token(_ text: String, expiresIn: Int = 3600) -> Script {
        Script(#"{"access_token":"\#(text)","expires_in":\#(expiresIn),"api_domain":"x","token_type":"Bearer"}"#)
    }

    private func error(_ name: String, _ status: Int = 200) -> Script { Script(status, [], #"{"error":"\#(name)"}"#) }

    private func failure(
        _ bench: Bench, _ account: AccountRecord, rejecting: AccessToken? = nil
    ) async -> CallFailure? {
        do throws(CallFailure) {
            _ = try await bench.tokens.token(for: account, rejecting: rejecting)
            return nil
        } catch {
            return error
        }
    }

    private func secret(_ bench: Bench, _ account: AccountRecord) async throws -> String {
        String(decoding: try await bench.tokens.token(for: account).secret, as: UTF8.self)
    }

    @Test func theRenewalGoesToTheAccountsOwnRegionWithItsSecretsInTheBody() async throws {
        let bench = Bench()
        let account = try await bench.account(region: .in)
        bench.upstream.answer = { _ in Self.token("1000.new") }
        #expect(try await secret(bench, account) == "1000.new")
        let request = try #require(bench.upstream.requests.first)
        #expect(request.host == "accounts.zoho.in")
        #expect(request.method == "POST")
        #expect(request.target == "/oauth/v2/token")
        #expect(
            String(decoding: request.body ?? [], as: UTF8.self)
                == "grant_type=refresh_token&client_id=client&client_secret=\(Bench.clientSecret)&refresh_token=\(Bench.refreshToken)"
        )
        #expect(!request.fields.joined().contains(Bench.clientSecret))
        #expect(!bench.shared.everything.contains("1000.new"))
    }

    @Test func aTokenServesUntilShortlyBeforeItsEnd() async throws {
        let bench = Bench()
        let account = try await bench.account()
        var count = 0
        bench.upstream.answer = { _ in
            count += 1
            return Self.token("1000.number-\(count)")
        }
        for _ in 0..<10 { #expect(try await secret(bench, account) == "1000.number-1") }
        bench.clock.advance(seconds: 3600 - 181)
        #expect(try await secret(bench, account) == "1000.number-1")
        bench.clock.advance(seconds: 122)
        #expect(try await secret(bench, account) == "1000.number-2")
        #expect(count == 2)
    }

    @Test func manyCallsAtOnceMakeOneRenewal() async throws {
        let bench = Bench()
        let account = try await bench.account()
        let gate = Gate()
        bench.upstream.answer = { _ in
            var script = Self.token("1000.new")
            script.gate = gate
            return script
        }
        let calls = (0..<64).map { _ in Task { try await self.secret(bench, account) } }
        await gate.reached()
        for _ in 0..<200 { await Task.yield() }
        gate.open()
        for call in calls { #expect(try await call.value == "1000.new") }
        #expect(bench.upstream.requests.count == 1)
        #expect(try await secret(bench, account) == "1000.new")
        #expect(bench.upstream.requests.count == 1)
    }

    @Test func manyCallsAtOnceShareOneFailure() async throws {
        let bench = Bench()
        let account = try await bench.account()
        let gate = Gate()
        bench.upstream.answer = { _ in
            var script = Script(500, [], "oops")
            script.gate = gate
            return script
        }
        let calls = (0..<16).map { _ in Task { await self.failure(bench, account)?.errorClass } }
        await gate.reached()
        for _ in 0..<100 { await Task.yield() }
        gate.open()
        for call in calls { #expect(await call.value == .unavailable) }
        #expect(bench.upstream.requests.count == 1)
    }

    @Test func twoReplicasMakeOneRenewal() async throws {
        let one = Bench()
        let two = Bench(beside: one)
        let account = try await one.account()
        let gate = Gate()
        one.upstream.answer = { _ in
            var script = Self.token("1000.of-one")
            script.gate = gate
            return script
        }
        two.upstream.answer = { _ in Self.token("1000.of-two") }
        let first = Task { try await self.secret(one, account) }
        await gate.reached()
        let second = Task { try await self.secret(two, account) }
        for _ in 0..<20 { await Task.yield() }
        gate.open()
        #expect(try await first.value == "1000.of-one")
        #expect(try await second.value == "1000.of-one")
        #expect(two.upstream.requests.isEmpty)
    }

    @Test func aReplicaThatDiesWithTheLockHoldsNobodyUpForMoreThanTenSeconds() async throws {
        let bench = Bench()
        let account = try await bench.account()
        let began = bench.clock.unixMilliseconds
        _ = try await bench.store.commit(
            Change(writes: [
                .put(key: StoreKey.refreshLock(account.id), value: [1], expiresAt: began + 10_000)
            ]))
        bench.upstream.answer = { _ in Self.token("1000.new") }
        #expect(try await secret(bench, account) == "1000.new")
        #expect(bench.clock.unixMilliseconds - began <= 10_100)
        #expect(bench.clock.unixMilliseconds - began >= 10_000)
        #expect(bench.shared.value(StoreKey.refreshLock(account.id)) == nil)
    }

    @Test func aLockThatNeverEndsFailsTheCall() async throws {
        let bench = Bench()
        let account = try await bench.account()
        _ = try await bench.store.commit(
            Change(writes: [.put(key: StoreKey.refreshLock(account.id), value: [1], expiresAt: nil)]))
        let failure = await failure(bench, account)
        #expect(failure?.errorClass == .unavailable)
        #expect(bench.upstream.requests.isEmpty)
    }

    // MARK: Refused tokens

    @Test func aTokenThatIsRefusedWithinAMinuteIsNotRenewed() async throws {
        let bench = Bench()
        let account = try await bench.account()
        try await bench.accessToken(for: account, age: 59)
        let token = try await bench.tokens.token(for: account)
        #expect(await failure(bench, account, rejecting: token)?.errorClass == .tokenInvalid)
        #expect(bench.upstream.requests.isEmpty)
        bench.clock.advance(seconds: 1)
        bench.upstream.answer = { _ in Self.token("1000.new") }
        #expect(try await bench.tokens.token(for: account, rejecting: token).secret == bytes("1000.new"))
    }

    @Test func aRefusedTokenThatAnotherReplicaHasRenewedIsNotRenewedAgain() async throws {
        let one = Bench()
        let two = Bench(beside: one)
        let account = try await one.account()
        try await one.accessToken("1000.old", for: account)
        let old = try await one.tokens.token(for: account)
        try await two.accessToken("1000.new", for: account, age: 1)
        #expect(try await one.tokens.token(for: account, rejecting: old).secret == bytes("1000.new"))
        #expect(one.upstream.requests.isEmpty)
    }

    @Test func aCallWhoseTokenIsRefusedIsSentAgainOnceWithAFreshOne() async throws {
        for method in ["list_all_zoho_bigin_users", "delete_a_zoho_bigin_user_by_id"] {
            let bench = Bench()
            let account = try await bench.account()
            let (_, token) = try await bench.server(on: account)
            try await bench.accessToken("1000.old", for: account)
            bench.upstream.answer = { request in
                if request.host.hasPrefix("accounts.") { return Self.token("1000.new") }
                if request.fields.contains("Authorization: Zoho-oauthtoken 1000.new") {
                    return Script(#"{"users":[{"code":"SUCCESS","status":"success","details":{"id":"1"}}]}"#)
                }
                return Script(401, [], ErrorForm.biginObject("INVALID_TOKEN"))
            }
            let exchange = try await bench.call(token, method, method.hasPrefix("del") ? #"{"user_id":"1"}"# : "{}")
            #expect(exchange.json?["result"]?["isError"]?.bool == false, "\(exchange.text)")
            #expect(bench.upstream.requests.map(\.host) == ["www.zohoapis.eu", "accounts.zoho.eu", "www.zohoapis.eu"])
        }
    }

    @Test func aCallThatIsRefusedTwiceFails() async throws {
        let bench = Bench()
        let account = try await bench.account()
        let (_, token) = try await bench.server(on: account)
        try await bench.accessToken("1000.old", for: account)
        bench.upstream.answer = { request in
            request.host.hasPrefix("accounts.")
                ? Self.token("1000.new") : Script(401, [], ErrorForm.biginObject("INVALID_TOKEN"))
        }
        let exchange = try await bench.call(token, "list_all_zoho_bigin_users")
        #expect(exchange.status == 200)
        #expect(exchange.json?["error"]?["code"]?.int == 401)
        #expect(bench.upstream.requests.count == 3)
        #expect(!exchange.text.contains("1000."))
    }

    // MARK: What Zoho's accounts servers say

    @Test(arguments: ["invalid_code", "invalid_grant", "invalid_token"])
    func aWithdrawnConnectionIsRememberedAndSaidAtOnce(_ name: String) async throws {
        let bench = Bench()
        let other = Bench(beside: bench)
        let account = try await bench.account()
        let (_, token) = try await bench.server(on: account)
        _ = try await other.call(token, "nonsense")
        bench.upstream.answer = { _ in self.error(name) }
        for round in 1...3 {
            let exchange = try await bench.call(token, "list_all_zoho_bigin_users")
            #expect(exchange.status == 200)
            #expect(exchange.json?["error"]?["code"]?.int == 401)
            #expect(exchange.json?["error"]?["data"]?["class"]?.string == "needs_reauth")
            #expect(exchange.json?["error"]?["message"]?.string?.contains("https://gateway.example") == true)
            #expect(bench.upstream.requests.count == 1, "round \(round)")
        }
        #expect(AccountRecord(bytes: bench.shared.value(StoreKey.account(account.id)) ?? [])?.status == .needsReauth)
        #expect(try await other.call(token, "list_all_zoho_bigin_users").json?["error"]?["code"]?.int == 401)
        #expect(other.upstream.requests.isEmpty)
    }

    @Test(arguments: ["invalid_client", "invalid_client_secret", "unauthorized_client"])
    func aWrongClientIsTheOperatorsAffair(_ name: String) async throws {
        let bench = Bench()
        let account = try await bench.account()
        bench.upstream.answer = { _ in self.error(name) }
        let failure = try #require(await failure(bench, account))
        #expect(failure.errorClass == .unavailable)
        #expect(failure.message.contains("operator"))
        #expect(failure.message.contains(name))
        #expect(AccountRecord(bytes: bench.shared.value(StoreKey.account(account.id)) ?? [])?.status == .active)
    }

    @Test func withoutAClientNothingIsAsked() async throws {
        let bench = Bench(hasClient: false)
        let failure = try #require(await failure(bench, try await bench.account()))
        #expect(failure.message.contains("TOLLGATE_ZOHO_CLIENT_ID"))
        #expect(bench.upstream.requests.isEmpty)
    }

    @Test func tooManyRenewalsAreARateLimitThatSaysForHowLong() async throws {
        let bench = Bench()
        bench.upstream.answer = { _ in
            Script(
                400, [],
                #"{"error_description":"You have made too many requests","error":"Access Denied","status":"failure"}"#)
        }
        let failure = try #require(await failure(bench, try await bench.account()))
        #expect(failure.errorClass == .rateLimited)
        #expect(failure.retryAfter == 600_000)
        #expect(failure.message.contains("ten minutes"))
    }

    @Test func aTroubledAccountsServerDoesNotHarmATokenThatStillLives() async throws {
        for script in [
            Script(500, [], "<html>"), Script(""), Script(refusal: .unreachable("no route")),
            Script(refusal: .deadline),
            Script(pieces: [bytes("{\"access")], ending: .broken("reset")), error("general_error"),
        ] {
            let bench = Bench()
            let account = try await bench.account()
            try await bench.accessToken(for: account, age: 3600 - 59)
            bench.upstream.answer = { _ in script }
            #expect(try await secret(bench, account) == Bench.accessToken)
            #expect(bench.upstream.requests.count == 1)
            bench.clock.advance(seconds: 55)
            #expect(await failure(bench, account)?.errorClass == .unavailable)
            #expect(bench.shared.value(StoreKey.refreshLock(account.id)) == nil)
        }
    }

    @Test func lifetimesAreReadInSecondsAndInMilliseconds() async throws {
        for expiresIn in [3600, 3_600_000] {
            let bench = Bench()
            let account = try await bench.account()
            bench.upstream.answer = { _ in Self.token("1000.new", expiresIn: expiresIn) }
            let token = try await bench.tokens.token(for: account)
            #expect(token.expiresAt - token.issuedAt == 3_600_000)
        }
    }

    @Test func theStoresSilenceFailsTheCall() async throws {
        let bench = Bench()
        let account = try await bench.account()
        bench.store.fail()
        #expect(await failure(bench, account)?.errorClass == .unavailable)
        #expect(bench.upstream.requests.isEmpty)
    }

    @Test func aSilentStoreDoesNotFailTheCallWhileTheOldTokenLives() async throws {
        let bench = Bench()
        let account = try await bench.account()
        try await bench.accessToken(for: account, age: 3600 - 181)
        #expect(try await secret(bench, account) == Bench.accessToken)
        bench.clock.advance(seconds: 122)
        bench.store.fail()
        #expect(try await secret(bench, account) == Bench.accessToken)
    }

    @Test func aLockThatNeverEndsDoesNotFailTheCallWhileTheOldTokenLives() async throws {
        let bench = Bench()
        let account = try await bench.account()
        try await bench.accessToken(for: account, age: 3600 - 59)
        _ = try await bench.store.commit(
            Change(writes: [.put(key: StoreKey.refreshLock(account.id), value: [1], expiresAt: nil)]))
        #expect(try await secret(bench, account) == Bench.accessToken)
        #expect(bench.upstream.requests.isEmpty)
    }

    @Test func noFailureShowsASecret() async throws {
        let echo = #"{"error":"x \#(Bench.refreshToken) \#(Bench.clientSecret)"}"#
        for script in [
            error("invalid_code"), error("invalid_client"), error("Access Denied"), Script(500, [], "x"), Script(echo),
            Script(refusal: .broken("the connection was reset")), Script(""),
        ] {
            let bench = Bench()
            let account = try await bench.account()
            let (_, token) = try await bench.server(on: account)
            try await bench.accessToken(for: account, age: 3600)
            bench.upstream.answer = { _ in script }
            let text = try await bench.call(token, "list_all_zoho_bigin_users").text
            for secret in [Bench.refreshToken, Bench.clientSecret, Bench.accessToken, token] {
                #expect(!text.contains(secret), "\(text)")
            }
        }
    }
}
