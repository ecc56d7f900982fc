// One exchange: curl's callbacks fill it from one side, the gateway's task empties it from the other. Both run on the
// loop's thread; a callback never runs the task, it only makes it ready to run.

internal import CCurl
import GatewayCore
import Net

/// A call under way or over. Whoever drops it without finishing cancels it.
///
/// Of its deadline counts the time that the upstream takes. While the body is paused because nobody reads, the clock
/// stands still, but no single pause may last longer than the whole deadline: so a slow client that does read is not
/// cut off for what it took itself, and one that stopped reading does not hold a connection for ever.
final class CurlCall: UpstreamCall {
    private enum Ending {
        case complete
        case failed(UpstreamFailure)
    }

    /// Body bytes that wait here before curl is told to pause; it delivers at most 16 KiB at a time. As much as one read
    /// of the socket brings: a client that keeps up is not paused for, and one that does not has little waiting.
    private static let bufferLimit = 16 << 10

    private let upstream: CurlUpstream
    private let host: String
    private let deadline: Int
    /// When the deadline passes, on the loop's clock. While paused: what was left of it then.
    private var expiry: UInt64 = 0
    private var handle: EasyHandle?
    private var parser = HeadParser()
    private var arrivedHead: UpstreamHead?
    private var body: [UInt8] = []
    private var isPaused = false
    private var isHeadTooLarge = false
    private var ending: Ending?
    private var waiter: UnsafeContinuation<Void, Never>?

    /// A call that begins with `handle`, which is prepared for it.
    init(_ request: UpstreamRequest, upstream: CurlUpstream, handle: EasyHandle) {
        self.upstream = upstream
        host = request.host
        deadline = request.deadline
        self.handle = handle
        handle.call = self
        expiry = upstream.loop.now + UInt64(max(0, deadline)) * 1_000_000
        upstream.loop.arm(handle.timer, milliseconds: deadline)
        if !upstream.multi.add(handle.raw) { end(.failed(.unreachable("libcurl refused the call to \(host)"))) }
    }

    /// A call that has failed before it began.
    init(_ request: UpstreamRequest, upstream: CurlUpstream, refused reason: String) {
        self.upstream = upstream
        host = request.host
        deadline = request.deadline
        ending = .failed(.unreachable("The request to \(host) was not sent: \(reason)"))
    }

    deinit { release(reusable: false) }

    // MARK: The gateway's side

    func head() async throws(UpstreamFailure) -> UpstreamHead {
        while true {
            if let head = arrivedHead.take() { return head }
            if let ending { throw failure(ending) ?? .broken("\(host) sent no answer") }
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
            // Getting here may have taken a turn of the loop, and curl may have paused in it: nothing else would come.
            guard arrivedHead == nil, body.isEmpty, ending == nil else { return continuation.resume() }
            waiter = continuation
        }
    }

    private func wake() { waiter.take()?.resume() }

    /// The buffers change places where that saves the copy; the capacity of both stays in use.
    private func handOver(to buffer: inout [UInt8]) {
        if buffer.isEmpty {
            swap(&buffer, &body)
        } else {
            buffer += body
            body.removeAll(keepingCapacity: true)
        }
        resume()
    }

    // MARK: curl's side

    /// Takes body bytes; false asks curl to keep them and pause.
    func received(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count < CurlCall.bufferLimit else {
            pause()
            return false
        }
        body.append(contentsOf: bytes)
        wake()
        return true
    }

    /// Takes a header line; false ends the transfer.
    func receivedHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        switch parser.line(line) {
        case .incomplete: return true
        case .tooLarge:
            isHeadTooLarge = true
            return false
        case .complete:
            arrivedHead = parser.head
            wake()
            return true
        }
    }

    /// curl is done with the transfer.
    func finished(_ code: CURLcode) {
        guard let handle else { return }
        if code == CURLE_OK { return end(.complete) }
        if isHeadTooLarge { return end(.failed(.broken("The answer of \(host) has a head of more than 64 KiB"))) }
        end(.failed(.curl(code, host: host, sent: handle.wasSent, detail: handle.errorDetail)))
    }

    func timePassed() { end(.failed(.deadline)) }

    private func pause() {
        guard let handle, !isPaused else { return }
        isPaused = true
        upstream.multi.sockets.hold(handle.descriptor, true)
        expiry -= min(expiry, upstream.loop.now)
        upstream.loop.arm(handle.timer, milliseconds: deadline)
    }

    /// curl may deliver what it kept, and pause again, before this returns.
    private func resume() {
        guard let handle, isPaused else { return }
        isPaused = false
        upstream.loop.arm(handle.timer, milliseconds: Int(expiry / 1_000_000))
        expiry += upstream.loop.now
        let code = curl_easy_pause(handle.raw, CURLPAUSE_CONT)
        if !isPaused { upstream.multi.sockets.hold(handle.descriptor, false) }
        if code != CURLE_OK { finished(code) }
    }

    private func end(_ ending: Ending) {
        self.ending = ending
        if case .complete = ending { release(reusable: true) } else { release(reusable: false) }
        wake()
    }

    private func release(reusable: Bool) {
        guard let handle = self.handle.take() else { return }
        handle.call = nil
        upstream.release(handle, reusable: reusable)
    }
}
