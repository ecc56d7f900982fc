import Compression
import Testing

@Suite struct GzipTests {
    @Test func crcYieldsTheCheckValue() {
        #expect(Gzip.crc32(Array("123456789".utf8)) == 0xcbf4_3926)
        #expect(Gzip.crc32([]) == 0)
        #expect(Gzip.crc32([], continuing: 0xcbf4_3926) == 0xcbf4_3926)
        #expect(Gzip.crc32(Array("6789".utf8), continuing: Gzip.crc32(Array("12345".utf8))) == 0xcbf4_3926)
    }

    @Test func equalInputGivesEqualOutputAndHigherLevelsAreSmaller() {
        let text = Array((0..<5000).map { "row \($0 % 97), column \($0 % 13);" }.joined().utf8)
        #expect(Gzip.compress(text) == Gzip.compress(text))
        #expect(Gzip.compress(text, level: 9).count < Gzip.compress(text, level: 1).count)
        #expect(Gzip.compress([]).starts(with: [0x1f, 0x8b]))
    }
}
