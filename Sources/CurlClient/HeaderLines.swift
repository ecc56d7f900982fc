// The header lines of one request as the C list that curl reads. curl_slist_append would allocate twice per line; this
// keeps one piece of memory per easy handle, which the next request overwrites.

internal import CCurl

/// Owner of a `curl_slist` and of the bytes it points to.
struct HeaderLines: ~Copyable {
    private var bytes = UnsafeMutableBufferPointer<CChar>.allocate(capacity: 2048)
    private var nodes = UnsafeMutableBufferPointer<curl_slist>.allocate(capacity: 16)
    /// Bytes of the lines last written.
    private var used = 0

    deinit {
        bytes.deallocate()
        nodes.deallocate()
    }

    /// The list of `lines` and then `suppressed`, names that curl would add by itself. Valid until the next call.
    mutating func list(_ lines: [String], suppressed: [StaticString]) -> UnsafeMutablePointer<curl_slist> {
        // A line and its NUL, and a byte for the semicolon of `write`.
        let size = lines.reduce(0) { $0 + $1.utf8.count + 2 } + suppressed.reduce(0) { $0 + $1.utf8CodeUnitCount + 1 }
        grow(bytes: size, nodes: lines.count + suppressed.count)
        var end = 0
        var count = 0
        for line in lines { write(line, &end, &count) }
        for name in suppressed {
            write(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount), &end, &count)
        }
        used = end
        return nodes.baseAddress!
    }

    /// Overwrites the lines: authorization headers need not outlive their request in a pool.
    mutating func forget() {
        bytes[..<used].update(repeating: 0)
        used = 0
    }

    private mutating func write(_ line: String, _ end: inout Int, _ count: inout Int) {
        var line = line
        line.withUTF8 { bytes in
            // `Name:` tells curl to leave a header out; `Name;` is an empty one.
            let colon = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.count
            let isEmpty = bytes[min(colon + 1, bytes.count)...].allSatisfy { $0 == 0x20 || $0 == 0x09 }
            write(isEmpty ? UnsafeBufferPointer(rebasing: bytes[..<colon]) : bytes, &end, &count)
            if isEmpty {
                self.bytes[end - 1] = CChar(UInt8(ascii: ";"))
                self.bytes[end] = 0
                end += 1
            }
        }
    }

    private mutating func write(_ line: UnsafeBufferPointer<UInt8>, _ end: inout Int, _ count: inout Int) {
        let start = bytes.baseAddress! + end
        line.withMemoryRebound(to: CChar.self) { start.initialize(from: $0.baseAddress!, count: $0.count) }
        end += line.count
        bytes[end] = 0
        end += 1
        nodes[count] = curl_slist(data: start, next: nil)
        if count > 0 { nodes[count - 1].next = nodes.baseAddress! + count }
        count += 1
    }

    private mutating func grow(bytes size: Int, nodes count: Int) {
        if bytes.count < size {
            bytes.deallocate()
            bytes = .allocate(capacity: 2 * size)
        }
        if nodes.count < count {
            nodes.deallocate()
            nodes = .allocate(capacity: 2 * count)
        }
    }
}
