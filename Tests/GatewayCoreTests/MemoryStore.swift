// A store in memory: one shared state, one `MemoryStore` per replica. Announcements arrive at once unless held back.

@testable import GatewayCore

final class SharedState {
    struct Entry {
        var bytes: [UInt8]
        var expiresAt: Int64?
    }

    let clock: ManualClock
    var entries: [String: Entry] = [:]
    var indexes: [String: Set<String>] = [:]
    fileprivate var replicas: [Weak] = []

    fileprivate struct Weak { weak var store: MemoryStore? }

    init(clock: ManualClock) { self.clock = clock }

    func value(_ key: String) -> [UInt8]? {
        guard let entry = entries[key], entry.expiresAt.map({ clock.unixMilliseconds < $0 }) ?? true else { return nil }
        return entry.bytes
    }

    /// Everything that is kept, for tests that look for what must not be there.
    var everything: String {
        entries.map { "\($0.key) \(String(decoding: $0.value.bytes, as: UTF8.self))" }.joined(separator: "\n")
    }

    @discardableResult func apply(_ change: Change) -> Bool {
        for condition in change.conditions {
            switch condition {
            case .absent(let key): if value(key) != nil { return false }
            case .equals(let key, let bytes): if value(key) != bytes { return false }
            }
        }
        for write in change.writes {
            switch write {
            case .put(let key, let bytes, let expiresAt): entries[key] = Entry(bytes: bytes, expiresAt: expiresAt)
            case .delete(let key): entries[key] = nil
            case .insert(let member, let index): indexes[index, default: []].insert(member)
            case .remove(let member, let index): indexes[index]?.remove(member)
            }
        }
        if !change.announcements.isEmpty {
            for replica in replicas { replica.store?.announce(change.announcements) }
        }
        return true
    }
}

final class MemoryStore: Store {
    let shared: SharedState
    var health: StoreHealth = .up
    var onEvent: ((StoreEvent) -> Void)?
    /// Answers of `value(of:)` are on their way until this gate opens.
    var delay: Gate?
    /// Done once, just before the next commit: what somebody else does at the worst moment.
    var beforeCommit: (() -> Void)?
    /// Announcements do not arrive.
    var isDeaf = false
    private(set) var lookups: [String] = []
    private(set) var commits = 0

    init(_ shared: SharedState) {
        self.shared = shared
        shared.replicas.append(.init(store: self))
    }

    func fail() { health = .down(since: shared.clock.monotonicNanoseconds) }

    fileprivate func announce(_ keys: [String]) { if !isDeaf, health == .up { onEvent?(.invalidated(keys)) } }

    private func check() throws(StoreFailure) {
        guard health == .up else { throw .unreachable }
    }

    func start() {}
    func stop() {}

    func value(of key: String) async throws(StoreFailure) -> [UInt8]? {
        lookups.append(key)
        try check()
        let answer = shared.value(key)
        if let delay { await delay.wait() }
        try check()
        return answer
    }

    func values(of keys: [String]) async throws(StoreFailure) -> [[UInt8]?] {
        try check()
        return keys.map(shared.value)
    }

    func members(of index: String, after member: String?, limit: Int) async throws(StoreFailure) -> [String] {
        try check()
        let all = (shared.indexes[index] ?? []).sorted()
        return Array(all.drop { other in member.map { other <= $0 } ?? false }.prefix(limit))
    }

    func commit(_ change: Change) async throws(StoreFailure) -> Bool {
        let interruption = beforeCommit
        beforeCommit = nil
        interruption?()
        commits += 1
        try check()
        return shared.apply(change)
    }
}
