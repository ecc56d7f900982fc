// One product's catalogue, loaded and judged: hosts, tags, error rules and tools. Immutable; a reload makes a new one.

import Compression
import Wire

/// One file of a catalogue, as it was embedded or read.
package struct CatalogueFile: Sendable {
    /// `<integration>/<name>.json`.
    package let name: String
    package let bytes: [UInt8]
    /// It comes with the binary, whose tests have compiled it.
    let isEmbedded: Bool

    package init(name: String, bytes: [UInt8], isEmbedded: Bool = false) {
        self.name = name
        self.bytes = bytes
        self.isEmbedded = isEmbedded
    }
}

/// A data centre of the upstream vendor.
package enum Region: String, CaseIterable, Sendable {
    case us, eu, `in`, au, jp, cn, ca, sa, uk, ae
}

/// How access tokens are renewed.
private enum AuthenticationKind: String, CaseIterable {
    case zohoOAuth = "zoho_oauth"
}

/// An id that an account knows about itself, such as the organization that it belongs to.
package struct ContextSource: Sendable {
    package let name: String
    package let description: String
    let path: PathTemplate
    let hostName: String
    /// Where in the answer the id stands.
    let at: BodyPath

    init(_ name: String, _ node: CatalogueNode) throws(CatalogueError) {
        try node.allow(["description", "path", "host", "at"])
        self.name = name
        description = try node.required("description").string()
        path = try PathTemplate(try node.required("path"))
        guard path.parameterNames.isEmpty else { throw node.fail("the path of a context has no parameters") }
        hostName = try node.optional("host")?.string() ?? "api"
        at = try bodyPath(try node.required("at"))
    }
}

/// A product whose accounts can be connected.
package final class Integration: Sendable {
    package let name: String
    package let title: String
    package let description: String
    /// First word of the `Authorization` header's value.
    package let authorizationScheme: String
    /// Host by the host's name in the catalogue and region.
    package let hosts: [String: [Region: String]]
    package let tags: [(name: String, description: String)]
    /// Ids that an account knows about itself, and where they are read from.
    package let contexts: [ContextSource]
    package let errors: ErrorRules
    /// In the order of resources' names, then of methods in their file.
    package let tools: [Tool]
    private let toolsByName: [String: Int]

    /// Regions in which the product exists.
    package var regions: [Region] { Region.allCases.filter { region in hosts.values.allSatisfy { $0[region] != nil } } }

    package func tool(named name: String) -> Tool? { toolsByName[name].map { tools[$0] } }

    package func host(_ name: String, _ region: Region) -> String? { hosts[name]?[region] }

    /// Verbs in use, for filters.
    package var methods: [String] { Array(Set(tools.map(\.method))).sorted() }

    /// - Parameter files: `integration.json` and one file per resource, all of one integration.
    /// - Throws: the first problem, by file and field.
    package init(files: [CatalogueFile]) throws(CatalogueError) {
        let main = try Integration.main(of: files)
        let node = try Integration.parse(main)
        try node.allow([
            "integration", "title", "description", "authentication", "hosts", "context", "tags", "errors", "notes",
            "$schema",
        ])
        name = try node.required("integration").string()
        title = try node.required("title").string()
        description = try node.required("description").string()
        guard Naming.isIdentifier(name), main.name.hasPrefix("\(name)/") else {
            throw node.fail("`integration` must be lower-case words joined by _, and the folder's name")
        }
        let authentication = try node.required("authentication")
        try authentication.allow(["kind", "header"])
        _ = try authentication.required("kind").choice(AuthenticationKind.self)
        authorizationScheme = try authentication.required("header").string()
        hosts = try Integration.hosts(try node.required("hosts"))
        tags = try node.required("tags").members().map { (name, node) throws(CatalogueError) in
            (name, try node.string())
        }
        contexts = try (node.optional("context")?.members() ?? []).map { (name, node) throws(CatalogueError) in
            try ContextSource(name, node)
        }
        errors = try ErrorRules(try node.required("errors"))

        var tools: [Tool] = []
        for file in files.sorted(by: { $0.name < $1.name }) where file.name != main.name {
            let resource = ResourceFile(
                node: try Integration.parse(file), integration: name, hosts: Set(hosts.keys),
                tags: Set(tags.map(\.name)),
                contexts: Set(contexts.map(\.name)), errors: errors)
            tools += try resource.tools()
        }
        var byName: [String: Int] = [:]
        for (index, tool) in tools.enumerated() {
            guard byName.updateValue(index, forKey: tool.name) == nil else {
                throw CatalogueError(file: main.name, field: "", problem: "two methods make the tool `\(tool.name)`")
            }
        }
        self.tools = tools
        toolsByName = byName
    }

    /// The hosts that `files` name, without looking at the rest of them.
    static func hosts(of files: [CatalogueFile]) throws(CatalogueError) -> [String: [Region: String]] {
        try hosts(try parse(try main(of: files)).required("hosts"))
    }

    private static func main(of files: [CatalogueFile]) throws(CatalogueError) -> CatalogueFile {
        guard let main = files.first(where: { $0.name.hasSuffix("/integration.json") }) else {
            throw CatalogueError(
                file: files.first?.name ?? "catalogue", field: "", problem: "there is no integration.json beside it")
        }
        return main
    }

    private static func parse(_ file: CatalogueFile) throws(CatalogueError) -> CatalogueNode {
        do {
            return CatalogueNode(json: try JSON(parsing: file.bytes), file: file.name)
        } catch {
            let line = 1 + file.bytes.prefix(error.offset).count { $0 == ASCII.lineFeed }
            throw CatalogueError(file: file.name, field: "line \(line)", problem: "\(error.reason)")
        }
    }

    private static func hosts(_ node: CatalogueNode) throws(CatalogueError) -> [String: [Region: String]] {
        var hosts: [String: [Region: String]] = [:]
        for (name, regions) in try node.members() {
            for (code, host) in try regions.members() {
                guard let region = Region(rawValue: code) else {
                    throw host.fail(
                        "`\(code)` is no region; known are \(Region.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                let text = try host.string()
                guard isHostName(text) else { throw host.fail("`\(text)` is no host name") }
                hosts[name, default: [:]][region] = text
            }
        }
        guard hosts["api"] != nil else { throw node.fail("the host `api` is missing") }
        return hosts
    }

    private static func isHostName(_ text: String) -> Bool {
        text.contains(".") && text.utf8.allSatisfy { $0.isLower || $0.isDigit || $0 == ASCII.dot || $0 == ASCII.hyphen }
    }
}
