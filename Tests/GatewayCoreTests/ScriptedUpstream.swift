// An upstream that answers as the test wrote it down, in the pieces that the test chose.

import Wire

@testable import GatewayCore

struct Script {
    var status = 200
    var fields: [(name: String, value: String)] = []
    var pieces: [[UInt8]] = []
    /// What comes in place of the body's end.
    var ending: UpstreamFailure?
    /// What comes in place of the head.
    var refusal: UpstreamFailure?
    /// The head waits for this.
    var gate: Gate?

    init(
        _ status: Int = 200, _ fields: [(String, String)] = [], pieces: [[UInt8]], ending: UpstreamFailure? = nil
    ) {
        self.status = status
        self.fields = fields.map { (name: $0.0, value: $0.1) }
        self.pieces = pieces
        self.ending = ending
    }

    init(_ body: String) { self.init(pieces: [Array(body.utf8)]) }

    init(_ status: Int, _ fields: [(String, String)] = [], _ body: String) {
        self.init(status, fields, pieces: body.isEmpty ? [] : [Array(body.utf8)])
    }

    init(refusal: UpstreamFailure) {
        self.init(pieces: [])
        self.refusal = refusal
    }
}

final class ScriptedCall: UpstreamCall {
    private var script: Script
    private(set) var isCancelled = false
    var piecesLeft: Int { script.pieces.count }

    init(_ script: Script) { self.script = script }

    func head() async throws(UpstreamFailure) -> UpstreamHead {
        if let gate = script.gate { await gate.wait() }
        if let refusal = script.refusal { throw refusal }
        if isCancelled { throw .cancelled }
        return UpstreamHead(status: script.status, fields: script.fields)
    }

    func read(into buffer: inout [UInt8]) async throws(UpstreamFailure) -> Bool {
        if isCancelled { throw .cancelled }
        guard !script.pieces.isEmpty else {
            if let ending = script.ending { throw ending }
            return false
        }
        buffer.append(contentsOf: script.pieces.removeFirst())
        return true
    }

    func cancel() { isCancelled = true }
}

final class ScriptedUpstream: Upstream {
    var answer: (UpstreamRequest) -> Script
    private(set) var requests: [UpstreamRequest] = []
    private(set) var calls: [ScriptedCall] = []

    init() { answer = { _ in Script(500, [], "nothing is scripted") } }

    func start(_ request: UpstreamRequest) -> any UpstreamCall {
        requests.append(request)
        calls.append(ScriptedCall(answer(request)))
        return calls[calls.count - 1]
    }
}
