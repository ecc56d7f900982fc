// A blocking socket and an HTTP/1.1 reader that hides nothing.

import Foundation
import Wire

final class RawClient {
    enum Ending { case open, closed, reset, timedOut }

    let descriptor: Int32
    private var buffer: [UInt8] = []
    private var offset = 0
    private(set) var ending = Ending.open

    /// - Parameter receiveBuffer: small, so that a server soon has to wait for this client.
    init(port: UInt16, receiveBuffer: Int32? = nil, patience: Int = 30) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4) }
        var timeout = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = port.bigEndian
        target.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let code = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // deinit closes it in any case.
        guard code == 0 else { throw Trouble("connect to port \(port): \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Gives `body` what has been received and not been taken, then receives more.
    /// - Returns: false when the connection is over.
    private func receive(_ capacity: Int = 64 << 10) -> Bool {
        guard ending == .open else { return false }
        if offset > 0 {
            buffer.removeSubrange(..<offset)
            offset = 0
        }
        var piece = [UInt8](repeating: 0, count: capacity)
        let count = recv(descriptor, &piece, capacity, 0)
        if count > 0 {
            buffer += piece[..<count]
            return true
        }
        ending = count == 0 ? .closed : errno == ECONNRESET ? .reset : .timedOut
        return false
    }

    /// Everything until the other side ends the connection.
    func rest() -> [UInt8] {
        while receive() {}
        defer { offset = buffer.count }
        return Array(buffer[offset...])
    }

    /// Up to `count` bytes: fewer only at the end.
    func take(_ count: Int) -> [UInt8] {
        while buffer.count - offset < count, receive() {}
        let end = min(buffer.count, offset + count)
        defer { offset = end }
        return Array(buffer[offset..<end])
    }

    /// Whatever has arrived, at most `count` bytes; empty at the end.
    func takeSome(_ count: Int = 64 << 10) -> [UInt8] {
        if offset == buffer.count, !receive(count) { return [] }
        return take(min(count, buffer.count - offset))
    }

    func takeLine() throws -> String {
        var end = offset
        while true {
            while end + 1 < buffer.count {
                if buffer[end] == 13, buffer[end + 1] == 10 {
                    defer { offset = end + 2 }
                    return String(decoding: buffer[offset..<end], as: UTF8.self)
                }
                end += 1
            }
            let scanned = end - offset
            guard receive() else { throw Trouble("The connection ended inside a line: \(ending).") }
            end = offset + scanned
        }
    }

    // MARK: HTTP

    /// Reads a response; of a chunked one the body goes to `sink`, if there is one, piece by piece.
    func readResponse(isHead: Bool = false, sink: (([UInt8]) throws -> Void)? = nil) throws -> Response {
        var response = Response()
        let status = try takeLine().split(separator: " ")
        response.status = status.count > 1 ? Int(status[1]) ?? 0 : 0
        while case let line = try takeLine(), !line.isEmpty {
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            response.fields.append((parts[0].lowercased(), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""))
        }
        func pass(_ bytes: [UInt8]) throws { if let sink { try sink(bytes) } else { response.body += bytes } }
        if isHead { return response }
        if response["transfer-encoding"] == "chunked" {
            while true {
                guard let size = Int(try takeLine(), radix: 16) else { throw Trouble("A chunk has no size.") }
                var left = size
                while left > 0 {
                    let piece = takeSome(min(left, 64 << 10))
                    guard !piece.isEmpty else { throw Trouble("The connection ended inside a chunk: \(ending).") }
                    left -= piece.count
                    try pass(piece)
                }
                _ = try takeLine()
                if size == 0 { break }
            }
        } else if let length = response["content-length"].flatMap({ Int($0) }) {
            try pass(take(length))
        } else if response.status != 204, response.status != 304 {
            try pass(rest())
        }
        return response
    }

    static func request(
        _ method: String, _ path: String, fields: [String] = [], body: String? = nil, host: String = "gateway"
    ) -> String {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n"
        for field in fields { text += "\(field)\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
        return text + "\r\n" + (body ?? "")
    }

    func ask(_ method: String, _ path: String, fields: [String] = [], body: String? = nil) throws -> Response {
        send(RawClient.request(method, path, fields: fields, body: body))
        return try readResponse(isHead: method == "HEAD")
    }
}

struct Response {
    var status = 0
    var fields: [(name: String, value: String)] = []
    var body: [UInt8] = []

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSON { get throws { try JSON(parsing: body) } }

    subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }
}

/// A port that nobody has at the moment.
func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
        }
    }
    guard code == 0 else { throw Trouble("No port is free.") }
    return UInt16(bigEndian: address.sin_port)
}
