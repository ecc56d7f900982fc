// Names of requests, for error data and logs: unique over workers, replicas and restarts.

package final class RequestIDs {
    private let prefix: String
    private var count = 0

    /// - Parameter prefix: random, one per worker.
    package init(prefix: String) { self.prefix = prefix }

    func next() -> String {
        count += 1
        return "\(prefix)-\(String(count, radix: 36))"
    }
}
