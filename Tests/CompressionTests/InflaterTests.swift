import Compression
import Testing

/// Drives an inflater over `input`, cut into pieces, and checks the bound of each step.
private func inflate(
    _ input: [UInt8], _ coding: Coding, piece: Int = .max, limit: Int = 16 << 10
) throws -> [UInt8] {
    let inflater = Inflater(coding)
    var output: [UInt8] = []
    var start = 0
    while start < input.count {
        let end = min(input.count, start + min(piece, input.count))
        let chunk = Array(input[start..<end])
        var offset = 0
        while true {
            let before = output.count
            let progress = try inflater.inflate(chunk, from: offset, into: &output, limit: limit)
            #expect(progress.produced == output.count - before && progress.produced <= limit)
            offset = progress.offset
            if progress.needsInput { break }
        }
        #expect(offset == chunk.count)
        start = end
    }
    try inflater.finish()
    return output
}

@Suite struct InflaterTests {
    static let text = Array(String(repeating: "a line of JSON, \"again\" and again;", count: 3000).utf8)

    @Test(arguments: [1, 7, 1000, Int.max], [1, 100, 16 << 10])
    func inflatesGzipInAnyPiecesAndSteps(piece: Int, limit: Int) throws {
        let text = Array(Self.text.prefix(limit == 1 ? 2000 : .max))
        #expect(try inflate(Gzip.compress(text), .gzip, piece: piece, limit: limit) == text)
    }

    @Test func incompressibleBytesComeBack() throws {
        var state: UInt64 = 1
        let noise = (0..<100_000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 40)
        }
        #expect(try inflate(Gzip.compress(noise), .gzip, piece: 333) == noise)
    }

    @Test(arguments: [1, 5, Int.max]) func concatenatedMembersAreOneBody(piece: Int) throws {
        let members = Gzip.compress([1, 2]) + Gzip.compress([]) + Gzip.compress([3])
        #expect(try inflate(members, .gzip, piece: piece) == [1, 2, 3])
    }

    /// A gzip member without its 10 bytes of head and 8 of tail is bare deflate.
    @Test(arguments: [1, Int.max]) func deflateIsInflatedWithAndWithoutWrapping(piece: Int) throws {
        let bare = Array(Gzip.compress(Self.text).dropFirst(10).dropLast(8))
        #expect(try inflate(bare, .deflate, piece: piece) == Self.text)
        var (low, high): (UInt32, UInt32) = (1, 0)  // Adler-32, RFC 1950 section 8.2
        for byte in Self.text {
            low = (low + UInt32(byte)) % 65521
            high = (high + low) % 65521
        }
        let sum = [high >> 8, high & 255, low >> 8, low & 255].map { UInt8($0) }
        #expect(try inflate([0x78, 0x9c] + bare + sum, .deflate, piece: piece) == Self.text)
    }

    @Test func aSmallPieceGrowsOnlyByTheLimit() throws {
        let bomb = Gzip.compress([UInt8](repeating: 0, count: 50 << 20), level: 9)
        let inflater = Inflater(.gzip)
        var output: [UInt8] = []
        let progress = try inflater.inflate(bomb, from: 0, into: &output)
        #expect(output.count == 16 << 10 && !progress.needsInput && progress.offset < bomb.count)
    }

    @Test func truncationIsNoticedAtTheEnd() {
        let whole = Gzip.compress(Self.text)
        for count in 1..<whole.count {
            #expect(throws: Inflater.Failure.truncated) { try inflate(Array(whole[..<count]), .gzip) }
        }
        #expect(throws: Inflater.Failure.truncated) { try inflate(whole + whole.prefix(5), .gzip) }
    }

    @Test func anEmptyBodyIsEmptyInEachCoding() throws {
        #expect(try inflate([], .gzip) == [])
        #expect(try inflate([], .deflate) == [])
    }

    @Test func garbageIsRefused() {
        let whole = Gzip.compress(Self.text)
        var wrongSum = whole
        wrongSum[whole.count - 8] ^= 1
        let bad = [Array("{\"plain\":true}".utf8), whole + [0, 0], whole + Array("xy".utf8), wrongSum]
        for bytes in bad {
            #expect(throws: Inflater.Failure.garbage) { try inflate(bytes, .gzip, piece: 64) }
        }
        #expect(throws: Inflater.Failure.garbage) { try inflate([0xff, 0xff], .deflate) }
    }

    @Test func aStreamThatEndsWithItsStepIsFinished() throws {
        let inflater = Inflater(.gzip)
        var output: [UInt8] = []
        let whole = Gzip.compress([UInt8](repeating: 1, count: 100))
        var progress = try inflater.inflate(whole, from: 0, into: &output, limit: 100)
        while !progress.needsInput {
            progress = try inflater.inflate(whole, from: progress.offset, into: &output, limit: 100)
        }
        try inflater.finish()
        #expect(output.count == 100)
    }
}
