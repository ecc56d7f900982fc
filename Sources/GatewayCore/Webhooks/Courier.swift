// Takes events to webhooks: what is due, claimed in the store, a few at a time. One instance per process, on one
// worker's thread; every process has one, and any of them delivers any event.

import Wire

package final class Courier {
    /// Deliveries under way. Others wait until one ends.
    private static let limit = 16
    /// Of them, to one webhook: a receiver that does not answer holds up nobody else's events.
    private static let limitPerWebhook = 4
    /// For one whole exchange, in milliseconds; a longer one has failed.
    private static let deadline = 10_000
    /// Of a claim, in milliseconds: a process that dies with it holds the event up no longer. Twice the deadline and what
    /// a slow store may take.
    private static let lease: Int64 = 30_000
    /// Between two looks at the outbox, in milliseconds, a fifth more or less.
    private static let interval = 5_000
    /// Bytes of an answer's body; the rest is not waited for.
    private static let ignoredBytes = 16 << 10

    private let store: any Store
    private let secret: GatewaySecret
    private let upstream: any Upstream
    private let clock: any Clock
    /// Receives a sentence for the log when an attempt fails: never a path, a query or a secret.
    private let onProblem: (String) -> Void
    /// Deliveries under way by webhook. Rounds may overlap.
    private var underWay: [String: Int] = [:]

    /// One request that has been sent, and the claim that it was sent under.
    private struct Attempt {
        let delivery: Delivery
        let origin: String
        let call: any UpstreamCall
    }

    package init(
        store: any Store, secret: GatewaySecret, upstream: any Upstream, clock: any Clock,
        onProblem: @escaping (String) -> Void
    ) {
        self.store = store
        self.secret = secret
        self.upstream = upstream
        self.clock = clock
        self.onProblem = onProblem
    }

    /// Sends what is due, as far as the limits allow, and waits for the answers.
    /// - Returns: milliseconds until the next look is worth while.
    package func round() async -> Int {
        let interval = Courier.interval * Int.random(in: 80...120) / 100
        // A store that is away has everything next time.
        guard let look = try? await look() else { return interval }
        var attempts: [Attempt] = []
        for entry in look.taken {
            if let attempt = try? await begin(entry) { attempts.append(attempt) } else { leave(entry.webhook) }
        }
        // All of them are under way; waiting for one after the other takes as long as the slowest.
        for attempt in attempts {
            await finish(attempt)
            leave(attempt.delivery.webhook)
        }
        if look.isCut { return attempts.isEmpty ? 1000 : 0 }
        guard let next = look.next else { return interval }
        return min(interval, max(0, Int(next - clock.unixMilliseconds)))
    }

    // MARK: What to do

    /// What is due and may begin, entered in `underWay`; when the first of the others is due; whether the limits left
    /// any out.
    private func look() async throws(StoreFailure) -> (taken: [OutboxEntry], next: Int64?, isCut: Bool) {
        let page = 100
        let now = clock.unixMilliseconds
        var taken: [OutboxEntry] = []
        var isCut = false
        var last: String?
        while true {
            let members: [String]
            do throws(StoreFailure) {
                members = try await store.members(of: StoreKey.outbox, after: last, limit: page)
            } catch {
                for entry in taken { leave(entry.webhook) }
                throw error
            }
            for entry in members.compactMap(OutboxEntry.init(member:)) {
                guard entry.dueAt <= now else { return (taken, entry.dueAt, isCut) }
                guard underWay.values.reduce(0, +) < Courier.limit else { return (taken, nil, true) }
                if enter(entry.webhook) { taken.append(entry) } else { isCut = true }
            }
            guard members.count == page else { return (taken, nil, isCut) }
            last = members.last
        }
    }

    private func enter(_ webhook: String) -> Bool {
        guard underWay[webhook, default: 0] < Courier.limitPerWebhook else { return false }
        underWay[webhook, default: 0] += 1
        return true
    }

    private func leave(_ webhook: String) {
        underWay[webhook, default: 1] -= 1
        if underWay[webhook] == 0 { underWay[webhook] = nil }
    }

    // MARK: One attempt

    /// Claims a delivery and sends it.
    /// - Returns: nil when somebody else has it or nothing is to be sent any more.
    private func begin(_ entry: OutboxEntry) async throws(StoreFailure) -> Attempt? {
        guard let before = try await store.value(of: entry.key), var delivery = Delivery(bytes: before) else {
            // Its time is over. If it was delivered while we looked, the member has gone with it.
            _ = try await store.commit(
                Change(
                    conditions: [.absent(key: entry.key)],
                    writes: [.remove(member: entry.member, index: StoreKey.outbox)]))
            return nil
        }
        guard delivery.entry == entry else { return nil }
        let condition = Change.Condition.equals(key: entry.key, value: before)
        guard let webhook = try await TenantWebhooks(delivery.tenant, in: store)[delivery.webhook] else {
            _ = try await store.commit(Change(conditions: [condition], writes: delivery.removal))
            return nil
        }
        delivery.attempts += 1
        delivery.dueAt = clock.unixMilliseconds + Courier.lease
        // Until the claim is over the delivery is not due: other couriers pass over it.
        let claim = Change(
            conditions: [condition],
            writes: [.remove(member: entry.member, index: StoreKey.outbox)] + delivery.writes)
        guard try await store.commit(claim) else { return nil }
        guard let (url, secret) = webhook.opened(secret) else {
            await fail(delivery, webhook.origin, "the webhook was sealed under another TOLLGATE_SECRET")
            return nil
        }
        let call = upstream.start(request(delivery, to: url, secret))
        return Attempt(delivery: delivery, origin: webhook.origin, call: call)
    }

    /// Headers of Standard Webhooks 1.0, "Webhook headers". The id is the event's at every attempt and for every
    /// webhook; the timestamp is the attempt's.
    private func request(_ delivery: Delivery, to url: WebhookURL, _ secret: WebhookSecret) -> UpstreamRequest {
        let timestamp = clock.unixMilliseconds / 1000
        let signature = secret.signature(id: delivery.event, timestamp: timestamp, body: delivery.body)
        return UpstreamRequest(
            method: "POST", host: url.host, target: url.target,
            fields: [
                "Content-Type: application/json", "User-Agent: Tollgate", "webhook-id: \(delivery.event)",
                "webhook-timestamp: \(timestamp)", "webhook-signature: \(signature)",
            ], body: Array(delivery.body.utf8), deadline: Courier.deadline, origin: url.connection)
    }

    private func finish(_ attempt: Attempt) async {
        let status: Int
        do throws(UpstreamFailure) {
            status = try await attempt.call.head().status
        } catch {
            return await fail(attempt.delivery, attempt.origin, error.sentence)
        }
        switch status {
        case 200..<300: await settle(attempt.delivery, attempt.delivery.removal)
        case 410:
            // "The endpoint is gone": for this event. The operator deletes webhooks.
            onProblem("\(Courier.name(attempt.delivery, attempt.origin)): HTTP 410; it is not sent there again")
            await settle(attempt.delivery, attempt.delivery.removal)
        default: await fail(attempt.delivery, attempt.origin, "HTTP \(status)")
        }
        // Read a little, so that the connection can be used again.
        var ignored: [UInt8] = []
        while ignored.count < Courier.ignoredBytes, (try? await attempt.call.read(into: &ignored)) == true {}
        attempt.call.cancel()
    }

    private func fail(_ delivery: Delivery, _ origin: String, _ reason: String) async {
        let now = clock.unixMilliseconds
        let next = RetrySchedule.next(
            after: delivery.attempts, now: now, expiresAt: delivery.expiresAt, jitter: .random(in: 0...1))
        let problem = "\(Courier.name(delivery, origin)): \(reason)"
        guard let next else {
            onProblem("\(problem); its time is over, it is dropped")
            return await settle(delivery, delivery.removal)
        }
        onProblem("\(problem); tried again in \((next - now + 999) / 1000) s")
        var later = delivery
        later.dueAt = next
        await settle(
            delivery, [.remove(member: delivery.entry.member, index: StoreKey.outbox)] + later.writes)
    }

    private static func name(_ delivery: Delivery, _ origin: String) -> String {
        "webhook event \(delivery.event) to \(origin), attempt \(delivery.attempts)"
    }

    /// Writes the outcome, unless the claim is over and somebody else has taken the delivery. When the store is away the
    /// claim ends by itself and the event is sent once more.
    private func settle(_ claimed: Delivery, _ writes: [Change.Write]) async {
        _ = try? await store.commit(
            Change(conditions: [.equals(key: claimed.entry.key, value: claimed.bytes)], writes: writes))
    }
}
