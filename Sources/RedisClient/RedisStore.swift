// The gateway's shared state in Redis: one connection for commands, one for announcements (RESP2 cannot mix them).
// One instance per worker, on that worker's thread.

import GatewayCore
import Glibc
import Net

/// The state in Redis 6.2 or newer (`SET … PXAT`).
package final class RedisStore: Store {
    package private(set) var health = StoreHealth.connecting
    package var onEvent: ((StoreEvent) -> Void)?
    /// Receives a sentence, free of secrets, when the server cannot be reached or refuses us; each one once until
    /// it works again. Set before `start()`.
    package var onProblem: ((String) -> Void)?

    private let loop: Loop
    private let commands: RedisConnection
    private let announcements: RedisConnection
    /// Of this database alone: Redis's channels know no databases.
    private let channel: String
    private var hearsAnnouncements = false
    private var lastProblem: String?
    /// The server's name for the commit script, once it has told us.
    private var scriptDigest: [UInt8]?

    /// A store for the worker that runs `loop`. Nothing is connected before `start()`.
    package init(loop: Loop, url: RedisURL, timing: RedisTiming = RedisTiming()) {
        self.loop = loop
        channel = "tollgate:invalidations:\(url.database)"
        commands = RedisConnection(loop: loop, url: url, timing: timing)
        announcements = RedisConnection(loop: loop, url: url, timing: timing)
        commands.owner = self
        announcements.owner = self
    }

    package func start() {
        assert(loop.isCurrent)
        // hiredis writes with write(2): a connection that the server has closed would end the process.
        signal(SIGPIPE, SIG_IGN)
        commands.start()
        announcements.start()
    }

    package func stop() {
        assert(loop.isCurrent)
        commands.stop()
        announcements.stop()
        lost(commands)
        lost(announcements)
    }

    // MARK: Reading

    package func value(of key: String) async throws(StoreFailure) -> [UInt8]? {
        try await ask(RedisCommand("GET", key)).value
    }

    package func values(of keys: [String]) async throws(StoreFailure) -> [[UInt8]?] {
        guard !keys.isEmpty else { return [] }
        var command = RedisCommand("MGET")
        for key in keys { command.append(key) }
        guard case .array(let values) = try await ask(command) else { return keys.map { _ in nil } }
        return values.map(\.value)
    }

    package func members(
        of index: String, after member: String?, limit: Int
    ) async throws(StoreFailure) -> [String] {
        guard limit > 0 else { return [] }
        let start = member.map { "(" + $0 } ?? "-"
        let reply = try await ask(RedisCommand("ZRANGEBYLEX", index, start, "+", "LIMIT", "0", String(limit)))
        guard case .array(let members) = reply else { return [] }
        return members.compactMap(\.text)
    }

    // MARK: Changing

    package func commit(_ change: Change) async throws(StoreFailure) -> Bool {
        let arguments = CommitScript.arguments(for: change, channel: channel)
        let made = try await runScript(arguments) == .integer(1)
        // Not left to the channel: whoever committed reads its own change from here on.
        if made, !change.announcements.isEmpty { onEvent?(.invalidated(change.announcements)) }
        return made
    }

    private func runScript(_ arguments: RedisCommand) async throws(StoreFailure) -> RedisReply {
        if scriptDigest == nil { scriptDigest = try await ask(RedisCommand("SCRIPT", "LOAD", CommitScript.body)).value }
        var byDigest = RedisCommand("EVALSHA")
        byDigest.append(scriptDigest ?? [])
        byDigest.append(contentsOf: arguments)
        do {
            return try await ask(byDigest)
        } catch .refused(let text) where text.hasPrefix("NOSCRIPT") {
            // The server restarted or another one took over; EVAL teaches it the script again.
            var inFull = RedisCommand("EVAL", CommitScript.body)
            inFull.append(contentsOf: arguments)
            return try await ask(inFull)
        }
    }

    private func ask(_ command: RedisCommand) async throws(StoreFailure) -> RedisReply {
        assert(loop.isCurrent)
        let result = await withUnsafeContinuation {
            (continuation: UnsafeContinuation<Result<RedisReply, StoreFailure>, Never>) in
            commands.send(command) { continuation.resume(returning: $0) }
        }
        let reply = try result.get()
        if case .error(let text) = reply { throw StoreFailure(errorReply: text) }
        return reply
    }
}

extension RedisStore: RedisConnectionOwner {
    func ready(_ connection: RedisConnection) {
        guard connection === commands else { return connection.subscribe(to: channel) }
        health = .up
        lastProblem = nil
    }

    func lost(_ connection: RedisConnection) {
        if connection === commands {
            if health == .up { health = .down(since: loop.now) }
        } else if hearsAnnouncements {
            hearsAnnouncements = false
            onEvent?(.subscriptionLost)
        }
    }

    func received(_ message: RedisReply) {
        guard case .array(let parts) = message, parts.count == 3 else { return }
        switch parts[0].text {
        case "subscribe":
            hearsAnnouncements = true
            onEvent?(.subscribed)
        case "message": onEvent?(.invalidated(CommitScript.keys(in: parts[2].value ?? [])))
        default: break
        }
    }

    func problem(_ sentence: String) {
        guard sentence != lastProblem else { return }
        lastProblem = sentence
        onProblem?(sentence)
    }
}
