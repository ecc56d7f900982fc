// An exchange on a connection (RFC 9112): the request out, the answer in. libcurl could do this too, for 60,000
// instructions more per small call of then 200,000: half of them printed the request's head.

import GatewayCore
import Net
import Wire

extension UpstreamConnection {
    func carry(_ call: Call) {
        attach(call)
        isReused = true
        exchange(call)
    }

    func exchange(_ call: Call) {
        phase = .exchanging
        reader = ResponseReader()
        hasWritten = false
        unsent = pool.bytes(of: call.request, authority: origin.authority)
        write()
        watch(unsent == nil ? .readable : [.readable, .writable])
    }

    private func write() {
        while var rest = unsent.take() {
            switch stream?.write(rest) {
            case .bytes(let count):
                hasWritten = true
                rest.advance(by: count)
                if rest.isEmpty { pool.written(rest) } else { unsent = rest }
            case .later:
                unsent = rest
                return
            // An answer may have come before the connection broke, to be read before that is told.
            case .over, nil:
                isBroken = true
                pool.written(rest)
            }
        }
    }

    func ready(_ readiness: Readiness) {
        switch phase {
        case .handshaking: handshake()
        case .idle: hear()
        case .exchanging:
            if readiness.contains(.writable), unsent != nil {
                write()
                if unsent == nil { watch(.readable) }
            }
            if readiness != .writable { receive() }
        case .connecting, .closed: return
        }
    }

    /// A TLS session may say something that is not for us (RFC 8446 section 4.6).
    private func hear() {
        if !isQuiet { close() }
    }

    func receive() {
        guard let call else { return }
        guard hasRoom(call) else { return pause(call) }
        while hasRoom(call) {
            switch pool.read(stream) {
            case .bytes(let count):
                if take(count, call) { return }
                // The kernel tells what more it has; a TLS session has to be asked.
                if stream?.isPlain != false { return }
            case .later: return
            case .over(let isClean): return ended(call, isClean)
            }
        }
    }

    /// Whether one more read of the socket fits into what may wait for the call's reader.
    private func hasRoom(_ call: Call) -> Bool { call.body.count <= Call.bufferLimit / 2 }

    /// Reads `count` bytes as a part of the answer; true when the exchange is over.
    private func take(_ count: Int, _ call: Call) -> Bool {
        var end = 0
        var flaw: MalformedAnswer?
        do throws(MalformedAnswer) {
            end = try reader.read(pool.received, 0..<count, into: &call.body)
        } catch {
            flaw = error
        }
        if let head = reader.head.take() { call.arrived(head) }
        if let flaw {
            broke(call, .malformed(flaw, host: origin.host))
            return true
        }
        guard reader.isComplete else {
            call.wake()
            return false
        }
        complete(call, leftOver: count - end)
        return true
    }

    private func complete(_ call: Call, leftOver: Int) {
        detach()
        if reader.keepsConnection, leftOver == 0, unsent == nil, !isBroken, stream?.holdsBytes != true || isQuiet {
            phase = .idle
            idleSince = pool.loop.now
            pool.loop.disarm(timer)
            if interest.isEmpty { watch(.readable) }
            origin.free(self)
        } else {
            closeAndRefill()
        }
        call.end(.complete)
    }

    /// Whether nothing has come. A server may close or say more right behind an answer, and where no turn of the loop
    /// lies between, nobody has heard it.
    private var isQuiet: Bool {
        if case .later = pool.read(stream) { return true }
        return false
    }

    /// Whether an idle connection can carry a call.
    var isUsable: Bool { idleSince < pool.loop.now || isQuiet }

    /// The connection ended in the middle of an exchange.
    private func ended(_ call: Call, _ isClean: Bool) {
        guard !isClean || reader.hasBegun else { return lost(call) }
        do throws(MalformedAnswer) {
            if !isClean { throw .cut }
            try reader.closed()
        } catch {
            guard reader.hasBegun else { return lost(call) }
            return broke(call, .malformed(error, host: origin.host))
        }
        detach()
        closeAndRefill()
        call.end(.complete)
    }

    /// A kept connection may have been closed while the request was on its way. What may happen twice is written once
    /// more, and so is what was not written at all.
    private func lost(_ call: Call) {
        detach()
        close()
        if isReused, !call.wasRepeated, call.request.isIdempotent || !hasWritten { return origin.repeated(call) }
        origin.refill()
        let mayHaveHappened = hasWritten && !call.request.isIdempotent
        call.end(
            .failed(
                .broken(
                    "\(origin.host) closed the connection without an answer"
                        + (mayHaveHappened ? "; the request may have had its effect" : ""))))
    }

    func broke(_ call: Call, _ failure: UpstreamFailure) {
        detach()
        closeAndRefill()
        call.end(.failed(failure))
    }
}
