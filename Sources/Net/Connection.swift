// One client's connection: reads requests, hands each to the handler, writes answers in order. Lives and dies on its
// loop's thread, in one task.

import Wire

/// Answers requests. One instance per worker.
package protocol RequestHandler: AnyObject {
    /// Answers the request that `connection` holds, completely, before it returns.
    func handle(_ connection: Connection) async
    /// A request that is refused before it is one: the body to send with `refusal`.
    func refused(_ refusal: Refusal) -> (head: ResponseHead, body: [UInt8])
}

package final class Connection: Watcher {
    private let loop: Loop
    let socket: Socket
    private let handler: any RequestHandler
    private let limits: ConnectionLimits
    var state: ConnectionState
    private let owner: Listener
    private lazy var timer = Timer { [unowned self] in self.deadlinePassed() }

    /// Received bytes. Unchanged while a request is being answered, so that its ranges stay valid.
    package private(set) var input: [UInt8] = []
    /// The request being answered; its ranges point into `input`.
    package var request: Request { current }
    private var current = Request(head: RequestHead(), body: 0..<0)
    private var mayHaveInput = true
    private var peerHasClosed = false

    var output = OutputQueue()
    var answer = Answer.none
    var isBroken = false
    private var deadline: UInt64 = .max
    private var inputWaiter: UnsafeContinuation<Void, Never>?
    private var outputWaiter: UnsafeContinuation<Void, Never>?

    /// Called at most once per request when the client leaves before its answer is complete; at once if it has left.
    package var onClientGone: (() -> Void)? {
        get { leaving }
        set {
            leaving = newValue
            if newValue != nil, isClientGone, state.isAnswering { clientLeft() }
        }
    }
    private var leaving: (() -> Void)?

    enum Answer { case none, complete, streaming(chunked: Bool), raw }

    /// Status of the answer, once it has begun.
    package var status: Int? { begun }
    private var begun: Int?

    /// This connection's place in the order in which its listener accepted them, from 1.
    package let number: Int

    /// Pipelined requests answered in a row; then everybody else has a turn.
    private static let maximumServedInTurn = 32
    private var servedInTurn = 0

    /// Input that may wait while an answer is under way; no more is read until it is done.
    private static let readAhead = 64 << 10
    /// Output that may wait before a streaming handler is held up.
    package static let highWater = 32 << 10

    init(
        loop: Loop, socket: consuming Socket, handler: any RequestHandler, limits: ConnectionLimits, owner: Listener,
        number: Int
    ) {
        self.number = number
        self.loop = loop
        self.socket = socket
        self.handler = handler
        self.limits = limits
        self.owner = owner
        state = ConnectionState(limits: limits)
    }

    // MARK: The task

    func run() async {
        loop.watch(socket.descriptor, [.readable, .writable, .peerClosed, .edgeTriggered], self)
        // First what has come, then what to do: a drain ends a connection only where nothing has been asked.
        _ = readMore()
        while await nextRequest() {
            await handler.handle(self)
            guard finishAnswer() else { break }
            // The next request waits too: answers that nobody reads must not be made.
            if output.count >= Connection.highWater, !(await drained()) { break }
        }
        await flushRest()
        onClientGone = nil
        loop.disarm(timer)
        loop.unwatch(socket.descriptor)
        owner.closed(self)
    }

    /// Reads until a request is complete.
    /// - Returns: false when the connection is over.
    private func nextRequest() async -> Bool {
        compact()
        servedInTurn += 1
        if servedInTurn > Connection.maximumServedInTurn {
            await loop.nextTurn()
            servedInTurn = 0
        }
        while true {
            switch state.advance(&input) {
            case .dispatch(let request):
                current = request
                answer = .none
                begun = nil
                setDeadline(.max)
                return true
            case .sendContinue: output.append("HTTP/1.1 100 Continue\r\n\r\n")
            case .refuse(let refusal):
                await refuse(refusal)
                return false
            case .close: return false
            case .wait(let waiting):
                flush()
                if readMore() { continue }
                if isBroken || peerHasClosed && !mayHaveInput { return !state.peerClosed() }
                await waitForInput(waiting)
                if isBroken { return false }
                if timedOut {
                    guard case .refuse(let refusal) = state.timedOut() else { return false }
                    await refuse(refusal)
                    return false
                }
                _ = readMore()
            }
        }
    }

    private var timedOut = false

    private func waitForInput(_ waiting: ConnectionState.Waiting) async {
        let milliseconds =
            switch waiting {
            case .request: limits.idleMilliseconds
            case .head: limits.headMilliseconds
            case .body: limits.bodyMilliseconds
            }
        if waiting != lastWaiting || deadline == .max { setDeadline(loop.now + UInt64(milliseconds) * 1_000_000) }
        lastWaiting = waiting
        await withUnsafeContinuation { inputWaiter = $0 }
        servedInTurn = 0
    }

    private var lastWaiting = ConnectionState.Waiting.request

    /// - Returns: whether bytes were added to `input`.
    private func readMore() -> Bool {
        guard mayHaveInput else { return false }
        // A body that is under way is read in larger steps.
        let capacity = input.count > 32 << 10 ? Loop.scratchSize : 16 << 10
        switch socket.read(into: &input, capacity: capacity, by: loop.scratch) {
        case .bytes(let count):
            // Less than asked for means that the socket is empty (epoll(7), edge-triggered).
            if count < capacity, !peerHasClosed { mayHaveInput = false }
            return true
        case .later: mayHaveInput = false
        case .over:
            mayHaveInput = false
            peerHasClosed = true
        }
        return false
    }

    private func compact() {
        let served = state.start
        guard served > 0 else { return }
        if served == input.count {
            input.removeAll(keepingCapacity: input.capacity <= 64 << 10)
        } else {
            input.removeSubrange(..<served)
        }
        state.compacted()
    }

    private func refuse(_ refusal: Refusal) async {
        let (head, body) = handler.refused(refusal)
        let date = owner.date()
        output.append { head.write(to: &$0, body: .length(body.count), keepAlive: false, date: date) }
        output.append(body)
    }

    /// - Returns: whether another request may be read.
    private func finishAnswer() -> Bool {
        leaving = nil
        if case .complete = answer {
        } else {
            // The handler left an answer unfinished: the only honest end is to break the connection.
            isBroken = true
        }
        return state.answered(mayContinue: !isBroken && answerKeepsAlive)
    }

    var answerKeepsAlive = false

    // MARK: Answering

    /// Sends a complete answer.
    /// - Parameters:
    ///   - body: appended to the connection's buffer.
    ///   - shared: sent after `body` from where it is, without a copy.
    ///   - end: sent after `shared`.
    package func respond(
        _ head: ResponseHead, _ body: [UInt8] = [], then shared: [UInt8] = [], end: [UInt8] = []
    ) {
        guard case .none = answer else { preconditionFailure("a request is answered once") }
        answer = .complete
        begun = head.status
        answerKeepsAlive = state.keepsAlive()
        let isAbsent = head.status == 204 || head.status == 304
        let sendsBody = !isAbsent && current.head.method != .head
        let (keepsAlive, date) = (answerKeepsAlive, owner.date())
        output.append {
            head.write(
                to: &$0, body: isAbsent ? .absent : .length(body.count + shared.count + end.count),
                keepAlive: keepsAlive, date: date)
            if sendsBody { $0.append(contentsOf: body) }
        }
        if sendsBody, !shared.isEmpty || !end.isEmpty {
            output.append(shared: shared)
            output.append(end)
        }
        if output.count >= Connection.highWater { flush() }
    }

    /// Begins an answer whose length is not known.
    package func begin(_ head: ResponseHead) {
        guard case .none = answer else { preconditionFailure("a request is answered once") }
        let chunked = current.head.minorVersion == 1
        answer = .streaming(chunked: chunked)
        begun = head.status
        answerKeepsAlive = state.keepsAlive() && chunked
        let (keepsAlive, date) = (answerKeepsAlive, owner.date())
        output.append {
            head.write(to: &$0, body: chunked ? .chunked : .untilClose, keepAlive: keepsAlive, date: date)
        }
    }

    /// Sends a part of the answer that `begin` or `beginRaw` began.
    package func write(_ bytes: [UInt8]) {
        let chunked: Bool
        switch answer {
        case .streaming(let framed):
            guard current.head.method != .head else { return }
            chunked = framed
        case .raw: chunked = false
        case .none, .complete: preconditionFailure("write comes between begin and end")
        }
        guard !bytes.isEmpty, !isBroken else { return }
        if chunked { output.appendChunk(bytes) } else { output.append(bytes) }
        flush()
    }

    /// Completes the answer that `begin` began.
    package func end() {
        guard case .streaming(let chunked) = answer else { preconditionFailure("end comes after begin") }
        if chunked, current.head.method != .head { output.append("0\r\n\r\n") }
        answer = .complete
    }

    /// Waits until less than `limit` bytes of output are left to send; 1 waits until the kernel has them all.
    /// - Returns: false when the client is gone.
    package func drained(below limit: Int = Connection.highWater) async -> Bool {
        flush()
        while output.count >= limit, !isBroken {
            setStallDeadline()
            await withUnsafeContinuation { outputWaiter = $0 }
        }
        setDeadline(.max)
        return !isBroken
    }

    /// True when the client has closed or broken the connection.
    package var isClientGone: Bool { isBroken || peerHasClosed }

    func flush() {
        if !isBroken, !output.flush(to: socket) { breakOff() }
    }

    /// Sends what is left, then lets the peer read it: closing a socket with unread input would reset the
    /// connection and could destroy the answer on its way (RFC 9112 section 9.6).
    private func flushRest() async {
        flush()
        while !output.isEmpty, !isBroken {
            setStallDeadline()
            await withUnsafeContinuation { outputWaiter = $0 }
            flush()
        }
        guard !isBroken, !peerHasClosed else { return }
        socket.shutdownWriting()
        setDeadline(loop.now + 2_000_000_000)
        timedOut = false
        while !isBroken, !peerHasClosed, !timedOut {
            mayHaveInput = true
            while readMore() { input.removeAll(keepingCapacity: true) }
            if peerHasClosed { return }
            await withUnsafeContinuation { inputWaiter = $0 }
        }
    }

    // MARK: Events

    package func ready(_ readiness: Readiness) {
        if !readiness.isDisjoint(with: [.readable, .peerClosed, .failed]) { mayHaveInput = true }
        if readiness.contains(.failed) { return breakOff() }
        if readiness.contains(.peerClosed) {
            peerHasClosed = true
            if state.isAnswering { clientLeft() }
        }
        if readiness.contains(.writable), !output.isEmpty {
            let before = output.count
            flush()
            // The deadline is for a byte, not for all of them.
            if outputWaiter != nil, output.count < before { setStallDeadline() }
            if output.count < Connection.highWater / 2 || isBroken { resumeOutput() }
        }
        if mayHaveInput { resumeInput() }
    }

    private func breakOff() {
        isBroken = true
        clientLeft()
        resumeOutput()
        resumeInput()
    }

    private func clientLeft() {
        let action = leaving
        leaving = nil
        action?()
    }

    private func resumeInput() {
        guard let waiter = inputWaiter else { return }
        inputWaiter = nil
        waiter.resume()
    }

    private func resumeOutput() {
        guard let waiter = outputWaiter else { return }
        outputWaiter = nil
        waiter.resume()
    }

    // MARK: Deadlines

    /// Moves the deadline without touching the timer when it only gets later: the timer looks again when it fires.
    private func setDeadline(_ deadline: UInt64) {
        self.deadline = deadline
        timedOut = false
        guard deadline != .max else { return }
        if !timer.isArmed || timer.deadline > deadline { loop.arm(timer, at: deadline) }
    }

    private func setStallDeadline() { setDeadline(loop.now + UInt64(limits.stallMilliseconds) * 1_000_000) }

    private func deadlinePassed() {
        guard deadline != .max else { return }
        guard deadline <= loop.now else { return loop.arm(timer, at: deadline) }
        timedOut = true
        if outputWaiter != nil { return breakOff() }
        resumeInput()
    }

    /// The server is going away.
    func drain() {
        // Without a waiter the task is about to look at its input, or sends an answer, and then at `state`.
        guard state.drain(), inputWaiter != nil else { return }
        // What the kernel holds by now is a request that came before the drain: it is answered.
        mayHaveInput = true
        let hasCome = readMore()
        isBroken = !hasCome && output.isEmpty
        resumeInput()
    }
}
