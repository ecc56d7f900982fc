// Percent-encoding (RFC 3986 section 2): everything but the unreserved characters is encoded, so no value can mean
// anything to a URL's grammar.

package enum PercentCoding {
    package static func encode(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
        let bytes = Array(bytes)
        encode(bytes, 0..<bytes.count, to: &output)
    }

    /// The same for a part of a buffer: of one type, because a generic function is not specialised for other modules.
    package static func encode(_ bytes: [UInt8], _ range: Range<Int>, to output: inout [UInt8]) {
        let text = bytes.span
        var start = range.lowerBound
        for index in range {
            let byte = text[index]
            if byte.isLetter || byte.isDigit || byte == ASCII.hyphen || byte == ASCII.dot || byte == 0x5F
                || byte == 0x7E
            {
                continue
            }
            output.append(contentsOf: bytes[start..<index])
            output.append(ASCII.percent)
            output.append(hexDigits[Int(byte >> 4)])
            output.append(hexDigits[Int(byte & 15)])
            start = index + 1
        }
        output.append(contentsOf: bytes[start..<range.upperBound])
    }

    /// - Returns: nil for a percent sign that two hexadecimal digits do not follow.
    package static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool = false) -> [UInt8]? {
        var output: [UInt8] = []
        var position = bytes.startIndex
        while position < bytes.endIndex {
            let byte = bytes[position]
            position += 1
            if byte == ASCII.percent {
                guard position + 1 < bytes.endIndex, let high = bytes[position].hexValue,
                    let low = bytes[position + 1].hexValue
                else { return nil }
                output.append(high << 4 | low)
                position += 2
            } else {
                output.append(plusIsSpace && byte == 0x2B ? ASCII.space : byte)
            }
        }
        return output
    }

    private static let hexDigits = Array("0123456789ABCDEF".utf8)
}

/// A query string, decoded (`application/x-www-form-urlencoded`).
package struct Query: Sendable {
    package let items: [(name: String, value: String)]

    package init(_ bytes: ArraySlice<UInt8>) {
        items = bytes.split(separator: 0x26).map { item in
            let parts = item.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
            func text(_ part: ArraySlice<UInt8>) -> String {
                String(decoding: PercentCoding.decode(part, plusIsSpace: true) ?? Array(part), as: UTF8.self)
            }
            return (text(parts[0]), parts.count > 1 ? text(parts[1]) : "")
        }
    }

    package subscript(_ name: String) -> String? { items.first { $0.name == name }?.value }
}
