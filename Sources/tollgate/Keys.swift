// `tollgate keys`: API keys made and withdrawn where the store is, without the HTTP API.

import Crypto
import GatewayCore
import Net
import SQLiteStore
import Wire

enum Keys {
    static func run(_ arguments: [String]) async throws {
        var own: [String: String] = [:]
        var rest: [String] = []
        var words: [String] = []
        var queue = arguments[...]
        while let argument = queue.popFirst() {
            if ["--name", "--tenant", "--scopes"].contains(argument) {
                guard let value = queue.popFirst() else { throw UsageError("\(argument) needs a value.") }
                own[argument] = value
            } else if argument.hasPrefix("--") || !rest.isEmpty && rest.count % 2 == 1 {
                rest.append(argument)
            } else {
                words.append(argument)
            }
        }
        let configuration = try Configuration(arguments: rest, allowing: [.store])
        let store = try Settings.store(configuration[.store])
        let secret = try Settings.secret(configuration[.secret])
        let tenant = own["--tenant"] ?? "default"
        switch (words.first, words.count) {
        case ("create", 1):
            guard let name = own["--name"] else {
                throw UsageError("tollgate keys create needs --name, so that the key can be told from others.")
            }
            let scopes = own["--scopes"]?.split(separator: ",").map(String.init) ?? NewAPIKey.allScopes
            if let unknown = scopes.first(where: { APIScope(rawValue: $0) == nil }) {
                throw UsageError(
                    "There is no scope `\(unknown)`; known are \(NewAPIKey.allScopes.joined(separator: ", ")).")
            }
            try await create(store, secret, tenant: tenant, name: name, scopes: scopes)
        case ("list", 1): try await list(store, tenant: tenant)
        case ("delete", 2): try await delete(store, tenant: tenant, id: words[1])
        default: throw UsageError("Usage: tollgate keys create --name NAME | list | delete ID")
        }
    }

    private static func create(
        _ store: StoreSettings, _ secret: GatewaySecret, tenant: String, name: String, scopes: [String]
    ) async throws {
        let token = Token(generating: .apiKey)
        let id = try await OpenStore.with(store) { store, loop in
            let key = NewAPIKey(
                digest: token.digest(under: secret), secret: secret, tenant: tenant, name: name, scopes: scopes,
                expiresAt: nil, now: loop.unixMilliseconds)
            _ = try await store.commit(key.change)
            return key.record.id
        }
        print("API key \(id) of the tenant \(tenant), shown this once:\n\(token.revealed)")
    }

    private static func list(_ store: StoreSettings, tenant: String) async throws {
        let keys = try await OpenStore.with(store) { store, _ in
            var found: [APIKeyRecord] = []
            var after: String?
            while true {
                let ids = try await store.members(of: StoreKey.apiKeys(ofTenant: tenant), after: after, limit: 200)
                guard let last = ids.last else { return found }
                after = last
                found += try await store.values(of: ids.map(StoreKey.apiKeyByID)).compactMap {
                    $0.flatMap(APIKeyRecord.init(bytes:))
                }
            }
        }
        for key in keys {
            print(
                "\(key.id)  \(Timestamp.iso8601(unixMilliseconds: key.createdAt))  \(key.scopes.joined(separator: ","))  \(key.name)"
            )
        }
        if keys.isEmpty { print("The tenant \(tenant) has no API keys.") }
    }

    private static func delete(_ store: StoreSettings, tenant: String, id: String) async throws {
        let isFound = try await OpenStore.with(store) { store, _ in
            guard let bytes = try await store.value(of: StoreKey.apiKeyByID(id)), let key = APIKeyRecord(bytes: bytes),
                key.tenant == tenant
            else { return false }
            return try await store.commit(key.deletion)
        }
        guard isFound else { throw UsageError("The tenant \(tenant) has no API key \(id).") }
        print("API key \(id) deleted; it stops working everywhere within 100 ms.")
    }
}

/// A store opened for one command.
enum OpenStore {
    static func with<Value: Sendable>(
        _ settings: StoreSettings, _ body: @escaping @Sendable (any Store, Loop) async throws -> Value
    ) async throws -> Value {
        let thread = try LoopThread(name: "store")
        defer { thread.stop() }
        var writer: SQLiteWriter?
        if case .sqlite(let path) = settings { writer = try SQLiteWriter(path: path) }
        let made = writer
        return try await thread.run { loop in
            let store = try Worker.store(settings, writer: made, on: loop)
            store.start()
            defer { store.stop() }
            // A store that has not connected yet is given two seconds; then its commands say what is wrong.
            for _ in 0..<40 where store.health == .connecting { await loop.sleep(milliseconds: 50) }
            return try await body(store, loop)
        }
    }
}
