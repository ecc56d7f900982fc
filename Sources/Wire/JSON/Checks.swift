// Two tiny automata that the whole-text reader and the incremental scanner share.

/// Well-formed UTF-8, byte by byte (RFC 3629; table 3-7 of the Unicode standard).
struct UTF8Check: Sendable {
    private var pending: UInt8 = 0
    private var lower: UInt8 = 0x80
    private var upper: UInt8 = 0xBF

    var isComplete: Bool { pending == 0 }

    /// - Returns: false when `byte` cannot come here.
    mutating func accept(_ byte: UInt8) -> Bool {
        if pending > 0 {
            guard byte >= lower, byte <= upper else { return false }
            (lower, upper) = (0x80, 0xBF)
            pending -= 1
            return true
        }
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: pending = 1
        case 0xE0...0xEF:
            pending = 2
            if byte == 0xE0 { lower = 0xA0 }
            if byte == 0xED { upper = 0x9F }
        case 0xF0...0xF4:
            pending = 3
            if byte == 0xF0 { lower = 0x90 }
            if byte == 0xF4 { upper = 0x8F }
        default: return false
        }
        return true
    }
}

/// A number as RFC 8259 section 6 writes it, byte by byte.
struct NumberCheck: Sendable {
    private enum Phase { case start, minus, zero, integer, point, fraction, exponent, sign, power }
    private var phase = Phase.start

    /// Whether what has come is a number.
    var isComplete: Bool {
        switch phase {
        case .zero, .integer, .fraction, .power: true
        default: false
        }
    }

    /// - Returns: false when `byte` is not part of the number.
    mutating func accept(_ byte: UInt8) -> Bool {
        switch (phase, byte) {
        case (.start, ASCII.hyphen): phase = .minus
        case (.start, ASCII.zero), (.minus, ASCII.zero): phase = .zero
        case (.start, 0x31...0x39), (.minus, 0x31...0x39), (.integer, 0x30...0x39): phase = .integer
        case (.zero, ASCII.dot), (.integer, ASCII.dot): phase = .point
        case (.point, 0x30...0x39), (.fraction, 0x30...0x39): phase = .fraction
        case (.zero, 0x65), (.zero, 0x45), (.integer, 0x65), (.integer, 0x45), (.fraction, 0x65), (.fraction, 0x45):
            phase = .exponent
        case (.exponent, 0x2B), (.exponent, ASCII.hyphen): phase = .sign
        case (.exponent, 0x30...0x39), (.sign, 0x30...0x39), (.power, 0x30...0x39): phase = .power
        default: return false
        }
        return true
    }
}
