// `tollgate keys`: API keys made and withdrawn where the store is, without the HTTP API.

import Crypto
import GatewayCore
import Net
import Wire

enum Keys {
    static func run(_ arguments: [String]) async throws {
        let command = try StoreCommand(arguments, flags: ["--name", "--scopes"])
        switch (command.words.first, command.words.count) {
        case ("create", 1): try await create(command)
        case ("list", 1): try await list(command)
        case ("delete", 2): try await delete(command, id: command.words[1])
        default: throw UsageError("Usage: tollgate keys create --name NAME | list | delete ID")
        }
    }

    private static func create(_ command: StoreCommand) async throws {
        guard let name = command["--name"] else {
            throw UsageError("tollgate keys create needs --name, so that the key can be told from others.")
        }
        let scopes = command["--scopes"]?.split(separator: ",").map(String.init) ?? NewAPIKey.allScopes
        if let unknown = scopes.first(where: { APIScope(rawValue: $0) == nil }) {
            throw UsageError(
                "There is no scope `\(unknown)`; known are \(NewAPIKey.allScopes.joined(separator: ", ")).")
        }
        let token = Token(generating: .apiKey)
        let id = try await command.withStore { store, loop in
            let key = NewAPIKey(
                digest: token.digest(under: command.secret), secret: command.secret, tenant: command.tenant, name: name,
                scopes: scopes, expiresAt: nil, now: loop.unixMilliseconds)
            _ = try await store.commit(key.change)
            return key.record.id
        }
        print("API key \(id) of the tenant \(command.tenant), shown this once:\n\(token.revealed)")
    }

    private static func list(_ command: StoreCommand) async throws {
        let index = StoreKey.apiKeys(ofTenant: command.tenant)
        let keys = try await command.withStore { store, _ in
            var found: [APIKeyRecord] = []
            var after: String?
            while true {
                let ids = try await store.members(of: index, after: after, limit: 200)
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
        if keys.isEmpty { print("The tenant \(command.tenant) has no API keys.") }
    }

    private static func delete(_ command: StoreCommand, id: String) async throws {
        let isFound = try await command.withStore { store, _ in
            guard let bytes = try await store.value(of: StoreKey.apiKeyByID(id)), let key = APIKeyRecord(bytes: bytes),
                key.tenant == command.tenant
            else { return false }
            return try await store.commit(key.deletion)
        }
        guard isFound else { throw UsageError("The tenant \(command.tenant) has no API key \(id).") }
        print("API key \(id) deleted; it stops working everywhere within 100 ms.")
    }
}
