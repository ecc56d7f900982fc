// Writes a payload that is still on its way: as the text of a tool's result, or as it is. Whatever happens to the text
// of a result, what leaves here is well-formed JSON once `end` has been called.

import Wire

package struct ResultWriter {
    /// What has been written and not yet been taken.
    package private(set) var output: [UInt8] = []
    /// Payload bytes written so far.
    package private(set) var textCount = 0
    private let limit: Int
    /// The payload stands in a tool's result, as a string; otherwise it is all there is.
    private let isResult: Bool
    /// The beginning of a UTF-8 sequence at the end of the last piece: it leaves together with the rest of it, so that
    /// a body that breaks off between the two leaves no half character behind.
    private var carry: [UInt8] = []
    /// The same payload once more, as it is, for `structuredContent`.
    private var structured: [UInt8]?

    /// A structured result is held whole: clients refuse one that does not fit its schema, and whether it does is known
    /// at its end.
    static let maximumStructured = 256 << 10

    /// - Parameters:
    ///   - id: the request's id as it was sent.
    ///   - limit: payload bytes after which no further list element is begun.
    ///   - isStructured: the payload is also given as `structuredContent`.
    package init(id: ArraySlice<UInt8>, limit: Int, isStructured: Bool = false) {
        self.limit = limit
        isResult = true
        structured = isStructured ? [] : nil
        // Room for a small answer, whatever escaping makes of it.
        output.reserveCapacity(2 << 10)
        output.append("{\"jsonrpc\":\"2.0\",\"id\":")
        output.append(contentsOf: id)
        output.append(",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"")
    }

    /// Writes the payload as it is, however long it may be.
    package init() {
        limit = .max / 2
        isResult = false
    }

    var isStructured: Bool { structured != nil }
    package var isFull: Bool { textCount >= limit }
    /// A single value that is twice as long as the limit is cut in its middle.
    package var isOverfull: Bool { textCount >= limit * 2 }

    mutating func beginList() { frame("{\"result\":[") }

    mutating func beginElement(isFirst: Bool) {
        if !isFirst { frame(",") }
    }

    /// Ends the list that `beginList` began.
    /// - Parameter cursor: base64url, so there is nothing in it to escape.
    mutating func endList(count: Int, cursor: String?, isTruncated: Bool) {
        let next = cursor.map { ",\"next_cursor\":\"\($0)\"" } ?? ""
        frame("]\(next)\(isTruncated ? ",\"truncated\":true" : ""),\"result_count\":\(count)}")
    }

    /// What stands around the payload's own bytes.
    private mutating func frame(_ text: String) {
        guard isResult else { return output.append(text: text) }
        let bytes = Array(text.utf8)
        JSONText.escape(bytes.span, to: &output)
        structured?.append(contentsOf: bytes)
    }

    /// Writes JSON text as it came.
    mutating func write(_ bytes: [UInt8], _ range: Range<Int>) {
        guard !range.isEmpty, !isOverfull else { return }
        textCount += range.count
        guard isResult else { return output.append(contentsOf: bytes[range]) }
        structured?.append(contentsOf: bytes[range])
        guard carry.isEmpty else {
            let joined = carry + bytes[range]
            carry = []
            return escape(joined, 0..<joined.count)
        }
        escape(bytes, range)
    }

    private mutating func escape(_ bytes: [UInt8], _ range: Range<Int>) {
        let whole = range.upperBound - incompleteTail(bytes, range)
        JSONText.escape(bytes.span.extracting(range.lowerBound..<whole), to: &output)
        carry.append(contentsOf: bytes[whole..<range.upperBound])
    }

    /// How many bytes at the end of the range begin a UTF-8 sequence that the range does not finish.
    private func incompleteTail(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
        var back = 1
        while back <= min(3, range.count) {
            let byte = bytes[range.upperBound - back]
            if byte < 0x80 { return 0 }
            if byte >= 0xC0 {
                let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
                return back < length ? back : 0
            }
            back += 1
        }
        return 0
    }

    /// Takes what has been written so far.
    package mutating func take() -> [UInt8] {
        let taken = output
        output = []
        output.reserveCapacity(taken.count)
        return taken
    }

    /// Sends on what has been written so far, and goes on in the same memory; not in that of the first piece, which was
    /// held back and is larger than those that follow.
    mutating func pass(to responder: any CallResponder) {
        responder.write(output)
        output.removeAll(keepingCapacity: output.capacity <= 64 << 10)
    }

    /// Completes the message.
    /// - Parameter notes: further text blocks, for whatever the payload itself cannot say.
    package mutating func end(notes: [String] = [], isError: Bool) {
        guard isResult else { return }
        carry = []
        output.append("\"}")
        for note in notes {
            output.append(",{\"type\":\"text\",\"text\":")
            JSONText.write(note, to: &output)
            output.append("}")
        }
        output.append("]")
        if let structured, !isError { appendStructured(structured) }
        output.append(isError ? ",\"isError\":true}}" : ",\"isError\":false}}")
    }

    /// `structuredContent` is an object in every revision before 2026-07-28.
    private mutating func appendStructured(_ payload: [UInt8]) {
        let isObject = payload.first { $0 > ASCII.space } == ASCII.openBrace
        output.append(",\"structuredContent\":")
        if !isObject { output.append("{\"value\":") }
        output.append(contentsOf: payload)
        if !isObject { output.append("}") }
    }
}
