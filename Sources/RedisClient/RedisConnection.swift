// A connection that keeps itself alive: look up, connect, sign in, watch deadlines and silence, and begin again.
// One timer serves all of it; what its firing means depends on the state.

import GatewayCore
import Net

/// The patience of a connection, in milliseconds.
package struct RedisTiming: Sendable {
    /// From sending a command to its answer.
    package var deadline = 500
    /// After a deadline has passed, until it counts.
    package var secondLook = 50
    /// From connecting to being signed in.
    package var connect = 1_000
    /// Silence after which the server is asked whether it is there.
    package var idle = 1_000

    /// The patience of a server on the same network.
    package init() {}
}

/// What a connection tells its owner.
protocol RedisConnectionOwner: AnyObject {
    func ready(_ connection: RedisConnection)
    func lost(_ connection: RedisConnection)
    func received(_ message: RedisReply)
    /// A sentence without secrets.
    func problem(_ sentence: String)
}

final class RedisConnection: HiredisOwner {
    typealias Answer = (Result<RedisReply, StoreFailure>) -> Void

    private enum State { case stopped, resolving, connecting, ready, waiting }

    /// A command that was sent. hiredis answers in order, so a list with two ends is all the bookkeeping there is.
    private final class Pending {
        let deadline: UInt64
        let answer: Answer
        var next: Pending?

        init(deadline: UInt64, answer: @escaping Answer) {
            self.deadline = deadline
            self.answer = answer
        }
    }

    private let loop: Loop
    private let url: RedisURL
    private let timing: RedisTiming
    weak var owner: (any RedisConnectionOwner)?

    private var state = State.stopped
    private var context: HiredisContext?
    private var backoff = Backoff()
    private lazy var timer = Timer { [weak self] in self?.timerFired() }
    private var timerAt: UInt64 = 0
    private var oldest: Pending?
    private var newest: Pending?
    private var lastHeard: UInt64 = 0
    private var isSubscribed = false
    /// When the answer to a probe of a subscription is overdue; nil while none is out.
    private var probeDeadline: UInt64?
    /// A deadline has passed, and the socket is looked at once more before that counts.
    private var isSecondLook = false

    init(loop: Loop, url: RedisURL, timing: RedisTiming) {
        self.loop = loop
        self.url = url
        self.timing = timing
    }

    deinit { context?.close() }

    func start() {
        guard state == .stopped else { return }
        connect()
    }

    func stop() {
        state = .stopped
        loop.disarm(timer)
        context?.close()
    }

    /// `answer` is called exactly once, on the loop's thread, and never from inside this call unless it fails.
    func send(_ command: RedisCommand, _ answer: @escaping Answer) {
        guard state == .ready else { return answer(.failure(.unreachable)) }
        transmit(command, answer)
        if let newest, newest.deadline < timerAt { arm(at: newest.deadline) }
    }

    /// Messages come to the owner from now on, and no command can be sent on this connection any more.
    func subscribe(to channel: String) {
        guard state == .ready, let context, context.subscribe(to: channel) else { return }
        isSubscribed = true
    }

    private func transmit(_ command: RedisCommand, _ answer: @escaping Answer) {
        guard let context, context.send(command) else { return answer(.failure(.unreachable)) }
        let pending = Pending(deadline: loop.now + nanoseconds(timing.deadline), answer: answer)
        newest?.next = pending
        newest = pending
        if oldest == nil { oldest = pending }
    }

    // MARK: Connecting

    private func connect() {
        guard !Resolver.isNumeric(url.host) else { return connect(to: [url.host]) }
        state = .resolving
        // Used on the loop's thread only: the resolver comes back there.
        nonisolated(unsafe) let connection = self
        Resolver.resolve(url.host, on: loop) { found in
            guard connection.state == .resolving else { return }
            connection.connect(to: found)
        }
    }

    private func connect(to addresses: [String]) {
        state = .connecting
        guard !addresses.isEmpty else { return retry("the name cannot be resolved") }
        let address = addresses[backoff.attempts % addresses.count]
        context = HiredisContext(address, port: url.port, on: loop, owner: self)
        guard context != nil else { return retry("no connection can be made") }
        arm(at: loop.now + nanoseconds(timing.connect))
    }

