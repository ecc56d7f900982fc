// A blocking socket and an HTTP/1.1 reader that hides nothing: tests look at bytes.

import Glibc
import Net

struct ClientFailure: Error {
    let what: String
}

final class Client {
    enum Ending { case open, closed, reset, timedOut }

    private let descriptor: Int32
    private(set) var received: [UInt8] = []
    private(set) var ending = Ending.open

    /// - Parameter receiveBuffer: small, so that a server soon has to wait for this client.
    init(_ address: SocketAddress, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4) }
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = address.port.bigEndian
        inet_pton(AF_INET, address.host, &target.sin_addr)
        let code = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw ClientFailure(what: "connect: \(errno)") }
    }

    deinit { close(descriptor) }

    /// - Returns: bytes sent; fewer than given when the other side has gone.
    @discardableResult
    func send(_ text: String) -> Int { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            sent += count
        }
        return sent
    }

    /// Tells the other side that nothing more will be sent.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads once.
    /// - Returns: bytes read; 0 when the connection is over.
    @discardableResult
    func readSome(_ capacity: Int = 64 << 10) -> Int {
        guard ending == .open else { return 0 }
        var buffer = [UInt8](repeating: 0, count: capacity)
        let count = recv(descriptor, &buffer, capacity, 0)
        if count > 0 {
            received += buffer[..<count]
            return count
        }
        ending = count == 0 ? .closed : errno == ECONNRESET ? .reset : .timedOut
        return 0
    }

    /// Reads once, if something comes within `patience` milliseconds.
    func readSome(patience: Int32) {
        var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        if poll(&item, 1, patience) > 0 { readSome() }
    }

    /// Reads until the other side ends the connection; what came is in `received`.
    func readToEnd() { while readSome() > 0 {} }

    func read(atLeast count: Int) { while received.count < count, readSome() > 0 {} }

    /// Takes `count` received bytes away.
    func take(_ count: Int) -> [UInt8] {
        read(atLeast: count)
        let taken = Array(received.prefix(count))
        received.removeFirst(taken.count)
        return taken
    }

    /// Takes bytes up to and with CR LF.
    func takeLine() throws -> String {
        var line: [UInt8] = []
        while !line.suffix(2).elementsEqual([13, 10]) {
            let byte = take(1)
            guard !byte.isEmpty else { throw ClientFailure(what: "the connection ended inside a line: \(ending)") }
            line += byte
        }
        return String(decoding: line.dropLast(2), as: UTF8.self)
    }
}

struct Response {
    var status = 0
    var fields: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// Sizes of the chunks, when the body was chunked.
    var chunks: [Int] = []
    var isComplete = true

    var text: String { String(decoding: body, as: UTF8.self) }

    subscript(_ name: String) -> String? { fields.first { $0.name == name.lowercased() }?.value }
}

extension Client {
    /// - Parameter hasBody: false after a HEAD request, whose answer has lengths but no body.
    func readResponse(hasBody: Bool = true) throws -> Response {
        var response = Response()
        let status = try takeLine().split(separator: " ")
        response.status = status.count > 1 ? Int(status[1]) ?? 0 : 0
        while case let line = try takeLine(), !line.isEmpty {
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts[1].drop { $0 == " " }
            response.fields.append((parts[0].lowercased(), String(value)))
        }
        guard hasBody, response.status != 100 else { return response }
        if response["Transfer-Encoding"] == "chunked" {
            while let size = Int(try takeLine(), radix: 16) {
                response.body += take(size)
                _ = try takeLine()
                if size == 0 { break }
                response.chunks.append(size)
            }
        } else if let length = response["Content-Length"].flatMap({ Int($0) }) {
            response.body = take(length)
            response.isComplete = response.body.count == length
        } else if response.status != 204, response.status != 304 {
            readToEnd()
            response.body = take(received.count)
        }
        return response
    }
}
