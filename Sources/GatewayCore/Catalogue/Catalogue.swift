// All integrations of one revision, and the tool sets compiled from them.

import Synchronization

/// What is installed. A reload makes a new catalogue and swaps one reference.
package final class Catalogue: Sendable {
    package let integrations: [Integration]
    private let sets = Mutex<[SetKey: ToolSet]>([:])

    private struct SetKey: Hashable {
        let integration: String
        let presentation: Presentation
    }

    /// Compiled sets kept at once. Beyond it the set is compiled for each grant that needs it, and not kept.
    private static let maximumSets = 1024

    /// - Parameter files: of any number of integrations, told apart by their folders.
    package init(files: [CatalogueFile]) throws(CatalogueError) {
        var byFolder: [String: [CatalogueFile]] = [:]
        for file in files {
            guard let slash = file.name.firstIndex(of: "/") else {
                throw CatalogueError(
                    file: file.name, field: "", problem: "a catalogue file lies in its integration's folder")
            }
            byFolder[String(file.name[..<slash]), default: []].append(file)
        }
        var integrations: [Integration] = []
        for (_, files) in byFolder.sorted(by: { $0.key < $1.key }) {
            integrations.append(try Integration(files: files))
        }
        self.integrations = integrations
    }

    package func integration(named name: String) -> Integration? { integrations.first { $0.name == name } }

    /// The tool set of a filter. Taken when a grant is filled, never per request: the lock is off the hot path.
    package func toolSet(_ integration: Integration, _ presentation: Presentation) -> ToolSet {
        let key = SetKey(integration: integration.name, presentation: presentation)
        if let known = sets.withLock({ $0[key] }) { return known }
        let made = ToolSet(integration: integration, presentation: presentation)
        return sets.withLock { sets in
            if let known = sets[key] { return known }
            if sets.count < Catalogue.maximumSets { sets[key] = made }
            return made
        }
    }

    package func toolSet(_ integration: Integration, _ filter: ToolFilter) -> ToolSet {
        var presentation = Presentation()
        presentation.filter = filter
        return toolSet(integration, presentation)
    }

    /// Every host that a catalogue names: the only ones, with the accounts servers, that are ever called.
    package var hosts: Set<String> { Set(integrations.flatMap { $0.hosts.values.flatMap(\.values) }) }
}

/// The catalogue that a worker serves from: one reference, exchanged when a reload succeeds.
package final class InstalledCatalogue {
    package var current: Catalogue

    package init(_ catalogue: Catalogue) { current = catalogue }
}