    private func retry(_ reason: String?, _ what: String = "cannot be reached") {
        state = .waiting
        arm(at: loop.now + nanoseconds(backoff.next()))
        if let reason { owner?.problem("Redis at \(url.place) \(what): \(reason).") }
    }

    /// Signs in. The closing PING tells a server that serves from one that only accepts (stopped, loading).
    func connected() {
        if let password = url.password {
            var command = RedisCommand("AUTH")
            if let user = url.user { command.append(user) }
            command.append(password.bytes)
            // Only the code: a server without AUTH under this name would quote the password.
            introduce(command) { "refused the password (\($0.prefix { $0 != " " }))" }
        }
        if url.database != 0 {
            let number = url.database
            introduce(RedisCommand("SELECT", String(number))) { "refused database \(number) (\($0))" }
        }
        introduce(RedisCommand("PING"), then: { [weak self] in self?.signedIn() }) { "is not ready (\($0))" }
    }

    private func introduce(
        _ command: RedisCommand, then: (() -> Void)? = nil, orReport: @escaping (String) -> String
    ) {
        transmit(command) { [weak self] result in
            guard let self, case .success(let reply) = result else { return }
            guard case .error(let text) = reply else {
                then?()
                return
            }
            owner?.problem("Redis at \(url.place) \(orReport(text)).")
            context?.close()
        }
    }

    private func signedIn() {
        guard state == .connecting else { return }
        state = .ready
        arm(at: loop.now + nanoseconds(timing.idle))
        owner?.ready(self)
    }

    // MARK: Connected

    func heard() {
        lastHeard = loop.now
        probeDeadline = nil
        isSecondLook = false
    }

    func replied(_ reply: RedisReply?) {
        guard let pending = oldest else { preconditionFailure("a reply without a command") }
        oldest = pending.next
        if oldest == nil { newest = nil }
        if let reply {
            pending.answer(.success(reply))
        } else {
            pending.answer(.failure(pending.deadline <= loop.now ? .deadline : .unreachable))
        }
    }

    func pushed(_ reply: RedisReply) { owner?.received(reply) }

    func closed(_ reason: String?) {
        context = nil
        isSecondLook = false
        isSubscribed = false
        probeDeadline = nil
        guard state != .stopped else { return }
        let wasReady = state == .ready
        retry(reason, wasReady ? "broke the connection" : "cannot be reached")
        if wasReady { owner?.lost(self) }
    }

    // MARK: Time

    private func timerFired() {
        switch state {
        case .waiting: connect()
        case .connecting: giveUp()
        case .ready: checkPatience()
        case .stopped, .resolving: break
        }
    }

    /// The timer is armed for the earliest that could be due and finds here what is, so that commands that are
    /// answered in time never move it.
    private func checkPatience() {
        if let due = oldest?.deadline ?? probeDeadline, due <= loop.now {
            // A turn that took longer than the deadline has not sent the command yet, or not read its answer.
            if isSecondLook { return giveUp() }
            isSecondLook = true
            return arm(at: loop.now + nanoseconds(timing.secondLook))
        }
        // Not when it was made: a server may sign us in and then throw us out, again and again.
        backoff.succeeded()
        if oldest == nil, probeDeadline == nil, lastHeard + nanoseconds(timing.idle) <= loop.now { probe() }
        arm(at: oldest?.deadline ?? probeDeadline ?? lastHeard + nanoseconds(timing.idle))
    }

    /// Closing answers every waiting command, each by its own deadline.
    private func giveUp() {
        owner?.problem("Redis at \(url.place) does not answer.")
        context?.close()
    }

    private func probe() {
        guard isSubscribed else { return transmit(RedisCommand("PING")) { _ in } }
        context?.probeSubscription()
        probeDeadline = loop.now + nanoseconds(timing.deadline)
    }

    private func arm(at time: UInt64) {
        timerAt = time
        let wait = time > loop.now ? time - loop.now : 0
        loop.arm(timer, milliseconds: Int((wait + 999_999) / 1_000_000))
    }

    private func nanoseconds(_ milliseconds: Int) -> UInt64 { UInt64(milliseconds) * 1_000_000 }
}
