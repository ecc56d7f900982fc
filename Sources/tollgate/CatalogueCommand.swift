// `tollgate catalogue`: what is installed, readable in a terminal, and what is wrong with it.

import Catalogues
import GatewayCore
import Wire

enum CatalogueCommand {
    static func run(_ arguments: [String]) throws {
        let words = Array(arguments.prefix { !$0.hasPrefix("--") })
        let configuration = try Configuration(
            arguments: Array(arguments.dropFirst(words.count)), allowing: [.catalogueDirectory])
        let catalogue = try Catalogue(files: try Catalogues.files(addingFrom: configuration[.catalogueDirectory]))
        switch (words.first, words.count) {
        case ("list", 1), ("list", 2): try list(catalogue, words.dropFirst().first)
        case ("show", 2): try show(catalogue, words[1])
        case ("check", 1): try check(catalogue)
        default: throw UsageError("Usage: tollgate catalogue list [INTEGRATION] | show TOOL | check")
        }
    }

    private static func list(_ catalogue: Catalogue, _ name: String?) throws {
        if let name, catalogue.integration(named: name) == nil {
            throw UsageError(
                "There is no integration `\(name)`.\(didYouMean(name, among: catalogue.integrations.map(\.name)))")
        }
        for integration in catalogue.integrations where name == nil || integration.name == name {
            print(
                "\(integration.name): \(integration.title), \(integration.tools.count) tools, regions \(integration.regions.map(\.rawValue).joined(separator: " "))"
            )
            let width = integration.tools.map(\.name.count).max() ?? 0
            for tool in integration.tools {
                let name = tool.name.padded(to: width)
                print("  \(name)  \(tool.isRead ? "read " : "write")  \(tool.tags.sorted().joined(separator: ","))")
            }
        }
    }

    private static func show(_ catalogue: Catalogue, _ name: String) throws {
        let tools = catalogue.integrations.flatMap(\.tools)
        guard let tool = tools.first(where: { $0.name == name }) else {
            throw UsageError("There is no tool `\(name)`.\(didYouMean(name, among: tools.map(\.name)))")
        }
        print(
            "\(tool.name): \(tool.title)\n\n\(tool.description)\n\n\(tool.requestLine)\nscopes: \(tool.scopes.map { $0.joined(separator: " and ") }.joined(separator: " or "))\n"
        )
        for property in tool.input.properties {
            let description = property.schema.json["description"]?.string ?? ""
            print(
                "  \(property.name)\(property.isRequired ? " (required)" : ""): \(property.schema.expectation). \(description)"
            )
        }
    }

    /// Prints every finding and fails when there is one.
    private static func check(_ catalogue: Catalogue) throws {
        var findings: [String] = []
        for integration in catalogue.integrations {
            findings += CatalogueLint.findings(integration)
            let set = catalogue.toolSet(integration, ToolFilter())
            let (plain, gzip) = (set.listing.plain.count, set.listing.gzip.deflated.count)
            print("\(integration.name): \(set.tools.count) tools, list of \(plain) bytes, \(gzip) with gzip")
        }
        guard findings.isEmpty else {
            print(findings.joined(separator: "\n"))
            throw UsageError("\(findings.count) findings in the catalogues.")
        }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
