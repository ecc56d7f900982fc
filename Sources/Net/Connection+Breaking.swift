// Answers that do not end as they should: abandoned ones, and those whose framing is the caller's own.

extension Connection {
    /// Breaks the connection in the middle of the answer that `begin` began: the client learns that it is incomplete
    /// (RFC 9112 section 8).
    package func abandon() {
        guard case .streaming(let chunked) = answer else { preconditionFailure("abandon comes after begin") }
        // Without chunks an orderly end of the connection would look like the end of the answer.
        if !chunked { socket.resetOnClose() }
        flush()
        isBroken = true
    }

    /// How an answer of the caller's own framing ends.
    package enum RawEnding: Sendable {
        /// The connection waits for the next request.
        case keepOpen
        /// What was written is sent, then the connection closes in order.
        case close
        /// The connection is reset at once; what the kernel has not sent yet is lost.
        case reset
    }

    /// Begins an answer whose every byte is the caller's, status line included: nothing is added, checked or left
    /// out. Only a server that imitates a broken one wants this.
    package func beginRaw() {
        guard case .none = answer else { preconditionFailure("a request is answered once") }
        answer = .raw
    }

    /// Completes the answer that `beginRaw` began.
    package func endRaw(_ ending: RawEnding) {
        guard case .raw = answer else { preconditionFailure("endRaw comes after beginRaw") }
        answer = .complete
        answerKeepsAlive = ending == .keepOpen && state.keepsAlive()
        if ending == .reset {
            socket.resetOnClose()
            isBroken = true
        }
    }
}
