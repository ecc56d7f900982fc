// Records of one kind, read through a cache: the one way in which requests look at the store.

import Wire

/// The store could not be asked, and what is known is not enough.
package enum AccessFailure: Error, Equatable {
    case storeUnavailable
}

package final class CachedRecords<Key: Hashable & Sendable, Value> {
    private var cache: RecordCache<Key, Value>
    private let store: any Store
    private let trust: StoreTrust
    private let storeKey: (Key) -> String
    private let decode: (Key, [UInt8]) -> Value?

    init(
        limit: Int, store: any Store, trust: StoreTrust, storeKey: @escaping (Key) -> String,
        decode: @escaping (Key, [UInt8]) -> Value?
    ) {
        cache = RecordCache(limit: limit)
        self.store = store
        self.trust = trust
        self.storeKey = storeKey
        self.decode = decode
    }

    /// What is known and fresh, without asking anybody.
    package func cached(_ key: Key) -> Value? {
        cache.freshValue(for: key, now: trust.now, maximumAge: trust.maximumAge)
    }

    /// - Returns: nil when the store has no such record.
    package func value(for key: Key) async throws(AccessFailure) -> Value? {
        if let value = cached(key) { return value }
        let fill = cache.beginFill(key)
        let bytes: [UInt8]?
        do {
            bytes = try await store.value(of: storeKey(key))
        } catch {
            cache.abandonFill(fill, key)
            trust.failed()
            guard trust.isInGrace(store.health), let known = cache.entry(for: key) else { throw .storeUnavailable }
            return known.value
        }
        trust.answered()
        let value = bytes.flatMap { decode(key, $0) }
        cache.endFill(fill, key, value, now: trust.now)
        return value
    }

    func invalidate(_ key: Key) { cache.invalidate(key) }

    func distrust() { cache.distrust(now: trust.now) }
}
