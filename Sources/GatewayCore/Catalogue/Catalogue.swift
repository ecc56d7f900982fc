// All integrations of one revision, and the tool sets compiled from them.

import Synchronization

/// What is installed. A reload makes a new catalogue and swaps one reference.
package final class Catalogue: Sendable {
    private let folders: [CatalogueFolder]
    private let sets = Mutex<[SetKey: ToolSet]>([:])

    private struct SetKey: Hashable {
        let integration: String
        let presentation: Presentation
    }

    /// Compiled sets kept at once. Beyond it the set is compiled for each grant that needs it, and not kept.
    private static let maximumSets = 1024

    /// - Parameters:
    ///   - files: of any number of integrations, told apart by their folders.
    ///   - defersEmbedded: what comes with the binary alone is left for `complete`, or for whoever needs it first.
    package init(files: [CatalogueFile], defersEmbedded: Bool = false) throws(CatalogueError) {
        var byFolder: [String: [CatalogueFile]] = [:]
        for file in files {
            guard let slash = file.name.firstIndex(of: "/") else {
                throw CatalogueError(
                    file: file.name, field: "", problem: "a catalogue file lies in its integration's folder")
            }
            byFolder[String(file.name[..<slash]), default: []].append(file)
        }
        folders = byFolder.sorted { $0.key < $1.key }.map { CatalogueFolder(name: $0.key, files: $0.value) }
        for folder in folders where !defersEmbedded || !folder.isEmbedded { _ = try folder.integration() }
    }

    /// Compiles what was deferred.
    /// - Throws: the first problem, by file and field.
    package func complete() throws(CatalogueError) {
        for folder in folders { _ = try folder.integration() }
    }

    package var integrations: [Integration] { folders.compactMap { try? $0.integration() } }

    /// Of all integrations, compiled or not.
    package var names: [String] { folders.map(\.name) }

    /// May have to compile it, so this is for filling grants and for management, never for each request.
    package func integration(named name: String) -> Integration? {
        try? folders.first { $0.name == name }?.integration()
    }

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
    package func hosts() throws(CatalogueError) -> Set<String> {
        var hosts: Set<String> = []
        for folder in folders { hosts.formUnion(try folder.hosts().values.flatMap(\.values)) }
        return hosts
    }
}

/// The catalogue that a worker serves from: one reference, exchanged when a reload succeeds.
package final class InstalledCatalogue {
    package var current: Catalogue

    package init(_ catalogue: Catalogue) { current = catalogue }
}
