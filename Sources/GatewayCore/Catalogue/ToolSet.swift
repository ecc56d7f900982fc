// What one filter exposes: the tools by name and the `tools/list` answer, rendered once and shared by every server and
// every account with the same filter.

import Wire

/// The tools that survive a filter. Immutable and shared by all workers.
package final class ToolSet: Sendable {
    package let integration: Integration
    package let tools: [Tool]
    private let byName: [String: Int]
    /// The result of `tools/list` and the end of the message around it: what follows the id in the answer.
    package let listing: [UInt8]

    package init(integration: Integration, filter: ToolFilter) {
        self.integration = integration
        tools = integration.tools.filter(filter.admits)
        byName = Dictionary(uniqueKeysWithValues: tools.enumerated().map { ($0.element.name, $0.offset) })
        var bytes: [UInt8] = []
        bytes.append(",\"result\":{\"tools\":")
        JSON.array(tools.map(\.listing)).write(to: &bytes)
        bytes.append("}}")
        listing = bytes
    }

    /// - Returns: nil also for a tool that exists but is filtered out: to this server it is unknown.
    package func tool(named name: String) -> Tool? { byName[name].map { tools[$0] } }
}
