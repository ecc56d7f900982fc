// What the gateway asks of its shared state. One instance per worker; it lives on that worker's thread.

/// Why the store gave no answer.
package enum StoreFailure: Error, Equatable {
    /// No connection, or it broke before the answer came. A change may or may not have been made.
    case unreachable
    /// The answer did not come within the command's deadline.
    case deadline
    /// The store answered with an error of its own; the text is the store's and holds no value.
    case refused(String)
}

/// One atomic change: if every condition holds, all writes are made and all announcements are published, in one
/// transaction; otherwise nothing happens.
package struct Change: Sendable {
    package enum Condition: Sendable {
        case absent(key: String)
        case equals(key: String, value: [UInt8])
    }

    package enum Write: Sendable {
        /// - Parameter expiresAt: Unix time in milliseconds, after which the key is absent; nil for never.
        case put(key: String, value: [UInt8], expiresAt: Int64?)
        case delete(key: String)
        /// An index is a set of members in byte order.
        case insert(member: String, index: String)
        case remove(member: String, index: String)
    }

    package var conditions: [Condition]
    package var writes: [Write]
    /// Keys whose cached values every worker of every replica must drop.
    package var announcements: [String]

    package init(conditions: [Condition] = [], writes: [Write] = [], announcements: [String] = []) {
        self.conditions = conditions
        self.writes = writes
        self.announcements = announcements
    }
}

/// What the store tells its worker unasked, on the worker's thread.
package enum StoreEvent: Sendable, Equatable {
    /// These keys changed, here or elsewhere.
    case invalidated([String])
    /// Announcements flow from now on; any may have been missed before.
    case subscribed
    /// Announcements no longer arrive.
    case subscriptionLost
}

package enum StoreHealth: Sendable, Equatable {
    /// Never reached yet.
    case connecting
    case up
    /// Unreachable since this monotonic time, in nanoseconds.
    case down(since: UInt64)
}

/// Key-value state with expiry, ordered indexes, atomic changes and announcements.
///
/// Every method is called on the worker's thread and resumes there. An absent key and an expired key are the same.
package protocol Store: AnyObject {
    var health: StoreHealth { get }

    /// Receives every event. Set once, before `start()`.
    var onEvent: ((StoreEvent) -> Void)? { get set }

    /// Connects and subscribes; returns at once and keeps trying.
    func start()

    /// Ends all waiting calls with `unreachable` and closes.
    func stop()

    func value(of key: String) async throws(StoreFailure) -> [UInt8]?

    /// One answer per key, in order.
    func values(of keys: [String]) async throws(StoreFailure) -> [[UInt8]?]

    /// Members of `index` in byte order, those after `member` only, at most `limit`.
    func members(of index: String, after member: String?, limit: Int) async throws(StoreFailure) -> [String]

    /// - Returns: false when a condition did not hold.
    func commit(_ change: Change) async throws(StoreFailure) -> Bool
}
