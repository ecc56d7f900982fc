// Paths with places for values: `/api/organization/{#zoid}/domains/{domainName}`.

import Wire

struct PathPattern {
    private enum Piece {
        case literal(String)
        /// `{name}`, `{#name}` (digits only) and `{name}.json`.
        case value(name: String, suffix: String, isNumber: Bool)
    }

    private let pieces: [Piece]
    /// More of them make a pattern win over others that meet the same path.
    let literals: Int

    var count: Int { pieces.count }

    init(_ text: String) {
        pieces = text.split(separator: "/").map { piece in
            guard piece.hasPrefix("{"), let end = piece.firstIndex(of: "}") else { return .literal(String(piece)) }
            let name = piece[..<end].dropFirst()
            return .value(
                name: String(name.hasPrefix("#") ? name.dropFirst() : name),
                suffix: String(piece[end...].dropFirst()), isNumber: name.hasPrefix("#"))
        }
        literals = pieces.count { if case .literal = $0 { true } else { false } }
    }

    /// The values at this pattern's places; nil when it does not meet the path.
    func values(in segments: [String]) -> [String: String]? {
        guard segments.count == pieces.count else { return nil }
        var values: [String: String] = [:]
        for (piece, segment) in zip(pieces, segments) {
            switch piece {
            case .literal(let text): guard text == segment else { return nil }
            case .value(let name, let suffix, let isNumber):
                guard segment.hasSuffix(suffix), segment.utf8.count > suffix.utf8.count else { return nil }
                let value = String(segment.dropLast(suffix.count))
                guard !isNumber || value.utf8.allSatisfy(\.isDigit) else { return nil }
                values[name] = value
            }
        }
        return values
    }
}
