// A tenant's webhooks, in one record: so their number is bounded exactly, and one look finds all.

import Wire

/// Where a tenant wants to be told of events. Only the operator makes one: the gateway calls whatever URL is in it.
package struct Webhook: Sendable {
    package let id: String
    /// Scheme and host of the URL: what may be shown.
    package let origin: String
    package let events: [WebhookEvent]
    package let createdAt: Int64
    private let sealedURL: [UInt8]
    private let sealedSecret: [UInt8]

    package init(
        _ url: WebhookURL, secret: WebhookSecret, events: [WebhookEvent], sealedUnder gatewaySecret: GatewaySecret,
        now: Int64
    ) {
        let id = UUID.make(unixMilliseconds: now)
        self.id = id
        origin = url.origin
        self.events = events
        createdAt = now
        sealedURL = gatewaySecret.seal(Array(url.text.utf8), binding: Webhook.binding("URL", id))
        sealedSecret = gatewaySecret.seal(secret.bytes, binding: Webhook.binding("secret", id))
    }

    private static func binding(_ what: String, _ id: String) -> String { "webhook \(what) of \(id)" }

    /// - Returns: nil when it was sealed under another secret.
    func opened(_ gatewaySecret: GatewaySecret) -> (url: WebhookURL, secret: WebhookSecret)? {
        guard let text = gatewaySecret.open(sealedURL, binding: Webhook.binding("URL", id)),
            let url = try? WebhookURL(String(decoding: text, as: UTF8.self)),
            let secret = gatewaySecret.open(sealedSecret, binding: Webhook.binding("secret", id))
        else { return nil }
        return (url, WebhookSecret(bytes: secret))
    }

    fileprivate init?(json: JSON) {
        guard let id = json["id"]?.string, let origin = json["origin"]?.string,
            let events = json["events"]?.strings, let createdAt = json["created_at"]?.int64,
            let url = json["url"]?.string.flatMap(Base64.decode),
            let secret = json["secret"]?.string.flatMap(Base64.decode)
        else { return nil }
        self.id = id
        self.origin = origin
        self.events = events.compactMap(WebhookEvent.init)
        self.createdAt = createdAt
        sealedURL = url
        sealedSecret = secret
    }

    fileprivate var json: JSON {
        [
            "id": .string(id), "origin": .string(origin), "events": .array(events.map { .string($0.rawValue) }),
            "created_at": JSON(createdAt), "url": .string(Base64.encode(sealedURL)),
            "secret": .string(Base64.encode(sealedSecret)),
        ]
    }
}

/// All webhooks of one tenant, as the store holds them.
package struct TenantWebhooks {
    private let tenant: String
    /// What the store held; nil for nothing.
    private let before: [UInt8]?
    package let all: [Webhook]

    /// Webhooks of a tenant. Every event makes a request to each; a further one is refused.
    package static let limit = 10

    package init(_ tenant: String, in store: any Store) async throws(StoreFailure) {
        self.tenant = tenant
        before = try await store.value(of: StoreKey.webhooks(ofTenant: tenant))
        let json = before.flatMap { try? JSON(parsing: $0) }
        all = (json?["webhooks"]?.array ?? []).compactMap(Webhook.init)
    }

    package subscript(_ id: String) -> Webhook? { all.first { $0.id == id } }

    /// - Returns: nil when the tenant has as many as it may have.
    package func adding(_ webhook: Webhook) -> Change? {
        all.count < TenantWebhooks.limit ? change(to: all + [webhook]) : nil
    }

    /// What was not delivered to it yet never will be.
    package func removing(_ id: String) -> Change { change(to: all.filter { $0.id != id }) }

    /// Holds only while nobody else changes the tenant's webhooks.
    private func change(to webhooks: [Webhook]) -> Change {
        let key = StoreKey.webhooks(ofTenant: tenant)
        let json: JSON = ["webhooks": .array(webhooks.map(\.json))]
        return Change(
            conditions: [before.map { .equals(key: key, value: $0) } ?? .absent(key: key)],
            writes: [
                webhooks.isEmpty ? .delete(key: key) : .put(key: key, value: json.bytes, expiresAt: nil)
            ])
    }
}
