// What one filter exposes: the tools by name and the `tools/list` answer, rendered once and shared by every server and
// every account with the same filter.

import Compression
import Wire

/// The tools that survive a filter. Immutable and shared by all workers.
package final class ToolSet: Sendable {
    package let integration: Integration
    package let tools: [Tool]
    private let byName: [String: Int]
    /// A `tools/list` answer without its beginning: what follows the id.
    package struct Listing: Sendable {
        package let plain: [UInt8]
        package let gzip: PrecompressedBody

        init(tools: [JSON]) {
            var bytes: [UInt8] = []
            bytes.append(",\"result\":{\"tools\":")
            JSON.array(tools).write(to: &bytes)
            bytes.append("}}")
            plain = bytes
            gzip = PrecompressedBody(bytes)
        }
    }

    package let listing: Listing

    package init(integration: Integration, filter: ToolFilter) {
        self.integration = integration
        tools = integration.tools.filter(filter.admits)
        byName = Dictionary(uniqueKeysWithValues: tools.enumerated().map { ($0.element.name, $0.offset) })
        listing = Listing(tools: tools.map(\.listing))
    }

    /// - Returns: nil also for a tool that exists but is filtered out: to this server it is unknown.
    package func tool(named name: String) -> Tool? { byName[name].map { tools[$0] } }
}
