// Three readers of one text, and what each makes of it.

@testable import Wire

/// A value that the scanner reported: where it is and how deep.
struct ScannedValue: Equatable {
    let kind: JSONReader.Kind
    let depth: Int
    let bytes: [UInt8]
}

/// What the scanner made of a text that came in pieces; nil when it refused it.
struct JSONTrace: Equatable {
    /// Values in the order in which they ended.
    var values: [ScannedValue] = []
    var keys: [[UInt8]] = []
    private var keyDepths: [Int] = []

    init() {}

    init?(_ pieces: [ArraySlice<UInt8>], reportDepth: Int = .max) {
        do throws(JSONError) {
            try self.init(scanning: pieces, reportDepth: reportDepth)
        } catch {
            return nil
        }
    }

    init(scanning pieces: [ArraySlice<UInt8>], reportDepth: Int = .max) throws(JSONError) {
        var scanner = JSONScanner(reportDepth: reportDepth)
        // Everything so far: what is reported must be found in it, wherever the pieces were cut.
        var text: [UInt8] = []
        var open: [(kind: JSONReader.Kind, depth: Int, start: Int)] = []
        for piece in pieces {
            let base = text.count
            text += piece
            let bytes = Array(piece)
            var position = 0
            while let event = try scanner.next(bytes, &position) {
                take(event, at: base + position, scanner, text, &open)
            }
        }
        if let event = try scanner.finish() { take(event, at: text.count, scanner, text, &open) }
    }

    /// Without what lies deeper.
    func cut(at depth: Int) -> JSONTrace {
        var trace = self
        trace.values.removeAll { $0.depth > depth }
        trace.keys = zip(keys, keyDepths).filter { $0.1 <= depth }.map(\.0)
        trace.keyDepths.removeAll { $0 > depth }
        return trace
    }

    private mutating func take(
        _ event: JSONScanner.Event, at position: Int, _ scanner: JSONScanner, _ text: [UInt8],
        _ open: inout [(kind: JSONReader.Kind, depth: Int, start: Int)]
    ) {
        switch event {
        case .key:
            keys.append(scanner.key)
            keyDepths.append(scanner.depth)
        case .begin(let kind):
            let isContainer = kind == .object || kind == .array
            open.append((kind, scanner.depth - (isContainer ? 1 : 0), position - 1))
        case .end(let kind):
            // A mismatch shows as a value of a kind that the tree does not have there.
            guard let begun = open.popLast(), begun.kind == kind, begun.depth == scanner.depth else {
                return values.append(ScannedValue(kind: kind, depth: -1, bytes: []))
            }
            values.append(ScannedValue(kind: kind, depth: begun.depth, bytes: Array(text[begun.start..<position])))
        }
    }
}

extension JSONTrace {
    /// What the scanner ought to report, by the reader.
    init(reading bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes)
        try read(&reader, depth: 0)
        try reader.finish()
    }

    private mutating func read(_ reader: inout JSONReader, depth: Int) throws(JSONError) {
        let kind = try reader.peek()
        var end = reader
        let range = try end.skip()
        var first = true
        switch kind {
        case .object:
            try reader.enterObject()
            while let key = try reader.nextKey(first: &first) {
                keys.append(JSONText.decodedBytes(reader.bytes, key))
                keyDepths.append(depth + 1)
                try read(&reader, depth: depth + 1)
            }
        case .array:
            try reader.enterArray()
            while try reader.nextElement(first: &first) { try read(&reader, depth: depth + 1) }
        default: reader = end
        }
        values.append(ScannedValue(kind: kind, depth: depth, bytes: Array(reader.bytes[range])))
    }
}

extension [UInt8] {
    var byteByByte: [ArraySlice<UInt8>] { indices.map { self[$0...$0] } }

    /// Every way to cut this in two.
    var splits: [[ArraySlice<UInt8>]] { indices.map { [self[..<$0], self[$0...]] } }

    /// Whether `JSONReader` takes all of this for one value.
    var isJSON: Bool {
        var reader = JSONReader(self)
        do throws(JSONError) {
            _ = try reader.skip()
            try reader.finish()
            return true
        } catch {
            return false
        }
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// splitmix64: the same numbers in every run.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
