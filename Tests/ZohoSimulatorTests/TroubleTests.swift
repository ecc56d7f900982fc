import Glibc
import Testing
import Wire

@testable import ZohoSimulator

/// Marked values: troubles that need no control endpoint.
@Suite struct TroubleTests {
    @Test(arguments: [
        ("400", 400, "INVALID_DATA"), ("401", 401, "INVALID_TOKEN"), ("scope", 401, "OAUTH_SCOPE_MISMATCH"),
        ("403", 403, "NO_PERMISSION"), ("404", 404, "RESOURCE_NOT_FOUND"), ("500", 500, "INTERNAL_ERROR"),
        ("500-in-400", 400, "INTERNAL_ERROR"), ("429", 429, "TOO_MANY_REQUESTS"),
        ("429-headers", 429, "TOO_MANY_REQUESTS"), ("200-error", 200, "INVALID_DATA"),
        ("202-error", 202, "MANDATORY_NOT_FOUND"), ("200-record", 200, "DUPLICATE_DATA"),
        ("201-record", 201, "MANDATORY_NOT_FOUND"), ("202-record", 202, "MANDATORY_NOT_FOUND"),
        ("partial", 200, "SUCCESS"), ("207", 207, "SUCCESS"),
    ])
    func errorFormsOfTheFamily(_ name: String, _ status: Int, _ code: String) async throws {
        try await Zoho.run { zoho in
            let response = try zoho.bigin("GET", "users/sim-\(name)", token: nil)
            #expect(response.status == status)
            let json = try response.json
            let record = json["users"]?.array?.first ?? json["data"]?.array?.first
            #expect((record ?? json)["code"]?.string == code)
            #expect((response["Retry-After"] != nil) == (name == "429-headers"))
        }
    }

