// What must hold of every text that claims to be JSON: all readers agree on it, however it is cut, and what is read can
// be written and read again.

import Wire

package enum JSONProperty {
    /// - Returns: what does not hold; nil when all does.
    package static func failure(_ bytes: [UInt8]) -> String? {
        let expected = JSONOutline(reading: bytes)
        return scanned(bytes, expected) ?? tree(bytes, isJSON: expected != nil) ?? text(bytes) ?? message(bytes)
            ?? expected.flatMap { strings(bytes, $0) }
    }

    private static func scanned(_ bytes: [UInt8], _ expected: JSONOutline?) -> String? {
        let checksum = bytes.checksum
        let reportDepth = checksum >> 28 < 8 ? Int.max : Int(checksum >> 28 & 3)
        let cut = bytes.isEmpty ? 0 : Int(checksum % UInt32(bytes.count))
        let ways: [(String, [ArraySlice<UInt8>])] = [
            ("whole", [bytes[...]]), ("cut at \(cut)", [bytes[..<cut], bytes[cut...]]),
            ("byte by byte", bytes.indices.map { bytes[$0...$0] }),
        ]
        var offset: Int?
        for (way, pieces) in ways {
            do throws(JSONError) {
                let outline = try JSONOutline(scanning: pieces, reportDepth: reportDepth)
                guard let expected else { return "\(way): the scanner takes what the reader refuses" }
                if outline != expected.cut(at: reportDepth) { return "\(way): the scanner reports other values" }
            } catch {
                if expected != nil { return "\(way): the scanner refuses at \(error.offset), \(error.reason)" }
                if let offset, offset != error.offset { return "\(way): refused at \(error.offset), whole: \(offset)" }
                offset = error.offset
            }
        }
        return nil
    }

    private static func tree(_ bytes: [UInt8], isJSON: Bool) -> String? {
        let tree: JSON
        do throws(JSONError) { tree = try JSON(parsing: bytes) } catch {
            guard isJSON else { return nil }
            return "\(error.reason)" == "this member comes twice" ? nil : "the tree refuses JSON: \(error.reason)"
        }
        guard isJSON else { return "the tree takes what the reader refuses" }
        let written = tree.bytes
        guard let again = try? JSON(parsing: written) else { return "a written tree cannot be read" }
        return again == tree && again.bytes == written ? nil : "a written tree is read as another"
    }

    /// Any text at all comes back from the JSON string that it was written as.
    private static func text(_ bytes: [UInt8]) -> String? {
        let text = bytes.text
        var output: [UInt8] = []
        JSONText.write(text, to: &output)
        var reader = JSONReader(output)
        guard let inside = try? reader.string(), reader.position == output.count else {
            return "written text is no JSON string"
        }
        return JSONText.decodedBytes(output, inside) == Array(text.utf8) ? nil : "written text is read as another"
    }

    /// Every string of a JSON text can be read, and written again with the same meaning.
    private static func strings(_ bytes: [UInt8], _ outline: JSONOutline) -> String? {
        for value in outline.values where value.kind == .string {
            let decoded = JSONText.decodedBytes(bytes, value.range.lowerBound + 1..<value.range.upperBound - 1)
            guard Array(decoded.text.utf8) == decoded else { return "a string is decoded to what is not UTF-8" }
            if let failure = text(decoded) { return failure }
        }
        return nil
    }

    private static func message(_ bytes: [UInt8]) -> String? {
        do throws(RPCMessage.Malformed) {
            let message = try RPCMessage.read(bytes, 0..<bytes.count)
            _ = JSONText.decode(bytes, message.method)
            if let params = message.params, !Array(bytes[params]).isJSON { return "`params` is no JSON" }
            return answers(message.id.map { bytes[$0] })
        } catch {
            return answers(error.id.map { bytes[$0] })
        }
    }

    /// An id is echoed: whatever was taken for one must leave a valid message.
    private static func answers(_ id: ArraySlice<UInt8>?) -> String? {
        RPC.error(id: id, code: RPC.invalidRequest, message: "no").isJSON ? nil : "an id spoils the answer"
    }
}

/// The values and names of a JSON text in the order in which they end.
struct JSONOutline: Equatable {
    struct Value: Equatable {
        let kind: JSONReader.Kind
        let depth: Int
        let range: Range<Int>
    }

    struct Name: Equatable {
        let depth: Int
        let bytes: [UInt8]
    }

    private(set) var values: [Value] = []
    private var names: [Name] = []

    /// Without the values and names that lie deeper.
    func cut(at depth: Int) -> JSONOutline {
        var outline = self
        outline.values.removeAll { $0.depth > depth }
        outline.names.removeAll { $0.depth > depth }
        return outline
    }

    /// By the reader; nil when this is not JSON.
    init?(reading bytes: [UInt8]) {
        // Skipping checks everything first and does not recurse, so what follows cannot go too deep.
        guard bytes.isJSON else { return nil }
        var reader = JSONReader(bytes)
        do throws(JSONError) { try read(&reader, depth: 0) } catch { return nil }
    }

    private mutating func read(_ reader: inout JSONReader, depth: Int) throws(JSONError) {
        let kind = try reader.peek()
        var after = reader
        let range = try after.skip()
        var first = true
        switch kind {
        case .object:
            try reader.enterObject()
            while let key = try reader.nextKey(first: &first) {
                // The scanner cuts long names and leaves their escapes alone.
                let isLong = key.count >= 256
                let name = isLong ? Array(reader.bytes[key].prefix(256)) : JSONText.decodedBytes(reader.bytes, key)
                names.append(Name(depth: depth + 1, bytes: name))
                try read(&reader, depth: depth + 1)
            }
        case .array:
            try reader.enterArray()
            while try reader.nextElement(first: &first) { try read(&reader, depth: depth + 1) }
        default: break
        }
        reader = after
        values.append(Value(kind: kind, depth: depth, range: range))
    }

    /// By the scanner, from pieces.
    init(scanning pieces: [ArraySlice<UInt8>], reportDepth: Int) throws(JSONError) {
        var scanner = JSONScanner(reportDepth: reportDepth)
        var open: [(kind: JSONReader.Kind, depth: Int, start: Int)] = []
        var base = 0
        for piece in pieces {
            let bytes = Array(piece)
            var position = 0
            while let event = try scanner.next(bytes, &position) { take(event, base + position, scanner, &open) }
            base += bytes.count
        }
        if let event = try scanner.finish() { take(event, base, scanner, &open) }
    }

    private mutating func take(
        _ event: JSONScanner.Event, _ position: Int, _ scanner: JSONScanner,
        _ open: inout [(kind: JSONReader.Kind, depth: Int, start: Int)]
    ) {
        switch event {
        case .key: names.append(Name(depth: scanner.depth, bytes: scanner.key))
        case .begin(let kind):
            let isContainer = kind == .object || kind == .array
            open.append((kind, scanner.depth - (isContainer ? 1 : 0), position - 1))
        case .end(let kind):
            // A mismatch shows as a value that no reader reports.
            guard let begun = open.popLast(), begun.kind == kind, begun.depth == scanner.depth else {
                return values.append(Value(kind: kind, depth: -1, range: 0..<0))
            }
            values.append(Value(kind: kind, depth: begun.depth, range: begun.start..<position))
        }
    }
}

extension [UInt8] {
    /// Whether the reader takes all of this for one value.
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
