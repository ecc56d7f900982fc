// How an answer is sent when it is not simply sent.

/// Deviations from a plain, complete answer. All bytes are counted in the body, before chunk framing.
struct Behaviour: Equatable {
    enum Framing: String {
        case length, chunked, close
    }

    struct Stall: Equatable {
        var after: Int
        var milliseconds: Int
    }

    struct Break: Equatable {
        /// -1 breaks off before the first byte of the head.
        var after: Int
        var resets = false
    }

    /// Before the first byte of the head.
    var delayMilliseconds = 0
    /// Each piece is written apart; with chunked framing it is one chunk.
    var pieceBytes: Int?
    /// Between two pieces.
    var pieceMilliseconds = 0
    var framing: Framing?
    /// What Content-Length claims; the connection closes after the body, unless `liesOn`.
    var claimedLength: Int?
    /// The connection waits for the next request although a length was a lie.
    var liesOn = false
    var stall: Stall?
    var breakOff: Break?
    /// The body is the whole response: no head is written, and the connection closes after it.
    var isRaw = false
    /// Encoded with gzip before all else.
    var compresses = false

    var isPlain: Bool { self == Behaviour() }
}
