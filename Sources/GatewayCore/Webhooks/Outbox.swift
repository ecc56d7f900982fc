// Events on their way to webhooks. Each is written by the very change that made it true, so none is lost with a replica;
// `Courier` of any process takes it from there.

import Wire

/// One event for one webhook, until it is delivered or its time is over.
struct Delivery {
    let event: String
    let webhook: String
    let tenant: String
    let body: String
    let expiresAt: Int64
    /// Begun so far, counted by the claim: an attempt that kills its process counts as well. No two claims have the same
    /// number, so only the latest claimant can write the outcome.
    var attempts = 0
    /// When it may be tried next, in Unix milliseconds; while it is claimed, when the claim is over.
    var dueAt: Int64

    /// Where the store holds it.
    var entry: OutboxEntry { OutboxEntry(dueAt: dueAt, event: event, webhook: webhook) }

    /// What puts it where `entry` says.
    var writes: [Change.Write] {
        [
            .put(key: entry.key, value: bytes, expiresAt: expiresAt),
            .insert(member: entry.member, index: StoreKey.outbox),
        ]
    }

    /// What takes it away.
    var removal: [Change.Write] {
        [.delete(key: entry.key), .remove(member: entry.member, index: StoreKey.outbox)]
    }
}

extension Delivery {
    init?(bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes), let event = json["event"]?.string,
            let webhook = json["webhook"]?.string, let tenant = json["tenant"]?.string,
            let body = json["body"]?.string, let expiresAt = json["expires_at"]?.int64,
            let attempts = json["attempts"]?.int, let dueAt = json["due_at"]?.int64
        else { return nil }
        self.init(
            event: event, webhook: webhook, tenant: tenant, body: body, expiresAt: expiresAt, attempts: attempts,
            dueAt: dueAt)
    }

    var bytes: [UInt8] {
        JSON.of([
            "event": .string(event), "webhook": .string(webhook), "tenant": .string(tenant), "body": .string(body),
            "expires_at": JSON(expiresAt), "attempts": JSON(attempts), "due_at": JSON(dueAt),
        ]).bytes
    }
}

/// A delivery in the index, which is in order of time: what is due stands first.
struct OutboxEntry: Equatable {
    let dueAt: Int64
    let event: String
    let webhook: String

    var key: String { StoreKey.delivery(ofEvent: event, to: webhook) }
    /// Fifteen digits count milliseconds for thirty thousand years.
    var member: String { "\(String(dueAt + 1_000_000_000_000_000).dropFirst()):\(event):\(webhook)" }

    init(dueAt: Int64, event: String, webhook: String) {
        self.dueAt = dueAt
        self.event = event
        self.webhook = webhook
    }

    init?(member: String) {
        let parts = member.split(separator: ":").map(String.init)
        guard parts.count == 3, let dueAt = Int64(parts[0]) else { return nil }
        self.init(dueAt: dueAt, event: parts[1], webhook: parts[2])
    }
}

/// Where events begin. One instance per worker.
package final class Outbox {
    private let store: any Store
    private let clock: any Clock
    /// Has the process's courier look at once.
    private let wake: () -> Void

    package init(store: any Store, clock: any Clock, wake: @escaping () -> Void) {
        self.store = store
        self.clock = clock
        self.wake = wake
    }

    /// What to add to the change that makes `event` true; nothing when no webhook of the tenant asks for it.
    func writes(_ event: WebhookEvent, _ account: AccountRecord) async throws(StoreFailure) -> [Change.Write] {
        let webhooks = try await TenantWebhooks(account.tenant, in: store).all.filter { $0.events.contains(event) }
        let now = clock.unixMilliseconds
        let id = UUID.make(unixMilliseconds: now)
        let body = event.payload(account, at: now)
        return webhooks.flatMap { webhook in
            Delivery(
                event: id, webhook: webhook.id, tenant: account.tenant, body: body,
                expiresAt: now + RetrySchedule.lifetime, dueAt: now
            ).writes
        }
    }

    /// That change has been made.
    func posted() { wake() }
}
