// Who may do what: grants behind tokens, accounts behind grants, API keys. One instance per worker.

import Crypto
import Wire

/// What a token grants: a server's record and the tools that its filter leaves.
package final class Grant {
    package let server: ServerRecord
    /// nil when the integration is not installed (any more).
    package let toolSet: ToolSet?

    init(server: ServerRecord, toolSet: ToolSet?) {
        self.server = server
        self.toolSet = toolSet
    }
}

package final class Access {
    package let store: any Store
    package let secret: GatewaySecret
    private let clock: any Clock
    package let trust: StoreTrust
    package let grants: CachedRecords<Digest, Grant>
    package let accounts: CachedRecords<String, AccountRecord>
    package let accessTokens: CachedRecords<String, AccessToken>
    package let apiKeys: CachedRecords<Digest, APIKeyRecord>

    /// Grants cached per worker; a grant is under 1 kB beside its shared tool set.
    private static let grantLimit = 100_000
    private static let accountLimit = 20_000
    private static let apiKeyLimit = 10_000

    package init(
        store: any Store, secret: GatewaySecret, clock: any Clock, catalogue: InstalledCatalogue, graceSeconds: Int
    ) {
        self.store = store
        self.secret = secret
        self.clock = clock
        let trust = StoreTrust(clock: clock, graceSeconds: graceSeconds)
        self.trust = trust
        grants = CachedRecords(
            limit: Access.grantLimit, store: store, trust: trust, storeKey: { StoreKey.token($0, secret) },
            decode: { _, bytes in
                ServerRecord(bytes: bytes).map { server in
                    let integration = catalogue.current.integration(named: server.integration)
                    return Grant(
                        server: server,
                        toolSet: integration.map { catalogue.current.toolSet($0, server.config.presentation) })
                }
            })
        accounts = CachedRecords(
            limit: Access.accountLimit, store: store, trust: trust, storeKey: StoreKey.account,
            decode: { _, bytes in AccountRecord(bytes: bytes) })
        accessTokens = CachedRecords(
            limit: Access.accountLimit, store: store, trust: trust, storeKey: StoreKey.accessToken,
            decode: { account, bytes in AccessToken(bytes: bytes, account: account, secret: secret) })
        apiKeys = CachedRecords(
            limit: Access.apiKeyLimit, store: store, trust: trust, storeKey: { StoreKey.apiKey($0, secret) },
            decode: { _, bytes in APIKeyRecord(bytes: bytes) })
        store.onEvent = { [unowned self] event in self.handle(event) }
    }

    /// The grant behind a well-formed token, if it is known without asking the store.
    package func knownGrant(_ digest: Digest) -> Grant? {
        guard let grant = grants.cached(digest), isCurrent(grant.server.expiresAt) else { return nil }
        return grant
    }

    /// The grant behind a well-formed token.
    /// - Returns: nil when the token is unknown or has expired, which look the same to the store.
    package func grant(_ digest: Digest) async throws(AccessFailure) -> Grant? {
        guard let grant = try await grants.value(for: digest), isCurrent(grant.server.expiresAt) else { return nil }
        return grant
    }

    /// The API key of an `Authorization` header's value.
    /// - Returns: nil when it is no `Bearer` credential, or none that is known.
    package func apiKey(_ bytes: [UInt8], _ value: Range<Int>?) async throws(AccessFailure) -> APIKeyRecord? {
        guard let value, value.count > 7, bytes.equalsFolded(value.lowerBound..<value.lowerBound + 7, "bearer ") else {
            return nil
        }
        let start = bytes[value.lowerBound + 7..<value.upperBound].firstIndex { $0 != ASCII.space } ?? value.upperBound
        let digest = secret.digest(of: bytes.span.extracting(start..<value.upperBound))
        guard let key = try await apiKeys.value(for: digest), isCurrent(key.expiresAt) else { return nil }
        return key
    }

    private func isCurrent(_ expiresAt: Int64?) -> Bool { expiresAt.map { clock.unixMilliseconds < $0 } ?? true }

    private func handle(_ event: StoreEvent) {
        switch event {
        case .invalidated(let keys): for key in keys { invalidate(key) }
        case .subscribed:
            trust.isSubscribed = true
            distrustAll()
        case .subscriptionLost: trust.isSubscribed = false
        }
    }

    /// Nothing known is used before it has been looked up again: announcements were missed, or what records are compiled
    /// from has changed.
    package func distrustAll() {
        grants.distrust()
        accounts.distrust()
        accessTokens.distrust()
        apiKeys.distrust()
    }

    private func invalidate(_ key: String) {
        let parts = key.split(separator: ":")
        guard let kind = parts.first, let last = parts.last else { return }
        switch kind {
        case "token": if let digest = Digest(hex: String(last)) { grants.invalidate(digest) }
        case "apikey": if let digest = Digest(hex: String(last)) { apiKeys.invalidate(digest) }
        case "account": accounts.invalidate(String(last))
        case "oauth": accessTokens.invalidate(String(last))
        default: break
        }
    }
}
