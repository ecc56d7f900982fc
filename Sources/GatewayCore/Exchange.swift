// What the gateway asks of a connection: one request, and the means to answer it once.

import Wire

package protocol Exchange: AnyObject {
    /// The connection's buffer. The request's ranges point into it; it does not change before the answer is complete.
    var input: [UInt8] { get }
    var request: Request { get }

    /// Sends a complete answer; `shared` follows `body` without being copied, and `end` follows that.
    func respond(_ head: ResponseHead, _ body: [UInt8], then shared: [UInt8], end: [UInt8])
    /// Begins an answer of unknown length, for `write` and `end`.
    func begin(_ head: ResponseHead)
    func write(_ bytes: [UInt8])
    func end()
    /// Ends an answer that was begun and cannot be completed: the connection breaks, which is how HTTP/1.1 tells an
    /// incomplete message (RFC 9112 section 8).
    func abandon()
    /// Of the answer, once it has begun.
    var status: Int? { get }
    /// Waits until the client has taken nearly all that was written.
    /// - Returns: false when the client is gone.
    func drained() async -> Bool

    /// Called once if the client leaves before the answer is complete; at once if it has left.
    var onClientGone: (() -> Void)? { get set }
}

extension Exchange {
    func respond(_ head: ResponseHead, _ body: [UInt8] = []) { respond(head, body, then: [], end: []) }
}

/// Where one JSON-RPC answer goes: straight into the HTTP answer, or as one element of a batch.
package struct Reply {
    private final class Batch {
        var isEmpty = true
    }

    private let exchange: any Exchange
    private let batch: Batch?

    private var isBatch: Bool { batch != nil }

    /// - Parameter isBatch: the array's beginning is sent at once, each answer then as an element.
    init(_ exchange: any Exchange, isBatch: Bool = false) {
        self.exchange = exchange
        batch = isBatch ? Batch() : nil
        if isBatch {
            exchange.begin(.json)
            exchange.write([ASCII.openBracket])
        }
    }

    func complete(_ body: [UInt8], then shared: [UInt8] = [], head: ResponseHead = .json) {
        guard isBatch else { return exchange.respond(head, body, then: shared, end: []) }
        separate()
        exchange.write(body)
        exchange.write(shared)
    }

    /// Answers with a tool list, compressed where the client wants that.
    func complete(_ opening: [UInt8], then rest: ToolSet.Listing) {
        let wantsGzip = AcceptEncoding.prefersGzip(exchange.input, exchange.request.head[.acceptEncoding])
        guard wantsGzip, !isBatch else { return complete(opening, then: rest.plain, head: .list) }
        let gzip = rest.gzip
        exchange.respond(.gzipList, gzip.opening(opening), then: gzip.deflated, end: gzip.trailer(opening))
    }

    func begin(head: ResponseHead = .json) {
        if isBatch { separate() } else { exchange.begin(head) }
    }

    func write(_ bytes: [UInt8]) { exchange.write(bytes) }

    func drained() async -> Bool { await exchange.drained() }

    func end() { if !isBatch { exchange.end() } }

    func endBatch() {
        exchange.write([ASCII.closeBracket])
        exchange.end()
    }

    var onClientGone: (() -> Void)? {
        get { exchange.onClientGone }
        nonmutating set { exchange.onClientGone = newValue }
    }

    private func separate() {
        if batch?.isEmpty == false { exchange.write([ASCII.comma]) }
        batch?.isEmpty = false
    }
}

extension ResponseHead {
    /// Headers of every answer: nothing that a URL's secret leads to may be kept or passed on by anybody.
    static let common = [
        ("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff"),
    ]

    /// A status with JSON.
    static func json(_ status: Int, _ fields: [(String, String)] = []) -> ResponseHead {
        ResponseHead(status, fields: [("Content-Type", "application/json")] + common + fields)
    }

    static let json = ResponseHead.json(200)
    static let list = ResponseHead.json(200, [("Vary", "Accept-Encoding")])
    static let gzipList = ResponseHead.json(200, [("Vary", "Accept-Encoding"), ("Content-Encoding", "gzip")])
    static let accepted = ResponseHead(202, fields: common)
}
