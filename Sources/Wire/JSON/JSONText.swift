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
        var position = 0
        while position < bytes.count {
            // Room for a step with few bytes to escape; one that has many takes several.
            let step = min(bytes.count - position, 4096)
            let room = step + step >> 2 + 64
            output.append(addingCapacity: room) { output in
                output.append(repeating: 0, count: room)
                var span = output.mutableSpan
                // Unsafe for what other elements may not be; any byte is a UInt8, and the stores are checked.
                var target = unsafe span.mutableBytes
                let written = escape(bytes, from: &position, to: &target)
                output.removeLast(room - written)
            }
        }
    }

    /// Escapes as many of `bytes` as there is room for. Whole words are written, each over what was too much of the one
    /// before.
    /// - Returns: how many bytes of `output` are used.
    @inline(__always)
    private static func escape(
        _ bytes: Span<UInt8>, from position: inout Int, to output: inout MutableRawSpan
    ) -> Int {
        var (from, end) = (position, 0)
        // Eight bytes become 48 at most, of which the last are written as a word.
        let last = output.byteCount - 56
        while bytes.count &- from >= 8, end <= last {
            let word = ByteWord(bytes, at: from)
            output.storeBytes(of: word.bits.littleEndian, toByteOffset: end, as: UInt64.self)
            var escapes = word.escapes
            while escapes != 0 {
                // `end` has grown by what the escapes before this one took.
                let offset = ByteWord.offset(of: escapes)
                let place = end &+ offset
                let rest = word.bits >> UInt64(truncatingIfNeeded: offset &* 8)
                let byte = UInt8(truncatingIfNeeded: rest)
                if byte >= ASCII.space {
                    // Nearly always a quote or a backslash.
                    output.storeBytes(of: ASCII.backslash, toByteOffset: place, as: UInt8.self)
                    output.storeBytes(of: rest.littleEndian, toByteOffset: place &+ 1, as: UInt64.self)
                    end &+= 1
                } else {
                    let (text, count) = escaped(byte)
                    output.storeBytes(of: text.littleEndian, toByteOffset: place, as: UInt64.self)
                    output.storeBytes(of: (rest >> 8).littleEndian, toByteOffset: place &+ count, as: UInt64.self)
                    end &+= count &- 1
                }
                escapes &= escapes &- 1
            }
            from &+= 8
            end &+= 8
        }
        while bytes.count &- from < 8, from < bytes.count, end <= last {
            let (text, count) = escaped(bytes[from])
            output.storeBytes(of: text.littleEndian, toByteOffset: end, as: UInt64.self)
            from &+= 1
            end &+= count
        }
        position = from
        return end
    }

    /// One byte as it stands in a string: `\"`, `\n` or `\u001f`, the first character lowest, and how many there are.
    @inline(__always)
    private static func escaped(_ byte: UInt8) -> (text: UInt64, count: Int) {
        if byte == ASCII.quote || byte == ASCII.backslash { return (UInt64(byte) << 8 | UInt64(ASCII.backslash), 2) }
        switch byte {
        case ASCII.lineFeed: return (0x6E5C, 2)
        case ASCII.carriageReturn: return (0x725C, 2)
        case ASCII.tab: return (0x745C, 2)
        case 0x00..<0x20:
            let digits = UInt64(hexDigit(byte >> 4)) | UInt64(hexDigit(byte & 15)) << 8
            return (digits << 32 | 0x3030_755C, 6)
        default: return (UInt64(byte), 1)
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
