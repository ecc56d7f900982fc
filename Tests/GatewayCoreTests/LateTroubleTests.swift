// What goes wrong after an answer has begun, or that only its size brings about: what the client reads stays one valid
// message, and says so.

import Compression
import Testing
import Wire

@testable import GatewayCore

@Suite @MainActor struct LateTroubleTests {
    /// A list of `count` users of 100 bytes and more each, without its end.
    private func opening(_ count: Int, first: Int = 0) -> String {
        let name = String(repeating: "é\\n😀", count: 12)
        let records = (first..<first + count).map { #"{"id":"\#(1_000_000 + $0)","name":"\#(name)"}"# }
        return #"{"users":["# + records.joined(separator: ",")
    }

    private func pieces(_ text: String, of size: Int = 4096) -> [[UInt8]] {
        let body = bytes(text)
        return stride(from: 0, to: body.count, by: size).map { Array(body[$0..<min($0 + size, body.count)]) }
    }

    @Test func aLongListStreamsAndIsComplete() async throws {
        let script = Script(pieces: pieces(opening(3000) + #"],"info":{"more_records":true}}"#))
        let answered = try await Answering.answer("list", script, cursor: "c-1")
        #expect(answered.isStreamed)
        let message = try answered.message()
        #expect(message.isError == false)
        #expect(message.payload?["result"]?.array?.count == 3000)
        #expect(message.payload?["result_count"]?.int == 3000)
        #expect(message.payload?["next_cursor"]?.string == "c-1")
        #expect(message.notes.isEmpty)
    }

    @Test func anErrorAfterTheHeldBytesEndsTheResultValidlyAndIsNamed() async throws {
        let end = #"],"status":"error","code":"INTERNAL_ERROR","message":"lost it"}"#
        let message = try await Answering.answer("list", Script(pieces: pieces(opening(1000) + end))).message()
        #expect(message.isError == true)
        #expect(message.notes.contains("lost it (INTERNAL_ERROR)"))
        #expect(message.notes.contains("after part of its answer"))
    }

    @Test func anErrorWithinTheHeldBytesIsAnErrorAlthoughDataCameFirst() async throws {
        let end = #"],"status":"error","code":"INTERNAL_ERROR","message":"lost it"}"#
        let message = try await Answering.answer("list", Script(opening(200) + end)).message()
        #expect(message.code == 502)
    }

    @Test func aLongAnswerWithoutThePayloadIsAnError() async throws {
        let filler = String(repeating: "x", count: 80 << 10)
        for script in [Script(#"{"note":"\#(filler)"}"#), Script(pieces: pieces(#"{"note":"\#(filler)"}"#))] {
            let answered = try await Answering.answer("list", script)
            let message = try answered.message()
            #expect(message.code == 502 || message.isError == true, "\(answered.text.suffix(300))")
            #expect((message.errorMessage + message.notes).contains("`users`"))
        }
    }

    @Test(arguments: [
        "{\"id\":\"1\",\"name\":\"é", "{\"id\":\"1\",\"name\":\"\\", "{\"id\":\"1\",\"name\":\"\\u00", "{\"id\":1", "",
        "{", "tru",
    ])
    func aBodyThatBreaksOffAnywhereEndsValidly(_ tail: String) async throws {
        var body = bytes(opening(1000) + "," + tail)
        if tail.hasSuffix("é") { body.removeLast() }
        for ending in [nil, UpstreamFailure.broken("the connection was reset"), .deadline] {
            let answered = try await Answering.answer("list", Script(pieces: [body], ending: ending))
            let message = try answered.message("after \(tail), \(String(describing: ending))")
            #expect(message.isError == true)
            #expect(message.notes.contains("incomplete"))
        }
    }

    @Test func aCharacterThatIsNoUTF8EndsTheAnswerValidly() async throws {
        for early in [false, true] {
            let body = bytes(opening(early ? 2 : 1000) + #",{"name":""#) + [0xC3, 0x28] + bytes(#""}]}"#)
            let message = try await Answering.answer("list", Script(pieces: body.map { [$0] })).message()
            #expect(early ? message.code == 502 : message.isError == true)
        }
    }

    @Test func breakingOffBeforeAnythingWasSentIsAnError() async throws {
        let script = Script(pieces: [bytes(opening(3))], ending: .broken("the connection was reset"))
        let message = try await Answering.answer("list", script).message()
        #expect(message.code == 502)
        #expect(message.errorClass == "upstream_broken")
        #expect(message.errorMessage.contains("the connection was reset"))
    }

    @Test func aTooLongListIsCutBetweenItsElementsAndSaysSo() async throws {
        var config = ServerConfig()
        config.maximumResponse = 10_000
        let script = Script(pieces: pieces(opening(3000) + "]}"))
        let message = try await Answering.answer("list", script, config: config, cursor: "c-1").message()
        #expect(message.isError == false)
        let records = try #require(message.payload?["result"]?.array)
        #expect(records.count > 10 && records.count < 3000)
        #expect(message.payload?["truncated"]?.bool == true)
        #expect(message.payload?["result_count"]?.int == records.count)
        #expect(message.payload?["next_cursor"] == nil)
        #expect(message.notes.contains("10000 bytes"))
        #expect(message.notes.contains("`limit` below \(records.count)"))
    }

    @Test(arguments: [(2048, 8 << 20), (1 << 20, 2048)])
    func theSmallerOfTheToolsLimitAndTheServersCounts(_ toolLimit: Int, _ serverLimit: Int) async throws {
        let tickets = Acme.tickets.replacing(
            #""title":"List","#, with: #""title":"List","max_response_bytes":\#(toolLimit),"#)
        let catalogue = try Catalogue(files: [
            CatalogueFile(name: "acme_desk/integration.json", bytes: bytes(Acme.integration)),
            CatalogueFile(name: "acme_desk/tickets.json", bytes: bytes(tickets)),
        ])
        let bench = Bench(catalogue: catalogue)
        let account = try await bench.account(integration: "acme_desk", context: ["desk_id": "1"])
        try await bench.accessToken(for: account)
        var config = ServerConfig()
        config.maximumResponse = serverLimit
        let token = try await bench.server(on: account, config: config).token
        let elements = (100..<400).map { #"{"id":"\#($0)"}"# }.joined(separator: ",")
        bench.upstream.answer = { _ in Script(#"{"tickets":[\#(elements)]}"#) }
        let answer = try await bench.call(token, "list_all_acme_desk_tickets")
        let texts = answer.json?["result"]?["content"]?.array?.compactMap { $0["text"]?.string } ?? []
        let payload = try JSON(parsing: bytes(try #require(texts.first)))
        #expect(payload["truncated"] == true)
        #expect(payload["result"]?.array?.count == 171)
        #expect(texts.last?.contains("limit of 2048 bytes") == true)
    }

    @Test func aTooLongRecordIsCutInTheMiddleAndIsAnError() async throws {
        var config = ServerConfig()
        config.maximumResponse = 1024
        let long = String(repeating: "é😀", count: 100_000)
        let message = try await Answering.answer(
            "get", Script(pieces: pieces(#"{"users":[{"name":"\#(long)"}]}"#, of: 1000)), config: config
        ).message()
        #expect(message.isError == true)
        #expect(message.notes.contains("1024 bytes"))
    }

    // MARK: Content codings

    @Test(arguments: [1, 7, 4096])
    func gzipIsUndoneInPiecesOfAnySize(_ size: Int) async throws {
        let plain = opening(300) + "]}"
        let packed = Gzip.compress(bytes(plain))
        let cut = stride(from: 0, to: packed.count, by: size).map { Array(packed[$0..<min($0 + size, packed.count)]) }
        let message = try await Answering.answer(
            "list", Script(200, [("content-encoding", "GZIP")], pieces: cut)
        ).message()
        #expect(message.payload?["result_count"]?.int == 300)
    }

    @Test func anErrorInGzipIsFound() async throws {
        let packed = Gzip.compress(bytes(ErrorForm.biginObject("INVALID_TOKEN")))
        let script = Script(200, [("content-encoding", "gzip")], pieces: [packed])
        #expect(try await Answering.answer("list", script).message().code == 401)
    }

    @Test func damagedAndTruncatedGzipIsNoAnswer() async throws {
        let packed = Gzip.compress(bytes(opening(20) + "]}"))
        var damaged = packed
        damaged[packed.count / 2] ^= 0xFF
        for body in [damaged, Array(packed.dropLast(9)), Array(packed.dropLast(1)), bytes("plain")] {
            let script = Script(200, [("content-encoding", "gzip")], pieces: [body])
            let message = try await Answering.answer("list", script).message()
            #expect(message.code == 502, "\(message.json.text.prefix(200))")
        }
    }

    @Test func aCodingThatNobodyAskedForIsNoAnswer() async throws {
        let message = try await Answering.answer("list", Script(200, [("content-encoding", "br")], "x")).message()
        #expect(message.code == 502)
        #expect(message.errorMessage.contains("content coding"))
    }

    // MARK: Headers

    @Test func whatIsKnownOfLimitsIsInTheHeadersOfSuccessAndFailure() async throws {
        let fields = [("x-api-credits-remaining", "4711")]
        for (status, body) in [(200, #"{"users":[]}"#), (400, ErrorForm.biginObject("INVALID_DATA"))] {
            let answered = try await Answering.answer("list", Script(status, fields, body))
            #expect(answered.fields["ratelimit-remaining"] == "4711")
            #expect(answered.fields["ratelimit-limit"] == nil)
            #expect(answered.fields["ratelimit-reset"] == nil)
        }
        let message = try await Answering.answer("list", Script(400, fields, ErrorForm.biginObject("INVALID_DATA")))
            .message()
        #expect(message.data?["ratelimit"] == ["remaining": 4711])
    }

    // MARK: Random bodies

    /// Any JSON value, small.
    private func random(_ seed: inout Seeded, _ depth: Int) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &seed) {
        case 0: .null
        case 1: .bool(Bool.random(using: &seed))
        case 2: .number(["0", "-1", "1.50", "6000000000000123457", "1e-9", "-0.0E+7"].randomElement(using: &seed)!)
        case 3, 4: .string(["", "é", "😀\n", "\"\\/", "\u{1}", "status", "error"].randomElement(using: &seed)!)
        case 5, 6:
            .object(
                (0..<Int.random(in: 0..<4, using: &seed)).map { index in
                    ("k\(index)é", random(&seed, depth - 1))
                })
        default: .array((0..<Int.random(in: 0..<4, using: &seed)).map { _ in random(&seed, depth - 1) })
        }
    }

    private func cuts(_ body: [UInt8], _ seed: inout Seeded) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var position = 0
        while position < body.count {
            let next = min(body.count, position + Int.random(in: 1...97, using: &seed))
            pieces.append(Array(body[position..<next]))
            position = next
        }
        return pieces
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func everyRandomListArrivesWholeAndEveryBrokenOneValidly(_ number: UInt64) async throws {
        var seed = Seeded(number)
        for round in 0..<150 {
            let records = (0..<Int.random(in: 0..<12, using: &seed)).map { index -> JSON in
                ["id": JSON(index), "value": random(&seed, 3)]
            }
            var members: [(key: String, value: JSON)] = [("users", .array(records)), ("info", ["count": 3])]
            members.append(("other", random(&seed, 2)))
            members.shuffle(using: &seed)
            let json = JSON.object(members)
            let body = bytes(Bool.random(using: &seed) ? json.spaced : json.text)
            let whole = try await Answering.answer("list", Script(pieces: cuts(body, &seed))).message()
            #expect(whole.isError == false)
            #expect(whole.payload?["result"] == .array(records), "round \(round)")
            #expect(whole.payload?["result_count"]?.int == records.count)

            let part = Array(body[..<Int.random(in: 0..<body.count, using: &seed)])
            let ending: UpstreamFailure? = Bool.random(using: &seed) ? nil : .broken("reset")
            let broken = try await Answering.answer("list", Script(pieces: cuts(part, &seed), ending: ending))
            #expect(try broken.message("round \(round)").code == 502)
        }
    }

    @Test(arguments: [4, 5] as [UInt64])
    func everyLongListThatBreaksOffEndsValidly(_ number: UInt64) async throws {
        var seed = Seeded(number)
        let body = bytes(opening(1000) + "]}")
        for round in 0..<12 {
            let part = Array(body[..<Int.random(in: (66 << 10)..<body.count, using: &seed)])
            let ending: UpstreamFailure? = Bool.random(using: &seed) ? nil : .deadline
            var pieces: [[UInt8]] = [Array(part[..<(65 << 10)])]
            pieces += cuts(Array(part[(65 << 10)...]), &seed)
            let answered = try await Answering.answer("list", Script(pieces: pieces, ending: ending))
            #expect(try answered.message("round \(round)").isError == true)
        }
    }

    @Test func whatFollowsInTheSecondPlaceIsFoundAfterTheHeldBytes() async throws {
        let filler = String(repeating: "x", count: 80 << 10)
        let body = #"{"info":{"more_records":false,"note":"\#(filler)"},"users":[{"id":"1"}]}"#
        for script in [Script(body), Script(pieces: pieces(body))] {
            let message = try await Answering.answer("list", script).message()
            #expect(message.isError == false, "\(message.json.text.prefix(300))")
            #expect(try message.payload == JSON(parsing: #"{"result":[{"id":"1"}],"result_count":1}"#))
        }
    }

    /// The status was there before the connection broke: it still says what is wrong.
    @Test(arguments: ["", #"{"code":"TOO_MANY"#])
    func aStatusCountsAlthoughItsBodyBreaksOff(_ part: String) async throws {
        let script = Script(
            429, [("retry-after", "7")], pieces: part.isEmpty ? [] : [bytes(part)], ending: .broken("reset"))
        let message = try await Answering.answer("list", script).message()
        #expect(message.code == 429)
        #expect(message.errorMessage.contains("7 seconds"))
    }

    @Test func anErrorStatusIsNoSuccessBecauseItsBodyIsLong() async throws {
        var config = ServerConfig()
        config.maximumResponse = 1024
        let message = try await Answering.answer(
            "list", Script(500, [], opening(100) + "]}"), config: config
        ).message()
        #expect(message.code == 502)
    }
}
