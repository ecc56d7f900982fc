// The head of an upstream answer, as it is looked up.

import Testing
import Wire

@testable import GatewayCore

@Suite struct UpstreamHeadTests {
    @Test("A field is found by its name in any case, and the first of two counts")
    func fieldsAreFound() {
        let head = UpstreamHead(
            status: 200, fields: [("Content-Type", "text/html"), ("X-Empty", ""), ("content-type", "second")])
        #expect(head["content-type"] == "text/html")
        #expect(head["x-empty"] == "")
        #expect(head["content-typ"] == nil)
        #expect(head["content-length"] == nil)
        #expect(head.fields.map(\.name) == ["content-type", "x-empty", "content-type"])
        #expect(head.fields.map(\.value) == ["text/html", "", "second"])
    }

    @Test("A folded line belongs to the field before it, and to none where there is none")
    func foldedLinesAreJoined() {
        var head = UpstreamHead(status: 200)
        head.extendLast(bytes("lost").span)
        head.append(bytes("A").span, bytes("1").span)
        head.extendLast(bytes("2").span)
        head.append(bytes("B").span, bytes("3").span)
        #expect(head["a"] == "1 2")
        #expect(head["b"] == "3")
        #expect(head.fields.count == 2)
    }
}
