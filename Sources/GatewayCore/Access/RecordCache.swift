// A bounded cache of store records on one worker. It forgets what it is told to forget, at once, also when the answer to
// an older look-up arrives afterwards.

/// Cached values by key. Entries are never used past what `entry(for:)` allows; they stay beyond that only as what is
/// known when the store cannot be reached.
package struct RecordCache<Key: Hashable, Value> {
    package struct Entry {
        package let value: Value
        /// Monotonic time of the answer, in nanoseconds.
        package let fetchedAt: UInt64
    }

    /// A look-up under way. Whoever made it asks, when the answer is there, whether it may be kept.
    package final class Fill {
        fileprivate var isOutdated = false
        fileprivate var users = 1
    }

    // Two generations: when the young one is full it becomes the old one, and the old one goes. Bounded and O(1), and
    // what is in use moves back to the young one.
    private var young: [Key: Entry] = [:]
    private var old: [Key: Entry] = [:]
    private var fills: [Key: Fill] = [:]
    private let generationLimit: Int
    /// Entries fetched at this time or before it must be looked up again.
    private var trustedSince: UInt64 = 0

    /// - Parameter limit: entries kept at most.
    package init(limit: Int) { generationLimit = max(1, limit / 2) }

    package var count: Int { young.count + old.count }

    /// The entry for `key`, however old it is.
    package mutating func entry(for key: Key) -> Entry? {
        if let entry = young[key] { return entry }
        guard let entry = old.removeValue(forKey: key) else { return nil }
        insert(entry, for: key)
        return entry
    }

    /// The value for `key` if it may be used without asking the store.
    package mutating func freshValue(for key: Key, now: UInt64, maximumAge: UInt64) -> Value? {
        guard let entry = entry(for: key), isFresh(entry, now: now, maximumAge: maximumAge) else { return nil }
        return entry.value
    }

    /// Whether an entry may be used without asking the store.
    package func isFresh(_ entry: Entry, now: UInt64, maximumAge: UInt64) -> Bool {
        entry.fetchedAt > trustedSince && now - entry.fetchedAt < maximumAge
    }

    package mutating func beginFill(_ key: Key) -> Fill {
        if let fill = fills[key], !fill.isOutdated {
            fill.users += 1
            return fill
        }
        let fill = Fill()
        fills[key] = fill
        return fill
    }

    /// Ends a look-up and keeps its answer, unless `key` was invalidated after the look-up was sent.
    package mutating func endFill(_ fill: Fill, _ key: Key, _ value: Value?, now: UInt64) {
        fill.users -= 1
        if fill.users == 0, fills[key] === fill { fills[key] = nil }
        guard !fill.isOutdated else { return }
        if let value {
            insert(Entry(value: value, fetchedAt: now), for: key)
        } else {
            remove(key)
        }
    }

    /// A look-up that got no answer.
    package mutating func abandonFill(_ fill: Fill, _ key: Key) {
        fill.users -= 1
        if fill.users == 0, fills[key] === fill { fills[key] = nil }
    }

    /// `key` has changed.
    package mutating func invalidate(_ key: Key) {
        fills[key]?.isOutdated = true
        remove(key)
    }

    /// Announcements may have been missed: nothing is trusted any more before it has been looked up again.
    package mutating func distrust(now: UInt64) {
        trustedSince = now
        for fill in fills.values { fill.isOutdated = true }
    }

    private mutating func remove(_ key: Key) {
        young[key] = nil
        old[key] = nil
    }

    private mutating func insert(_ entry: Entry, for key: Key) {
        if young.count >= generationLimit {
            old = young
            young = [:]
        }
        young[key] = entry
    }
}
