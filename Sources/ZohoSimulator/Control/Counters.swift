// What has happened since the start or the last reset.

struct Counters {
    /// A response that its client did not wait for.
    struct Abandoned {
        let method: String
        let path: String
        let host: String
        let connection: Int
        /// Unix milliseconds.
        let time: Int64
    }

    private static let keptAbandoned = 100

    var requests = 0
    var requestsToUnknownHosts = 0
    var troubledResponses = 0
    var brokenOff = 0
    /// Troubled responses that were sent to their end.
    var delivered = 0
    private(set) var abandonedCount = 0
    private(set) var abandoned: [Abandoned] = []

    mutating func abandon(_ inquiry: Inquiry, connection: Int, time: Int64) {
        abandonedCount += 1
        if abandoned.count == Counters.keptAbandoned { abandoned.removeFirst() }
        abandoned.append(
            Abandoned(
                method: inquiry.method, path: inquiry.path, host: inquiry.host, connection: connection, time: time))
    }
}
