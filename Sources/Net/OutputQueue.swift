// Bytes on their way to one client: the connection's own buffer and, behind it, one shared body that is never copied.

import Wire

struct OutputQueue {
    /// Heads and small bodies.
    private(set) var bytes: [UInt8] = []
    private var sent = 0
    private var shared: [UInt8] = []
    private var sharedSent = 0

    var count: Int { bytes.count - sent + shared.count - sharedSent }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ text: StaticString) {
        copyShared()
        bytes.append(text)
    }

    mutating func append(_ data: [UInt8]) {
        copyShared()
        bytes.append(contentsOf: data)
    }

    mutating func append(_ head: ResponseHead, body: ResponseHead.Body, keepAlive: Bool, date: [UInt8]) {
        copyShared()
        head.write(to: &bytes, body: body, keepAlive: keepAlive, date: date)
    }

    /// Large bodies are kept by reference; small ones are cheaper to copy than to send apart.
    mutating func append(_ body: [UInt8], shared large: [UInt8]) {
        copyShared()
        bytes.append(contentsOf: body)
        if large.count < 4096 {
            bytes.append(contentsOf: large)
        } else {
            shared = large
        }
    }

    /// Adds one chunk of the chunked transfer coding (RFC 9112 section 7.1).
    mutating func appendChunk(_ data: [UInt8]) {
        copyShared()
        var length: [UInt8] = []
        length.append(text: String(data.count, radix: 16))
        bytes.append(contentsOf: length)
        bytes.append("\r\n")
        bytes.append(contentsOf: data)
        bytes.append("\r\n")
    }

    /// A second answer behind a shared body that is still on its way: order first, so the rest is copied.
    private mutating func copyShared() {
        guard !shared.isEmpty else { return }
        bytes.append(contentsOf: shared[sharedSent...])
        (shared, sharedSent) = ([], 0)
    }

    mutating func write(to socket: borrowing Socket) -> Transferred {
        let outcome = socket.write(bytes, from: sent, then: shared, from: sharedSent)
        guard case .bytes(let count) = outcome else { return outcome }
        let own = min(count, bytes.count - sent)
        sent += own
        sharedSent += count - own
        if sent == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= 64 << 10)
            sent = 0
        } else if sent > 64 << 10, sent > bytes.count / 2 {
            // A client that always leaves something would otherwise have all that it ever took kept for it. Half of
            // the buffer at least goes, so that each byte is moved no more than once.
            bytes.removeFirst(sent)
            sent = 0
        }
        if sharedSent == shared.count { (shared, sharedSent) = ([], 0) }
        return outcome
    }
}
