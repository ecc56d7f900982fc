// An authority, its certificates, and servers that show them: made once per test process by the `openssl` command.

import Foundation

/// Certificates in a temporary folder.
struct Authority: Sendable {
    let folder: String

    var caFile: String { folder + "/ca.pem" }
    var certificate: String { folder + "/server.pem" }
    /// One that was valid until yesterday.
    var expiredCertificate: String { folder + "/expired.pem" }
    /// One for 127.0.0.1 and no name.
    var addressCertificate: String { folder + "/address.pem" }
    /// Of all of them.
    var key: String { folder + "/server.key" }

    /// The authority of the servers here, for mail.example.test.
    static let trusted = Authority(name: "trusted")
    /// One that signed nothing here.
    static let other = Authority(name: "other")

    private static func folder(_ name: String) -> String { NSTemporaryDirectory() + "tollgate-\(name)-\(getpid())" }

    init(name: String) {
        folder = Authority.folder(name)
        atexit {
            for name in ["trusted", "other"] { try? FileManager.default.removeItem(atPath: Authority.folder(name)) }
        }
        try! FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let make = """
            set -e; cd "\(folder)"
            openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj "/CN=\(name)" -days 2
            openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj "/CN=mail.example.test"
            sign() {
                echo "subjectAltName=$2" > names
                openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out $1 -days $3 \
                -extfile names
            }
            sign server.pem DNS:mail.example.test 2
            sign expired.pem DNS:mail.example.test -1
            sign address.pem IP:127.0.0.1 2
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", make]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try! process.run()
        process.waitUntilExit()
        precondition(process.terminationStatus == 0, "openssl made no certificates")
    }
}

/// Foundation starts processes with the signals of its own threads blocked, SIGTERM among them.
func end(_ process: Process) { kill(process.processIdentifier, SIGKILL) }

/// A TLS server in Python. `/big` is 50 MB; everything else shows the server name of TLS and the request's head.
final class TLSServer: @unchecked Sendable {
    let port: UInt16
    private let process = Process()
    private let input = Pipe()

    var override: String { "*=https://127.0.0.1:\(port)" }

    init(_ authority: Authority = .trusted) throws {
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", TLSServer.script, authority.certificate, authority.key]
        // The script ends with its standard input, and so with this process, however that ends.
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = output.fileHandleForReading.availableData
        port = UInt16(String(decoding: line, as: UTF8.self).trimmingCharacters(in: .newlines))!
    }

    deinit { end(process) }

    private static let script = """
        import os, socket, ssl, sys, threading
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        context.sni_callback = lambda connection, name, _: setattr(connection, 'sni', name)
        server = socket.create_server(('0.0.0.0', 0), backlog=128)
        print(server.getsockname()[1], flush=True)
        def serve(raw):
            try:
                connection = context.wrap_socket(raw, server_side=True)
                data = b''
                while True:
                    while b'\\r\\n\\r\\n' not in data:
                        chunk = connection.recv(65536)
                        if not chunk: return
                        data += chunk
                    head, _, data = data.partition(b'\\r\\n\\r\\n')
                    body = b'sni=%s resumed=%d\\n' % (connection.sni.encode(), connection.session_reused) + head
                    if head.startswith(b'GET /big'): body = bytes(50 << 20)
                    # Two records, the second one right behind the first.
                    connection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n' % len(body))
                    connection.sendall(body)
            except OSError: pass
            finally: raw.close()
        def accept():
            while True: threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
        threading.Thread(target=accept, daemon=True).start()
        sys.stdin.read()
        os._exit(0)
        """
}

/// nginx with HTTP/2: `/big` is 20 MB, everything else shows protocol, host, target and body length.
final class HTTP2Server: @unchecked Sendable {
    let port: UInt16
    private let process = Process()

    var override: String { "*=https://127.0.0.1:\(port)" }

    init(_ authority: Authority = .trusted) throws {
        port = ScriptedServer { _ in }.port
        let folder = authority.folder
        try Data(count: 20 << 20).write(to: URL(fileURLWithPath: folder + "/big"))
        let configuration = """
            daemon off; master_process off; error_log /dev/null; pid \(folder)/nginx.pid;
            events { worker_connections 256; }
            http {
                access_log off; client_body_temp_path \(folder)/t1; proxy_temp_path \(folder)/t2;
                fastcgi_temp_path \(folder)/t3; uwsgi_temp_path \(folder)/t4; scgi_temp_path \(folder)/t5;
                server {
                    listen 127.0.0.1:\(port) ssl http2;
                    ssl_certificate \(authority.certificate); ssl_certificate_key \(authority.key);
                    root \(folder);
                    location / { return 200 "$server_protocol $host $request_method $request_uri $content_length"; }
                    location /big { }
                }
            }
            """
        try configuration.write(toFile: folder + "/nginx.conf", atomically: true, encoding: .utf8)
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/nginx")
        process.arguments = ["-c", folder + "/nginx.conf", "-p", folder]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        while !isListening() { sched_yield() }
    }

    deinit { end(process) }

    private func isListening() -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
