// A TLS server in Python that does what a request's target says, and tells when it has done it.

import Foundation

/// What the targets do is in the script; whatever is none of them is answered with `connection=… resumed=…`.
final class TLSPeer: @unchecked Sendable {
    let port: UInt16
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let lines: AsyncStream<String>

    var override: String { "*=https://127.0.0.1:\(port)" }

    /// - Parameter version: the only one that the server speaks, as Python calls it.
    init(certificate: String = Authority.trusted.certificate, version: String = "") throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let key = Authority.trusted.key
        process.arguments = ["python3", "-W", "ignore", "-c", TLSPeer.script, certificate, key, version]
        // The script ends with its standard input, and so with this process, however that ends.
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let reading = output.fileHandleForReading
        port = UInt16(String(decoding: reading.availableData, as: UTF8.self).trimmingCharacters(in: .newlines))!
        let (lines, source) = AsyncStream<String>.makeStream()
        self.lines = lines
        Thread.detachNewThread {
            while true {
                let data = reading.availableData
                guard !data.isEmpty else { return source.finish() }
                for line in String(decoding: data, as: UTF8.self).split(separator: "\n") { source.yield(String(line)) }
            }
        }
    }

    deinit { end(process) }

    /// Waits until the server says `line`.
    func says(_ line: String) async -> Bool { await lines.first { $0 == line } != nil }

    private static let script = """
        import ctypes, itertools, os, socket, ssl, sys, threading
        certificate, key, version = sys.argv[1:]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        if version:
            context.set_ciphers('DEFAULT:@SECLEVEL=0')
            context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
        server = socket.socket()
        # What is sent here waits at the sender, in pieces.
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        server.bind(('127.0.0.1', 0))
        server.listen(128)
        print(server.getsockname()[1], flush=True)
        numbers = itertools.count(1)

        def send_ticket(connection):
            # Python has no door to these; the session's address follows the object's head and its socket.
            library = ctypes.CDLL('libssl.so.3')
            session = ctypes.c_void_p.from_address(id(connection._sslobj) + object.__basicsize__ + 8)
            assert library.SSL_new_session_ticket(session) == 1 and library.SSL_do_handshake(session) == 1

        def whole(connection, body, fields=b''):
            connection.sendall(b'HTTP/1.1 200 OK\\r\\n%sContent-Length: %d\\r\\n\\r\\n' % (fields, len(body)) + body)

        def answer(connection, number, target, head, data):
            # True when the connection stays open.
            name = b'connection=%d resumed=%d' % (number, connection.session_reused)
            if target == '/unclean':
                connection.sendall(b'HTTP/1.1 200 OK\\r\\n\\r\\nuntil the end')
            elif target == '/clean':
                connection.sendall(b'HTTP/1.1 200 OK\\r\\n\\r\\nuntil the end')
                connection.unwrap()
            elif target == '/early':
                connection.sendall(b'HTTP/1.1 413 Content Too Large\\r\\nContent-Length: 5\\r\\n\\r\\nlarge')
            elif target == '/close':
                whole(connection, name, b'Connection: close\\r\\n')
            elif target in ('/goodbye', '/surplus'):
                # Two records in one segment, the second one an answer or the session's end.
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
                whole(connection, name)
                if target == '/surplus': whole(connection, b'surplus')
                else:
                    connection.settimeout(0)
                    try: connection.unwrap()
                    except ssl.SSLWantReadError: pass
                    connection.settimeout(None)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)
                connection.recv(1)
            elif target == '/upload':
                length = int(head.split('Content-Length: ')[1].split('\\r\\n')[0])
                while len(data) < length: data += connection.recv(1024)
                whole(connection, b'%d %s' % (len(data), data[-8:]))
                return True
            elif target.startswith('/records/'):
                body = bytes(i % 251 for i in range(int(target[9:])))
                connection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n' % len(body))
                for start in range(0, len(body), 7): connection.sendall(body[start:start + 7])
                return True
            elif target.startswith('/whole/'):
                whole(connection, bytes(i % 251 for i in range(int(target[7:]))))
                print('written', flush=True)
                return True
            elif target == '/ticket':
                whole(connection, name)
                send_ticket(connection)
                print('ticket', flush=True)
                return True
            else:
                whole(connection, name)
                return True

        def serve(raw, number):
            # What was written before a reset has been sent.
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                with context.wrap_socket(raw, server_side=True) as connection:
                    data, stays = bytearray(), True
                    while stays:
                        while b'\\r\\n\\r\\n' not in data:
                            chunk = connection.recv(1024)
                            if not chunk: return
                            data += chunk
                        head, _, data = data.partition(b'\\r\\n\\r\\n')
                        head = head.decode() + '\\r\\n'
                        stays = answer(connection, number, head.split()[1], head, data)
                        data = bytearray()
            except OSError: pass

        def accept():
            while True:
                arguments = (server.accept()[0], next(numbers))
                threading.Thread(target=serve, args=arguments, daemon=True).start()
        threading.Thread(target=accept, daemon=True).start()
        sys.stdin.read()
        os._exit(0)
        """
}
