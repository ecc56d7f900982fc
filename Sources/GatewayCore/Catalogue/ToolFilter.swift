// Which tools of an integration a server exposes.

import Wire

/// Groups of methods, exact methods, tags and names; empty sets let everything through.
package struct ToolFilter: Hashable, Sendable {
    package var methods: Set<String>
    package var tags: Set<String>
    package var tools: Set<String>

    package init(methods: Set<String> = [], tags: Set<String> = [], tools: Set<String> = []) {
        self.methods = methods
        self.tags = tags
        self.tools = tools
    }

    package static let groups = ["read", "write", "custom"]

    private static func group(of method: String) -> String {
        switch method {
        case "get", "list": "read"
        case "create", "update", "delete": "write"
        default: "custom"
        }
    }

    /// Methods and tags and names must all agree; methods among themselves, and tags among themselves, are alternatives.
    package func admits(_ tool: Tool) -> Bool {
        (methods.isEmpty || methods.contains(tool.method) || methods.contains(ToolFilter.group(of: tool.method)))
            && (tags.isEmpty || !tags.isDisjoint(with: tool.tags))
            && (tools.isEmpty || tools.contains(tool.name))
    }

    /// Names in the filter that the integration does not have, each with the nearest that it has.
    package func problems(for integration: Integration) -> [String] {
        let verbs = integration.methods + ToolFilter.groups
        let known = integration.tags.map(\.name)
        let names = integration.tools.map(\.name)
        return methods.sorted().filter { !verbs.contains($0) }.map {
            "config.methods: `\($0)` is no method here.\(didYouMean($0, among: verbs))"
        }
            + tags.sorted().filter { !known.contains($0) }.map {
                "config.tags: `\($0)` is no tag here.\(didYouMean($0, among: known))"
            }
            + tools.sorted().filter { !names.contains($0) }.map {
                "config.tools: there is no tool `\($0)`.\(didYouMean($0, among: names))"
            }
    }
}
