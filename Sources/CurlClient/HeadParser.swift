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

    private(set) var status = 0
    private(set) var fields: [(name: String, value: String)] = []
    private var size = 0
    private var isComplete = false

    mutating func line(_ bytes: UnsafeBufferPointer<UInt8>) -> Step {
        // Trailers of a chunked body come the same way, and nobody asked for them.
        guard !isComplete else { return .incomplete }
        size += bytes.count
        guard size <= HeadParser.limit else { return .tooLarge }
        let line = trimmed(bytes[...])
        if line.isEmpty { return end() }
        if status == 0 {
            status = code(line)
        } else if bytes[0] == UInt8(ascii: " ") || bytes[0] == UInt8(ascii: "\t") {
            // Folded lines are obsolete in requests, and still to be understood in answers (RFC 9112 section 5.2).
            if let last = fields.indices.last { fields[last].value += " " + text(line) }
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            fields.append((lowercased(line[..<colon]), text(trimmed(line[(colon + 1)...]))))
        }
        return .incomplete
    }

    /// Interim answers are forgotten, but 101: curl takes it for final, and so it is no success.
    private mutating func end() -> Step {
        guard (100..<200).contains(status), status != 101 else {
            isComplete = true
            return .complete
        }
        status = 0
        fields = []
        return .incomplete
    }

    private func code(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { return 0 }
        return line[(space + 1)...].prefix(3).reduce(0) { $0 * 10 + Int($1) - 48 }
    }

    private func text(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String { String(decoding: bytes, as: UTF8.self) }

    private func lowercased(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        String(unsafeUninitializedCapacity: bytes.count) { output in
            for (index, byte) in bytes.enumerated() {
                output[index] = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
            }
            return bytes.count
        }
    }

    private func trimmed(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Slice<UnsafeBufferPointer<UInt8>> {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0d).contains(byte) }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return bytes.prefix(0) }
        return bytes[first...last]
    }
}
