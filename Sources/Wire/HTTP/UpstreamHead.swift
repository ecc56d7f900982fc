// The head of an answer that the gateway receives. Of the twenty fields of an answer three are looked at, so the bytes
// stay together as they came and a field is two ranges.

/// Why bytes that should be an answer are none.
package enum MalformedAnswer: Error, Equatable, Sendable {
    /// More than `ResponseReader.headLimit` bytes of head.
    case headTooLarge
    /// No status line, a line without a colon, a forbidden byte; the sentence's end says which.
    case head(StaticString)
    /// The body's end cannot be told (RFC 9112 section 6.3).
    case framing(StaticString)
    /// The connection ended before the answer did.
    case cut

    package static func == (left: MalformedAnswer, right: MalformedAnswer) -> Bool { "\(left)" == "\(right)" }
}

/// Status and fields of an answer.
package struct UpstreamHead: Sendable {
    /// Where in `text` a field's name and value are.
    private struct Line {
        let name: Range<Int>
        let value: Range<Int>
    }

    package var status: Int
    private var text: [UInt8]
    private var lines: [Line] = []

    package init(status: Int, fields: [(name: String, value: String)]) {
        self.status = status
        text = []
        for field in fields {
            let start = text.count
            text.append(text: field.name)
            let colon = text.count
            text.append(text: field.value)
            lines.append(Line(name: start..<colon, value: colon..<text.count))
        }
    }

    /// Reads a head, from its status line to the empty line (RFC 9112 sections 4 and 5). A line may end with LF alone
    /// (section 2.2); a folded line continues the one before (section 5.2).
    package init(parsing head: [UInt8]) throws(MalformedAnswer) {
        var end = head.line(from: 0)
        status = try UpstreamHead.status(head, 0..<end)
        // It would be a part of the status line to one reader and a field to another (section 2.2).
        guard end + 1 >= head.count || !head[end + 1].isBlank else {
            throw .head("its first field begins with a blank")
        }
        text = head.hasFolds ? head.unfolded : head
        lines.reserveCapacity(16)
        while end < text.count {
            let start = end + 1
            end = text.line(from: start)
            let line = text.withoutBlanks(start..<end)
            if !line.isEmpty { lines.append(try field(line)) }
        }
    }

    private func field(_ line: Range<Int>) throws(MalformedAnswer) -> Line {
        let colon = text.span.first(ASCII.colon, from: line.lowerBound, to: line.upperBound)
        // Blanks before the colon are removed, as a proxy has to (RFC 9112 section 5.1).
        let name = text.withoutBlanks(line.lowerBound..<colon)
        guard colon < line.upperBound, !name.isEmpty else { throw .head("a line has no field's name") }
        let value = text.withoutBlanks((colon + 1)..<line.upperBound)
        var position = line.lowerBound
        while position < line.upperBound {
            position = text.span.endOfVisible(from: position, to: line.upperBound)
            guard position < line.upperBound else { break }
            guard text[position] == ASCII.tab else { throw .head("a field has a control byte") }
            position += 1
        }
        return Line(name: name, value: value)
    }

    /// `HTTP/1.1 200 OK`; the reason may be missing, with or without its space.
    private static func status(_ text: [UInt8], _ line: Range<Int>) throws(MalformedAnswer) -> Int {
        guard line.count > 5, text.equals(0..<5, "HTTP/"),
            let space = text[line].firstIndex(of: ASCII.space), line.upperBound - space > 3
        else { throw .head("it does not begin with a status line") }
        var status = 0
        for index in (space + 1)...(space + 3) {
            guard text[index].isDigit else { throw .head("its status is no number") }
            status = 10 * status + Int(text[index] - ASCII.zero)
        }
        let behind = space + 4
        guard status >= 100, behind >= line.upperBound || text[behind].isBlank || text[behind] == ASCII.carriageReturn
        else { throw .head("its status is no number of three digits") }
        return status
    }

    /// Field names in lower case with their values, in order of arrival.
    package var fields: [(name: String, value: String)] {
        lines.map { (text.text($0.name).lowercased(), text.text($0.value)) }
    }

    /// The first value of the field called `name` (lower case).
    package subscript(_ name: StaticString) -> String? {
        for line in lines where text.equalsFolded(line.name, name) { return text.text(line.value) }
        return nil
    }

    // MARK: How the answer travels

    /// How the end of the body is told (RFC 9112 section 6.3).
    package enum Framing: Equatable, Sendable {
        case absent
        case length(Int)
        case chunked
        case untilClose
    }

    package var framing: Framing {
        get throws(MalformedAnswer) {
            if status < 200 || status == 204 || status == 304 { return .absent }
            var length: Int?
            var isChunked = false
            for line in lines {
                if text.equalsFolded(line.name, "transfer-encoding") {
                    // None but this was asked for, and what comes behind it would be no transfer coding's end.
                    guard !isChunked, text.equalsFolded(line.value, "chunked") else {
                        throw .framing("its transfer coding is not understood")
                    }
                    isChunked = true
                } else if text.equalsFolded(line.name, "content-length") {
                    length = try contentLength(line.value, agreeing: length)
                }
            }
            if isChunked { return .chunked }
            return length.map { .length($0) } ?? .untilClose
        }
    }

    /// Whether the connection may be used again (RFC 9112 section 9.3). Two ways of telling the length at once are a
    /// reason not to (section 6.3), and so are chunks in HTTP/1.0, which has none (section 6.1).
    package var keepsConnection: Bool {
        let isOld = text.equals(0..<min(8, text.count), "HTTP/1.0")
        var persists = !isOld
        var tellsLength = false
        var isChunked = false
        for line in lines {
            if text.equalsFolded(line.name, "connection") {
                for token in text[line.value].split(separator: ASCII.comma) {
                    let token = text.withoutBlanks(token.startIndex..<token.endIndex)
                    if text.equalsFolded(token, "close") { return false }
                    if text.equalsFolded(token, "keep-alive") { persists = true }
                }
            }
            if text.equalsFolded(line.name, "transfer-encoding") { isChunked = true }
            if text.equalsFolded(line.name, "content-length") { tellsLength = true }
        }
        return persists && !(isChunked && (tellsLength || isOld))
    }

    /// A number, or the same number several times (RFC 9110 section 8.6).
    private func contentLength(_ value: Range<Int>, agreeing known: Int?) throws(MalformedAnswer) -> Int {
        var length = known
        for member in text[value].split(separator: ASCII.comma, omittingEmptySubsequences: false) {
            let digits = text.withoutBlanks(member.startIndex..<member.endIndex)
            guard (1...18).contains(digits.count), digits.allSatisfy({ text[$0].isDigit }) else {
                throw .framing("its length is no number")
            }
            let number = digits.reduce(0) { 10 * $0 + Int(text[$1] - ASCII.zero) }
            guard length == nil || length == number else { throw .framing("it has two lengths") }
            length = number
        }
        guard let length else { throw .framing("its length is no number") }
        return length
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == ASCII.space || self == ASCII.tab }
}

