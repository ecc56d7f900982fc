// One hiredis connection, from connect to close, inside the worker's loop. Everything here runs on the loop's thread.
//
// Read interest stays registered for the connection's life, and output is flushed once at the end of a turn: a
// command costs no epoll_ctl. Write interest is asked for only while the kernel's buffer is full.

import CHiredis
import Net

/// Hears what happens on one connection.
protocol HiredisOwner: AnyObject {
    /// The TCP connection stands. Commands may be sent; `close()` may not be called from inside.
    func connected()
    /// Bytes arrived.
    func heard()
    /// The answer to the oldest unanswered command; nil when the connection goes down before it came.
    func replied(_ reply: RedisReply?)
    /// Something that came unasked, on a subscribed connection.
    func pushed(_ reply: RedisReply)
    /// The last word, after every command was answered. `reason` is nil when we closed it ourselves.
    func closed(_ reason: String?)
}

final class HiredisContext: Watcher, TurnEnd {
    private let loop: Loop
    private weak let owner: (any HiredisOwner)?
    /// Freed by hiredis, which says so by `cleanup`; nil from then on.
    private var raw: UnsafeMutablePointer<redisAsyncContext>?
    private let descriptor: Int32
    private var isConnected = false
    private var isFlushing = false
    private var flushIsDue = false
    private var wantsWritable = true

    /// - Parameter address: numeric, because hiredis looks names up with a blocking call.
    /// - Returns: nil when the kernel refuses at once.
    init?(_ address: String, port: UInt16, on loop: Loop, owner: any HiredisOwner) {
        guard let raw = redisAsyncConnect(address, Int32(port)) else { return nil }
        guard raw.pointee.err == 0 else {
            redisAsyncFree(raw)
            return nil
        }
        self.loop = loop
        self.owner = owner
        self.raw = raw
        descriptor = raw.pointee.c.fd
        // Balanced in `cleanUp`, which hiredis calls exactly once.
        let reference = Unmanaged.passRetained(self).toOpaque()
        raw.pointee.data = reference
        raw.pointee.ev.data = reference
        raw.pointee.ev.addWrite = { HiredisContext.at($0).outputIsWaiting() }
        raw.pointee.ev.delWrite = { HiredisContext.at($0).outputIsSent() }
        raw.pointee.ev.cleanup = { HiredisContext.at($0).cleanUp() }
        loop.watch(descriptor, [.readable, .writable], self)
        redisAsyncSetConnectCallback(raw) { context, status in
            guard status == REDIS_OK, let context else { return }
            HiredisContext.at(context.pointee.data).connectionStands()
        }
    }

    fileprivate static func at(_ reference: UnsafeMutableRawPointer?) -> HiredisContext {
        Unmanaged<HiredisContext>.fromOpaque(reference!).takeUnretainedValue()
    }

    // MARK: Commands

    /// - Returns: false when the connection is going down; `replied` will not be called for this command then.
    func send(_ command: RedisCommand) -> Bool {
        guard let raw else { return false }
        return command.withArguments { count, arguments, lengths in
            redisAsyncCommandArgv(raw, onReply, nil, count, arguments, lengths) == REDIS_OK
        }
    }

    /// No `replied` follows; acknowledgement and messages come by `pushed`.
    func subscribe(to channel: String) -> Bool {
        guard let raw else { return false }
        return RedisCommand("SUBSCRIBE", channel).withArguments { count, arguments, lengths in
            redisAsyncCommandArgv(raw, onPush, nil, count, arguments, lengths) == REDIS_OK
        }
    }

    /// Sends a PING behind hiredis's back: it would keep a callback for each one sent in subscribed mode and never
    /// run it. The answer is known by `heard`.
    func probeSubscription() {
        guard let raw else { return }
        _ = RedisCommand("PING").withArguments { count, arguments, lengths in
            redisAppendCommandArgv(&raw.pointee.c, count, arguments, lengths)
        }
        outputIsWaiting()
    }

    /// Answers every waiting command with nil and closes; from inside a reply, after that reply.
    func close() {
        if let raw { redisAsyncFree(raw) }
    }

    // MARK: Loop

    func ready(_ readiness: Readiness) {
        if !readiness.isDisjoint(with: [.readable, .failed]), let raw {
            owner?.heard()
            redisAsyncHandleRead(raw)
        }
        if readiness.contains(.writable) { flush() }
    }

    func turnEnded() {
        flushIsDue = false
        flush()
    }

    private func flush() {
        guard let raw else { return }
        isFlushing = true
        redisAsyncHandleWrite(raw)
        isFlushing = false
    }

    // MARK: Hooks

    private func connectionStands() {
        isConnected = true
        owner?.connected()
    }

    /// Called for every command, and by `redisAsyncHandleWrite` when the kernel took only a part.
    private func outputIsWaiting() {
        guard isConnected else { return }
        if isFlushing {
            setWritable(true)
        } else if !flushIsDue, !wantsWritable {
            flushIsDue = true
            loop.atTurnEnd(self)
        }
    }

    private func outputIsSent() { setWritable(false) }

    private func setWritable(_ wanted: Bool) {
        guard wanted != wantsWritable else { return }
        wantsWritable = wanted
        loop.change(descriptor, wanted ? [.readable, .writable] : .readable)
    }

    private func cleanUp() {
        guard let raw else { return }
        // Before hiredis closes the descriptor, whose number may be another connection's the moment after.
        loop.unwatch(descriptor)
        self.raw = nil
        let reason = raw.pointee.err == 0 ? nil : raw.pointee.errstr.map { String(cString: $0) }
        owner?.closed(reason)
        Unmanaged.passUnretained(self).release()
    }

    fileprivate func received(_ reply: UnsafeMutableRawPointer?) {
        owner?.replied(reply.map { RedisReply($0.assumingMemoryBound(to: redisReply.self)) })
    }

    fileprivate func receivedPush(_ reply: UnsafeMutableRawPointer?) {
        guard let reply else { return }
        owner?.pushed(RedisReply(reply.assumingMemoryBound(to: redisReply.self)))
    }
}

private let onReply:
    @convention(c) (UnsafeMutablePointer<redisAsyncContext>?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) ->
        Void = { context, reply, _ in HiredisContext.at(context?.pointee.data).received(reply) }

private let onPush:
    @convention(c) (UnsafeMutablePointer<redisAsyncContext>?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) ->
        Void = { context, reply, _ in HiredisContext.at(context?.pointee.data).receivedPush(reply) }
