// Deliveries: what is sent, what each answer leads to, and that claims keep couriers apart.

import Testing
import Wire

@testable import GatewayCore

@Suite @MainActor struct CourierTests {
    /// A bench with one webhook and one event for it.
    private func bench() async throws -> (Bench, AccountRecord, WebhookSecret) {
        let bench = Bench()
        let hook = try await bench.webhook("https://hooks.example.com:8443/T0/B1?key=x")
        let account = try await bench.account()
        try await bench.post(.authenticationError, account)
        return (bench, account, hook.secret)
    }

    // MARK: What is sent

    @Test func anEventIsSentSignedToTheWebhooksOwnOrigin() async throws {
        let (bench, _, secret) = try await bench()
        let delivery = try #require(bench.deliveries().first)
        bench.upstream.answer = { _ in Script(204, [], "") }
        let courier = CourierBench(bench)
        await courier.round()
        let request = try #require(bench.upstream.requests.first)
        #expect(bench.upstream.requests.count == 1)
        #expect(request.method == "POST" && request.host == "hooks.example.com" && request.target == "/T0/B1?key=x")
        #expect(request.origin == UpstreamOrigin(scheme: .https, port: 8443))
        #expect(request.deadline == 10_000)
        #expect(request.text == delivery.body)
        let timestamp = bench.clock.unixMilliseconds / 1000
        #expect(
            request.fields == [
                "Content-Type: application/json", "User-Agent: Tollgate", "webhook-id: \(delivery.event)",
                "webhook-timestamp: \(timestamp)",
                "webhook-signature: \(secret.signature(id: delivery.event, timestamp: timestamp, body: delivery.body))",
            ])
        #expect(bench.isOutboxEmpty)
        #expect(courier.problems.isEmpty)
        await courier.round()
        #expect(bench.upstream.requests.count == 1)
    }

    @Test func everyAttemptHasTheSameIdAndBodyAndItsOwnTimestamp() async throws {
        let (bench, _, secret) = try await bench()
        bench.upstream.answer = { _ in Script(500, [], "") }
        let courier = CourierBench(bench)
        await courier.round()
        bench.clock.advance(seconds: 6)
        bench.upstream.answer = { _ in Script(200, [], "") }
        await courier.round()
        let requests = bench.upstream.requests
        #expect(requests.count == 2)
        #expect(requests[0].field("webhook-id") == requests[1].field("webhook-id"))
        #expect(requests[0].body == requests[1].body)
        let timestamps = try requests.map { try #require($0.field("webhook-timestamp").flatMap { Int64($0) }) }
        #expect(timestamps[1] == timestamps[0] + 6)
        for (request, timestamp) in zip(requests, timestamps) {
            let id = try #require(request.field("webhook-id"))
            #expect(
                request.field("webhook-signature")
                    == secret.signature(id: id, timestamp: timestamp, body: request.text))
        }
        #expect(bench.isOutboxEmpty)
    }

    // MARK: What answers lead to

    @Test(arguments: [200, 201, 202, 204, 299]) func everySuccessEndsIt(_ status: Int) async throws {
        let (bench, _, _) = try await bench()
        bench.upstream.answer = { _ in Script(status, [], "ignored") }
        await CourierBench(bench).round()
        #expect(bench.isOutboxEmpty)
    }

    @Test(arguments: [301, 302, 307, 308, 400, 401, 404, 429, 500, 503])
    func everyOtherStatusIsTriedAgain(_ status: Int) async throws {
        let (bench, _, _) = try await bench()
        bench.upstream.answer = { _ in Script(status, [("location", "https://elsewhere.example/")], "no") }
        let courier = CourierBench(bench)
        await courier.round()
        #expect(bench.upstream.requests.count == 1)
        let delivery = try #require(bench.deliveries().first)
        #expect(delivery.attempts == 1)
        #expect((5_000...6_000).contains(delivery.dueAt - bench.clock.unixMilliseconds))
        #expect(courier.problems.count == 1)
        #expect(courier.problems[0].contains("HTTP \(status)"))
    }

    @Test(arguments: [
        UpstreamFailure.unreachable("Connecting to hooks.example.com failed"), .deadline, .broken("reset"),
    ])
    func aReceiverThatDoesNotAnswerIsTriedAgain(_ failure: UpstreamFailure) async throws {
        let (bench, _, _) = try await bench()
        bench.upstream.answer = { _ in Script(refusal: failure) }
        let courier = CourierBench(bench)
        await courier.round()
        #expect(bench.deliveries().map(\.attempts) == [1])
        #expect(courier.problems.count == 1)
    }

    @Test func attemptsAreSpacedByTheScheduleUntilTheTimeIsOver() async throws {
        let (bench, _, _) = try await bench()
        bench.upstream.answer = { _ in Script(500, [], "") }
        let courier = CourierBench(bench)
        let began = bench.clock.unixMilliseconds
        var gaps: [Int64] = []
        while let delivery = bench.deliveries().first, gaps.count < 100 {
            // Not a millisecond before its time.
            let wait = delivery.dueAt - bench.clock.unixMilliseconds
            if wait > 0 {
                bench.clock.advance(milliseconds: Int(wait) - 1)
                let before = bench.upstream.requests.count
                await courier.round()
                #expect(bench.upstream.requests.count == before)
                bench.clock.advance(milliseconds: 1)
                gaps.append(wait)
            }
            await courier.round()
        }
        let lower: [Int64] = [5_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000]
        for (index, gap) in gaps.enumerated() {
            let delay = lower[min(index, 5)]
            #expect((delay...delay * 6 / 5).contains(gap), "attempt \(index + 2)")
        }
        #expect((15...17).contains(bench.upstream.requests.count))
        #expect(bench.clock.unixMilliseconds - began < 3 * 86_400_000)
        #expect(bench.isOutboxEmpty)
        #expect(courier.problems.last?.hasSuffix("its time is over, it is dropped") == true)
    }

    @Test func goneEndsThatEventAndNotTheWebhook() async throws {
        let (bench, account, _) = try await bench()
        bench.upstream.answer = { _ in Script(410, [], "") }
        let courier = CourierBench(bench)
        await courier.round()
        #expect(bench.isOutboxEmpty)
        #expect(courier.problems.count == 1)
        #expect(try await TenantWebhooks("tenant-a", in: bench.store).all.count == 1)
        bench.upstream.answer = { _ in Script(200, [], "") }
        try await bench.post(.deleted, account)
        await courier.round()
        #expect(bench.upstream.requests.count == 2)
    }

    @Test func anEventThatNobodyWasThereToDeliverDisappears() async throws {
        let (bench, _, _) = try await bench()
        bench.clock.advance(seconds: 3 * 86_400 + 1)
        await CourierBench(bench).round()
        #expect(bench.upstream.requests.isEmpty)
        #expect(bench.shared.indexes[StoreKey.outbox] == [])
    }

    @Test func eventsOfADeletedWebhookAreDropped() async throws {
        let (bench, _, _) = try await bench()
        let webhooks = try await TenantWebhooks("tenant-a", in: bench.store)
        _ = try await bench.store.commit(webhooks.removing(webhooks.all[0].id))
        await CourierBench(bench).round()
        #expect(bench.upstream.requests.isEmpty)
        #expect(bench.isOutboxEmpty)
    }

    @Test func aWebhookSealedUnderAnotherSecretIsTriedLater() async throws {
        let (bench, _, _) = try await bench()
        let log = CourierBench.Lines()
        let courier = Courier(
            store: bench.store, secret: GatewaySecret(material: [UInt8](repeating: 9, count: 32)),
            upstream: bench.upstream, clock: bench.clock, onProblem: { log.all.append($0) })
        _ = await courier.round()
        #expect(bench.upstream.requests.isEmpty)
        #expect(bench.deliveries().map(\.attempts) == [1])
        #expect(log.all.count == 1 && log.all[0].contains("TOLLGATE_SECRET"))
    }

    @Test func problemsNameSchemeAndHostAlone() async throws {
        let (bench, _, secret) = try await bench()
        let courier = CourierBench(bench)
        for script in [Script(500, [], "x"), Script(refusal: .deadline), Script(410, [], "")] {
            bench.upstream.answer = { _ in script }
            await courier.round()
            bench.clock.advance(seconds: 60)
        }
        #expect(courier.problems.count == 3)
        for problem in courier.problems {
            #expect(problem.contains("https://hooks.example.com"))
            for hidden in ["T0", "B1", "key", "?", "whsec", String(secret.revealed.dropFirst(6))] {
                #expect(!problem.contains(hidden), "\(problem)")
            }
        }
    }

    // MARK: Claims

    @Test func twoCouriersSendAnEventOnce() async throws {
        let (one, _, _) = try await bench()
        let two = Bench(beside: one)
        let gate = Gate()
        for bench in [one, two] {
            bench.upstream.answer = { _ in
                var script = Script(200, [], "")
                script.gate = gate
                return script
            }
        }
        let couriers = [CourierBench(one), CourierBench(two)]
        let rounds = couriers.map { courier in Task { await courier.round() } }
        await gate.reached()
        for _ in 0..<100 { await Task.yield() }
        // The claim is in the store: later rounds find nothing to do either.
        for courier in couriers { await courier.round() }
        gate.open()
        for round in rounds { _ = await round.value }
        #expect(one.upstream.requests.count + two.upstream.requests.count == 1)
        #expect(one.isOutboxEmpty)
    }

    @Test func whoeverReadsAnEventThatAnotherHasClaimedMeanwhileLeavesIt() async throws {
        let (one, _, _) = try await bench()
        let two = Bench(beside: one)
        for bench in [one, two] { bench.upstream.answer = { _ in Script(500, [], "") } }
        let second = CourierBench(two)
        let gate = Gate()
        one.store.delay = gate
        // The first has looked and waits for the record; the second does the whole attempt in between.
        let first = Task { await CourierBench(one).round() }
        await gate.reached()
        await second.round()
        gate.open()
        _ = await first.value
        #expect(one.upstream.requests.isEmpty)
        #expect(two.upstream.requests.count == 1)
        #expect(two.deliveries().map(\.attempts) == [1])
    }

    @Test func anEventOfAReplicaThatDiedBeforeItsFirstAttemptIsDelivered() async throws {
        let (one, _, _) = try await bench()
        let two = Bench(beside: one)
        two.upstream.answer = { _ in Script(200, [], "") }
        await CourierBench(two).round()
        #expect(two.upstream.requests.count == 1)
        #expect(one.isOutboxEmpty)
    }

    @Test func aClaimEndsWithItsLease() async throws {
        let (one, _, _) = try await bench()
        let two = Bench(beside: one)
        let gate = Gate()
        one.upstream.answer = { _ in
            var script = Script(200, [], "")
            script.gate = gate
            return script
        }
        two.upstream.answer = { _ in Script(500, [], "") }
        // This replica hangs with its claim.
        let hanging = Task { await CourierBench(one).round() }
        await gate.reached()
        let second = CourierBench(two)
        one.clock.advance(milliseconds: 29_999)
        await second.round()
        #expect(two.upstream.requests.isEmpty)
        one.clock.advance(milliseconds: 1)
        await second.round()
        #expect(two.upstream.requests.count == 1)
        let after = try #require(two.deliveries().first)
        #expect(after.attempts == 2)
        // Back again, it must not end what is not its own any more.
        gate.open()
        _ = await hanging.value
        let still = try #require(two.deliveries().first)
        #expect(still.bytes == after.bytes)
        two.upstream.answer = { _ in Script(200, [], "") }
        one.clock.advance(seconds: 36)
        await second.round()
        #expect(one.isOutboxEmpty)
    }

    @Test func aStoreThatFailsAfterTheAnswerLeadsToOneMoreDelivery() async throws {
        let (bench, _, _) = try await bench()
        bench.upstream.answer = { _ in
            bench.store.fail()
            return Script(200, [], "")
        }
        let courier = CourierBench(bench)
        await courier.round()
        bench.store.health = .up
        bench.upstream.answer = { _ in Script(200, [], "") }
        await courier.round()
        #expect(bench.upstream.requests.count == 1)
        bench.clock.advance(seconds: 30)
        await courier.round()
        #expect(bench.upstream.requests.count == 2)
        #expect(
            bench.upstream.requests[0].field("webhook-id") == bench.upstream.requests[1].field("webhook-id"))
        #expect(bench.isOutboxEmpty)
    }

    // MARK: Bounds

    @Test func aSilentReceiverHoldsUpNobodyElsesEvents() async throws {
        let bench = Bench()
        _ = try await bench.webhook("https://silent.example/", tenant: "tenant-a")
        _ = try await bench.webhook("https://fast.example/", tenant: "tenant-b")
        let silent = try await bench.account(tenant: "tenant-a")
        let fast = try await bench.account(tenant: "tenant-b")
        for _ in 0..<150 { try await bench.post(.authenticationError, silent) }
        bench.clock.advance(milliseconds: 1)
        for _ in 0..<3 { try await bench.post(.deleted, fast) }
        let gate = Gate()
        bench.upstream.answer = { request in
            var script = Script(200, [], "")
            if request.host == "silent.example" { script.gate = gate }
            return script
        }
        let courier = CourierBench(bench)
        let first = Task { await courier.round() }
        await gate.reached()
        func count(_ host: String) -> Int { bench.upstream.requests.count { $0.host == host } }
        #expect(count("silent.example") == 4)
        #expect(count("fast.example") == 3)
        // A round beside it does not go beyond the bound, and does not spin.
        #expect(await courier.round() == 1000)
        #expect(count("silent.example") == 4)
        gate.open()
        #expect(await first.value == 0)
        for _ in 0..<40 where await courier.round() == 0 {}
        #expect(count("silent.example") == 150)
        #expect(bench.isOutboxEmpty)
    }

    @Test func deliveriesUnderWayAreBounded() async throws {
        let bench = Bench()
        let account = try await bench.account()
        for number in 0..<10 { _ = try await bench.webhook("https://h\(number).example/") }
        for _ in 0..<4 { try await bench.post(.authenticationError, account) }
        let gate = Gate()
        bench.upstream.answer = { _ in
            var script = Script(200, [], "")
            script.gate = gate
            return script
        }
        let courier = CourierBench(bench)
        let first = Task { await courier.round() }
        await gate.reached()
        #expect(bench.upstream.requests.count == 16)
        await courier.round()
        #expect(bench.upstream.requests.count == 16)
        gate.open()
        #expect(await first.value == 0)
        await courier.round()
        #expect(bench.upstream.requests.count == 32)
        await courier.round()
        #expect(bench.upstream.requests.count == 40)
        #expect(bench.isOutboxEmpty)
    }

    @Test func anAnswersBodyIsReadOnlyALittle() async throws {
        let (bench, _, _) = try await bench()
        let pieces = [[UInt8]](repeating: [UInt8](repeating: 0x78, count: 4 << 10), count: 1000)
        bench.upstream.answer = { _ in Script(200, pieces: pieces) }
        await CourierBench(bench).round()
        let call = try #require(bench.upstream.calls.first)
        #expect(call.isCancelled)
        #expect(call.piecesLeft == 996)
        #expect(bench.isOutboxEmpty)
    }

    // MARK: When to look again

    @Test func theNextLookIsWhenSomethingIsDueOrAfterAFewSeconds() async throws {
        let (bench, _, _) = try await bench()
        let courier = CourierBench(bench)
        bench.upstream.answer = { _ in Script(500, [], "") }
        await courier.round()
        let due = try #require(bench.deliveries().first).dueAt
        bench.clock.advance(seconds: 4)
        #expect(await courier.round() == Int(due - bench.clock.unixMilliseconds))
        bench.upstream.answer = { _ in Script(200, [], "") }
        bench.clock.advance(seconds: 2)
        #expect((4_000...6_000).contains(await courier.round()))
        #expect((4_000...6_000).contains(await courier.round()))
        bench.store.fail()
        #expect((4_000...6_000).contains(await courier.round()))
    }
}
