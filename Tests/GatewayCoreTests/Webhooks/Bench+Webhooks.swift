// Webhooks of a bench's tenants.

import Wire

@testable import GatewayCore

extension Bench {
    func newWebhook(
        _ url: String, events: [WebhookEvent] = WebhookEvent.allCases
    ) throws -> (webhook: Webhook, secret: WebhookSecret) {
        let hookSecret = WebhookSecret()
        let webhook = Webhook(
            try WebhookURL(url), secret: hookSecret, events: events, sealedUnder: secret, now: clock.unixMilliseconds)
        return (webhook, hookSecret)
    }

    /// Adds a webhook as the command line does.
    func webhook(
        _ url: String = "https://hooks.example.com/hook", tenant: String = "tenant-a",
        events: [WebhookEvent] = WebhookEvent.allCases
    ) async throws -> (id: String, secret: WebhookSecret) {
        let made = try newWebhook(url, events: events)
        let webhooks = try await TenantWebhooks(tenant, in: store)
        guard let change = webhooks.adding(made.webhook) else { preconditionFailure("the tenant has too many") }
        _ = try await store.commit(change)
        return (made.webhook.id, made.secret)
    }
}
