import Foundation
import Testing

@testable import Wire

@Suite struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func vectorsOfRFC4648(_ plain: String, _ encoded: String) {
        #expect(Base64.encode(bytes(plain)) == encoded)
        #expect(Base64.encodeURL(bytes(plain)) == encoded.replacing("=", with: ""))
        #expect(Base64.decode(encoded) == bytes(plain))
        #expect(Base64.decode(encoded.replacing("=", with: "")) == bytes(plain))
    }

    @Test func randomBytesSurviveAndAgreeWithFoundation() {
        var random = SeededRandom(seed: 3)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(Base64.encode(bytes) == Data(bytes).base64EncodedString())
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64.decode(Base64.encodeURL(bytes)) == bytes)
        }
    }

    @Test(arguments: [
        "A", "AAAAA", "=", "==", "====", "A=", "A==", "A===", "Zg=", "Zg===", "Zm8==", "Zm9v=", "Zm9v==", "Zm9v====",
        "Zh==", "Zh", "Zm9=", "Zm9", "Z g=", "Zg==\n", " Zg==", "Zg=A", "Z=g=", "Zm9v!A==", "Zé==", "ab+_", "-/aa",
        "Zg==Zg==",
    ])
    func whatNeitherEncoderWritesIsRefused(_ text: String) { #expect(Base64.decode(text) == nil) }
}

