// One answer, read from the pieces in which a connection brings it (RFC 9112): interim heads, head, body. What an
// answer is not is told at the byte that shows it; nothing is guessed.

/// Reads one answer. The bytes may be cut anywhere.
package struct ResponseReader: Sendable {
    /// Bytes of all heads of one answer together, interim ones included.
    package static let headLimit = 64 << 10

    private enum Phase {
        case head
        case length(Int)
        case chunked(ChunkDecoder)
        case untilClose
        case complete
    }

    private var phase = Phase.head
    /// The head so far.
    private var text: [UInt8] = []
    private var headBytes = 0
    /// Whether nothing of the current line has come, CR aside; a head ends with an empty line.
    private var lineIsEmpty = true
    /// The final head, as soon as it is there; for the reader's owner to take.
    package var head: UpstreamHead?
    /// Whether the connection can carry another exchange, as far as this head says.
    package private(set) var keepsConnection = false

    package init() {}

    /// Whether a byte of the answer has come.
    package var hasBegun: Bool { headBytes > 0 }

    package var isComplete: Bool { if case .complete = phase { true } else { false } }

    /// Takes the bytes of `range` and appends what of them is body to `body`.
    /// - Returns: where in `bytes` the answer ends, or the end of `range`. What lies behind an answer is none of it.
    package mutating func read(
        _ bytes: [UInt8], _ range: Range<Int>, into body: inout [UInt8]
    ) throws(MalformedAnswer) -> Int {
        var position = range.lowerBound
        while position < range.upperBound {
            switch phase {
            case .head: position = try readHead(bytes, position..<range.upperBound)
            case .length(let left):
                let end = position + min(left, range.upperBound - position)
                body.append(contentsOf: bytes[position..<end])
                phase = left == end - position ? .complete : .length(left - (end - position))
                position = end
            case .chunked: position = try readChunks(bytes, position..<range.upperBound, into: &body)
            case .untilClose:
                body.append(contentsOf: bytes[position..<range.upperBound])
                position = range.upperBound
            case .complete: return position
            }
        }
        return position
    }

    /// The connection has ended, which for some answers is their end.
    package mutating func closed() throws(MalformedAnswer) {
        switch phase {
        case .untilClose, .complete: phase = .complete
        case .head, .length, .chunked: throw .cut
        }
    }

    private mutating func readHead(_ bytes: [UInt8], _ range: Range<Int>) throws(MalformedAnswer) -> Int {
        var position = range.lowerBound
        var isEnd = false
        while position < range.upperBound, !isEnd {
            let end = bytes.span.first(ASCII.lineFeed, from: position, to: range.upperBound)
            for index in position..<end where bytes[index] != ASCII.carriageReturn {
                lineIsEmpty = false
                break
            }
            position = min(end + 1, range.upperBound)
            guard end < range.upperBound else { break }
            isEnd = lineIsEmpty
            lineIsEmpty = true
        }
        text.append(contentsOf: bytes[range.lowerBound..<position])
        headBytes += position - range.lowerBound
        // Not HTTP is told at once, and not when 64 KiB of it have come or the connection has closed.
        guard text.begins(like: "HTTP/1.") else { throw .head("it does not begin with HTTP/1") }
        guard headBytes <= ResponseReader.headLimit else { throw .headTooLarge }
        if isEnd { try finishHead() }
        return position
    }

    private mutating func finishHead() throws(MalformedAnswer) {
        let head = try UpstreamHead(parsing: text)
        text = []
        guard head.status != 101 else { throw .head("it changes the protocol, which nobody asked for") }
        // Interim answers are forgotten (RFC 9110 section 15.2).
        guard head.status >= 200 else { return }
        let framing = try head.framing
        keepsConnection = head.keepsConnection && framing != .untilClose
        self.head = head
        phase =
            switch framing {
            case .absent, .length(0): .complete
            case .length(let length): .length(length)
            case .chunked: .chunked(ChunkDecoder(from: 0, limit: .max, isLenient: true))
            case .untilClose: .untilClose
            }
    }

    private mutating func readChunks(
        _ bytes: [UInt8], _ range: Range<Int>, into body: inout [UInt8]
    ) throws(MalformedAnswer) -> Int {
        guard case .chunked(var decoder) = phase else { return range.lowerBound }
        var position = range.lowerBound
        do throws(Refusal) {
            while let data = try decoder.data(bytes, &position, range.upperBound) {
                body.append(contentsOf: bytes[data])
            }
        } catch {
            throw .framing("its chunks are malformed")
        }
        phase = decoder.isDone ? .complete : .chunked(decoder)
        return position
    }
}
