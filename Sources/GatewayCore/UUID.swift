// Ids: UUID version 7 (RFC 9562 section 5.7), whose text sorts by time, so that an index of ids is in order of creation.

import Crypto
import Wire

enum UUID {
    static func make(unixMilliseconds: Int64) -> String {
        var bytes = SecureRandom.bytes(16)
        for index in 0..<6 { bytes[index] = UInt8(truncatingIfNeeded: unixMilliseconds >> Int64(40 - 8 * index)) }
        bytes[6] = bytes[6] & 0x0F | 0x70
        bytes[8] = bytes[8] & 0x3F | 0x80
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += String(UInt16(byte) + 256, radix: 16).dropFirst()
        }
        return text
    }

    /// Lower-case hexadecimal in the usual groups.
    static func isWellFormed(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count == 36
            && bytes.enumerated().allSatisfy { index, byte in
                [8, 13, 18, 23].contains(index) ? byte == ASCII.hyphen : byte.isDigit || (0x61...0x66).contains(byte)
            }
    }
}
