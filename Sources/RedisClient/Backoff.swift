// How long to wait before the next attempt to connect.

/// Exponential backoff with full jitter: a thousand workers that lost the same server do not come back together.
struct Backoff {
    static let first = 50
    static let longest = 2_000

    /// Attempts since the last success.
    private(set) var attempts = 0

    /// Milliseconds to wait now.
    mutating func next() -> Int {
        let ceiling = min(Backoff.longest, Backoff.first << min(attempts, 16))
        attempts += 1
        return Int.random(in: 1...ceiling)
    }

    mutating func succeeded() { attempts = 0 }
}
