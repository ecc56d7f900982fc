// The bytes of a connection: a socket's, or those of a TLS session over one.

internal import CCurl
import GatewayCore
import Glibc
import Net

/// Owner of a connected, non-blocking socket and of the TLS session on it.
final class ByteStream {
    enum Handshake {
        case done
        case later(Readiness)
        case failed(String)
    }

    enum Written {
        case bytes(Int)
        case later
        case over
    }

    enum Read {
        case bytes(Int)
        case later
        /// The stream has ended. Clean: the other end said so.
        case over(isClean: Bool)
    }

    let descriptor: Int32
    private let session: TLSConnection?

    /// - Throws: where TLS cannot be set up for the host.
    init(_ descriptor: Int32, origin: Origin, pool: ConnectionPool) throws(UpstreamFailure) {
        self.descriptor = descriptor
        do throws(UpstreamFailure) {
            session = origin.scheme == .https ? try pool.tls.connection(descriptor, origin) : nil
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    deinit {
        session?.close()
        Glibc.close(descriptor)
    }

    var isPlain: Bool { session == nil }

    /// The server chose HTTP/2.
    var speaksHTTP2: Bool { session?.speaksHTTP2 ?? false }

    /// Whether there are bytes that were read from the socket already, which epoll does not know of.
    var holdsBytes: Bool { session?.holdsBytes ?? false }

    func handshake() -> Handshake { session?.handshake() ?? .done }

    func write(_ bytes: RequestBytes) -> Written {
        bytes.withNext { bytes in
            if let session { return session.write(bytes) }
            let count = retry { send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)) }
            if count >= 0 { return .bytes(count) }
            return errno == EAGAIN ? .later : .over
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Read {
        if let session { return session.read(into: buffer) }
        let count = retry { recv(descriptor, buffer.baseAddress, buffer.count, 0) }
        if count > 0 { return .bytes(count) }
        if count == 0 { return .over(isClean: true) }
        return errno == EAGAIN ? .later : .over(isClean: false)
    }

    private func retry(_ call: () -> Int) -> Int {
        while true {
            let result = call()
            guard result < 0, errno == EINTR else { return result }
        }
    }
}
