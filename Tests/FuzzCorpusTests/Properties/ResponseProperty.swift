// What must hold of every sequence of bytes that an upstream sends: how it is cut does not decide what comes of it, an
// answer ends where it ends whatever lies behind, and a kept connection brings the next answer whole.

import Wire

package enum ResponseProperty {
    /// - Returns: what does not hold; nil when all does.
    package static func failure(_ bytes: [UInt8]) -> String? {
        let whole = Reading([bytes[...]])
        if let flaw = whole.flaw { return flaw }
        let cut = bytes.isEmpty ? 0 : Int(bytes.checksum % UInt32(bytes.count))
        if let difference = whole.difference(from: [bytes[..<cut], bytes[cut...]]) {
            return "cut at \(cut): \(difference)"
        }
        if bytes.count <= 256, let difference = whole.difference(from: bytes.indices.map { bytes[$0...$0] }) {
            return "byte by byte: \(difference)"
        }
        return bodyFlaw(whole, bytes) ?? endFlaw(whole, bytes) ?? nextFlaw(whole, bytes)
    }

    /// A body is made of what came, and without chunks it is what came last.
    private static func bodyFlaw(_ whole: Reading, _ bytes: [UInt8]) -> String? {
        guard whole.body.count <= whole.end else { return "\(whole.body.count) bytes of body out of \(whole.end)" }
        guard whole.isWhole, !whole.isChunked, bytes[(whole.end - whole.body.count)..<whole.end] != whole.body[...]
        else {
            return nil
        }
        return "the body is not what lies before the end: \(whole.outcome)"
    }

    /// An answer that told its own end is whole there, neither before nor because of what follows.
    private static func endFlaw(_ whole: Reading, _ bytes: [UInt8]) -> String? {
        guard whole.toldItsEnd else { return nil }
        let alone = Reading([bytes[..<whole.end]])
        if alone.outcome != whole.outcome { return "alone: \(alone.outcome), whole: \(whole.outcome)" }
        let shorter = Reading([bytes[..<(whole.end - 1)]])
        return shorter.toldItsEnd ? "it ends before its end: \(shorter.outcome), whole: \(whole.outcome)" : nil
    }

    /// Behind an answer whose connection is kept, a second one is read as if it had come first.
    private static func nextFlaw(_ whole: Reading, _ bytes: [UInt8]) -> String? {
        guard whole.toldItsEnd, whole.isKept else { return nil }
        let second = Array("HTTP/1.1 201 Created\r\nContent-Length: 6\r\n\r\nsecond".utf8)
        let stream = bytes[..<whole.end] + second
        let first = Reading([stream])
        let next = Reading([stream[first.end...]])
        guard first.outcome == whole.outcome, next.outcome == Reading([second[...]]).outcome else {
            return "\(first.outcome) is followed by \(next.outcome)"
        }
        return nil
    }

    /// What a connection makes of an answer that arrives in pieces, until it closes.
    private struct Reading {
        private var reader = ResponseReader()
        private(set) var body: [UInt8] = []
        /// One past the last byte that was taken.
        private(set) var end = 0
        private(set) var toldItsEnd = false
        private(set) var flaw: String?
        private var failure: MalformedAnswer?

        init(_ pieces: [ArraySlice<UInt8>]) {
            let start = pieces.first?.startIndex ?? 0
            do throws(MalformedAnswer) {
                for piece in pieces where !reader.isComplete { try feed(piece) }
                toldItsEnd = reader.isComplete
                try reader.closed()
            } catch {
                failure = error
            }
            if toldItsEnd { end += start }
        }

        var isWhole: Bool { failure == nil }
        var isKept: Bool { reader.keepsConnection }
        var isChunked: Bool { reader.head?["transfer-encoding"] != nil }

        var outcome: String {
            let fields = reader.head?.fields.map { "\($0.name): \($0.value)" } ?? []
            let ending = failure.map { "\($0)" } ?? (toldItsEnd ? "told its end" : "ended with the connection")
            return "\(reader.head?.status ?? 0) \(fields) \(body) \(ending), kept: \(isKept)"
        }

        func difference(from pieces: [ArraySlice<UInt8>]) -> String? {
            let other = Reading(pieces)
            if let flaw = other.flaw { return flaw }
            guard other.outcome != outcome || other.toldItsEnd && other.end != end else { return nil }
            return "\(other.outcome) up to \(other.end), whole: \(outcome) up to \(end)"
        }

        private mutating func feed(_ piece: ArraySlice<UInt8>) throws(MalformedAnswer) {
            // What lies around the piece is no part of it.
            let bytes = [0x58] + piece + [0x58]
            let range = 1..<(bytes.count - 1)
            end += piece.count
            let read = try reader.read(bytes, range, into: &body)
            end -= range.upperBound - read
            if !range.contains(read), read != range.upperBound { flaw = "it read up to \(read) of \(range)" }
            if !reader.isComplete, read != range.upperBound { flaw = "it left \(range.upperBound - read) bytes unread" }
        }
    }
}
