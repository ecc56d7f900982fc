// Bytes on their way to one client, in order: the connection's own buffer, one shared body that is never copied, and
// what comes after it.

import Wire

struct OutputQueue {
    private var own: [UInt8] = []
    private var shared: [UInt8] = []
    private var after: [UInt8] = []
    /// Bytes of the three, taken as one, that have been sent.
    private var sent = 0

    var count: Int { held - sent }
    var isEmpty: Bool { count == 0 }
    /// Memory that is held, whether its bytes have been sent or not.
    var held: Int { own.count + shared.count + after.count }

    /// Appends what `body` writes, behind everything that is still to be sent.
    mutating func append(_ body: (inout [UInt8]) -> Void) {
        if shared.isEmpty { body(&own) } else { body(&after) }
    }

    mutating func append(_ text: StaticString) { append { $0.append(text) } }

    mutating func append(_ bytes: [UInt8]) { append { $0.append(contentsOf: bytes) } }

    /// Appends a body that others share. A large one is kept by reference; a small one, or a second one behind the
    /// first, is copied.
    mutating func append(shared body: [UInt8]) {
        if body.count >= 4096, shared.isEmpty { shared = body } else { append(body) }
    }

    /// Adds one chunk of the chunked transfer coding (RFC 9112 section 7.1).
    mutating func appendChunk(_ data: [UInt8]) {
        append { bytes in
            bytes.append(hexadecimal: data.count)
            bytes.append("\r\n")
            bytes.append(contentsOf: data)
            bytes.append("\r\n")
        }
    }

    /// Writes until all is sent or the kernel takes no more.
    /// - Returns: false when the connection is over.
    mutating func flush(to socket: borrowing Socket) -> Bool {
        while !isEmpty {
            switch write(to: socket) {
            case .bytes: continue
            case .later: return true
            case .over: return false
            }
        }
        return true
    }

    mutating func write(to socket: borrowing Socket) -> Transferred {
        let outcome = socket.write(own, shared, after, from: sent)
        guard case .bytes(let count) = outcome else { return outcome }
        sent += count
        if sent == held {
            own.removeAll(keepingCapacity: own.capacity <= 64 << 10)
            (shared, after, sent) = ([], [], 0)
        } else if sent >= own.count + shared.count, !after.isEmpty {
            sent -= own.count + shared.count
            (own, shared, after) = (after, [], [])
        } else if shared.isEmpty, sent > 32 << 10, sent > own.count / 2 {
            // A client that always leaves something would otherwise have all that it ever took kept for it. Half of
            // the buffer at least goes, so that each byte is moved no more than once. An answer's first piece may have
            // been large; its memory does not stay for all of those after it.
            if own.capacity > 128 << 10 {
                own = Array(own[sent...])
            } else {
                own.removeFirst(sent)
            }
            sent = 0
        }
        return outcome
    }
}
