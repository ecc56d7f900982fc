// Signing secrets and signatures of Standard Webhooks 1.0 (github.com/standard-webhooks/standard-webhooks, spec).

import Crypto
import Wire

/// The key that a webhook's receiver checks signatures with.
package struct WebhookSecret: Sendable, Redacted {
    let bytes: [UInt8]

    /// "Between 24 bytes and 64 bytes" of randomness.
    private static let count = 32
    private static let prefix = "whsec_"

    /// A new secret from the system's random source.
    package init() { bytes = SecureRandom.bytes(WebhookSecret.count) }

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// As its receiver writes it down; for the one answer that shows it.
    package var revealed: String { WebhookSecret.prefix + Base64.encode(bytes) }

    /// The value of `webhook-signature` for one attempt.
    /// - Parameters:
    ///   - id: the value of `webhook-id`, without a dot.
    ///   - timestamp: the value of `webhook-timestamp`, Unix seconds.
    func signature(id: String, timestamp: Int64, body: String) -> String {
        "v1,"
            + Base64.encode(HMACSHA256.digest(key: bytes, Array("\(id).\(timestamp).\(body)".utf8)).bytes)
    }
}
