// Lists of any size that cost no memory: records of one size, stamped from a template block by block.

import Wire

struct GeneratedList: Sendable {
    /// Every record is as long as every other: its number has nine digits wherever it stands.
    private static let pieces = [
        #"{"id":"6000000009"#, #"","first_name":"Generated","last_name":"User "#, #"","full_name":"Generated User "#,
        #"","email":"user"#,
        ##"@generated.example","role":{"name":"Manager","id":"6000000000000031157"},"profile":{"name":"Standard","id":"##
            + ##""6000000000000026014"},"time_zone":"Europe/Berlin","confirm":true,"status":"active"}"##,
    ]
    private static let template: [UInt8] = Array(pieces.joined(separator: "000000000").utf8)
    private static let numberOffsets: [Int] = {
        var offset = 0
        return pieces.dropLast().map { piece in
            defer { offset += piece.utf8.count + 9 }
            return offset + piece.utf8.count
        }
    }()
    private static let blockBytes = 16 << 10

    private let opening: [UInt8]
    private let closing: [UInt8]
    private let records: Int
    private let padding: Int
    private var next = 0
    private var isOpened = false
    private var padded = 0
    private var isClosed = false

    init(key: String, records: Int) {
        self.init(key: key, records: records, padding: 0)
    }

    /// As many records as fit in `bytes`, then white space, so that the body is of that size exactly (or of the
    /// smallest size that an empty list has).
    init(key: String, bytes: Int) {
        let empty = GeneratedList(key: key, records: 0, padding: 0).size
        let room = max(0, bytes - empty - 24)
        var list = GeneratedList(key: key, records: room / (GeneratedList.template.count + 1), padding: 0)
        list = GeneratedList(key: key, records: list.records, padding: max(0, bytes - list.size))
        self = list
    }

    private init(key: String, records: Int, padding: Int) {
        self.records = records
        self.padding = padding
        opening = Array("{\"\(key)\":[".utf8)
        closing = Array(
            "],\"info\":{\"per_page\":\(records),\"count\":\(records),\"page\":1,\"more_records\":false}}".utf8)
    }

    /// Bytes of the whole body.
    var size: Int {
        opening.count + records * GeneratedList.template.count + max(0, records - 1) + padding + closing.count
    }

    /// The next block of the body; nil at its end.
    mutating func nextBlock() -> [UInt8]? {
        guard !isClosed else { return nil }
        var block: [UInt8] = []
        block.reserveCapacity(GeneratedList.blockBytes + 1024)
        if !isOpened {
            isOpened = true
            block.append(contentsOf: opening)
        }
        while next < records, block.count < GeneratedList.blockBytes { appendRecord(to: &block) }
        while next == records, padded < padding, block.count < GeneratedList.blockBytes {
            let count = min(padding - padded, GeneratedList.blockBytes - block.count)
            block.append(contentsOf: repeatElement(ASCII.space, count: count))
            padded += count
        }
        if next == records, padded == padding, block.count < GeneratedList.blockBytes {
            isClosed = true
            block.append(contentsOf: closing)
        }
        return block
    }

    private mutating func appendRecord(to block: inout [UInt8]) {
        if next > 0 { block.append(ASCII.comma) }
        let start = block.count
        block.append(contentsOf: GeneratedList.template)
        for offset in GeneratedList.numberOffsets {
            var rest = next
            for digit in stride(from: start + offset + 8, through: start + offset, by: -1) {
                block[digit] = ASCII.zero + UInt8(rest % 10)
                rest /= 10
            }
        }
        next += 1
    }
}