    @Test(arguments: [
        ("throttle-400", 400, "URL_ROLLING_THROTTLES_LIMIT_EXCEEDED"), ("meeting-token", 400, "INVALID_OAUTHTOKEN"),
        ("throttle-200", 200, "URL_ROLLING_THROTTLES_LIMIT_EXCEEDED"), ("200-nested", 200, "Invalid org admin"),
        ("mail-error", 200, "INVALID_TICKET"), ("html", 502, "<!DOCTYPE html>"), ("html-200", 200, "<!DOCTYPE html>"),
        ("429-html", 429, "<!DOCTYPE html>"), ("204", 204, ""), ("empty-200", 200, ""),
        ("truncated", 200, #"{"users":[{"id":"60000000000001234"#),
    ])
    func formsOfOthers(_ name: String, _ status: Int, _ part: String) async throws {
        try await Zoho.run { zoho in
            let response = try zoho.bigin("GET", "users?type=sim-\(name)", token: nil)
            #expect(response.status == status)
            #expect(part.isEmpty ? response.body.isEmpty : response.text.contains(part))
        }
    }

    @Test func numbersStandForNamesWhereIdsMustBeNumbers() async throws {
        try await Zoho.run { zoho in
            let response = try zoho.bigin("GET", "users/9000000000000000430", token: nil)
            #expect(response.status == 429)
            #expect(response["Retry-After"] == "17")
        }
    }

    @Test func oneByteChunksCarryTheSameBody() async throws {
        try await Zoho.run { zoho in
            let plain = try zoho.bigin("GET", "users/sim-slow-1ms", token: nil)
            let pieces = try zoho.bigin("GET", "users/sim-one-byte", token: nil)
            #expect(pieces.chunks == Array(repeating: 1, count: plain.body.count))
            #expect(pieces.body == plain.body)
            #expect(try zoho.bigin("GET", "users/sim-chunked", token: nil).chunks == [plain.body.count])
        }
    }

    private func ending(_ name: String) async throws -> (head: [String], body: [UInt8], RawClient.Ending) {
        var result: (head: [String], body: [UInt8], RawClient.Ending) = ([], [], .open)
        try await Zoho.run { zoho in
            let client = try zoho.connect()
            client.send(Zoho.request("GET", "www.zohoapis.eu", "/bigin/v2/users/sim-\(name)"))
            client.readToEnd()
            let text = client.received
            let split = text.indices.first { text[$0...].starts(with: [13, 10, 13, 10]) } ?? text.endIndex
            let head = String(decoding: text[..<split], as: UTF8.self).split(separator: "\r\n").map { String($0) }
            result = (head, Array(text[min(split + 4, text.endIndex)...]), client.ending)
        }
        return result
    }

    @Test func aBreakEndsTheBodyAtTheByte() async throws {
        let (head, body, ending) = try await ending("break")
        #expect(head.contains("Content-Length: 408"))
        #expect(body.count == 40)
        #expect(ending == .closed)
    }

    @Test func aResetIsSeenAsOne() async throws {
        let (_, body, ending) = try await ending("reset")
        #expect(body.count == 40)
        #expect(ending == .reset)
    }

    @Test func aBreakBeforeTheHeadSendsNothing() async throws {
        let (head, body, ending) = try await ending("break-head")
        #expect(head.isEmpty && body.isEmpty)
        #expect(ending == .closed)
    }

    @Test func aBrokenChunkedBodyHasNoLastChunk() async throws {
        let (_, body, ending) = try await ending("break-chunked")
        #expect(body.starts(with: "28\r\n".utf8))
        #expect(body.count == 40 + 6)
        #expect(ending == .closed)
    }

    @Test(arguments: [("too-long", "Content-Length: 1000000"), ("too-short", "Content-Length: 20")])
    func wrongLengthsAreClaimed(_ name: String, _ line: String) async throws {
        let (head, body, ending) = try await ending(name)
        #expect(head.contains(line))
        #expect(head.contains("Connection: close"))
        #expect(body.count == 408)
        #expect(ending == .closed)
    }

    @Test func aBodyCanEndWithTheConnection() async throws {
        let (head, body, ending) = try await ending("until-close")
        #expect(!head.contains { $0.hasPrefix("Content-Length") || $0.hasPrefix("Transfer-Encoding") })
        #expect(body.count == 408)
        #expect(ending == .closed)
    }

    @Test func slowAnswersComeLate() async throws {
        try await Zoho.run { zoho in
            let start = ContinuousClock.now
            let response = try zoho.bigin("GET", "users/sim-slow-200ms", token: nil)
            #expect(response.status == 200)
            #expect(ContinuousClock.now - start >= .milliseconds(195))
        }
    }

    @Test(arguments: [0, 1, 2000]) func generatedListsHaveTheRecordsAskedFor(_ count: Int) async throws {
        try await Zoho.run { zoho in
            let json = try zoho.bigin("GET", "users/sim-records-\(count)", token: nil).json
            let ids = json["users"]?.array?.compactMap { $0["id"]?.string } ?? []
            #expect(ids.count == count)
            #expect(Set(ids).count == count)
        }
    }

    @Test(arguments: [500, 16_384, 65_536, 1_000_003]) func generatedBodiesHaveTheBytesAskedFor(_ bytes: Int)
        async throws
    {
        try await Zoho.run { zoho in
            let response = try zoho.bigin("GET", "users/sim-bytes-\(bytes)", token: nil)
            #expect(response.body.count == bytes)
            #expect(response["Content-Length"] == "\(bytes)")
            #expect(try response.json["users"]?.array != nil)
        }
    }

    /// A gigabyte for a client that reads little: the server must wait, not fill its memory.
    @Test func aHugeBodyWaitsForItsReader() async throws {
        try await Zoho.run { zoho in
            let client = try zoho.connect(receiveBuffer: 32 << 10)
            let before = residentBytes()
            client.send(Zoho.request("GET", "www.zohoapis.eu", "/bigin/v2/users/sim-bytes-1000000000"))
            client.read(atLeast: 1 << 20)
            // The counters come from the same loop, which a server that does not wait would leave only when all of
            // the gigabyte was in its memory. The other tests' own use is what the bound leaves room for.
            try zoho.control("GET", "counters")
            #expect(residentBytes() - before < 256 << 20)
        }
    }
}

private func residentBytes() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    fgets(&line, 256, file)
    let fields = String(decoding: line.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self).split(separator: " ")
    return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * 4096
}
