// What one filter exposes: the tools by name and the `tools/list` answer, rendered once and shared by every server and
// every account with the same filter.

import Compression
import Wire

/// The tools that survive a filter. Immutable and shared by all workers.
package final class ToolSet: Sendable {
    package let integration: Integration
    /// All that can be called, whether listed one by one or found by discovery.
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

    private let presentation: Presentation
    /// Set in discovery mode.
    package let discovery: Discovery?

    package init(integration: Integration, presentation: Presentation) {
        self.integration = integration
        self.presentation = presentation
        tools = integration.tools.filter(presentation.filter.admits)
        byName = Dictionary(uniqueKeysWithValues: tools.enumerated().map { ($0.element.name, $0.offset) })
        discovery = presentation.exposure == .discovery ? Discovery(tools: tools) : nil
        listing = Listing(tools: ToolSet.listed(tools, presentation))
    }

    /// The tools as they are listed, one by one; rendered anew, because only paging needs them apart.
    var listed: [JSON] { ToolSet.listed(tools, presentation) }

    private static func listed(_ tools: [Tool], _ presentation: Presentation) -> [JSON] {
        presentation.exposure == .discovery
            ? Discovery.listing : tools.map { $0.listing(structured: presentation.isStructured) }
    }

    /// - Returns: nil also for a tool that exists but is filtered out: to this server it is unknown.
    package func tool(named name: String) -> Tool? { byName[name].map { tools[$0] } }
}
