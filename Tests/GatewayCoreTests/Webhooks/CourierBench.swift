// Events of a bench, and a courier for them.

import Wire

@testable import GatewayCore

extension Bench {
    /// Makes an event come true, as `AccessTokens` and `Management` do.
    func post(_ event: WebhookEvent, _ account: AccountRecord) async throws {
        _ = try await store.commit(Change(writes: try await outbox.writes(event, account)))
    }

    /// What the outbox holds, earliest first.
    func deliveries() -> [Delivery] {
        (shared.indexes[StoreKey.outbox] ?? []).sorted().compactMap { member in
            OutboxEntry(member: member).flatMap { shared.value($0.key) }.flatMap(Delivery.init(bytes:))
        }
    }

    /// True when nothing of any event is left, not even in the index.
    var isOutboxEmpty: Bool {
        (shared.indexes[StoreKey.outbox] ?? []).isEmpty && !shared.entries.keys.contains { $0.hasPrefix("event:") }
    }
}

/// A process's courier on a bench's store and upstream.
final class CourierBench {
    let bench: Bench
    let courier: Courier
    private let log = Lines()

    final class Lines {
        var all: [String] = []
    }

    var problems: [String] { log.all }

    init(_ bench: Bench) {
        self.bench = bench
        let log = log
        courier = Courier(
            store: bench.store, secret: bench.secret, upstream: bench.upstream, clock: bench.clock,
            onProblem: { log.all.append($0) })
    }

    @discardableResult
    func round() async -> Int { await courier.round() }
}

extension UpstreamRequest {
    /// The value of the header called `name`.
    func field(_ name: String) -> String? {
        fields.first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
    }

    var text: String { String(decoding: body ?? [], as: UTF8.self) }
}
