// Names of requests, for error data and logs: unique over workers, replicas and restarts.

/// One request's name. Made into text only where somebody reads it.
package struct RequestID: Sendable, CustomStringConvertible {
    fileprivate let prefix: String
    fileprivate let number: Int

    package var description: String { "\(prefix)-\(String(number, radix: 36))" }
}

package final class RequestIDs {
    private let prefix: String
    private var count = 0

    /// - Parameter prefix: random, one per worker.
    package init(prefix: String) { self.prefix = prefix }

    package func next() -> RequestID {
        count += 1
        return RequestID(prefix: prefix, number: count)
    }
}
