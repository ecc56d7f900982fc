// API keys: made here, by the command line, or once from the environment.

import Crypto
import Wire

/// A new API key as a change of the store.
package struct NewAPIKey {
    package let record: APIKeyRecord
    package let change: Change

    /// - Parameters:
    ///   - digest: of the key under the installation's secret.
    ///   - onlyIfFirst: holds only while the store has never held a key.
    package init(
        digest: Digest, secret: GatewaySecret, tenant: String, name: String, scopes: [String], expiresAt: Int64?,
        now: Int64, onlyIfFirst: Bool = false
    ) {
        let record = APIKeyRecord(
            id: UUID.make(unixMilliseconds: now), tenant: tenant, name: name, scopes: scopes, createdAt: now,
            expiresAt: expiresAt, digestKey: StoreKey.apiKey(digest, secret))
        self.record = record
        change = Change(
            conditions: [.absent(key: onlyIfFirst ? StoreKey.everHeldKey : record.digestKey)],
            writes: [
                .put(key: record.digestKey, value: record.bytes, expiresAt: expiresAt),
                .put(key: StoreKey.apiKeyByID(record.id), value: record.bytes, expiresAt: expiresAt),
                .insert(member: record.id, index: StoreKey.apiKeys(ofTenant: tenant)),
                .put(key: StoreKey.everHeldKey, value: Array("1".utf8), expiresAt: nil),
            ], announcements: [record.digestKey])
    }

    package static let allScopes = APIScope.allCases.map(\.rawValue)
}

extension APIKeyRecord {
    /// Withdraws the key everywhere.
    package var deletion: Change {
        Change(
            writes: [
                .delete(key: digestKey), .delete(key: StoreKey.apiKeyByID(id)),
                .remove(member: id, index: StoreKey.apiKeys(ofTenant: tenant)),
            ], announcements: [digestKey])
    }
}

extension Management {
    func createKey(_ request: Request) async throws(ManagementError) -> Response {
        let body = try body(request, ManagementSchemas.apiKey)
        let scopes = body["scopes"]?.strings ?? NewAPIKey.allScopes
        if let missing = scopes.first(where: { !request.key.scopes.contains($0) }) {
            throw ManagementError(
                status: 403, message: "A key cannot give the scope `\(missing)` that it does not have.", field: "scopes"
            )
        }
        let token = Token(generating: .apiKey)
        let key = NewAPIKey(
            digest: token.digest(under: access.secret), secret: access.secret, tenant: request.tenant,
            name: body["name"]?.string ?? "", scopes: scopes, expiresAt: try expiry(body), now: clock.unixMilliseconds)
        try await commit(key.change)
        var json = shown(key.record)
        json.set("key", .string(token.revealed))
        return Response(status: 201, body: json)
    }

    func listKeys(_ request: Request) async throws(ManagementError) -> Response {
        try await page(
            StoreKey.apiKeys(ofTenant: request.tenant), request, key: StoreKey.apiKeyByID,
            decode: APIKeyRecord.init(bytes:),
            show: shown)
    }

    func deleteKey(_ id: String, _ request: Request) async throws(ManagementError) -> Response {
        guard UUID.isWellFormed(id), let bytes = try await read(StoreKey.apiKeyByID(id)),
            let record = APIKeyRecord(bytes: bytes), record.tenant == request.tenant
        else { throw .notFound("API key") }
        try await commit(record.deletion)
        return Response(status: 204, body: nil)
    }

    func shown(_ key: APIKeyRecord) -> JSON {
        [
            "id": .string(key.id), "name": .string(key.name), "scopes": .array(key.scopes.map(JSON.string)),
            "created_at": timestamp(key.createdAt), "expires_at": timestamp(key.expiresAt),
        ]
    }
}
