// When an event is sent again. Pure; times in milliseconds.

enum RetrySchedule {
    /// From the event on. What has not been delivered by then is dropped.
    static let lifetime: Int64 = 3 * 86_400_000

    /// From the first attempt to the second and so on; the last one counts for all further ones.
    private static let delays: [Int64] = [5_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000]

    /// The moment of the next attempt.
    /// - Parameters:
    ///   - attempts: made so far, at least one.
    ///   - jitter: from 0 to 1: up to a fifth is added, so that a receiver that was away does not get all at once.
    /// - Returns: nil when the event ends before that.
    static func next(after attempts: Int, now: Int64, expiresAt: Int64, jitter: Double) -> Int64? {
        let delay = delays[min(max(attempts, 1), delays.count) - 1]
        let next = now + delay + Int64(Double(delay) * jitter / 5)
        return next < expiresAt ? next : nil
    }
}
