// A request as it goes over the wire (RFC 9112 sections 2 and 3).

import GatewayCore
import Glibc
import Wire

/// The bytes of a request that are still to be written. A small body goes out together with the head, a large one is
/// not copied behind it.
struct RequestBytes {
    private static let joinedBody = 16 << 10

    private var head: [UInt8]
    private var body: [UInt8] = []
    private var offset = 0

    /// - Parameter buffer: for the head; its capacity is used again when the request has been written.
    init(_ request: UpstreamRequest, authority: String, buffer: consuming [UInt8]) {
        head = buffer
        head.removeAll(keepingCapacity: true)
        head.append(text: request.method)
        head.append(ASCII.space)
        head.append(text: request.target)
        head.append(" HTTP/1.1\r\nHost: ")
        head.append(text: authority)
        head.append("\r\n")
        for line in request.fields {
            head.append(text: line)
            while head.last == ASCII.space || head.last == ASCII.tab { head.removeLast() }
            head.append("\r\n")
        }
        // Where a body is expected, none is an empty one, and says so (RFC 9110 section 8.6).
        let length = request.body?.count ?? 0
        if request.body != nil || request.expectsBody {
            head.append("Content-Length: ")
            head.append(decimal: length)
            head.append("\r\n")
        }
        head.append("\r\n")
        guard length > 0, let body = request.body else { return }
        if length <= RequestBytes.joinedBody { head += body } else { self.body = body }
    }

    var isEmpty: Bool { offset >= head.count + body.count }

    /// Calls `body` with the bytes that can be written next, at least one.
    func withNext<Result>(_ work: (UnsafeRawBufferPointer) -> Result) -> Result {
        // The bytes are only read, and the arrays outlive the call.
        if offset < head.count { return head.withUnsafeBytes { work(UnsafeRawBufferPointer(rebasing: $0[offset...])) } }
        return body.withUnsafeBytes { work(UnsafeRawBufferPointer(rebasing: $0[(offset - head.count)...])) }
    }

    mutating func advance(by count: Int) { offset += count }

    /// Gives the buffer back. What authorises need not outlive its request.
    consuming func buffer() -> [UInt8] {
        var buffer: [UInt8] = []
        swap(&buffer, &head)
        buffer.withUnsafeMutableBytes { _ = memset($0.baseAddress!, 0, $0.count) }
        return buffer
    }
}

extension UpstreamRequest {
    fileprivate var expectsBody: Bool { method == "POST" || method == "PUT" || method == "PATCH" }
}
