// One connection to an upstream, from its opening to its end. libcurl opens it; the exchanges are ours
// (UpstreamConnection+Exchange.swift).

import GatewayCore
import Glibc
import Net
import Wire

/// A connection: being opened, idle, or carrying a call. Whoever carries nothing and hears something closes: what came
/// unasked would be the beginning of the next call's answer.
final class UpstreamConnection: Watcher, Carrier {
    enum Phase {
        case connecting, handshaking, idle, exchanging, closed
    }

    let origin: Origin
    unowned let pool: ConnectionPool
    var phase = Phase.connecting
    private var attempt: ConnectAttempt?
    private(set) var stream: ByteStream?
    /// Unowned, because a call that nobody holds any more leaves.
    private(set) unowned(unsafe) var call: Call?
    var reader = ResponseReader()
    /// The request as far as it has not been written.
    var unsent: RequestBytes?
    var hasWritten = false
    /// Nothing more can be written, though something had to be.
    var isBroken = false
    var isReused = false
    /// What the loop is watching for; empty when it does not watch.
    private(set) var interest: Readiness = []
    /// When the last exchange ended, on the loop's clock.
    var idleSince: UInt64 = 0
    /// The time to connect; then for bytes that the TLS session holds and epoll does not know of.
    private(set) lazy var timer = Timer { [unowned self] in phase == .exchanging ? receive() : tookTooLong() }

    init(to origin: Origin, pool: ConnectionPool) {
        self.origin = origin
        self.pool = pool
    }

    // MARK: Opening

    func open(for call: Call) {
        attach(call)
        let attempt = ConnectAttempt(
            for: self, host: origin.host, authority: origin.endpoint, connectTo: origin.connectTo,
            multi: pool.multi, settings: pool.settings)
        self.attempt = attempt
        pool.loop.arm(timer, milliseconds: pool.settings.connectTimeoutMilliseconds)
        attempt.start()
    }

    func connected(_ descriptor: Int32) {
        attempt = nil
        do throws(UpstreamFailure) {
            stream = try ByteStream(descriptor, origin: origin, pool: pool)
        } catch {
            return failed(error)
        }
        pool.opened()
        phase = .handshaking
        handshake()
    }

    func handshake() {
        switch stream?.handshake() {
        case .done:
            pool.loop.disarm(timer)
            guard let call else { return }
            guard stream?.speaksHTTP2 != true else {
                detach()
                close()
                return origin.choseHTTP2(for: call)
            }
            exchange(call)
        case .later(let interest): watch(interest)
        case .failed(let reason): failed(.unreachable(reason))
        case nil: return
        }
    }

    private func tookTooLong() { failed(.unreachable("Connecting to \(origin.host) took too long")) }

    // MARK: The call's side

    func leave(_ call: Call) {
        detach()
        closeAndRefill()
    }

    func bodyTaken() {
        if interest.isEmpty { watch(unsent == nil ? .readable : [.readable, .writable]) }
        if stream?.holdsBytes == true { pool.loop.arm(timer, milliseconds: 0) }
    }

    func pause(_ call: Call) {
        // A connection that ended would be told for ever to whoever watches it for nothing.
        watch([])
        call.pause()
    }

    func attach(_ call: Call) {
        self.call = call
        call.carrier = self
    }

    func detach() { call.take()?.carrier = nil }

    // MARK: The end

    func failed(_ failure: UpstreamFailure) {
        guard let call else { return }
        broke(call, failure)
    }

    func closeAndRefill() {
        close()
        origin.refill()
    }

    func close() {
        guard phase != .closed else { return }
        phase = .closed
        attempt = nil
        watch([])
        pool.loop.disarm(timer)
        if stream.take() != nil { pool.closed() }
        if let rest = unsent.take() { pool.written(rest) }
        origin.closed(self)
    }

    func watch(_ wanted: Readiness) {
        guard wanted != interest, let descriptor = stream?.descriptor else { return }
        if wanted.isEmpty {
            pool.loop.unwatch(descriptor)
        } else if interest.isEmpty {
            pool.loop.watch(descriptor, wanted, self)
        } else {
            pool.loop.change(descriptor, wanted)
        }
        interest = wanted
    }
}
