// A real redis-server for one test, on a port of its own.

import Foundation
import GatewayCore
import Net
import RedisClient
import Synchronization

final class RedisServer: Bench {
    let port: UInt16
    private let directory: TemporaryDirectory
    private let options: [String]
    private let process = Mutex<Process?>(nil)

    init(options: [String] = []) throws {
        port = try RedisServer.freePort()
        directory = try TemporaryDirectory()
        self.options = options
        try start()
    }

    deinit { kill() }

    func start() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["redis-server", "--bind", "127.0.0.1", "--port", "\(port)", "--save", "", "--dir", directory.path]
            + options
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process.withLock { $0 = process }
    }

    func kill() {
        process.withLock { process in
            guard let running = process else { return }
            Foundation.kill(running.processIdentifier, SIGKILL)
            running.waitUntilExit()
            process = nil
        }
    }

    func signal(_ signal: Int32) {
        process.withLock { process in
            if let process { Foundation.kill(process.processIdentifier, signal) }
        }
    }

    func worker() async throws -> StoreWorker {
        let worker = try await worker("redis://127.0.0.1:\(port)")
        try await worker.isUp()
        return worker
    }

    /// A worker that may not have reached the server yet.
    func worker(
        _ url: String, timing: RedisTiming = RedisTiming(), onProblem: (@Sendable (String) -> Void)? = nil
    ) async throws -> StoreWorker {
        let url = try RedisURL(url)
        return try await StoreWorker { loop in
            let store = RedisStore(loop: loop, url: url, timing: timing)
            store.onProblem = onProblem
            return store
        }
    }

    private static func freePort() throws -> UInt16 {
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
        guard code == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        return UInt16(bigEndian: address.sin_port)
    }
}
