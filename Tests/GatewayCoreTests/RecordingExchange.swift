// One request without a connection, and the answer that it got.

import GatewayCore
import Testing
import Wire

final class RecordingExchange: Exchange {
    let input: [UInt8]
    let request: Request
    var onClientGone: (() -> Void)?

    private(set) var status: Int?
    private(set) var fields: [String: String] = [:]
    private(set) var body: [UInt8] = []
    private(set) var isEnded = false
    private(set) var isStreamed = false
    /// The client leaves when this many bytes have been written.
    var leavesAfter = Int.max

    init(_ method: String = "POST", _ target: String = "/", _ fields: [String] = [], _ body: String = "") throws {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: gateway.example"] + fields
        if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
        let head = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        input = head + Array(body.utf8)
        request = Request(
            head: try RequestHead.parse(input, from: 0, to: head.count), body: head.count..<input.count)
    }

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSON? { try? JSON(parsing: body) }

    func respond(_ head: ResponseHead, _ body: [UInt8], then shared: [UInt8], end: [UInt8]) {
        take(head)
        self.body = body + shared + end
        isEnded = true
    }

    func begin(_ head: ResponseHead) {
        take(head)
        isStreamed = true
    }

    func write(_ bytes: [UInt8]) {
        if !isStreamed || isEnded { Issue.record("bytes were written outside of an answer") }
        body += bytes
    }

    func end() {
        if !isStreamed || isEnded { Issue.record("an answer ended that was not open") }
        isEnded = true
    }

    /// An answer that broke off.
    private(set) var isAbandoned = false

    func abandon() {
        if !isStreamed || isEnded { Issue.record("an answer was abandoned that was not open") }
        isAbandoned = true
    }

    func drained() async -> Bool {
        guard body.count >= leavesAfter else { return true }
        let leave = onClientGone
        onClientGone = nil
        leave?()
        return false
    }

    private func take(_ head: ResponseHead) {
        if status != nil { Issue.record("a request was answered twice") }
        status = head.status
        for line in String(decoding: head.fields, as: UTF8.self).split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            fields[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
    }
}
