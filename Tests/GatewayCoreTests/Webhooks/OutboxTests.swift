// Events are written by the change that makes them true: once, for the webhooks that ask for them, or not at all.

import Testing
import Wire

@testable import GatewayCore

@Suite @MainActor struct OutboxTests {
    private func revoke(_ bench: Bench) { bench.upstream.answer = { _ in Script(#"{"error":"invalid_code"}"#) } }

    private func type(_ delivery: Delivery) -> String? {
        (try? JSON(parsing: Array(delivery.body.utf8)))?["type"]?.string
    }

    @Test func aWithdrawnConnectionIsToldToEveryWebhookThatAsks() async throws {
        let bench = Bench()
        let one = try await bench.webhook("https://one.example/")
        _ = try await bench.webhook("https://two.example/", events: [.deleted])
        let three = try await bench.webhook("https://three.example/", events: [.authenticationError])
        _ = try await bench.webhook("https://other.example/", tenant: "tenant-b")
        let account = try await bench.account()
        revoke(bench)
        _ = try? await bench.tokens.token(for: account)
        let deliveries = bench.deliveries()
        #expect(Set(deliveries.map(\.webhook)) == [one.id, three.id])
        #expect(Set(deliveries.map(\.event)).count == 1)
        let data = try JSON(parsing: Array(try #require(deliveries.first).body.utf8))
        #expect(data["type"] == "integrated_account:authentication_error")
        #expect(data["data"]?["integrated_account_id"]?.string == account.id)
        #expect(data["data"]?["status"] == "needs_reauth")
        for delivery in deliveries {
            #expect(delivery.dueAt == bench.clock.unixMilliseconds)
            #expect(delivery.expiresAt == bench.clock.unixMilliseconds + 3 * 86_400_000)
            #expect(delivery.attempts == 0)
        }
        #expect(bench.wakes.count == 1)
        #expect(!bench.shared.everything.contains(Bench.refreshToken))
    }

    @Test func aDeletedAccountIsToldOnceAndOnlyWhenItIsDeleted() async throws {
        let bench = Bench()
        _ = try await bench.webhook()
        let account = try await bench.account()
        let key = try await bench.apiKey().text
        let shared = bench.shared
        bench.store.beforeCommit = {
            // Somebody else changes the account between the look and the deletion.
            var other = account
            other.context = ["zoid": "1"]
            shared.apply(
                Change(writes: [.put(key: StoreKey.account(account.id), value: other.bytes, expiresAt: nil)]))
        }
        #expect(try await bench.send("DELETE", "/integrated-account/\(account.id)", key: key).status == 409)
        #expect(bench.isOutboxEmpty && bench.wakes.count == 0)
        #expect(try await bench.send("DELETE", "/integrated-account/\(account.id)", key: key).status == 204)
        #expect(bench.deliveries().map(type) == ["integrated_account:deleted"])
        #expect(bench.wakes.count == 1)
        #expect(try await bench.send("DELETE", "/integrated-account/\(account.id)", key: key).status == 404)
        #expect(bench.deliveries().count == 1)
    }

    @Test func withoutAWebhookNothingIsWritten() async throws {
        let bench = Bench()
        let account = try await bench.account()
        revoke(bench)
        _ = try? await bench.tokens.token(for: account)
        #expect(bench.isOutboxEmpty)
    }

    @Test func replicasThatFindOutAtTheSameTimeTellOnce() async throws {
        let one = Bench()
        _ = try await one.webhook()
        let account = try await one.account()
        let replicas = [one] + (0..<4).map { _ in Bench(beside: one) }
        // All of them have the answer before any writes: the lock of the renewal is not what keeps them apart.
        for replica in replicas {
            replica.upstream.answer = { _ in
                one.shared.entries[StoreKey.refreshLock(account.id)] = nil
                return Script(#"{"error":"invalid_code"}"#)
            }
        }
        let calls = replicas.flatMap { replica in
            (0..<8).map { _ in Task { (try? await replica.tokens.token(for: account)) == nil } }
        }
        for call in calls { #expect(await call.value) }
        #expect(one.deliveries().count == 1)
        #expect(replicas.map(\.wakes.count).reduce(0, +) == 1)
    }

    @Test func whoeverLosesTheRaceForTheStatusTellsNothing() async throws {
        let one = Bench()
        let two = Bench(beside: one)
        _ = try await one.webhook()
        let account = try await one.account()
        revoke(one)
        revoke(two)
        let shared = one.shared
        let marked = StoreKey.account(account.id)
        one.upstream.answer = { _ in
            // From here on `one` commits last: the other marks the account between its look and its commit.
            one.store.beforeCommit = {
                var other = account
                other.status = .needsReauth
                shared.apply(Change(writes: [.put(key: marked, value: other.bytes, expiresAt: nil)]))
            }
            return Script(#"{"error":"invalid_code"}"#)
        }
        _ = try? await one.tokens.token(for: account)
        #expect(one.isOutboxEmpty && one.wakes.count == 0)
        _ = try? await two.tokens.token(for: account)
        #expect(one.isOutboxEmpty && two.wakes.count == 0)
    }

    /// Neither is written: the next call finds out again.
    @Test func whenTheStoreFailsNeitherTheStatusNorTheEventIsWritten() async throws {
        let bench = Bench()
        _ = try await bench.webhook()
        let account = try await bench.account()
        bench.upstream.answer = { _ in
            bench.store.fail()
            return Script(#"{"error":"invalid_code"}"#)
        }
        _ = try? await bench.tokens.token(for: account)
        #expect(AccountRecord(bytes: bench.shared.value(StoreKey.account(account.id)) ?? [])?.status == .active)
        #expect(bench.isOutboxEmpty)
    }

    @Test func theIndexIsInOrderOfTime() {
        let times: [Int64] = [0, 9, 10, 999_999_999_999, 1_800_000_000_000, 99_999_999_999_999]
        let entries = times.map { OutboxEntry(dueAt: $0, event: "e", webhook: "w") }
        #expect(entries.map(\.member) == entries.map(\.member).sorted())
        #expect(entries.map(\.member).compactMap(OutboxEntry.init(member:)) == entries)
        #expect(OutboxEntry(member: "nonsense") == nil)
    }
}
