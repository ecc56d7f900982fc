// What the gateway asks of its HTTP client. One instance per worker; it lives on that worker's thread.

/// One request to an upstream, complete: nothing of the caller's own headers is in it.
package struct UpstreamRequest: Sendable {
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`; a `DELETE` may have a body.
    package var method: String
    /// Host name from a catalogue or the accounts servers' table, never from a caller.
    package var host: String
    /// Path and query, percent-encoded, beginning with `/`.
    package var target: String
    /// Header lines, `Name: value`, without line ends.
    package var fields: [String]
    package var body: [UInt8]?
    /// For the whole exchange, in milliseconds.
    package var deadline: Int

    package init(
        method: String, host: String, target: String, fields: [String] = [], body: [UInt8]? = nil, deadline: Int
    ) {
        self.method = method
        self.host = host
        self.target = target
        self.fields = fields
        self.body = body
        self.deadline = deadline
    }
}

/// Why an upstream gave no (complete) answer.
package enum UpstreamFailure: Error, Equatable {
    /// Name resolution, connection or TLS failed: nothing was sent.
    case unreachable(String)
    /// The connection broke, or the answer was no HTTP, after the request may have been sent.
    case broken(String)
    /// The deadline passed.
    case deadline
    /// `cancel()` was called.
    case cancelled
}

/// The beginning of an answer.
package struct UpstreamHead: Sendable {
    package let status: Int
    /// Header names in lower case with their values, in order of arrival.
    package let fields: [(name: String, value: String)]

    package init(status: Int, fields: [(name: String, value: String)]) {
        self.status = status
        self.fields = fields
    }

    /// The first value of the field called `name` (lower case).
    package subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }
}

/// One exchange with an upstream that has been started.
package protocol UpstreamCall: AnyObject {
    /// Waits for the head of the answer. Call it once.
    func head() async throws(UpstreamFailure) -> UpstreamHead

    /// Waits for body bytes as they came over the wire (still content-encoded) and appends them to `buffer`. The
    /// transfer is paused while nobody reads: no more than 32 KiB wait here.
    /// - Returns: false at the end of the body, when nothing was appended.
    func read(into buffer: inout [UInt8]) async throws(UpstreamFailure) -> Bool

    /// Ends the exchange now; a waiting `head` or `read` fails with `cancelled`. Harmless when it is over.
    func cancel()
}

/// An HTTP client.
package protocol Upstream: AnyObject {
    func start(_ request: UpstreamRequest) -> any UpstreamCall
}
