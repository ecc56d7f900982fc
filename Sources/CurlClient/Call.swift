// One exchange: what carries it fills it from one side, the gateway's task empties it from the other. Both run on the
// loop's thread; what carries it never runs the task, it only makes it ready to run.

import GatewayCore
import Net
import Wire

/// What a call travels by. Whoever ends a call by itself lets go of it first.
protocol Carrier: AnyObject {
    /// The call ended before its answer did.
    func leave(_ call: Call)
    /// The call's reader has taken what there was of the body.
    func bodyTaken()
}

/// A call under way or over. Whoever drops it without finishing cancels it.
///
/// Of its deadline counts the time that the upstream takes. While the body is paused because nobody reads, the clock
/// stands still, but no single pause may last longer than the whole deadline: so a slow client that does read is not
/// cut off for what it took itself, and one that stopped reading does not hold a connection for ever.
final class Call: UpstreamCall {
    enum Ending {
        case complete
        case failed(UpstreamFailure)
    }

    /// Body bytes that may wait here: two reads of a socket.
    static let bufferLimit = 32 << 10

    let request: UpstreamRequest
    /// A call is written to a second connection at most once.
    var wasRepeated = false
    var carrier: (any Carrier)?
    /// What has come of the body and has not been read.
    var body: [UInt8] = []
    private let upstream: CurlUpstream
    private var timer: DeadlineTimer?
    /// When the deadline passes, on the loop's clock. While paused: what was left of it then.
    private var expiry: UInt64 = 0
    private var arrivedHead: UpstreamHead?
    private(set) var isPaused = false
    private var ending: Ending?
    private var waiter: UnsafeContinuation<Void, Never>?

    init(_ request: UpstreamRequest, upstream: CurlUpstream) {
        self.request = request
        self.upstream = upstream
    }

    deinit { letGo() }

    /// Starts the deadline's clock.
    func begin() {
        let timer = upstream.deadlineTimer()
        timer.call = self
        self.timer = timer
        expiry = upstream.loop.now + UInt64(max(0, request.deadline)) * 1_000_000
        upstream.loop.arm(timer.timer, milliseconds: request.deadline)
    }

    /// Starts again, on a transfer of libcurl's.
    func carryByHTTP2(to origin: Origin) { upstream.carryByHTTP2(self, origin) }

    // MARK: The gateway's side

    func head() async throws(UpstreamFailure) -> UpstreamHead {
        while true {
            if let head = arrivedHead.take() { return head }
            if let ending { throw failure(ending) ?? .broken("\(request.host) sent no answer") }
            await arrival()
        }
    }

    func read(into buffer: inout [UInt8]) async throws(UpstreamFailure) -> Bool {
        while true {
            if !body.isEmpty {
                handOver(to: &buffer)
                return true
            }
            if let ending {
                if let failure = failure(ending) { throw failure }
                return false
            }
            // A head that nobody took is nothing to go on for: waiting would end at once, over and over.
            arrivedHead = nil
            await arrival()
        }
    }

    func cancel() {
        precondition(upstream.loop.isCurrent, "a call belongs to its loop's thread")
        guard ending == nil || !body.isEmpty else { return }
        body = []
        arrivedHead = nil
        end(.failed(.cancelled))
    }

    private func failure(_ ending: Ending) -> UpstreamFailure? {
        guard case .failed(let failure) = ending else { return nil }
        return failure
    }

    /// Waits for anything to happen.
    private func arrival() async {
        precondition(upstream.loop.isCurrent, "a call belongs to its loop's thread")
        precondition(waiter == nil, "a call is waited for once at a time")
        await withUnsafeContinuation { continuation in
            // Getting here may have taken a turn of the loop, in which the body may have been paused: nothing else
            // would come.
            guard arrivedHead == nil, body.isEmpty, ending == nil else { return continuation.resume() }
            waiter = continuation
        }
    }

    /// The buffers change places where that saves the copy; the capacity of both stays in use.
    private func handOver(to buffer: inout [UInt8]) {
        if buffer.isEmpty {
            swap(&buffer, &body)
        } else {
            buffer += body
            body.removeAll(keepingCapacity: true)
        }
        if isPaused { resume() }
        carrier?.bodyTaken()
    }

    // MARK: The carrier's side

    func arrived(_ head: UpstreamHead) {
        arrivedHead = head
        wake()
    }

    /// Makes the reader, if it waits, ready to run.
    func wake() { waiter.take()?.resume() }

    /// The carrier holds the body back until `bodyTaken`.
    func pause() {
        guard let timer, !isPaused else { return }
        isPaused = true
        expiry -= min(expiry, upstream.loop.now)
        upstream.loop.arm(timer.timer, milliseconds: request.deadline)
    }

    private func resume() {
        isPaused = false
        guard let timer else { return }
        upstream.loop.arm(timer.timer, milliseconds: Int(expiry / 1_000_000))
        expiry += upstream.loop.now
    }

    func end(_ ending: Ending) {
        self.ending = ending
        letGo()
        wake()
    }

    private func letGo() {
        carrier.take()?.leave(self)
        if let timer = timer.take() {
            timer.call = nil
            upstream.release(timer)
        }
    }
}

/// A timer for one call's deadline after another's.
final class DeadlineTimer {
    /// Unowned, because a call that nobody holds any more cancels itself; it clears this first.
    unowned(unsafe) var call: Call?
    private(set) lazy var timer = Timer { [unowned self] in call?.end(.failed(.deadline)) }
}
