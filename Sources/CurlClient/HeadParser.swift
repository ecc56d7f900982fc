// Header lines as curl hands them over, made into the head of the answer. Pure.

import GatewayCore

/// Collects one answer's head line by line.
struct HeadParser {
    enum Step: Equatable {
        case incomplete
        /// The empty line behind the final answer's head.
        case complete
        /// More than `limit` bytes of head.
        case tooLarge
    }

    /// Status lines and headers of all heads of one exchange together, interim ones included.
    static let limit = 64 << 10

    private(set) var head = UpstreamHead(status: 0)
    private var size = 0
    private var isComplete = false

    mutating func line(_ bytes: UnsafeBufferPointer<UInt8>) -> Step {
        // Trailers of a chunked body come the same way, and nobody asked for them.
        guard !isComplete else { return .incomplete }
        size += bytes.count
        guard size <= HeadParser.limit else { return .tooLarge }
        let line = trimmed(bytes)
        if line.isEmpty { return end() }
        if head.status == 0 {
            head.status = code(line)
        } else if bytes[0] == UInt8(ascii: " ") || bytes[0] == UInt8(ascii: "\t") {
            // Folded lines are obsolete in requests, and still to be understood in answers (RFC 9112 section 5.2).
            head.extendLast(line.span)
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            let value = trimmed(UnsafeBufferPointer(rebasing: line[(colon + 1)...]))
            head.append(UnsafeBufferPointer(rebasing: line[..<colon]).span, value.span)
        }
        return .incomplete
    }

    /// Interim answers are forgotten, but 101: curl takes it for final, and so it is no success.
    private mutating func end() -> Step {
        guard (100..<200).contains(head.status), head.status != 101 else {
            isComplete = true
            return .complete
        }
        head = UpstreamHead(status: 0)
        return .incomplete
    }

    private func code(_ line: UnsafeBufferPointer<UInt8>) -> Int {
        guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { return 0 }
        return line[(space + 1)...].prefix(3).reduce(0) { $0 * 10 + Int($1) - 48 }
    }

    private func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
        var (first, end) = (0, bytes.count)
        while first < end, isSpace(bytes[first]) { first += 1 }
        while end > first, isSpace(bytes[end - 1]) { end -= 1 }
        return UnsafeBufferPointer(rebasing: bytes[first..<end])
    }
}
