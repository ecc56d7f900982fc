// What a tenant is told of, and the bytes that say it.

import Wire

/// What happened to an integrated account.
package enum WebhookEvent: String, CaseIterable, Sendable {
    /// The account became `needs_reauth`: its calls fail until its owner connects it again.
    case authenticationError = "integrated_account:authentication_error"
    case deleted = "integrated_account:deleted"

    /// The body of the request that tells of it (Standard Webhooks, "Payload structure"): type, moment and what it is
    /// about. The same bytes go to every webhook, at every attempt.
    /// - Parameter account: as it is after the event; a deleted one as it last was.
    func payload(_ account: AccountRecord, at unixMilliseconds: Int64) -> String {
        JSON.of([
            "type": .string(rawValue), "timestamp": .string(Timestamp.iso8601(unixMilliseconds: unixMilliseconds)),
            "data": [
                "tenant": .string(account.tenant), "integrated_account_id": .string(account.id),
                "integration": .string(account.integration), "region": .string(account.region.rawValue),
                "status": .string(account.status.rawValue),
            ],
        ]).text
    }
}
