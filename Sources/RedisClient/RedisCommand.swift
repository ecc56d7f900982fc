// One command on its way out: its arguments end to end, so that any byte may occur in them.

/// The arguments of one command.
struct RedisCommand {
    private var bytes: [UInt8] = []
    private var lengths: [Int] = []

    init(_ words: String...) {
        for word in words { append(word) }
    }

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        lengths.append(text.utf8.count)
    }

    mutating func append(_ value: [UInt8]) {
        bytes.append(contentsOf: value)
        lengths.append(value.count)
    }

    mutating func append(contentsOf other: RedisCommand) {
        bytes.append(contentsOf: other.bytes)
        lengths.append(contentsOf: other.lengths)
    }

    var count: Int { lengths.count }

    /// Calls `body` with the form that hiredis takes; the pointers are valid only inside.
    func withArguments<Result>(
        _ body: (Int32, UnsafeMutablePointer<UnsafePointer<CChar>?>, UnsafePointer<Int>) -> Result
    ) -> Result {
        bytes.withUnsafeBytes { bytes in
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: lengths.count) { starts in
                var start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                for (index, length) in lengths.enumerated() {
                    starts.initializeElement(at: index, to: start)
                    start = start?.advanced(by: length)
                }
                return lengths.withUnsafeBufferPointer { body(Int32($0.count), starts.baseAddress!, $0.baseAddress!) }
            }
        }
    }
}
