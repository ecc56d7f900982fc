// The chunked transfer coding (RFC 9112 section 7.1): a request's decoded in place, where the data moves down over the
// framing, an answer's piece by piece.

/// Decodes a chunked body, inside the buffer that it arrived in or out of the pieces that arrive.
package struct ChunkDecoder: Sendable {
    private enum Phase {
        case size, extensionText, sizeLineFeed, data(Int), dataCarriageReturn, dataLineFeed
        case trailerStart, trailerName, trailer, trailerLineFeed, lastLineFeed, done
    }

    private var phase = Phase.size
    private var size = 0
    private var digits = 0
    /// Bytes of extensions and trailers, which carry nothing for us and are bounded together.
    private var overhead = 0
    private var decoded = 0
    private let limit: Int
    private let isLenient: Bool

    /// Decoded data is `bytes[dataStart..<dataEnd]`.
    package private(set) var dataEnd: Int
    /// Next byte of the coding to look at.
    package private(set) var position: Int

    /// - Parameters:
    ///   - limit: decoded bytes; a longer body gets 413.
    ///   - isLenient: for answers: blanks behind a size, which section 7.1.1 has a recipient bear, and extensions that
    ///     are bounded for each chunk alone.
    package init(from start: Int, limit: Int, isLenient: Bool = false) {
        dataEnd = start
        position = start
        self.limit = limit
        self.isLenient = isLenient
    }

    /// Decodes what has arrived, in place.
    /// - Returns: true when the whole body has been decoded; `position` is then one past it.
    package mutating func decode(_ bytes: inout [UInt8]) throws(Refusal) -> Bool {
        var position = position
        while let data = try data(bytes, &position, bytes.count) {
            if dataEnd != data.lowerBound {
                for offset in 0..<data.count { bytes[dataEnd + offset] = bytes[data.lowerBound + offset] }
            }
            dataEnd += data.count
        }
        self.position = position
        guard !isDone else { return true }
        // All has been looked at: what lies behind the data is framing, which must not outgrow the limit on data.
        bytes.removeLast(position - dataEnd)
        self.position = dataEnd
        return false
    }

    package var isDone: Bool { if case .done = phase { true } else { false } }

    /// The next data between `position` and `end`, in `bytes`; `position` moves behind it. nil when there is none, or
    /// none any more.
    package mutating func data(
        _ bytes: [UInt8], _ position: inout Int, _ end: Int
    ) throws(Refusal) -> Range<Int>? {
        while position < end, !isDone {
            if case .data(let left) = phase {
                let data = position..<(position + min(left, end - position))
                phase = data.count == left ? .dataCarriageReturn : .data(left - data.count)
                position = data.upperBound
                decoded += data.count
                return data
            }
            position += 1
            try step(bytes[position - 1])
        }
        return nil
    }

    private mutating func step(_ byte: UInt8) throws(Refusal) {
        switch phase {
        case .size: try readSize(byte)
        case .extensionText:
            try countOverhead(byte)
            if byte == ASCII.carriageReturn { phase = .sizeLineFeed }
        case .sizeLineFeed:
            try expect(byte, ASCII.lineFeed)
            phase = size == 0 ? .trailerStart : .data(size)
        case .dataCarriageReturn:
            try expect(byte, ASCII.carriageReturn)
            phase = .dataLineFeed
        case .dataLineFeed:
            try expect(byte, ASCII.lineFeed)
            (phase, size, digits) = (.size, 0, 0)
            if isLenient { overhead = 0 }
        case .trailerStart:
            if byte == ASCII.carriageReturn {
                phase = .lastLineFeed
            } else {
                try readTrailerName(byte, first: true)
            }
        case .trailerName: try readTrailerName(byte, first: false)
        case .trailer:
            try countOverhead(byte)
            if byte == ASCII.carriageReturn { phase = .trailerLineFeed }
        case .trailerLineFeed:
            try expect(byte, ASCII.lineFeed)
            phase = .trailerStart
        case .lastLineFeed:
            try expect(byte, ASCII.lineFeed)
            phase = .done
        case .data, .done: preconditionFailure("no framing byte is due in this phase")
        }
    }

    private mutating func readSize(_ byte: UInt8) throws(Refusal) {
        if let digit = byte.hexValue {
            digits += 1
            size = size << 4 | Int(digit)
            guard digits <= 8 else { throw Refusal(400, "A chunk size has too many digits.") }
            guard size <= limit - decoded else {
                throw Refusal(413, "The body is larger than this server accepts.")
            }
        } else {
            let isBlank = isLenient && (byte == ASCII.space || byte == ASCII.tab)
            guard digits > 0, byte == ASCII.carriageReturn || byte == ASCII.semicolon || isBlank else {
                throw Refusal(400, "A chunk must begin with its size in hexadecimal digits.")
            }
            phase = byte == ASCII.carriageReturn ? .sizeLineFeed : .extensionText
        }
    }

    /// A trailer line has the form of a header line, or the next request could hide in it.
    private mutating func readTrailerName(_ byte: UInt8, first: Bool) throws(Refusal) {
        try countOverhead(byte)
        guard byte.isTokenCharacter || byte == ASCII.colon && !first else {
            throw Refusal(400, "A trailer line must be a token, directly followed by a colon.")
        }
        phase = byte == ASCII.colon ? .trailer : .trailerName
    }

    private mutating func countOverhead(_ byte: UInt8) throws(Refusal) {
        overhead += 1
        guard overhead <= 4096, byte >= 0x20 && byte != 0x7F || byte == ASCII.tab || byte == ASCII.carriageReturn else {
            throw Refusal(400, "Chunk extensions or trailers are too long or malformed.")
        }
    }

    private func expect(_ byte: UInt8, _ expected: UInt8) throws(Refusal) {
        guard byte == expected else { throw Refusal(400, "A chunk does not end where its size says, with CR LF.") }
    }
}
