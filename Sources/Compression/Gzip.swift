// Compression of whole pieces that are made once and sent often: page assets, documents.

internal import CZlib

package enum Gzip {
    /// `plain` as one gzip member, without name and time: equal input gives equal output.
    /// - Parameter level: 1 (fast) to 9 (small).
    package static func compress(_ plain: [UInt8], level: Int = 6) -> [UInt8] {
        var stream = z_stream()
        guard tollgate_deflate_init(&stream, Int32(level), 15 + 16) == Z_OK else {
            fatalError("zlib refused level \(level)")
        }
        defer { deflateEnd(&stream) }
        // With deflateBound's room one call does it all (zlib.h).
        let room = Int(deflateBound(&stream, uLong(plain.count)))
        return plain.withUnsafeBufferPointer { plain in
            [UInt8](unsafeUninitializedCapacity: room) { output, filled in
                stream.next_in = UnsafeMutablePointer(mutating: plain.baseAddress)
                stream.avail_in = uInt(plain.count)
                stream.next_out = output.baseAddress
                stream.avail_out = uInt(room)
                let code = deflate(&stream, Z_FINISH)
                precondition(code == Z_STREAM_END, "deflateBound was no bound")
                filled = room - Int(stream.avail_out)
            }
        }
    }

    /// The CRC-32 of gzip and PNG; `seed` is the value of the bytes before.
    package static func crc32(_ bytes: [UInt8], continuing seed: UInt32 = 0) -> UInt32 {
        crc32(bytes.span, continuing: seed)
    }

    package static func crc32(_ bytes: Span<UInt8>, continuing seed: UInt32 = 0) -> UInt32 {
        // Without a pointer zlib gives the value of nothing and not the seed.
        guard !bytes.isEmpty else { return seed }
        return bytes.withUnsafeBufferPointer { bytes in
            UInt32(truncatingIfNeeded: CZlib.crc32(uLong(seed), bytes.baseAddress, uInt(bytes.count)))
        }
    }
}
