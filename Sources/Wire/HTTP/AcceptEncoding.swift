// Which content coding a client wants (RFC 9110 section 12.5.3).

package enum AcceptEncoding {
    /// Whether gzip is accepted and not less wanted than no coding at all.
    package static func prefersGzip(_ bytes: [UInt8], _ value: Range<Int>?) -> Bool {
        guard let value else { return false }
        var gzip: Int?
        var identity: Int?
        var any: Int?
        for item in bytes[value].split(separator: ASCII.comma) {
            let parts = item.split(separator: ASCII.semicolon).map { trimmed($0) }
            guard let name = parts.first else { continue }
            let weight = parts.dropFirst().lazy.compactMap { quality(bytes, $0) }.first ?? 1000
            if bytes.equalsFolded(name, "gzip") || bytes.equalsFolded(name, "x-gzip") { gzip = weight }
            if bytes.equalsFolded(name, "identity") { identity = weight }
            if bytes.equals(name, "*") { any = weight }

            func trimmed(_ slice: ArraySlice<UInt8>) -> Range<Int> {
                let start = slice.firstIndex { $0 != ASCII.space && $0 != ASCII.tab } ?? slice.endIndex
                let end = slice.lastIndex { $0 != ASCII.space && $0 != ASCII.tab }.map { $0 + 1 } ?? start
                return start..<end
            }
        }
        guard let wanted = gzip ?? any, wanted > 0 else { return false }
        return wanted >= identity ?? 0
    }

    /// `q=0.5` in thousandths; nil for anything else.
    private static func quality(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        guard range.count >= 3, bytes[range.lowerBound].folded == 0x71, bytes[range.lowerBound + 1] == 0x3D else {
            return nil
        }
        let text = String(decoding: bytes[range.lowerBound + 2..<range.upperBound], as: UTF8.self)
        return Double(text).map { Int(max(0, min(1, $0)) * 1000) }
    }
}
