// Parsing of a complete request head. `HeadScanner` finds where it ends; `RequestHead.parse` reads it.

/// Looks for the empty line that ends a head, remembering how far it has looked: a head that drips in byte by byte
/// costs no more than one that comes whole.
package struct HeadScanner: Sendable {
    private var position: Int
    private var lineStart: Int

    package init(from start: Int) {
        position = start
        lineStart = start
    }

    /// - Parameter bound: nothing from here on is looked at, so that how the bytes arrive does not decide what a head that
    ///   is too long is refused for.
    /// - Returns: one past the empty line, or nil when it has not come yet.
    /// - Throws: 400 for a line end that is not CR LF, at once and not when the head is complete.
    package mutating func end(in bytes: [UInt8], before bound: Int = .max) throws(Refusal) -> Int? {
        let bound = min(bound, bytes.count)
        let text = bytes.span
        var next = position
        defer { position = next }
        while next < bound {
            switch text[next] {
            case ASCII.carriageReturn:
                // The byte behind it decides, and is waited for.
                guard next + 1 < bound else { return nil }
                guard text[next + 1] == ASCII.lineFeed else { throw Refusal(400, "CR must be followed by LF.") }
                let isEmpty = next == lineStart
                next += 2
                lineStart = next
                if isEmpty { return next }
            case ASCII.lineFeed: throw Refusal(400, "A line must end with CR LF.")
            case 0: throw Refusal(400, "NUL is not allowed in a request head.")
            default: next = text.endOfVisible(from: next + 1, to: bound)
            }
        }
        return nil
    }
}

extension RequestHead {
    /// Headers of one request. More get 431.
    package static let maximumFields = 100

    /// Parses the head in `bytes[start..<end]`; `end` is what `HeadScanner` found.
    package static func parse(_ bytes: [UInt8], from start: Int, to end: Int) throws(Refusal) -> RequestHead {
        var head = RequestHead()
        head.end = end
        var line = start
        let target = try head.readRequestLine(bytes, &line)
        var count = 0
        while line < end - 2 {
            count += 1
            guard count <= maximumFields else { throw Refusal(431, "Too many header fields.") }
            try head.readField(bytes, &line)
        }
        try head.readTarget(bytes, target)
        try head.decideFraming(bytes)
        try head.decideConnection(bytes)
        return head
    }

