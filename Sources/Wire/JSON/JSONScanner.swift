// An incremental JSON scanner: strict (RFC 8259), without allocation and without recursion. It takes a text in pieces
// of any size and reports where values begin and end; deeper than `reportDepth` it only checks, in tight loops.

package struct JSONScanner: Sendable {
    package typealias Kind = JSONReader.Kind

    package enum Event: Equatable, Sendable {
        /// A member's name is complete, see `key`; its value comes next.
        case key
        /// A value's first byte is the one before the position.
        case begin(Kind)
        /// A value's last byte lies before the position, possibly in an earlier piece.
        case end(Kind)
    }

    enum Phase: Sendable {
        case value, valueOrEnd, keyOrEnd, key, colon, afterValue, done
        case string, escape, unicode(Int), number, literal(Kind, Int)
    }

    var phase = Phase.value
    /// One bit per open container: 1 for an object.
    var stack: UInt64 = 0
    private var isKey = false
    private var utf8 = UTF8Check()
    private var numberCheck = NumberCheck()
    private var rawKey: [UInt8] = []
    private var consumed = 0

    /// Containers that are open. A value's own depth is this number when it begins.
    package internal(set) var depth = 0
    /// Values and names at this depth or above it are reported. May be changed between events.
    package var reportDepth: Int

    /// Names longer than this are cut; no name that anybody asks for is that long.
    private static let maximumKey = 256

    package init(reportDepth: Int) { self.reportDepth = reportDepth }

    /// The last reported name, unescaped.
    package var key: [UInt8] {
        rawKey.contains(ASCII.backslash) && rawKey.count < JSONScanner.maximumKey
            ? JSONText.decodedBytes(rawKey, 0..<rawKey.count) : rawKey
    }

    /// True when a whole value has been read. A number at the top ends only with `finish`.
    package var isDone: Bool { if case .done = phase { true } else { false } }

    /// Goes on in `bytes` from `position` to the next event.
    /// - Returns: nil when the piece is used up.
    package mutating func next(_ bytes: [UInt8], _ position: inout Int) throws(JSONError) -> Event? {
        while position < bytes.count {
            switch phase {
            case .string:
                if try scanString(bytes, &position), let event = endString() { return event }
            case .number:
                while position < bytes.count, numberCheck.accept(bytes[position]) { position += 1 }
                if position < bytes.count, let event = try endNumber(position) { return event }
            default:
                if depth > reportDepth {
                    passUnreported(bytes.span, &position)
                    guard position < bytes.count else { continue }
                }
                // Even where there was something to pass over, `step` comes next: what is left is for it.
                let byte = bytes[position]
                position += 1
                if let event = try step(byte, position) { return event }
            }
        }
        consumed += bytes.count
        return nil
    }

    /// The text has ended.
    package mutating func finish() throws(JSONError) -> Event? {
        if case .number = phase, depth == 0 { return try endNumber(0) }
        guard case .done = phase else { throw JSONError(offset: consumed, reason: "the text ends inside a value") }
        return nil
    }

    private var reports: Bool { depth <= reportDepth }

    private mutating func step(_ byte: UInt8, _ position: Int) throws(JSONError) -> Event? {
        switch phase {
        case .escape:
            try scanEscape(byte, position)
            return nil
        case .unicode(let left):
            guard byte.hexValue != nil else { throw error(position, "\\u needs four hexadecimal digits") }
            phase = left == 1 ? .string : .unicode(left - 1)
            capture(byte)
            return nil
        case .literal(let kind, let index): return try scanLiteral(byte, kind, index, position)
        default: break
        }
        if byte == ASCII.space || byte == ASCII.lineFeed || byte == ASCII.carriageReturn || byte == ASCII.tab {
            return nil
        }
        switch (phase, byte) {
        case (.keyOrEnd, ASCII.closeBrace), (.valueOrEnd, ASCII.closeBracket): return close()
        case (.keyOrEnd, ASCII.quote), (.key, ASCII.quote):
            rawKey.removeAll(keepingCapacity: true)
            (isKey, phase) = (true, .string)
        case (.colon, ASCII.colon): phase = .value
        case (.afterValue, ASCII.comma): phase = stack & 1 == 1 ? .key : .value
        case (.afterValue, ASCII.closeBrace) where stack & 1 == 1: return close()
        case (.afterValue, ASCII.closeBracket) where stack & 1 == 0: return close()
        case (.value, _), (.valueOrEnd, _): return try begin(byte, position)
        default: throw error(position, "another character is due here")
        }
        return nil
    }

    private mutating func begin(_ byte: UInt8, _ position: Int) throws(JSONError) -> Event? {
        let kind: Kind
        let reports = reports
        switch byte {
        case ASCII.openBrace, ASCII.openBracket:
            guard depth < JSONReader.maximumDepth else { throw error(position, "nested too deeply") }
            kind = byte == ASCII.openBrace ? .object : .array
            stack = stack << 1 | (kind == .object ? 1 : 0)
            depth += 1
            phase = kind == .object ? .keyOrEnd : .valueOrEnd
        case ASCII.quote: (kind, isKey, phase) = (.string, false, .string)
        case ASCII.hyphen, 0x30...0x39:
            numberCheck = NumberCheck()
            _ = numberCheck.accept(byte)
            (kind, phase) = (.number, .number)
        case 0x74, 0x66, 0x6E:
            kind = byte == 0x6E ? .null : .bool
            // `true` and `false` are told apart by where the index starts: 1 in one, 5 in the other.
            phase = .literal(kind, byte == 0x66 ? 5 : 1)
        default: throw error(position, "no value begins like this")
        }
        return reports ? .begin(kind) : nil
    }

    private mutating func close() -> Event? {
        let kind: Kind = stack & 1 == 1 ? .object : .array
        stack >>= 1
        depth -= 1
        return endValue(kind)
    }

    private mutating func endValue(_ kind: Kind) -> Event? {
        phase = depth == 0 ? .done : .afterValue
        return reports ? .end(kind) : nil
    }

    private mutating func endNumber(_ position: Int) throws(JSONError) -> Event? {
        guard numberCheck.isComplete else { throw error(position + 1, "not a number as JSON writes it") }
        return endValue(.number)
    }

    // MARK: Strings and literals

    /// - Returns: true when the closing quote has come.
    private mutating func scanString(_ bytes: [UInt8], _ position: inout Int) throws(JSONError) -> Bool {
        let start = position
        while position < bytes.count {
            if utf8.isComplete {
                position = endOfCharacters(bytes.span, from: position, to: bytes.count)
                guard position < bytes.count else { break }
            }
            let byte = bytes[position]
            position += 1
            if byte >= 0x80 || !utf8.isComplete {
                guard utf8.accept(byte) else { throw error(position, "not UTF-8") }
                continue
            }
            if byte >= 0x20, byte != ASCII.quote, byte != ASCII.backslash { continue }
            guard byte >= 0x20 else { throw error(position, "a control character must be escaped") }
            if isKey { capture(bytes, start..<(byte == ASCII.quote ? position - 1 : position)) }
            if byte == ASCII.quote { return true }
            phase = .escape
            return false
        }
        if isKey { capture(bytes, start..<position) }
        return false
    }

    private mutating func endString() -> Event? {
        guard isKey else { return endValue(.string) }
        phase = .colon
        return reports ? .key : nil
    }

    private mutating func scanEscape(_ byte: UInt8, _ position: Int) throws(JSONError) {
        switch byte {
        case ASCII.quote, ASCII.backslash, ASCII.slash, 0x62, 0x66, 0x6E, 0x72, 0x74: phase = .string
        case 0x75: phase = .unicode(4)
        default: throw error(position, "no such escape")
        }
        capture(byte)
    }

    private mutating func scanLiteral(_ byte: UInt8, _ kind: Kind, _ index: Int, _ position: Int) throws(JSONError)
        -> Event?
    {
        let (letter, isLast): (UInt8, Bool) =
            switch (kind, index) {
            case (.null, 1): (0x75, false)
            case (.null, 2): (0x6C, false)
            case (.null, _): (0x6C, true)
            case (_, 1): (0x72, false)
            case (_, 2): (0x75, false)
            case (_, 3): (0x65, true)
            case (_, 5): (0x61, false)
            case (_, 6): (0x6C, false)
            case (_, 7): (0x73, false)
            default: (0x65, true)
            }
        guard byte == letter else { throw error(position, "no value begins like this") }
        if isLast { return endValue(kind) }
        phase = .literal(kind, index + 1)
        return nil
    }

    private mutating func capture(_ byte: UInt8) {
        if isKey, reports, rawKey.count < JSONScanner.maximumKey { rawKey.append(byte) }
    }

    private mutating func capture(_ bytes: [UInt8], _ range: Range<Int>) {
        guard reports else { return }
        if rawKey.isEmpty { rawKey.reserveCapacity(64) }
        let room = JSONScanner.maximumKey - min(rawKey.count, JSONScanner.maximumKey)
        rawKey.append(contentsOf: bytes[range.prefix(room)])
    }

    private func error(_ position: Int, _ reason: StaticString) -> JSONError {
        JSONError(offset: consumed + position - 1, reason: reason)
    }
}
