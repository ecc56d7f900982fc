// Bodies of answers, taken block by block when they are not simply sent.

import Compression
import Wire

enum ReplyBody: Sendable {
    case bytes([UInt8])
    /// Sent compressed to those who accept it.
    case document(Document)
    case generated(GeneratedList)
    /// These bytes for ever.
    case endless([UInt8])
    /// Each block of the other body as a gzip member of its own.
    indirect case compressed(ReplyBody)

    /// Whether all of it is in memory.
    var isWhole: Bool {
        switch self {
        case .bytes, .document: true
        case .generated, .endless, .compressed: false
        }
    }

    /// nil when it is not known before the end.
    var size: Int? {
        switch self {
        case .bytes(let bytes): bytes.count
        case .document(let document): document.plain.count
        case .generated(let list): list.size
        case .endless, .compressed: nil
        }
    }

    /// What comes next, taken out; nil at the end.
    mutating func nextBlock() -> [UInt8]? {
        switch self {
        case .bytes(let bytes):
            self = .bytes([])
            return bytes.isEmpty ? nil : bytes
        case .document(let document):
            self = .bytes([])
            return document.plain
        case .generated(var list):
            let block = list.nextBlock()
            self = .generated(list)
            return block
        case .endless(let bytes): return bytes
        case .compressed(var inner):
            let block = inner.nextBlock()
            self = .compressed(inner)
            return block.map { Gzip.compress($0, level: 1) }
        }
    }
}

extension Reply {
    static let compressedLine = ResponseHead(0, fields: [("Content-Encoding", "gzip")]).fields

    /// The same answer under gzip; only what is generated has more than one member.
    func compressed() -> Reply {
        let body: ReplyBody =
            switch self.body {
            case .bytes(let bytes): .bytes(Gzip.compress(bytes))
            case .document(let document): .bytes(Gzip.compress(document.plain))
            case .generated, .endless, .compressed: .compressed(self.body)
            }
        return Reply(status, lines: lines + Reply.compressedLine, body)
    }
}