@Suite struct PercentCodingTests {
    private func encode(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        PercentCoding.encode(bytes, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test func onlyUnreservedCharactersStayAsTheyAre() {
        let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        for byte in UInt8.min...UInt8.max {
            let expected =
                unreserved.contains(byte) ? String(Unicode.Scalar(byte)) : String(format: "%%%02X", Int(byte))
            #expect(encode([byte]) == expected)
        }
    }

    @Test(arguments: ["..", "../x", "a/b", "%2e%2e", "a\\b", "a?b#c", "a;b", "a\u{0}b", "a\r\nb", "é€😀", " ", "+"])
    func valuesSurviveTheRoundTrip(_ value: String) {
        #expect(PercentCoding.decode(bytes(encode(bytes(value)))[...]) == bytes(value))
        #expect(!encode(bytes(value)).contains { "/\\?#; \r\n\0+".contains($0) })
    }

    @Test(arguments: ["%", "a%", "%4", "%4g", "%g4", "%%41", "%-1", "%+1", "% 1", "%é"])
    func abrokenEscapeIsRefused(_ text: String) { #expect(PercentCoding.decode(bytes(text)[...]) == nil) }

    @Test func plusIsASpaceOnlyInForms() {
        #expect(PercentCoding.decode(bytes("a+b%2B")[...]) == bytes("a+b+"))
        #expect(PercentCoding.decode(bytes("a+b%2B")[...], plusIsSpace: true) == bytes("a b+"))
    }
}

@Suite struct QueryTests {
    @Test func itemsAreDecodedInOrder() {
        let query = Query(bytes("a=1&b=x%26y+z&a=2&c&=d&&e==f&%67=%C3%A9")[...])
        #expect(query.items.map(\.name) == ["a", "b", "a", "c", "", "e", "g"])
        #expect(query.items.map(\.value) == ["1", "x&y z", "2", "", "d", "=f", "é"])
        #expect(query["a"] == "1")
        #expect(query["c"] == "")
        #expect(query["z"] == nil)
    }

    @Test func aBrokenEscapeStaysAsItIs() { #expect(Query(bytes("a=100%&b=%zz")[...])["a"] == "100%") }

    @Test func anEmptyQueryHasNoItems() { #expect(Query([]).items.isEmpty) }
}

@Suite struct TimestampTests {
    private static let instants: [Int64] = [
        0, 1, -1, 951_782_400, 951_868_799, 1_709_164_800, 784_111_777, 4_107_542_400, 2_147_483_648, 1_795_250_977,
        -2_208_988_800, 253_402_300_799,
    ]

    @Test func datesAgreeWithFoundation() {
        let http = DateFormatter()
        http.locale = Locale(identifier: "en_US_POSIX")
        http.timeZone = TimeZone(secondsFromGMT: 0)
        http.calendar = Calendar(identifier: .iso8601)
        http.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        var random = SeededRandom(seed: 4)
        let some = (0..<500).map { _ in Int64.random(in: -2_208_988_800...253_402_300_799, using: &random) }
        for second in TimestampTests.instants + some {
            let date = Date(timeIntervalSince1970: TimeInterval(second))
            let text = String(decoding: Timestamp.imfFixdate(unixSeconds: second), as: UTF8.self)
            #expect(text == http.string(from: date))
            #expect(HTTPDate.parse(text) == second)
            let iso = Timestamp.iso8601(unixMilliseconds: second * 1000 + 123)
            #expect(iso == date.ISO8601Format().dropLast() + ".123Z")
            #expect(Timestamp.parse(iso8601: iso) == second * 1000 + 123)
        }
    }

    @Test func theExampleOfRFC9110() {
        #expect(Timestamp.imfFixdate(unixSeconds: 784_111_777) == bytes("Sun, 06 Nov 1994 08:49:37 GMT"))
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-01t00:00:00z", 0), ("1970-01-01T00:00:00.5Z", 500),
        ("1970-01-01T00:00:00.0009Z", 0), ("1970-01-01T00:00:00.123456789Z", 123), ("1970-01-01T01:30:00+01:30", 0),
        ("1969-12-31T23:00:00-01:00", 0), ("1970-01-01T00:00:00-00:00", 0), ("1969-12-31T23:59:59.999Z", -1),
        ("2000-02-29T00:00:00Z", 951_782_400_000), ("1990-12-31T23:59:60Z", 662_688_000_000),
    ])
    func instantsOfRFC3339AreRead(_ text: String, _ milliseconds: Int64) {
        #expect(Timestamp.parse(iso8601: text) == milliseconds)
    }

    @Test(arguments: [
        "", "1970", "1970-01-01", "1970-01-01T00:00:00", "1970-01-01 00:00:00Z", "1970-01-01T00:00Z",
        "1970-13-01T00:00:00Z",
        "1970-00-01T00:00:00Z", "1970-01-00T00:00:00Z", "1970-01-32T00:00:00Z", "1970-04-31T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2023-02-29T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z", "1970-01-01T00:00:61Z",
        "1970-01-01T00:00:00.Z",
        "1970-01-01T00:00:00ZZ", "1970-01-01T00:00:00+24:00", "1970-01-01T00:00:00+00:60", "1970-01-01T00:00:00+0000",
        "1970-01-01T00:00:00+00", "1970-01-01T00:00:00+00:00Z", "+970-01-01T00:00:00Z", "1970-01-01T0a:00:00Z",
        "1970/01/01T00:00:00Z",
        " 1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z ", "1970-01-01T00:00:00é", "1970-01-01T00:00:00.",
    ])
    func whatIsNoInstantIsRefused(_ text: String) { #expect(Timestamp.parse(iso8601: text) == nil) }

    @Test(arguments: [
        "", "17", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Mon, 06 Nov 1994 08:49:37 GMT", "x 06 Nov 1994 08:49:37 GMT", "Sun,  06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37.5 GMT",
    ])
    func whatIsNoIMFFixdateIsRefused(_ text: String) { #expect(HTTPDate.parse(text) == nil) }
}

@Suite struct ResponseHeadTests {
    private func text(_ head: ResponseHead, _ body: ResponseHead.Body, keepAlive: Bool = true) -> String {
        var output: [UInt8] = []
        head.write(to: &output, body: body, keepAlive: keepAlive, date: bytes("now"))
        return String(decoding: output, as: UTF8.self)
    }

    @Test func aHeadSaysHowItsBodyEnds() {
        let head = ResponseHead(200, fields: [("A", "b")])
        #expect(text(head, .length(5)) == "HTTP/1.1 200 OK\r\nDate: now\r\nA: b\r\nContent-Length: 5\r\n\r\n")
        #expect(text(head, .chunked) == "HTTP/1.1 200 OK\r\nDate: now\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(
            text(head, .untilClose, keepAlive: false)
                == "HTTP/1.1 200 OK\r\nDate: now\r\nA: b\r\nConnection: close\r\n\r\n")
        #expect(text(ResponseHead(204), .absent) == "HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n")
    }

    @Test func aValueCannotStartAHeaderOfItsOwn() {
        let head = ResponseHead(200, fields: [("A", "b\r\nSet-Cookie: c\0\u{7F}")])
        #expect(text(head, .absent) == "HTTP/1.1 200 OK\r\nDate: now\r\nA: b  Set-Cookie: c  \r\n\r\n")
    }

    @Test(arguments: [
        400, 408, 413, 417, 431, 501, 505,
    ]) func everyStatusOfARefusalHasAReason(_ status: Int) {
        #expect(!text(ResponseHead(status), .absent).hasPrefix("HTTP/1.1 \(status) Status"))
    }
}