    private mutating func readRequestLine(_ bytes: [UInt8], _ line: inout Int) throws(Refusal) -> Range<Int> {
        var position = line
        while bytes[position].isUpper { position += 1 }
        methodName = line..<position
        guard (1...16).contains(methodName.count), bytes[position] == ASCII.space else {
            throw Refusal(400, "The request line must begin with a method in capitals and one space.")
        }
        method = Method.named(bytes, methodName)
        position += 1
        let targetStart = position
        position = bytes.span.endOfTarget(from: position, to: end)
        let target = targetStart..<position
        guard !target.isEmpty, bytes[position] == ASCII.space else {
            throw Refusal(400, "The request target must be visible ASCII without a fragment, followed by one space.")
        }
        position += 1
        let version = position..<position + 8
        // The empty line's CR LF is no part of this line, and what follows it no part of this head.
        guard version.upperBound <= end - 4, bytes[version.upperBound] == ASCII.carriageReturn else {
            throw Refusal(400, "The request line must end with the HTTP version.")
        }
        if bytes.equals(version, "HTTP/1.1") {
            minorVersion = 1
        } else if bytes.equals(version, "HTTP/1.0") {
            minorVersion = 0
        } else {
            throw Refusal(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.")
        }
        line = version.upperBound + 2
        return target
    }

    private mutating func readField(_ bytes: [UInt8], _ line: inout Int) throws(Refusal) {
        var position = line
        while bytes[position].isTokenCharacter { position += 1 }
        let name = line..<position
        // Also catches a folded line, which begins with white space (RFC 9112 section 5.2).
        guard !name.isEmpty, bytes[position] == ASCII.colon else {
            throw Refusal(400, "A header line must be a token, directly followed by a colon.")
        }
        position += 1
        while bytes[position] == ASCII.space || bytes[position] == ASCII.tab { position += 1 }
        let valueStart = position
        while true {
            position = bytes.span.endOfVisible(from: position, to: end)
            if bytes[position] == ASCII.carriageReturn { break }
            guard bytes[position] == ASCII.tab else {
                throw Refusal(400, "A header value must not have control characters.")
            }
            position += 1
        }
        line = position + 2
        while position > valueStart, bytes[position - 1] == ASCII.space || bytes[position - 1] == ASCII.tab {
            position -= 1
        }
        if let field = Field.named(bytes, name) { set(field, valueStart..<position) }
    }

    private mutating func readTarget(_ bytes: [UInt8], _ target: Range<Int>) throws(Refusal) {
        guard !isRepeated(.host), self[.host] != nil || minorVersion == 0 else {
            throw Refusal(400, "Exactly one Host header is needed.")
        }
        let host = self[.host] ?? 0..<0
        guard bytes[host].allSatisfy(\.isHostCharacter) else { throw Refusal(400, "The Host header is malformed.") }
        var origin = target
        if bytes[target.lowerBound] != ASCII.slash {
            if target.count == 1, bytes[target.lowerBound] == 0x2A, method == .options {
                path = target
                return
            }
            origin = try RequestHead.stripAuthority(bytes, target, host)
        }
        let question = bytes.span.first(ASCII.question, from: origin.lowerBound, to: origin.upperBound)
        path = origin.lowerBound..<question
        query = min(question + 1, origin.upperBound)..<origin.upperBound
    }

    /// absolute-form (RFC 9112 section 3.2.2) counts only when it names the same host as the Host header.
    private static func stripAuthority(
        _ bytes: [UInt8], _ target: Range<Int>, _ host: Range<Int>
    ) throws(Refusal) -> Range<Int> {
        for scheme in ["http://", "https://"] where bytes[target].starts(with: scheme.utf8) {
            let start = target.lowerBound + scheme.utf8.count
            let end = bytes[start..<target.upperBound].firstIndex(of: ASCII.slash) ?? target.upperBound
            guard start < end, end < target.upperBound,
                bytes[start..<end].elementsEqual(bytes[host], by: { $0.folded == $1.folded })
            else { break }
            return end..<target.upperBound
        }
        throw Refusal(400, "The request target must be a path, or a URL of the host in the Host header.")
    }

    private mutating func decideFraming(_ bytes: [UInt8]) throws(Refusal) {
        if let coding = self[.transferEncoding] {
            guard self[.contentLength] == nil else {
                throw Refusal(400, "Transfer-Encoding and Content-Length must not come together.")
            }
            guard minorVersion == 1, !isRepeated(.transferEncoding) else {
                throw Refusal(400, "Transfer-Encoding must come once, and not with HTTP/1.0.")
            }
            guard bytes.equalsFolded(coding, "chunked") else {
                throw Refusal(501, "The only transfer coding accepted is a single `chunked`.")
            }
            framing = .chunked
        } else if let length = self[.contentLength] {
            guard !isRepeated(.contentLength), !length.isEmpty, bytes[length].allSatisfy(\.isDigit) else {
                throw Refusal(400, "Content-Length must come once and be a decimal number.")
            }
            guard length.count <= 18 else { throw Refusal(413, "The body is larger than this server accepts.") }
            let count = bytes[length].reduce(0) { $0 * 10 + Int($1 - ASCII.zero) }
            framing = count == 0 ? .none : .length(count)
        }
    }

    private mutating func decideConnection(_ bytes: [UInt8]) throws(Refusal) {
        keepAlive = minorVersion == 1
        var closes = false
        if let connection = self[.connection] {
            for option in bytes[connection].split(separator: ASCII.comma) {
                let option = option.drop { $0 == ASCII.space || $0 == ASCII.tab }
                let range =
                    option
                    .startIndex..<(option.lastIndex { $0 != ASCII.space && $0 != ASCII.tab } ?? option.startIndex - 1)
                    + 1
                if bytes.equalsFolded(range, "close") { closes = true }
                if bytes.equalsFolded(range, "keep-alive"), minorVersion == 0, !isRepeated(.connection) {
                    keepAlive = true
                }
            }
        }
        // What a second Connection header says is not known here; closing is the safe reading.
        if closes || isRepeated(.connection) { keepAlive = false }
        if let expect = self[.expect] {
            guard bytes.equalsFolded(expect, "100-continue"), !isRepeated(.expect) else {
                throw Refusal(417, "Only 100-continue can be expected.")
            }
            expectsContinue = minorVersion == 1 && framing != .none
        }
    }
}

extension Method {
    fileprivate static func named(_ bytes: [UInt8], _ range: Range<Int>) -> Method {
        switch range.count {
        case 3: bytes.equals(range, "GET") ? .get : bytes.equals(range, "PUT") ? .put : .other
        case 4: bytes.equals(range, "POST") ? .post : bytes.equals(range, "HEAD") ? .head : .other
        case 5: bytes.equals(range, "PATCH") ? .patch : .other
        case 6: bytes.equals(range, "DELETE") ? .delete : .other
        case 7: bytes.equals(range, "OPTIONS") ? .options : .other
        default: .other
        }
    }
}
