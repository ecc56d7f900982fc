// JSON strings: writing text as one, escaping bytes that already are JSON, reading one back.

package enum JSONText {
    /// Appends `text` as a quoted JSON string.
    package static func write(_ text: String, to output: inout [UInt8]) {
        output.append(ASCII.quote)
        escape(Array(text.utf8).span, to: &output)
        output.append(ASCII.quote)
    }

    /// Appends `bytes` escaped, without quotes. They must be UTF-8.
    package static func escape(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        var start = 0
        while start < bytes.count {
            let end = min(start + 512, bytes.count)
            // Room for the worst, `\u0000` for every byte: of one step and not of a whole large text.
            output.append(addingCapacity: 6 * (end - start)) { output in
                for index in start..<end { escape(bytes[index], to: &output) }
            }
            start = end
        }
    }

    @inline(__always)
    private static func escape(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        if byte >= 0x20, byte != ASCII.quote, byte != ASCII.backslash { return output.append(byte) }
        output.append(ASCII.backslash)
        switch byte {
        case ASCII.quote, ASCII.backslash: output.append(byte)
        case ASCII.lineFeed: output.append(0x6E)
        case ASCII.carriageReturn: output.append(0x72)
        case ASCII.tab: output.append(0x74)
        default:
            output.append(0x75)
            output.append(ASCII.zero)
            output.append(ASCII.zero)
            output.append(hexDigit(byte >> 4))
            output.append(hexDigit(byte & 15))
        }
    }

    static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? ASCII.zero + value : 0x61 + value - 10 }

    /// Which of `names` the inside of a JSON string is; nil for none of them.
    package static func index(of range: Range<Int>, in bytes: [UInt8], among names: [[UInt8]]) -> Int? {
        guard !bytes[range].contains(ASCII.backslash) else {
            let name = decodedBytes(bytes, range)
            return names.firstIndex { $0 == name }
        }
        return names.firstIndex { bytes.equals(range, $0) }
    }

    /// Decodes the inside of a JSON string that has been validated (`JSONReader` or `JSONScanner` has seen it).
    /// A lone surrogate escape becomes U+FFFD.
    package static func decode(_ bytes: [UInt8], _ range: Range<Int>) -> String {
        guard bytes[range].contains(ASCII.backslash) else { return bytes.text(range) }
        return String(decoding: decodedBytes(bytes, range), as: UTF8.self)
    }

    /// Like `decode`, as UTF-8.
    package static func decodedBytes(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = bytes[position]
            position += 1
            guard byte == ASCII.backslash else {
                output.append(byte)
                continue
            }
            let kind = bytes[position]
            position += 1
            switch kind {
            case 0x62: output.append(0x08)
            case 0x66: output.append(0x0C)
            case 0x6E: output.append(ASCII.lineFeed)
            case 0x72: output.append(ASCII.carriageReturn)
            case 0x74: output.append(ASCII.tab)
            case 0x75: appendScalar(bytes, &position, range.upperBound, &output)
            default: output.append(kind)
            }
        }
        return output
    }

    private static func appendScalar(
        _ bytes: [UInt8], _ position: inout Int, _ end: Int, _ output: inout [UInt8]
    ) {
        var code = codeUnit(bytes, position)
        position += 4
        if code & 0xFC00 == 0xD800, position + 6 <= end, bytes[position] == ASCII.backslash, bytes[position + 1] == 0x75
        {
            let low = codeUnit(bytes, position + 2)
            if low & 0xFC00 == 0xDC00 {
                code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
                position += 6
            }
        }
        let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
        output.append(contentsOf: Array(String(Character(scalar)).utf8))
    }

    private static func codeUnit(_ bytes: [UInt8], _ position: Int) -> UInt32 {
        var code: UInt32 = 0
        for offset in 0..<4 { code = code << 4 | UInt32(bytes[position + offset].hexValue ?? 0) }
        return code
    }
}
