import Testing
import Wire

@testable import Net

/// The connection's decisions, without sockets.
@Suite struct ConnectionStateTests {
    @Test func aKeptConnectionAnswersOneRequestAfterTheOther() {
        var driver = StateDriver()
        for index in 1...3 {
            driver.feed(get("/\(index)").utf8)
            #expect(driver.outcome.count == index)
        }
        #expect(driver.summary == "GET /1 0 keep, GET /2 0 keep, GET /3 0 keep, wait request")
    }

    @Test func pipelinedRequestsComeOutInOrder() {
        var driver = StateDriver()
        driver.feed((get("/1") + post("/2", "two") + get("/3")).utf8)
        #expect(driver.summary == "GET /1 0 keep, POST /2 3 keep, GET /3 0 keep, wait request")
    }

    @Test func aRequestIsDispatchedOnlyWithItsWholeBody() {
        var driver = StateDriver()
        let text = Array(post("/", "hello").utf8)
        driver.feed(text.dropLast())
        #expect(driver.summary == "wait body")
        driver.feed(text.suffix(1))
        #expect(driver.summary == "POST / 5 keep, wait request")
    }

    @Test func aDecodedBodyIsWhereTheRequestSays() {
        var state = ConnectionState(limits: ConnectionLimits())
        var input = Array(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nT: u\r\n\r\nrest"
                .utf8)
        guard case .dispatch(let request) = state.advance(&input) else {
            Issue.record("the request is complete")
            return
        }
        #expect(input.text(request.body) == "hello")
        #expect(input.text(state.start..<input.count) == "rest")
    }

    @Test func aClientThatExpectsAWordGetsItOnceAndOnlyWhileItsBodyIsMissing() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
        var driver = StateDriver()
        driver.feed(head.utf8)
        #expect(driver.continues == 1)
        driver.feed("he".utf8)
        driver.feed("llo".utf8)
        #expect(driver.continues == 1)
        driver.feed((head + "hello").utf8)
        #expect(driver.continues == 1)
        driver.feed(head.utf8)
        #expect(driver.continues == 2)
    }

    @Test func eachDeadlineHasItsConsequence() {
        for (text, outcome) in [
            ("", "closed"), ("G", "408"), (get("/").dropLast(2).description, "408"),
            (post("/", "hello").dropLast().description, "408"),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "408"),
        ] {
            var driver = StateDriver()
            driver.feed(text.utf8)
            driver.timeOut()
            #expect(driver.summary == outcome, "\(text)")
        }
    }

    @Test func aDrainedConnectionFinishesWhatHasBegunAndNoMore() {
        var idle = StateDriver()
        let idleEnds = idle.drain()
        #expect(idleEnds)
        var begun = StateDriver()
        begun.feed("GET / HT".utf8)
        let begunEnds = begun.drain()
        #expect(!begunEnds)
        begun.feed(get("/").dropFirst(8).utf8)
        #expect(begun.summary == "GET / 0 close")
        var body = StateDriver()
        body.feed(post("/", "hello").dropLast().utf8)
        let bodyEnds = body.drain()
        #expect(!bodyEnds)
        body.feed("o".utf8)
        #expect(body.summary == "POST / 5 close")
    }

    @Test func anAnswerUnderWayLearnsOfTheDrain() {
        var state = ConnectionState(limits: ConnectionLimits())
        var input = Array(get("/").utf8)
        guard case .dispatch = state.advance(&input) else {
            Issue.record("the request is complete")
            return
        }
        let before = state.keepsAlive()
        let ends = state.drain()
        let after = state.keepsAlive()
        #expect(before && !ends && !after)
        let isAnswering = state.isAnswering
        #expect(isAnswering)
    }

    @Test(arguments: [-1, 0, 1]) func headsAreLimitedToTheByte(_ beyond: Int) {
        var limits = ConnectionLimits()
        limits.headBytes = 200
        let bare = get("/", fields: "X: \r\n").utf8.count
        let request = Array(get("/", fields: "X: \(String(repeating: "y", count: 200 + beyond - bare))\r\n").utf8)
        #expect(request.count == 200 + beyond)
        let outcome = beyond > 0 ? "431" : "GET / 0 keep, wait request"
        #expect(limits.outcome([request[...]]) == outcome)
        #expect(limits.outcome(request.indices.map { request[$0...$0] }) == outcome)
    }

    @Test(arguments: [-1, 0, 1]) func bodiesAreLimitedToTheByte(_ beyond: Int) {
        var limits = ConnectionLimits()
        limits.bodyBytes = 100
        let body = String(repeating: "b", count: 100 + beyond)
        let outcome = beyond > 0 ? "413" : "POST / \(100 + beyond) keep, wait request"
        #expect(limits.outcome([Array(post("/", body).utf8)[...]]) == outcome)
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let size = String(body.utf8.count, radix: 16)
        #expect(limits.outcome([Array("\(head)\(size)\r\n\(body)\r\n0\r\n\r\n".utf8)[...]]) == outcome)
        let single = body.map { "1\r\n\($0)\r\n" }.joined()
        #expect(limits.outcome([Array("\(head)\(single)0\r\n\r\n".utf8)[...]]) == outcome)
    }

    @Test(arguments: [99, 100, 101]) func fieldsAreCounted(_ count: Int) {
        let fields = (1..<count).map { "X-\($0): y\r\n" }.joined()
        let outcome = ConnectionLimits().outcome([Array(get("/", fields: fields).utf8)[...]])
        #expect(outcome == (count > RequestHead.maximumFields ? "431" : "GET / 0 keep, wait request"))
    }

    @Test func aBodyTooLargeIsRefusedBeforeItIsAskedFor() {
        var limits = ConnectionLimits()
        limits.bodyBytes = 4
        var driver = StateDriver(limits)
        driver.feed("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n".utf8)
        #expect(driver.summary == "413")
        #expect(driver.continues == 0)
    }

    /// A megabyte in chunks of one byte comes with five of framing.
    @Test func framingDoesNotPileUpBehindABody() {
        var driver = StateDriver()
        driver.feed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
        for _ in 0..<1000 { driver.feed(String(repeating: "1\r\nx\r\n", count: 100).utf8) }
        #expect(driver.input.count < 110_000)
        driver.feed("0\r\n\r\n".utf8)
        #expect(driver.summary == "POST / 100000 keep, wait request")
    }
}
