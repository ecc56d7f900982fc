// The head of an HTTP/1.1 request as ranges into the connection's buffer. What the parser accepts is a strict subset
// of RFC 9112: whatever two parsers could read in two ways is refused.

/// Header fields that the server looks at. All others are checked for form and forgotten: nothing is passed on.
package enum Field: Int, CaseIterable, Sendable {
    case host, contentLength, transferEncoding, connection, expect
    case authorization, contentType, accept, acceptEncoding, origin
    case mcpProtocolVersion, mcpMethod, mcpName
    /// A client's own label for the request, echoed by tests and logs of others; read by the simulator's recorder.
    case userAgent

    static func named(_ bytes: [UInt8], _ range: Range<Int>) -> Field? {
        switch range.count {
        case 4: bytes.equalsFolded(range, "host") ? .host : nil
        case 6:
            bytes.equalsFolded(range, "accept")
                ? .accept
                : bytes.equalsFolded(range, "origin") ? .origin : bytes.equalsFolded(range, "expect") ? .expect : nil
        case 8: bytes.equalsFolded(range, "mcp-name") ? .mcpName : nil
        case 10:
            bytes.equalsFolded(range, "connection")
                ? .connection
                : bytes.equalsFolded(range, "mcp-method")
                    ? .mcpMethod : bytes.equalsFolded(range, "user-agent") ? .userAgent : nil
        case 12: bytes.equalsFolded(range, "content-type") ? .contentType : nil
        case 13: bytes.equalsFolded(range, "authorization") ? .authorization : nil
        case 14: bytes.equalsFolded(range, "content-length") ? .contentLength : nil
        case 15: bytes.equalsFolded(range, "accept-encoding") ? .acceptEncoding : nil
        case 17: bytes.equalsFolded(range, "transfer-encoding") ? .transferEncoding : nil
        case 20: bytes.equalsFolded(range, "mcp-protocol-version") ? .mcpProtocolVersion : nil
        default: nil
        }
    }
}

/// Request methods that some route answers.
package enum Method: Sendable {
    case get, head, post, put, patch, delete, options, other
}

/// How the length of a request's body is known (RFC 9112 section 6.3).
package enum Framing: Equatable, Sendable {
    case none
    case length(Int)
    case chunked
}

/// A request that is not served, with the status that says why. The connection closes after it.
package struct Refusal: Error, Equatable, Sendable {
    package let status: Int
    package let reason: StaticString

    package init(_ status: Int, _ reason: StaticString) {
        self.status = status
        self.reason = reason
    }

    package static func == (left: Refusal, right: Refusal) -> Bool {
        left.status == right.status && "\(left.reason)" == "\(right.reason)"
    }
}

/// A parsed request head. All ranges are positions in the buffer that was parsed.
package struct RequestHead: Sendable {
    package var method: Method = .other
    /// The method as it was sent.
    package var methodName: Range<Int> = 0..<0
    /// Absolute path, still percent-encoded.
    package var path: Range<Int> = 0..<0
    /// Query without its question mark; empty when there is none.
    package var query: Range<Int> = 0..<0
    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    package var minorVersion = 1
    package var keepAlive = true
    package var expectsContinue = false
    package var framing: Framing = .none
    /// One past the empty line.
    package var end = 0
    private var values: InlineArray<14, Range<Int32>> = InlineArray(repeating: -1..<(-1))
    private var repeated: UInt32 = 0

    package init() {}

    /// The value of `field` without surrounding white space; nil when the request does not have it.
    package subscript(_ field: Field) -> Range<Int>? {
        let range = values[field.rawValue]
        return range.lowerBound < 0 ? nil : Int(range.lowerBound)..<Int(range.upperBound)
    }

    /// True when `field` came more than once; the first one is kept.
    package func isRepeated(_ field: Field) -> Bool { repeated & (1 << UInt32(field.rawValue)) != 0 }

    mutating func set(_ field: Field, _ value: Range<Int>) {
        if self[field] != nil {
            repeated |= 1 << UInt32(field.rawValue)
        } else {
            values[field.rawValue] = Int32(value.lowerBound)..<Int32(value.upperBound)
        }
    }
}
