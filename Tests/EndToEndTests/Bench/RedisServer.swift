// A real redis-server on a port of its own, and what an operator would say to it.

import Foundation
import Synchronization

final class RedisServer: Sendable {
    let port: UInt16
    private let folder: Folder
    private let process: Mutex<ChildProcess>

    init(_ folder: Folder) throws {
        self.folder = folder
        port = try freePort()
        process = Mutex(try RedisServer.start(port, folder))
        try waitUntilUp()
    }

    var url: String { "redis://127.0.0.1:\(port)" }
    var dumpPath: String { "\(folder.path)/dump.rdb" }

    func kill() { process.withLock { $0.stop() } }

    /// Starts it again, empty unless something was saved.
    func restart() throws {
        let fresh = try RedisServer.start(port, folder)
        process.withLock { $0 = fresh }
        try waitUntilUp()
    }

    /// Sends one command and returns the first line of the answer.
    @discardableResult
    func command(_ text: String) throws -> String {
        let client = try RawClient(port: port)
        client.send(text + "\r\n")
        return try client.takeLine()
    }

    /// All keys, in no order.
    func keys() throws -> [String] {
        let client = try RawClient(port: port)
        client.send("KEYS *\r\n")
        let count = Int(try client.takeLine().dropFirst()) ?? 0
        return try (0..<count).map { _ in
            _ = try client.takeLine()
            return try client.takeLine()
        }
    }

    private static func start(_ port: UInt16, _ folder: Folder) throws -> ChildProcess {
        try ChildProcess(
            "redis-server",
            ["--bind", "127.0.0.1", "--port", "\(port)", "--save", "", "--appendonly", "no", "--dir", folder.path],
            folder: folder, name: "redis-\(port)")
    }

    private func waitUntilUp() throws {
        try eventually("redis-server on port \(port) does not answer") { (try? command("PING")) == "+PONG" }
    }
}
