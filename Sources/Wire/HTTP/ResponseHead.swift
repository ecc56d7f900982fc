// Heads of responses. Those that never change are rendered once and shared.

/// Status and header lines of a response; what depends on the connection or the body is added when it is written.
package struct ResponseHead: Sendable {
    package let status: Int
    /// Header lines, each with its CR LF.
    package let fields: [UInt8]

    package init(_ status: Int, fields: [(String, String)] = []) {
        self.status = status
        var lines: [UInt8] = []
        for (name, value) in fields {
            lines.append(text: name)
            lines.append(": ")
            // A value with a line end would start a header, or a response, of its own.
            lines.append(contentsOf: value.utf8.map { $0 < 0x20 || $0 == 0x7F ? ASCII.space : $0 })
            lines.append("\r\n")
        }
        self.fields = lines
    }

    /// - Parameter lines: header lines that are known to be well-formed, each with its CR LF.
    package init(_ status: Int, lines: [UInt8]) {
        self.status = status
        fields = lines
    }

    /// How the end of the body is told (RFC 9112 section 6).
    package enum Body: Sendable {
        case length(Int)
        case chunked
        /// HTTP/1.0: the connection's end.
        case untilClose
        /// 204 and 304 have neither body nor length.
        case absent
    }

    /// Appends the head to `output`.
    /// - Parameter date: an IMF-fixdate (RFC 9110 section 5.6.7).
    package func write(to output: inout [UInt8], body: Body, keepAlive: Bool, date: [UInt8]) {
        if status == 200 {
            output.append("HTTP/1.1 200 OK\r\nDate: ")
        } else {
            output.append("HTTP/1.1 ")
            output.append(decimal: status)
            output.append(ASCII.space)
            output.append(ResponseHead.reason(status))
            output.append("\r\nDate: ")
        }
        output.append(contentsOf: date)
        output.append("\r\n")
        output.append(contentsOf: fields)
        switch body {
        case .length(let count):
            output.append("Content-Length: ")
            output.append(decimal: count)
            output.append("\r\n")
        case .chunked: output.append("Transfer-Encoding: chunked\r\n")
        case .untilClose, .absent: break
        }
        output.append(keepAlive ? "\r\n" : "Connection: close\r\n\r\n")
    }

    private static func reason(_ status: Int) -> StaticString {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 207: "Multi-Status"
        case 302: "Found"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 411: "Length Required"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: "Status"
        }
    }
}
