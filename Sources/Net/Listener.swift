// A listening socket of one worker and the connections that came through it.

import Wire

package final class Listener: Watcher {
    private let loop: Loop
    private let socket: Socket
    private let handler: any RequestHandler
    private let limits: ConnectionLimits
    private var connections: [ObjectIdentifier: Connection] = [:]
    private var isListening = true
    private var onDrained: (() -> Void)?
    private var dateText: [UInt8] = []
    private var dateSecond: Int64 = 0

    /// The address with the port that the kernel chose when 0 was asked for.
    package let address: SocketAddress

    /// Listens at once. Connections are spread by the kernel over all listeners of the same address.
    package init(
        loop: Loop, address: SocketAddress, limits: ConnectionLimits = ConnectionLimits(), handler: any RequestHandler
    ) throws(SystemFailure) {
        self.loop = loop
        self.limits = limits
        self.handler = handler
        socket = try Socket.listening(on: address, backlog: 4096)
        self.address = SocketAddress(host: address.host, port: socket.localPort)
        loop.watch(socket.descriptor, [.readable], self)
    }

    package var connectionCount: Int { connections.count }

    /// Connections accepted since the start.
    package private(set) var acceptedCount = 0

    package func ready(_ readiness: Readiness) {
        // Bounded, so that a flood of connections leaves the loop time for those it has.
        for _ in 0..<64 {
            guard let accepted = socket.accept() else { return }
            acceptedCount += 1
            let connection = Connection(
                loop: loop, socket: accepted, handler: handler, limits: limits, owner: self, number: acceptedCount)
            connections[ObjectIdentifier(connection)] = connection
            // Not Sendable and never sent: the task runs on this loop's thread, which is the only one that knows it.
            nonisolated(unsafe) let served = connection
            Task(executorPreference: loop) { await served.run() }
        }
    }

    func closed(_ connection: Connection) {
        connections[ObjectIdentifier(connection)] = nil
        if !isListening, connections.isEmpty { finishDraining() }
    }

    /// Stops accepting, closes idle connections, lets the others finish; then calls `whenDone`.
    package func drain(whenDone: @escaping () -> Void) {
        onDrained = whenDone
        guard isListening else { return }
        // What waits in the kernel's queue has been accepted as far as its client knows; all of it, in any number.
        var before: Int
        repeat {
            before = acceptedCount
            ready(.readable)
        } while acceptedCount > before
        isListening = false
        loop.unwatch(socket.descriptor)
        socket.shutdownListening()
        for connection in connections.values { connection.drain() }
        if connections.isEmpty { finishDraining() }
    }

    private func finishDraining() {
        let action = onDrained
        onDrained = nil
        action?()
    }

    /// The `Date` header's value, made anew once a second.
    func date() -> [UInt8] {
        let second = loop.unixMilliseconds / 1000
        if second != dateSecond {
            dateSecond = second
            dateText = Timestamp.imfFixdate(unixSeconds: second)
        }
        return dateText
    }
}
