// The revisions of MCP, and how one is chosen.

import Wire

/// Revisions that are answered by handshake. 2026-07-28, which has none, is recognised and named as not spoken.
package enum ProtocolVersion: String, CaseIterable, Sendable {
    case november2024 = "2024-11-05"
    case march2025 = "2025-03-26"
    case june2025 = "2025-06-18"
    case november2025 = "2025-11-25"

    package static let newest = ProtocolVersion.november2025

    /// The answer to `initialize`: the version asked for if it is spoken, else the newest (2025-11-25, lifecycle).
    package static func negotiated(_ requested: String?) -> ProtocolVersion {
        requested.flatMap(ProtocolVersion.init) ?? newest
    }

    /// JSON-RPC batches exist in 2025-03-26 only, which has no version header: its absence means that revision.
    package var allowsBatches: Bool { self == .march2025 }
}
