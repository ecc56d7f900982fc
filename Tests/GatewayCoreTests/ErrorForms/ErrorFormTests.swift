// Every form of every product, whatever the pieces in which it comes, the order of its members and its white space.

import Compression
import Testing
import Wire

@testable import GatewayCore

@Suite struct ErrorFormTests {
    // MARK: What must be heard

    private func check(_ form: ErrorForm, _ answered: Answered, isRewritten: Bool = false) throws {
        let message = try answered.message()
        #expect(message.json["id"]?.string == "id-1")
        switch form.expected {
        case .failure(let failure): try check(failure, form, message, isRewritten: isRewritten)
        case .result(let payload, let notes):
            #expect(message.isError == false, "\(answered.text)")
            #expect(try message.payload == JSON(parsing: payload), "\(answered.text)")
            #expect(message.notes.isEmpty == notes.isEmpty, "\(message.notes)")
            for note in notes { #expect(message.notes.contains(note), "\(message.notes)") }
        }
    }

    private func check(
        _ failure: ErrorForm.Failure, _ form: ErrorForm, _ message: Message, isRewritten: Bool
    ) throws {
        let got = message.json.text
        let data = try #require(message.data, "\(got)")
        #expect(message.code == failure.code, "\(got)")
        #expect(data["class"]?.string == failure.errorClass, "\(got)")
        #expect(data["status"]?.int == failure.code, "\(got)")
        #expect(data["request_id"]?.string == "r-1", "\(got)")
        #expect(data["retryable"]?.bool == isRetryable(failure.errorClass, form.caller.tool), "\(got)")
        #expect(data["retry_after_ms"]?.int == failure.retryAfter, "\(got)")
        #expect(try data["ratelimit"] == failure.limits.map { try JSON(parsing: $0) }, "\(got)")
        let upstream = data["upstream"]
        #expect((upstream != nil) == failure.hasUpstream, "\(got)")
        if let upstream {
            #expect(upstream["status"]?.int == form.status, "\(got)")
            #expect(upstream["code"]?.string == failure.upstreamCode, "\(got)")
            #expect(upstream["message"]?.string == failure.upstreamMessage, "\(got)")
            #expect(try upstream["details"] == failure.details.map { try JSON(parsing: $0) }, "\(got)")
        }
        #expect((data["hint"] != nil) == (failure.hint != nil), "\(got)")
        if let hint = failure.hint { #expect(data["hint"]?.string?.contains(hint) == true, "\(got)") }
        let sentence = message.errorMessage
        #expect(sentence.hasPrefix(form.caller.product.title), "\(sentence)")
        let parts = [failure.upstreamCode, failure.upstreamMessage].compactMap { $0 } + failure.says
        for part in parts where !(isRewritten && part.hasPrefix("{")) {
            #expect(sentence.contains(part), "\(part) is not in: \(sentence)")
        }
    }

    /// Said here once more, on purpose: what time alone may mend.
    private func isRetryable(_ errorClass: String, _ tool: Tool) -> Bool {
        switch errorClass {
        case "rate_limited", "unavailable": true
        case "upstream_failed", "upstream_broken", "deadline": tool.call.verb == "GET"
        default: false
        }
    }

    // MARK: Whole

    @Test(arguments: ErrorForm.all)
    func isUnderstood(_ form: ErrorForm) async throws {
        let asked = try Answering.Asked(form.caller)
        let answered = try await Answering.answer(asked, Script(form.status, form.fields, form.body))
        try check(form, answered)
        if case .result(let payload, _) = form.expected { #expect(try answered.message().texts.first == payload) }
    }

    @Test func noFormIsThereTwice() {
        var seen: Set<String> = []
        for form in ErrorForm.all {
            let key = "\(form.caller) \(form.status) \(form.fields) \(form.body)"
            #expect(seen.insert(key).inserted, "\(key)")
        }
    }

    // MARK: In pieces and rewritten

    /// A body, alone in its piece, byte by byte, and in every two pieces whose cut is a multiple of `step`, is answered
    /// alike.
    private func checkPieces(
        _ asked: Answering.Asked, _ form: ErrorForm, _ body: [UInt8], _ whole: Answered, from: Int = 1, step: Int = 1
    ) async throws {
        var ways = [body.map { [$0] }]
        ways += stride(from: from, to: body.count, by: step).map { [Array(body[..<$0]), Array(body[$0...])] }
        for pieces in ways {
            let cut = try await Answering.answer(asked, Script(form.status, form.fields, pieces: pieces))
            if cut.body != whole.body {
                Issue.record("cut at \(pieces[0].count): \(cut.text)\nwhole: \(whole.text)")
                return
            }
        }
    }

    @Test(arguments: ErrorForm.all)
    func isUnderstoodAlikeInEveryTwoPiecesAndByteByByte(_ form: ErrorForm) async throws {
        let asked = try Answering.Asked(form.caller)
        let whole = try await Answering.answer(asked, Script(form.status, form.fields, form.body))
        try await checkPieces(asked, form, bytes(form.body), whole)
    }

    /// Each of these texts also comes byte by byte; the cuts in two they share among them.
    @Test(arguments: ErrorForm.all)
    func isUnderstoodInEveryOrderAndWithWhiteSpace(_ form: ErrorForm) async throws {
        guard let json = try? JSON(parsing: form.body) else { return }
        let asked = try Answering.Asked(form.caller)
        let texts =
            [(" \n\(json.spaced)\t\r\n", 5), ("\t\(json.reversed.spaced) ", 5)] + json.orders.map { ($0.text, 61) }
        for (index, (text, step)) in texts.enumerated() {
            let whole = try await Answering.answer(asked, Script(form.status, form.fields, text))
            try check(form, whole, isRewritten: true)
            try await checkPieces(asked, form, bytes(text), whole, from: 1 + index % step, step: step)
        }
    }

    @Test(
        arguments: ErrorForm.all.filter { form in
            !form.body.isEmpty && form.fields.allSatisfy { $0.0 != "content-encoding" }
        })
    func isUnderstoodCompressed(_ form: ErrorForm) async throws {
        if form.status == 204 { return }
        let asked = try Answering.Asked(form.caller)
        let plain = try await Answering.answer(asked, Script(form.status, form.fields, form.body))
        let packed = Gzip.compress(bytes(form.body))
        let fields = form.fields + [("content-encoding", "gzip")]
        let half = packed.count / 2
        for pieces in [[packed], packed.map { [$0] }, [Array(packed[..<half]), Array(packed[half...])]] {
            let answered = try await Answering.answer(asked, Script(form.status, fields, pieces: pieces))
            #expect(answered.body == plain.body, "\(answered.text)")
        }
    }

    // MARK: Around it

    /// `errors: "result"` says the same in a tool result.
    @Test(arguments: ErrorForm.all)
    func saysTheSameAsAResult(_ form: ErrorForm) async throws {
        let script = Script(form.status, form.fields, form.body)
        var config = ServerConfig()
        config.errors = .result
        let asError = try await Answering.answer(try Answering.Asked(form.caller), script).message()
        let asResult = try await Answering.answer(try Answering.Asked(form.caller, config), script).message()
        guard case .failure = form.expected else {
            #expect(asError.json == asResult.json)
            return
        }
        #expect(asResult.isError == true)
        let lines = (asResult.texts.first ?? "").split(separator: "\n", maxSplits: 1)
        try #require(lines.count == 2)
        #expect(lines[0] == asError.errorMessage)
        #expect(try JSON(parsing: String(lines[1])) == asError.data)
    }

    /// Through everything that a request passes: the answer is the same, a refused token is renewed and the call sent
    /// once more, and nothing else is ever sent again.
    @Test(arguments: ErrorForm.all)
    func isAnsweredAlikeByTheWholeGateway(_ form: ErrorForm) async throws {
        let bench = Bench()
        let account = try await bench.account(
            integration: form.caller.integration, context: ["zoid": "1", "account_id": "1", "zsoid": "1"])
        try await bench.accessToken(for: account)
        let token = try await bench.server(on: account).token
        bench.upstream.answer = { request in
            request.host.hasPrefix("accounts.")
                ? Script(#"{"access_token":"1000.new","expires_in":3600}"#)
                : Script(form.status, form.fields, form.body)
        }
        let answer = try await bench.call(token, form.caller.tool.name, form.caller.arguments.text)
        #expect(answer.status == 200)
        let alone = try await Answering.answer(
            try Answering.Asked(form.caller), Script(form.status, form.fields, form.body)
        ).message()
        let got = try #require(answer.json, "\(answer.text)")
        #expect(got["result"] == alone.json["result"], "\(answer.text)")
        #expect(got["error"]?["code"] == alone.json["error"]?["code"], "\(answer.text)")
        #expect(got["error"]?["message"] == alone.json["error"]?["message"], "\(answer.text)")
        #expect(got["error"]?["data"]?["class"] == alone.data?["class"], "\(answer.text)")
        let sent = bench.upstream.requests.map { $0.host.hasPrefix("accounts.") }
        #expect(sent == (alone.errorClass == "token_invalid" ? [false, true, false] : [false]))
    }
}