extension [UInt8] {
    /// Where the LF of the line at `start` is.
    fileprivate func line(from start: Int) -> Int {
        start < count ? span.first(ASCII.lineFeed, from: start, to: count) : count
    }

    /// Whether a line begins with a blank.
    fileprivate var hasFolds: Bool {
        var start = line(from: 0) + 1
        while start < count {
            if self[start].isBlank { return true }
            start = line(from: start) + 1
        }
        return false
    }

    /// With each folded line joined to the one before by one space. In one pass: a head may have ten thousand of them.
    fileprivate var unfolded: [UInt8] {
        var joined: [UInt8] = []
        joined.reserveCapacity(count)
        var isFold = false
        for byte in self {
            if byte.isBlank, isFold { continue }
            isFold = byte.isBlank && joined.last == ASCII.lineFeed
            if isFold {
                while let last = joined.last, last.isBlank || last == ASCII.lineFeed || last == ASCII.carriageReturn {
                    joined.removeLast()
                }
            }
            joined.append(isFold ? ASCII.space : byte)
        }
        return joined
    }

    /// `range` without blanks at its ends, nor the CR of a line's.
    fileprivate func withoutBlanks(_ range: Range<Int>) -> Range<Int> {
        var (first, end) = (range.lowerBound, range.upperBound)
        if end > first, self[end - 1] == ASCII.carriageReturn { end -= 1 }
        while first < end, self[first].isBlank { first += 1 }
        while end > first, self[end - 1].isBlank { end -= 1 }
        return first..<end
    }
}
