// Feeds bytes to a connection's state as a connection would, and writes down what came of it.

import Wire

@testable import Net

struct StateDriver: ~Copyable {
    private var state: ConnectionState
    private(set) var input: [UInt8] = []
    /// One entry per request, then how it ended.
    private(set) var outcome: [String] = []
    private(set) var continues = 0
    private(set) var reasons: [StaticString] = []
    private(set) var isOver = false
    private(set) var waiting = "request"

    init(_ limits: ConnectionLimits = ConnectionLimits()) { state = ConnectionState(limits: limits) }

    mutating func feed(_ bytes: some Sequence<UInt8>) {
        guard !isOver else { return }
        input.append(contentsOf: bytes)
        while !isOver {
            switch state.advance(&input) {
            case .wait(let what):
                waiting = "\(what)"
                return
            case .sendContinue: continues += 1
            case .dispatch(let request): answer(request)
            case .refuse(let refusal):
                outcome.append("\(refusal.status)")
                reasons.append(refusal.reason)
                isOver = true
            case .close:
                outcome.append("closed")
                isOver = true
            }
        }
    }

    private mutating func answer(_ request: Request) {
        let head = request.head
        let target = input.text(head.path.lowerBound..<max(head.path.upperBound, head.query.upperBound))
        let keeps = state.keepsAlive()
        outcome.append("\(input.text(head.methodName)) \(target) \(request.body.count) \(keeps ? "keep" : "close")")
        isOver = !state.answered(mayContinue: keeps)
        guard state.start > 0 else { return }
        input.removeSubrange(..<state.start)
        state.compacted()
    }

    mutating func drain() -> Bool { state.drain() }

    mutating func timeOut() {
        if case .refuse(let refusal) = state.timedOut() {
            outcome.append("\(refusal.status)")
        } else {
            outcome.append("closed")
        }
        isOver = true
    }

    /// What came of everything, with what is still awaited.
    var summary: String { (isOver ? outcome : outcome + ["wait \(waiting)"]).joined(separator: ", ") }
}

extension ConnectionLimits {
    /// What follows from `pieces`, fed one after the other to a fresh connection.
    func outcome(_ pieces: some Sequence<ArraySlice<UInt8>>) -> String {
        var driver = StateDriver(self)
        for piece in pieces { driver.feed(piece) }
        return driver.summary
    }
}
