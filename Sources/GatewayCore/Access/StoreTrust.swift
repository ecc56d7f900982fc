// How far cached records can be relied on, given what is known about the store.

/// One per worker, shared by all its caches.
package final class StoreTrust {
    /// For how long known tokens go on while the store cannot be reached, in nanoseconds.
    private let grace: UInt64
    private let clock: any Clock
    /// Announcements arrive: entries are trusted until they are told to be dropped.
    package var isSubscribed = false
    private var failingSince: UInt64?

    /// Seconds that an entry lives at most, although nothing announced a change.
    private static let subscribedAge: UInt64 = 60_000_000_000
    /// The same while announcements do not arrive.
    private static let unsubscribedAge: UInt64 = 1_900_000_000

    package init(clock: any Clock, graceSeconds: Int) {
        self.clock = clock
        grace = UInt64(graceSeconds) * 1_000_000_000
    }

    var now: UInt64 { clock.monotonicNanoseconds }
    var maximumAge: UInt64 { isSubscribed ? StoreTrust.subscribedAge : StoreTrust.unsubscribedAge }

    func answered() { failingSince = nil }

    func failed() { if failingSince == nil { failingSince = now } }

    /// Whether the store fails and the grace period still runs.
    package func isInGrace(_ health: StoreHealth) -> Bool {
        guard let since = outageStart(health) else { return false }
        return now - since < grace
    }

    /// When the store stopped answering; nil while it answers.
    package func outageStart(_ health: StoreHealth) -> UInt64? {
        switch health {
        case .down(let since): min(since, failingSince ?? since)
        case .connecting, .up: failingSince
        }
    }
}
