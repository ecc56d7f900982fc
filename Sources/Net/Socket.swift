// Sockets by their syscalls. Each `Socket` owns one non-blocking descriptor and closes it when it dies.

import CEpoll
import Glibc

/// A syscall that failed, by name and errno.
package struct SystemFailure: Error, CustomStringConvertible {
    package let call: String
    package let code: Int32

    package var description: String { "\(call): \(String(cString: strerror(code)))" }

    @discardableResult
    static func check(_ call: String, _ result: Int32) throws(SystemFailure) -> Int32 {
        guard result >= 0 else { throw SystemFailure(call: call, code: errno) }
        return result
    }
}

/// What one non-blocking transfer did.
enum Transferred {
    case bytes(Int)
    /// The kernel would have blocked; epoll says when to go on.
    case later
    /// End of stream, or an error that ends the connection.
    case over
}

/// An IPv4 or IPv6 address with its port, as `host:port` or `[host]:port`.
package struct SocketAddress: Sendable, CustomStringConvertible {
    package let host: String
    package let port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// - Returns: nil when `text` is no numeric address with a port.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host == "localhost" { host = "127.0.0.1" }
        guard SocketAddress.family(of: host) != nil else { return nil }
        self.init(host: host, port: port)
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The same with a port of the kernel's choice where this one has port 0. Nobody holds it until somebody listens.
    package func choosingPort() throws(SystemFailure) -> SocketAddress {
        guard port == 0 else { return self }
        return SocketAddress(host: host, port: try Socket.listening(on: self, backlog: 1).localPort)
    }

    static func family(of host: String) -> Int32? {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, host, &four) == 1 { return AF_INET }
        if inet_pton(AF_INET6, host, &six) == 1 { return AF_INET6 }
        return nil
    }

    /// Calls `body` with the address as the kernel wants it; the pointer is valid only inside.
    fileprivate func withSockaddr<T>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
        if SocketAddress.family(of: host) == AF_INET6 {
            var six = sockaddr_in6()
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            inet_pton(AF_INET6, host, &six.sin6_addr)
            return withUnsafePointer(to: &six) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
        var four = sockaddr_in()
        four.sin_family = sa_family_t(AF_INET)
        four.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &four.sin_addr)
        return withUnsafePointer(to: &four) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}

/// One owned, non-blocking stream socket.
struct Socket: ~Copyable {
    let descriptor: Int32

    private init(adopting descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// A listening socket that shares its port with the other workers' (SO_REUSEPORT: the kernel spreads connections).
    static func listening(on address: SocketAddress, backlog: Int32) throws(SystemFailure) -> Socket {
        let family = SocketAddress.family(of: address.host) ?? AF_INET
        let socket = Socket(
            adopting: try SystemFailure.check("socket", Glibc.socket(family, streamType | nonBlocking, 0)))
        socket.set(SOL_SOCKET, SO_REUSEADDR, 1)
        socket.set(SOL_SOCKET, SO_REUSEPORT, 1)
        try SystemFailure.check("bind \(address)", address.withSockaddr { bind(socket.descriptor, $0, $1) })
        try SystemFailure.check("listen \(address)", listen(socket.descriptor, backlog))
        return socket
    }

    /// The next waiting connection; nil when none waits.
    func accept() -> Socket? {
        while true {
            let descriptor = tollgate_accept(self.descriptor, nonBlocking)
            if descriptor >= 0 {
                let socket = Socket(adopting: descriptor)
                socket.set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
                return socket
            }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    /// The port that the kernel chose, for a socket bound to port 0.
    var localPort: UInt16 {
        var storage = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        _ = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        // sin_port and sin6_port sit at the same offset (RFC 3493 section 3.3).
        return UInt16(bigEndian: storage.sin6_port)
    }

    /// Reads at most `capacity` bytes behind the end of `buffer`.
    /// - Parameter scratch: at least `capacity` bytes of which nothing is kept: what waits for input has no memory for it.
    func read(into buffer: inout [UInt8], capacity: Int, by scratch: UnsafeMutableRawBufferPointer) -> Transferred {
        let count = Socket.retry { Glibc.read(descriptor, scratch.baseAddress, capacity) }
        if count > 0 { buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: scratch[..<count])) }
        return Socket.outcome(count, zeroIsEnd: true)
    }

    /// Writes `first`, `second` and `third` in one call, without the first `offset` bytes of all of them.
    func write(_ first: [UInt8], _ second: [UInt8], _ third: [UInt8], from offset: Int) -> Transferred {
        let count = first.withUnsafeBytes { first in
            second.withUnsafeBytes { second in
                third.withUnsafeBytes { third in
                    // The kernel only reads through these pointers, and all arrays outlive the call.
                    if second.isEmpty, third.isEmpty {
                        return Socket.retry {
                            send(descriptor, first.baseAddress?.advanced(by: offset), first.count - offset, noSignal)
                        }
                    }
                    var skip = offset
                    func piece(_ bytes: UnsafeRawBufferPointer) -> iovec {
                        let skipped = min(skip, bytes.count)
                        skip -= skipped
                        return iovec(
                            iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress?.advanced(by: skipped)),
                            iov_len: bytes.count - skipped)
                    }
                    var pieces = (piece(first), piece(second), piece(third))
                    return withUnsafeMutableBytes(of: &pieces) { raw in
                        // sendmsg and not writev: a peer that has gone must not raise SIGPIPE.
                        var message = msghdr()
                        message.msg_iov = raw.baseAddress?.assumingMemoryBound(to: iovec.self)
                        message.msg_iovlen = 3
                        return Socket.retry { sendmsg(descriptor, &message, noSignal) }
                    }
                }
            }
        }
        return Socket.outcome(count, zeroIsEnd: false)
    }

    /// Tells the peer that nothing more will be sent.
    func shutdownWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Refuses new connections at once, before the descriptor is closed.
    func shutdownListening() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Makes `close` send a reset and drop what is unsent (SO_LINGER of zero seconds, socket(7)).
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func retry(_ call: () -> Int) -> Int {
        while true {
            let result = call()
            guard result < 0, errno == EINTR else { return result }
        }
    }

    private static func outcome(_ count: Int, zeroIsEnd: Bool) -> Transferred {
        if count > 0 { return .bytes(count) }
        if count == 0 { return zeroIsEnd ? .over : .bytes(0) }
        return errno == EAGAIN || errno == EWOULDBLOCK ? .later : .over
    }
}

private let streamType = Int32(SOCK_STREAM.rawValue)
private let nonBlocking = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
private let noSignal = Int32(MSG_NOSIGNAL)
