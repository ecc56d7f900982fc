// What the gateway asks of its HTTP client. One instance per worker; it lives on that worker's thread.

import Wire

/// Scheme and port of a request that goes exactly where its host says.
package struct UpstreamOrigin: Sendable, Hashable {
    package enum Scheme: String, Sendable {
        case http, https
    }

    package var scheme: Scheme
    package var port: UInt16

    package init(scheme: Scheme, port: UInt16) {
        self.scheme = scheme
        self.port = port
    }
}

/// One request to an upstream, complete: nothing of the caller's own headers is in it.
package struct UpstreamRequest: Sendable {
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`; a `DELETE` may have a body.
    package var method: String
    /// Host name from a catalogue, the accounts servers' table or an operator's webhook, never from a caller.
    package var host: String
    /// Path and query, percent-encoded, beginning with `/`.
    package var target: String
    /// Header lines, `Name: value`, without line ends.
    package var fields: [String]
    package var body: [UInt8]?
    /// For the whole exchange, in milliseconds.
    package var deadline: Int
    /// nil for `https` on its own port, or wherever the operator has all upstream calls sent instead.
    package var origin: UpstreamOrigin?

    package init(
        method: String, host: String, target: String, fields: [String] = [], body: [UInt8]? = nil, deadline: Int,
        origin: UpstreamOrigin? = nil
    ) {
        self.method = method
        self.host = host
        self.target = target
        self.fields = fields
        self.body = body
        self.deadline = deadline
        self.origin = origin
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
