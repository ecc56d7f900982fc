// What the commands that work on the store itself have in common: their own flags, the settings, the tenant.

import GatewayCore
import Net
import SQLiteStore

/// The command line of `tollgate keys` and `tollgate webhooks`.
struct StoreCommand {
    /// What is neither a flag nor a flag's value.
    let words: [String]
    let secret: GatewaySecret
    let tenant: String
    private let own: [String: String]
    private let store: StoreSettings

    /// - Parameter flags: of the command, each with a value, beside `--tenant` and `--store`.
    init(_ arguments: [String], flags: [String]) throws(UsageError) {
        var own: [String: String] = [:]
        var rest: [String] = []
        var words: [String] = []
        var queue = arguments[...]
        while let argument = queue.popFirst() {
            if flags.contains(argument) || argument == "--tenant" {
                guard let value = queue.popFirst() else { throw UsageError("\(argument) needs a value.") }
                own[argument] = value
            } else if argument.hasPrefix("--") || !rest.isEmpty && rest.count % 2 == 1 {
                rest.append(argument)
            } else {
                words.append(argument)
            }
        }
        let configuration = try Configuration(arguments: rest, allowing: [.store])
        store = try Settings.store(configuration[.store])
        secret = try Settings.secret(configuration[.secret])
        tenant = own["--tenant"] ?? "default"
        self.own = own
        self.words = words
    }

    subscript(_ flag: String) -> String? { own[flag] }

    /// Opens the store for `body` alone.
    func withStore<Value: Sendable>(
        _ body: @escaping @Sendable (any Store, Loop) async throws -> Value
    ) async throws -> Value {
        let thread = try LoopThread(name: "store")
        defer { thread.finish() }
        let store = store
        var writer: SQLiteWriter?
        if case .sqlite(let path) = store { writer = try SQLiteWriter(path: path) }
        let made = writer
        return try await thread.run { loop in
            let store = try Worker.store(store, writer: made, on: loop)
            store.start()
            defer { store.stop() }
            // A store that has not connected yet is given two seconds; then its commands say what is wrong.
            for _ in 0..<40 where store.health == .connecting { await loop.sleep(milliseconds: 50) }
            return try await body(store, loop)
        }
    }
}
