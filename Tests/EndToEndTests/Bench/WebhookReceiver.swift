// A receiver of webhooks as a process, in a language of its own: its judgement of signatures is not ours.

import Foundation
import Synchronization
import Wire

final class WebhookReceiver: Sendable {
    private let bench: Bench
    private let port: UInt16
    private let processes = Mutex<[ChildProcess]>([])
    private let secret = Mutex("")

    static let path = "/hooks/T0SECRETPATH"

    init(_ bench: Bench) throws {
        self.bench = bench
        port = try freePort()
    }

    deinit { stop() }

    /// Makes a webhook to this receiver.
    /// - Returns: its id.
    func subscribe(_ arguments: [String] = []) throws -> String {
        let made = try bench.webhooks(
            ["create", "--url", "http://127.0.0.1:\(port)\(WebhookReceiver.path)"] + arguments)
        let words = made.output.split(whereSeparator: \.isWhitespace).map(String.init)
        guard made.code == 0, words.count > 2, let secret = words.last, secret.hasPrefix("whsec_") else {
            throw Trouble("tollgate webhooks create: \(made.output) \(made.errors)")
        }
        self.secret.withLock { $0 = secret }
        return words[1]
    }

    var signingSecret: String { secret.withLock { $0 } }

    /// Listens and answers with `answer`: a status, or `hang`.
    func start(_ answer: String) throws {
        stop()
        let count = processes.withLock { $0.count }
        let process = try ChildProcess(
            "python3",
            [
                "\(Products.package)/Tests/EndToEndTests/Clients/webhook_receiver.py", "\(Products.package)/README.md",
                "\(port)", answer,
            ], environment: ["WEBHOOK_SECRET": signingSecret, "PYTHONDONTWRITEBYTECODE": "1"], folder: bench.folder,
            name: "receiver-\(port)-\(count)")
        processes.withLock { $0.append(process) }
        try eventually("the receiver does not start: \(process.errors)") { process.output.hasPrefix("ready\n") }
    }

    /// Refuses connections from here on.
    func stop() { for process in processes.withLock({ $0 }) { process.stop() } }

    /// Whatever was received, the oldest first.
    func received() throws -> [JSON] {
        try processes.withLock { $0 }.flatMap { process in
            // A line that is still being written is not there yet.
            try process.output.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().dropLast().map {
                try JSON(parsing: Array($0.utf8))
            }
        }
    }

    func wait(for count: Int, within seconds: Double = 20) throws -> [JSON] {
        try eventually(within: seconds, "\(count) webhooks do not arrive: \(bench.gateway.process.errors)") {
            try received().count >= count
        }
        return try received()
    }
}

extension Bench {
    /// `tollgate webhooks …` on the bench's store.
    func webhooks(_ arguments: [String]) throws -> (code: Int32, output: String, errors: String) {
        let process = try ChildProcess(
            try Products.path("tollgate"), ["webhooks"] + arguments,
            environment: ["TOLLGATE_STORE": store, "TOLLGATE_SECRET": secret], folder: folder, name: "webhooks")
        return (try process.exitCode(), process.output, process.errors)
    }

    /// A server on an account of its own, whose owner has withdrawn the consent.
    func makeWithdrawnServer() throws -> Server {
        let refreshToken = "1000.withdrawn.\(UUID().uuidString)"
        try simulator.control("POST", "refresh-tokens", ["token": .string(refreshToken), "region": "us"])
        let server = try gateway.makeServer(try gateway.makeAccount(refreshToken: refreshToken))
        try simulator.control("POST", "refresh-tokens", ["token": .string(refreshToken), "revoked": true])
        return server
    }
}
