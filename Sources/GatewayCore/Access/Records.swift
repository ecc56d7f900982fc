// What the store holds, and the keys it is held under.

import Crypto
import Wire

/// Keys of the store. Values under `token:` and `apikey:` are found only by the digest of the secret.
package enum StoreKey {
    package static func token(_ digest: Digest, _ secret: GatewaySecret) -> String {
        "token:\(secret.keyID):\(digest.hex)"
    }
    package static func apiKey(_ digest: Digest, _ secret: GatewaySecret) -> String {
        "apikey:\(secret.keyID):\(digest.hex)"
    }
    package static func server(_ id: String) -> String { "server:\(id)" }
    package static func account(_ id: String) -> String { "account:\(id)" }
    package static func accessToken(_ account: String) -> String { "oauth:\(account)" }
    package static func refreshLock(_ account: String) -> String { "lock:oauth:\(account)" }
    package static func renewalPause(_ account: String) -> String { "pause:oauth:\(account)" }
    package static func apiKeyByID(_ id: String) -> String { "apikeyid:\(id)" }
    /// Present once any API key has ever been made.
    package static let everHeldKey = "meta:ever-held-key"

    /// All webhooks of a tenant, in one record.
    package static func webhooks(ofTenant tenant: String) -> String { "webhooks:\(tenant)" }
    /// One event on its way to one webhook.
    package static func delivery(ofEvent event: String, to webhook: String) -> String { "event:\(event):\(webhook)" }

    /// Deliveries in order of the time at which they are due.
    package static let outbox = "outbox"
    package static func servers(ofAccount id: String) -> String { "servers:\(id)" }
    package static func accounts(ofTenant tenant: String) -> String { "accounts:\(tenant)" }
    package static func apiKeys(ofTenant tenant: String) -> String { "apikeys:\(tenant)" }
}

/// How upstream failures reach the client.
package enum ErrorStyle: String, CaseIterable, Sendable {
    case jsonrpc, result
}

/// How a server's tools are listed.
package enum ToolExposure: String, CaseIterable, Sendable {
    case all, discovery
}

/// What decides how a server's tool list looks: servers that agree in it share one compiled list.
package struct Presentation: Hashable, Sendable {
    package var filter = ToolFilter()
    package var exposure = ToolExposure.all
    package var isStructured = false

    package init() {}
}

/// A server's settings.
package struct ServerConfig: Sendable, Equatable {
    package var presentation = Presentation()
    package var requiresAPIKey = false
    package var errors = ErrorStyle.jsonrpc
    /// For one call, in milliseconds.
    package var timeout = 30_000
    /// Payload bytes above which a result ends early, validly, and says so.
    package var maximumResponse = 8 << 20

    package init() {}

    package var filter: ToolFilter {
        get { presentation.filter }
        set { presentation.filter = newValue }
    }
}

/// An MCP server: one URL on one account. A class, because each call carries it along.
package final class ServerRecord: Sendable {
    package let id: String
    package let tenant: String
    package let account: String
    /// The account's; it never changes, so a list needs no second record.
    package let integration: String
    package let name: String
    package let config: ServerConfig
    /// Unix milliseconds; nil for never.
    package let expiresAt: Int64?
    package let createdAt: Int64
    package let updatedAt: Int64
    /// Store key of the token's record.
    package let tokenKey: String

    package init(
        id: String, tenant: String, account: String, integration: String, name: String, config: ServerConfig,
        expiresAt: Int64?, createdAt: Int64, updatedAt: Int64, tokenKey: String
    ) {
        self.id = id
        self.tenant = tenant
        self.account = account
        self.integration = integration
        self.name = name
        self.config = config
        self.expiresAt = expiresAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.tokenKey = tokenKey
    }
}

package enum AccountStatus: String, CaseIterable, Sendable {
    case connecting, active
    case needsReauth = "needs_reauth"
    case validationError = "validation_error"
}

/// One connected customer account.
package struct AccountRecord: Sendable {
    package var id: String
    package var tenant: String
    package var integration: String
    package var region: Region
    package var status: AccountStatus
    /// Ids that calls fill in when the caller leaves them out.
    package var context: [String: String]
    package var createdAt: Int64
    package var updatedAt: Int64
    /// The refresh token, sealed and bound to `id`.
    package var sealedRefreshToken: [UInt8]
}

/// An API key of the management API.
package struct APIKeyRecord: Sendable {
    package var id: String
    package var tenant: String
    package var name: String
    package var scopes: [String]
    package var createdAt: Int64
    package var expiresAt: Int64?
    /// Store key of the digest's record.
    package var digestKey: String
}

/// An access token as all replicas share it.
package struct AccessToken: Sendable, Redacted {
    package var secret: [UInt8]
    /// Unix milliseconds.
    package var issuedAt: Int64
    package var expiresAt: Int64

    /// The header line that presents it.
    func authorization(_ scheme: String) -> String {
        var line: [UInt8] = []
        line.reserveCapacity(32 + scheme.utf8.count + secret.count)
        line.append("Authorization: ")
        line.append(text: scheme)
        line.append(ASCII.space)
        line.append(contentsOf: secret)
        return line.text
    }
}
