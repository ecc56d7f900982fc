// A worker as the server has them: a thread with a loop, and a store that lives on it.

import GatewayCore
import Net
import Synchronization

/// What a store has told, also while its worker goes away.
private final class Record: Sendable {
    let events = Mutex<[StoreEvent]>([])
}

/// Safe to share: `store` is touched on the loop's thread only.
final class StoreWorker: @unchecked Sendable {
    let thread: LoopThread
    private var store: (any Store)?
    private let record = Record()

    /// Starts the store that `make` gives.
    init(_ make: @escaping @Sendable (Loop) throws -> any Store) async throws {
        thread = try LoopThread(name: "store-test")
        try await thread.run { [record] loop in
            let store = try make(loop)
            store.onEvent = { event in record.events.withLock { $0.append(event) } }
            self.store = store
            store.start()
        }
    }

    deinit {
        // The last reference goes with the closure, on the loop's thread.
        nonisolated(unsafe) let store = self.store
        let loop = thread.loop
        loop.execute {
            store?.stop()
            loop.stop()
        }
    }

    /// Runs `body` as a task of the worker.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable (any Store) async throws -> Value
    ) async throws -> Value {
        try await thread.run { [self] _ in try await body(store!) }
    }

    var events: [StoreEvent] { record.events.withLock { $0 } }

    func forgetEvents() { record.events.withLock { $0 = [] } }

    /// Waits until the worker has received `event` since the last `forgetEvents`.
    func received(_ event: StoreEvent, within limit: Duration = .seconds(5)) async throws {
        try await eventually(within: limit) { self.events.contains(event) }
    }

    /// Waits until the store answers and its announcements flow.
    func isUp() async throws {
        try await received(.subscribed)
        try await eventually { try await self.health() == .up }
    }

    func health() async throws -> StoreHealth { try await run { $0.health } }

    // MARK: Shorthands

    func value(_ key: String) async throws -> [UInt8]? { try await run { try await $0.value(of: key) } }

    @discardableResult
    func commit(
        if conditions: [Change.Condition] = [], _ writes: [Change.Write] = [], announcing keys: [String] = []
    ) async throws -> Bool {
        let change = Change(conditions: conditions, writes: writes, announcements: keys)
        return try await run { try await $0.commit(change) }
    }

    func put(_ key: String, _ value: String, expiresAt: Int64? = nil) async throws {
        try await commit([.put(key: key, value: Array(value.utf8), expiresAt: expiresAt)])
    }
}

struct NeverHappened: Error {
    let within: Duration
}

/// Looks again and again until `condition` holds.
func eventually(within limit: Duration = .seconds(5), _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw NeverHappened(within: limit) }
        try await Task.sleep(for: .milliseconds(1))
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
