// A body whose beginning differs from answer to answer and whose long rest is always the same, as one gzip member
// (RFC 1952) without compressing anything per answer: the beginning goes into a stored block, the rest was deflated
// once, and the checksum of both is combined from theirs.

internal import CZlib

/// The part that never changes, compressed once and shared.
package struct PrecompressedBody: Sendable {
    /// Deflate blocks of the rest, the last one marked as final.
    package let deflated: [UInt8]
    private let checksum: UInt32
    private let count: Int
    /// zlib's operator for "followed by `count` bytes": combining two checksums with it takes a few nanoseconds.
    private let combination: UInt32

    package init(_ rest: [UInt8]) {
        // A gzip member without its header (10 bytes, no name) and trailer (8) is the bare deflate stream.
        deflated = Array(Gzip.compress(rest, level: 9).dropFirst(10).dropLast(8))
        checksum = Gzip.crc32(rest)
        count = rest.count
        combination = UInt32(truncatingIfNeeded: crc32_combine_gen(rest.count))
    }

    /// Header and stored block of a member that begins with `beginning`; `deflated` and then `trailer` follow it.
    /// - Parameter beginning: at most 65,535 bytes, the limit of a stored block (RFC 1951 section 3.2.4).
    package func opening(_ beginning: [UInt8]) -> [UInt8] {
        let length = UInt16(beginning.count)
        var output: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 0x00]
        output.reserveCapacity(15 + beginning.count)
        for value in [length, ~length] {
            output.append(UInt8(truncatingIfNeeded: value))
            output.append(UInt8(truncatingIfNeeded: value >> 8))
        }
        output.append(contentsOf: beginning)
        return output
    }

    /// Checksum and length of the whole.
    package func trailer(_ beginning: [UInt8]) -> [UInt8] {
        let whole = crc32_combine_op(uLong(Gzip.crc32(beginning)), uLong(checksum), uLong(combination))
        var output: [UInt8] = []
        output.reserveCapacity(8)
        for value in [UInt32(truncatingIfNeeded: whole), UInt32(truncatingIfNeeded: beginning.count + count)] {
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                output.append(UInt8(truncatingIfNeeded: value >> shift))
            }
        }
        return output
    }
}
