// Sends one answer in the way its behaviour asks for: late, in pieces, with a wrong length, not to its end. Every
// byte is framed here, because the connection itself refuses to lie.

import Net
import Wire

/// One answer under way. Lives on the loop's thread while the request is handled.
final class Delivery {
    private let loop: Loop
    private let connection: Connection
    private let behaviour: Behaviour
    private var isChunked = false
    private var sent = 0
    private var hasStalled = false
    private var clientLeft = false
    private var waiter: UnsafeContinuation<Void, Never>?
    private lazy var timer = Timer { [unowned self] in self.resume() }

    /// How it ended.
    enum Outcome { case complete, brokenOff, clientGone }

    init(_ loop: Loop, _ connection: Connection, _ behaviour: Behaviour) {
        self.loop = loop
        self.connection = connection
        self.behaviour = behaviour
    }

    func send(_ reply: Reply) async -> Outcome {
        let reply = behaviour.compresses ? reply.compressed() : reply
        connection.onClientGone = { [weak self] in
            self?.clientLeft = true
            self?.resume()
        }
        defer { loop.disarm(timer) }
        connection.beginRaw()
        await pause(behaviour.delayMilliseconds)
        if behaviour.breakOff?.after == -1 { return await breakOff() }
        let framing = self.framing(of: reply)
        if !behaviour.isRaw { connection.write(head(reply, framing)) }
        guard connection.request.head.method != .head, !Delivery.isBodiless(reply.status) || behaviour.isRaw else {
            return finish(framing)
        }
        var body = reply.body
        while let block = body.nextBlock(), !isGone {
            if await send(block) { return await breakOff() }
        }
        if isChunked, !isGone { connection.write(Array("0\r\n\r\n".utf8)) }
        return finish(framing)
    }

    private var isGone: Bool { clientLeft || connection.isClientGone }

    // MARK: Framing

    private enum Framing {
        case length(Int)
        case chunked
        case untilClose
    }

    private func framing(of reply: Reply) -> Framing {
        if behaviour.isRaw { return .untilClose }
        if let claimed = behaviour.claimedLength { return .length(claimed) }
        switch behaviour.framing {
        case .close: return .untilClose
        case .chunked: return .chunked
        case .length: return reply.body.size.map { .length($0) } ?? .untilClose
        case nil:
            guard behaviour.pieceBytes == nil, let size = reply.body.size else { return .chunked }
            return .length(size)
        }
    }

    private func head(_ reply: Reply, _ framing: Framing) -> [UInt8] {
        var bytes: [UInt8] = []
        let absent = Delivery.isBodiless(reply.status)
        let body: ResponseHead.Body =
            switch framing {
            case .length(let count): absent ? .absent : .length(count)
            case .chunked: absent ? .absent : .chunked
            case .untilClose: .untilClose
            }
        if case .chunked = body { isChunked = true }
        ResponseHead(reply.status, lines: reply.lines).write(
            to: &bytes, body: body, keepAlive: keepsOpen(framing),
            date: Timestamp.imfFixdate(unixSeconds: loop.unixMilliseconds / 1000))
        return bytes
    }

    private static func isBodiless(_ status: Int) -> Bool { status == 204 || status == 304 }

    private func keepsOpen(_ framing: Framing) -> Bool {
        if case .untilClose = framing { return false }
        return behaviour.claimedLength == nil || behaviour.liesOn
    }

    // MARK: Sending

    /// - Returns: true when the answer is to be broken off here.
    private func send(_ block: [UInt8]) async -> Bool {
        var offset = 0
        while offset < block.count, !isGone {
            if let limit = behaviour.breakOff?.after, sent >= limit { return true }
            if let stall = behaviour.stall, sent >= stall.after, !hasStalled {
                hasStalled = true
                await pause(stall.milliseconds)
            }
            let count = min(block.count - offset, room)
            write(Array(block[offset..<offset + count]))
            offset += count
            sent += count
            _ = await connection.drained()
            if behaviour.pieceMilliseconds > 0 { await pause(behaviour.pieceMilliseconds) }
        }
        return behaviour.breakOff.map { sent >= $0.after } ?? false
    }

    /// Bytes up to the next place where something happens.
    private var room: Int {
        var room = behaviour.pieceBytes ?? .max
        if let limit = behaviour.breakOff?.after { room = min(room, limit - sent) }
        if let stall = behaviour.stall, !hasStalled { room = min(room, stall.after - sent) }
        return max(1, room)
    }

    private func write(_ piece: [UInt8]) {
        guard isChunked else { return connection.write(piece) }
        var chunk: [UInt8] = []
        chunk.reserveCapacity(piece.count + 16)
        chunk.append(text: String(piece.count, radix: 16))
        chunk.append("\r\n")
        chunk.append(contentsOf: piece)
        chunk.append("\r\n")
        connection.write(chunk)
    }

    private func finish(_ framing: Framing) -> Outcome {
        connection.endRaw(keepsOpen(framing) ? .keepOpen : .close)
        return isGone ? .clientGone : .complete
    }

    private func breakOff() async -> Outcome {
        // A reset drops what the kernel does not have yet, and the count of bytes would not be kept.
        _ = await connection.drained(below: 1)
        connection.endRaw(behaviour.breakOff?.resets == true ? .reset : .close)
        return .brokenOff
    }

    // MARK: Waiting

    /// Waits, but not for a client that has left.
    private func pause(_ milliseconds: Int) async {
        guard milliseconds > 0, !isGone else { return }
        loop.arm(timer, milliseconds: milliseconds)
        await withUnsafeContinuation { waiter = $0 }
    }

    private func resume() {
        let waiting = waiter
        waiter = nil
        waiting?.resume()
    }
}
