// What a server connection is waiting for and what follows from each event. Pure: no socket, no clock; `Connection`
// performs what is decided here.

import Wire

/// Bounds of one connection. Each has a consequence for the peer that meets it.
package struct ConnectionLimits: Sendable {
    /// Request line and headers together, in bytes. A longer head gets 431 and the connection closes.
    package var headBytes = 16 << 10
    /// Decoded request body, in bytes. A longer one gets 413 and the connection closes.
    package var bodyBytes = 8 << 20
    /// From the first byte of a head to its end, in milliseconds; then 408 and the connection closes.
    package var headMilliseconds = 10_000
    /// From the end of the head to the end of the body, in milliseconds; then 408 and the connection closes.
    package var bodyMilliseconds = 60_000
    /// Without any request under way, in milliseconds; then the connection closes without a word.
    package var idleMilliseconds = 75_000
    /// Without the peer taking a byte of an answer, in milliseconds; then the connection closes.
    package var stallMilliseconds = 300_000

    package init() {}
}

struct ConnectionState: ~Copyable {
    private enum Phase {
        /// Between requests; no byte of the next one has come.
        case idle
        case head(HeadScanner)
        case fixedBody(RequestHead)
        case chunkedBody(RequestHead, ChunkDecoder)
        case answering(keepAlive: Bool)
        case closed
    }

    enum Step {
        /// Nothing to do before more bytes come.
        case wait(Waiting)
        /// The client asked to be told that its body is wanted; then wait on.
        case sendContinue
        case dispatch(Request)
        case refuse(Refusal)
        case close
    }

    /// What is being waited for, and so which deadline holds.
    enum Waiting { case request, head, body }

    private var phase = Phase.idle
    private let limits: ConnectionLimits
    private var isDraining = false
    /// Everything before this position in the buffer has been served.
    private(set) var start = 0
    private var continueSent = false
    private var emptyLineSkipped = false

    init(limits: ConnectionLimits) { self.limits = limits }

    /// True while a request is being answered.
    var isAnswering: Bool { if case .answering = phase { true } else { false } }

    /// Looks at what has been received so far.
    mutating func advance(_ input: inout [UInt8]) -> Step {
        do throws(Refusal) {
            return try next(&input)
        } catch {
            phase = .closed
            return .refuse(error)
        }
    }

    private mutating func next(_ input: inout [UInt8]) throws(Refusal) -> Step {
        while true {
            switch phase {
            case .idle:
                skipEmptyLine(input)
                guard start < input.count else { return isDraining ? close() : .wait(.request) }
                if mayBeEmptyLine(input) { return .wait(.request) }
                phase = .head(HeadScanner(from: start))
            case .head(var scanner):
                let bound = start + limits.headBytes
                guard let end = try scanner.end(in: input, before: bound) else {
                    guard input.count <= bound else { throw ConnectionState.headTooLarge }
                    phase = .head(scanner)
                    return .wait(.head)
                }
                let head = try RequestHead.parse(input, from: start, to: end)
                if let request = try begin(head, input) { return request }
            case .fixedBody(let head): return whole(head, input) ?? awaitBody(head)
            case .chunkedBody(let head, var decoder):
                guard try decoder.decode(&input) else {
                    phase = .chunkedBody(head, decoder)
                    return awaitBody(head)
                }
                return dispatch(head, body: head.end..<decoder.dataEnd, next: decoder.position)
            case .answering, .closed: preconditionFailure("no request can be read in this phase")
            }
        }
    }

    private static let headTooLarge = Refusal(431, "The request head is larger than this server accepts.")

    /// - Returns: the request, where nothing of its body is missing, as is usual.
    private mutating func begin(_ head: RequestHead, _ input: [UInt8]) throws(Refusal) -> Step? {
        continueSent = !head.expectsContinue
        switch head.framing {
        case .chunked: phase = .chunkedBody(head, ChunkDecoder(from: head.end, limit: limits.bodyBytes))
        case .length(let count) where count > limits.bodyBytes:
            throw Refusal(413, "The body is larger than this server accepts.")
        case .length, .none:
            if let request = whole(head, input) { return request }
            phase = .fixedBody(head)
        }
        return nil
    }

    /// - Returns: nil while a part of the body is missing, whose length the head tells.
    private mutating func whole(_ head: RequestHead, _ input: [UInt8]) -> Step? {
        let end = if case .length(let count) = head.framing { head.end + count } else { head.end }
        return end <= input.count ? dispatch(head, body: head.end..<end, next: end) : nil
    }

    private mutating func awaitBody(_ head: RequestHead) -> Step {
        guard continueSent else {
            continueSent = true
            return .sendContinue
        }
        return .wait(.body)
    }

    private mutating func dispatch(_ head: RequestHead, body: Range<Int>, next: Int) -> Step {
        phase = .answering(keepAlive: head.keepAlive)
        emptyLineSkipped = false
        start = next
        return .dispatch(Request(head: head, body: body))
    }

    /// RFC 9112 section 2.2: an empty line before a request line is ignored. One, however it arrives.
    private mutating func skipEmptyLine(_ input: [UInt8]) {
        if !emptyLineSkipped, input.count >= start + 2, input[start] == ASCII.carriageReturn,
            input[start + 1] == ASCII.lineFeed
        {
            start += 2
            emptyLineSkipped = true
        }
    }

    private func mayBeEmptyLine(_ input: [UInt8]) -> Bool {
        !emptyLineSkipped && input.count == start + 1 && input[start] == ASCII.carriageReturn
    }

    private mutating func close() -> Step {
        phase = .closed
        return .close
    }

    /// Whether the answer now being written may leave the connection open.
    func keepsAlive() -> Bool {
        if case .answering(let keepAlive) = phase { keepAlive && !isDraining } else { false }
    }

    /// The answer is complete.
    /// - Parameter mayContinue: false when the answer itself said that the connection closes.
    /// - Returns: whether another request may be read.
    mutating func answered(mayContinue: Bool) -> Bool {
        guard case .answering = phase else { return false }
        phase = mayContinue ? .idle : .closed
        return mayContinue
    }

    /// The peer will send no more.
    /// - Returns: true when nothing can follow, so that the connection ends now.
    mutating func peerClosed() -> Bool {
        if case .answering = phase { return false }
        phase = .closed
        return true
    }

    /// The deadline of what is being waited for has passed.
    mutating func timedOut() -> Step {
        switch phase {
        case .idle, .closed, .answering: return close()
        case .head:
            phase = .closed
            return .refuse(Refusal(408, "The request head did not arrive in time."))
        case .fixedBody, .chunkedBody:
            phase = .closed
            return .refuse(Refusal(408, "The request body did not arrive in time."))
        }
    }

    /// The server is going away: answer what is under way, take nothing new.
    /// - Returns: true when nothing is under way; `advance` then closes unless a request has come after all.
    mutating func drain() -> Bool {
        isDraining = true
        return if case .idle = phase { true } else { false }
    }

    /// Tells that the buffer's served part is gone.
    mutating func compacted() { start = 0 }
}
