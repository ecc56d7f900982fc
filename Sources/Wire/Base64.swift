// Base64 (RFC 4648): the standard alphabet with padding for bodies, the URL-safe one without for cursors.

package enum Base64 {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlSafe = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    package static func encode(_ bytes: [UInt8]) -> String { encode(bytes, standard, padding: true) }
    package static func encodeURL(_ bytes: [UInt8]) -> String { encode(bytes, urlSafe, padding: false) }

    private static func encode(_ bytes: [UInt8], _ alphabet: [UInt8], padding: Bool) -> String {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let left = bytes.count - index
            let group =
                UInt32(bytes[index]) << 16 | UInt32(left > 1 ? bytes[index + 1] : 0) << 8
                | UInt32(left > 2 ? bytes[index + 2] : 0)
            for place in 0..<4 {
                if place <= left {
                    output.append(alphabet[Int(group >> (18 - 6 * UInt32(place)) & 63)])
                } else if padding {
                    output.append(0x3D)
                }
            }
            index += 3
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Reads either alphabet, with all of its padding or none.
    /// - Returns: nil for anything else, a mixture of alphabets included.
    package static func decode(_ text: String) -> [UInt8]? {
        var digits = Array(text.utf8)
        if digits.count % 4 == 0 {
            for _ in 0..<2 where digits.last == 0x3D { digits.removeLast() }
        }
        guard digits.count % 4 != 1,
            !digits.contains(where: { $0 == 0x2B || $0 == 0x2F })
                || !digits.contains(where: { $0 == 0x2D || $0 == 0x5F })
        else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(digits.count * 3 / 4)
        var group: UInt32 = 0
        var bits = 0
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            group = group << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                output.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
            }
        }
        // Bits that belong to no byte must be zero, or two texts would mean the same bytes.
        guard group & ((1 << UInt32(bits)) - 1) == 0 else { return nil }
        return output
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case 0x41...0x5A: digit - 0x41
        case 0x61...0x7A: digit - 0x61 + 26
        case 0x30...0x39: digit - 0x30 + 52
        case 0x2B, 0x2D: 62
        case 0x2F, 0x5F: 63
        default: nil
        }
    }
}
