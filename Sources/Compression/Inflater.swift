// Inflates a response body as it comes, a step of bounded output at a time, so that a small compressed piece cannot
// become a large one in memory before anybody may object.

internal import CZlib

/// What a compressed stream is wrapped in: the names of HTTP's content codings (RFC 9110 section 8.4.1).
package enum Coding: Sendable {
    case gzip
    /// zlib's wrapping; bare deflate, which some servers send under this name, is told apart by its first byte.
    case deflate
}

/// One compressed stream on its way to plain bytes. Belongs to one task at a time.
package final class Inflater {
    package enum Failure: Error, Equatable {
        /// The bytes are not of this coding, a checksum does not fit, or something follows the end of the stream.
        case garbage
        /// The input ended before the stream did.
        case truncated
    }

    /// How far one step came.
    package struct Progress: Equatable, Sendable {
        /// Where in the input the next step goes on.
        package var offset: Int
        /// Bytes appended to the output.
        package var produced: Int
        /// True when this input has given all it has; otherwise call again, even with the input used up.
        package var needsInput: Bool
    }

    private enum Stage {
        case fresh, inside, ended
    }

    private let coding: Coding
    /// On the heap because zlib keeps the address and compares it.
    private let stream: UnsafeMutablePointer<z_stream>
    private var stage = Stage.fresh
    private var initialised = false

    package init(_ coding: Coding) {
        self.coding = coding
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
    }

    deinit {
        if initialised { inflateEnd(stream) }
        stream.deallocate()
    }

    /// Inflates what it can of `input` from `offset` on and appends at most `limit` bytes to `output`.
    package func inflate(
        _ input: [UInt8], from offset: Int, into output: inout [UInt8], limit: Int = 16 << 10
    ) throws(Failure) -> Progress {
        var progress = Progress(offset: offset, produced: 0, needsInput: false)
        while true {
            try begin(input, at: progress.offset)
            guard stage == .inside else {
                progress.needsInput = true
                return progress
            }
            let room = limit - progress.produced
            guard room > 0 else { return progress }
            let step = step(input, from: progress.offset, into: &output, limit: room)
            progress.offset += step.consumed
            progress.produced += step.produced
            switch step.code {
            case Z_STREAM_END: stage = .ended
            case Z_OK, Z_BUF_ERROR:
                progress.needsInput = step.produced < room && progress.offset == input.count
                return progress
            case Z_MEM_ERROR: fatalError("out of memory")
            default: throw .garbage
            }
        }
    }

    /// Tells that no input follows. A body of no bytes at all is an empty body in either coding.
    package func finish() throws(Failure) {
        guard stage != .inside else { throw .truncated }
    }

    /// Opens the stream at its first byte, and the next one behind a gzip member's end (RFC 1952 section 2.2).
    private func begin(_ input: [UInt8], at offset: Int) throws(Failure) {
        guard stage != .inside, offset < input.count else { return }
        if stage == .ended {
            guard coding == .gzip else { throw .garbage }
            inflateReset(stream)
        } else {
            let code = tollgate_inflate_init(stream, windowBits(input[offset]))
            guard code == Z_OK else { fatalError("out of memory") }
            initialised = true
        }
        stage = .inside
    }

    /// zlib's name for the wrapping. A zlib header begins with compression method 8 and a window of at most 7; bare
    /// deflate would have to begin with a stored block and non-zero padding to look like that (RFC 1950, RFC 1951).
    private func windowBits(_ first: UInt8) -> Int32 {
        switch coding {
        case .gzip: 15 + 16
        case .deflate: first & 0x0f == 8 && first >> 4 <= 7 ? 15 : -15
        }
    }

    private func step(
        _ input: [UInt8], from offset: Int, into output: inout [UInt8], limit: Int
    ) -> (code: Int32, consumed: Int, produced: Int) {
        input.withUnsafeBufferPointer { input in
            withUnsafeTemporaryAllocation(byteCount: limit, alignment: 16) { scratch in
                // zlib only reads through next_in.
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + offset })
                stream.pointee.avail_in = uInt(input.count - offset)
                stream.pointee.next_out = scratch.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_out = uInt(limit)
                let code = CZlib.inflate(stream, Z_NO_FLUSH)
                let produced = limit - Int(stream.pointee.avail_out)
                output.append(contentsOf: scratch[..<produced])
                return (code, input.count - offset - Int(stream.pointee.avail_in), produced)
            }
        }
    }
}
