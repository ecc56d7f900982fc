// One resource's file: methods become tools. All that can be wrong with a method is said here, at load.

import Wire

struct ResourceFile {
    let node: CatalogueNode
    let integration: String
    let hosts: Set<String>
    let tags: Set<String>
    let errors: ErrorRules

    func tools() throws(CatalogueError) -> [Tool] {
        try node.allow(["resource", "singular", "tags", "notes", "methods"])
        let resource = try node.required("resource").string()
        guard Naming.isIdentifier(resource) else { throw node.fail("`resource` must be lower-case words joined by _") }
        let singular = try node.optional("singular")?.string() ?? Naming.singular(of: resource)
        let shared = try knownTags(node.optional("tags"))
        var tools: [Tool] = []
        for (method, node) in try node.required("methods").members() {
            guard Naming.isIdentifier(method) else {
                throw node.fail("a method's name is lower-case words joined by _")
            }
            // No description, no tool: the call stays documented in the file without being offered.
            guard node.optional("description") != nil else { continue }
            tools.append(try tool(method, node, resource, singular, shared))
        }
        return tools
    }

    private func knownTags(_ node: CatalogueNode?) throws(CatalogueError) -> Set<String> {
        guard let node else { return [] }
        let names = try node.strings()
        for name in names where !tags.contains(name) {
            throw node.fail("the tag `\(name)` is not described in integration.json.\(didYouMean(name, among: tags))")
        }
        return Set(names)
    }

    private func tool(
        _ method: String, _ node: CatalogueNode, _ resource: String, _ singular: String, _ shared: Set<String>
    ) throws(CatalogueError) -> Tool {
        try node.allow([
            "title", "description", "call", "scopes", "parameters", "pagination", "response", "tags", "timeout_ms",
            "notes",
        ])
        let name = Naming.tool(integration: integration, resource: resource, singular: singular, method: method)
        guard Naming.isAcceptable(name) else { throw node.fail("the tool name `\(name)` is longer than 64 characters") }
        let call = try node.required("call")
        try call.allow(["verb", "path", "host", "body"])
        let verb = try call.required("verb").string()
        guard ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(verb) else {
            throw call.fail("`\(verb)` is no verb of a call")
        }
        let host = try call.optional("host")?.string() ?? "api"
        guard hosts.contains(host) else { throw call.fail("the host `\(host)` is not in integration.json") }
        let path = try PathTemplate(try call.required("path"))
        let body = try call.optional("body").map { (node) throws(CatalogueError) in try BodyTemplate(node) }
        let pagination = try node.optional("pagination").map { (node) throws(CatalogueError) in try Pagination(node) }
        let parameters = try parameters(node, pagination, path, body)
        return Tool(
            name: name, title: try node.required("title").string(),
            description: try node.required("description").string(),
            resource: resource, method: method, verb: verb, hostName: host, parameters: parameters,
            pagination: pagination,
            response: try ResponseShape(try node.required("response")),
            scopes: try node.required("scopes").elements().map { (node) throws(CatalogueError) in try node.strings() },
            tags: shared.union(try knownTags(node.optional("tags"))),
            input: try inputSchema(node, parameters, pagination), timeout: try node.optional("timeout_ms")?.int(),
            path: path, body: body, errors: errors)
    }

    private func parameters(
        _ node: CatalogueNode, _ pagination: Pagination?, _ path: PathTemplate, _ body: BodyTemplate?
    ) throws(CatalogueError) -> [Parameter] {
        var taken: Set<String> = pagination == nil ? [] : ["limit", "next_cursor"]
        var list: [Parameter] = []
        for node in try node.required("parameters").elements() {
            try node.allow(["name", "in", "required", "context", "schema"])
            let wireName = try node.required("name").string()
            let place = try node.required("in").choice(ParameterPlace.self)
            let name = taken.contains(wireName) ? "\(place.rawValue)_\(wireName)" : wireName
            // Renaming tells arguments apart, but two of one name in one place are the same to the upstream.
            let isDouble = list.contains { $0.place == place && $0.wireName == wireName }
            guard !isDouble, taken.insert(name).inserted else {
                throw node.fail("`\(wireName)` cannot be told from another argument")
            }
            let context = try node.optional("context")?.string()
            let required = try node.optional("required")?.bool() ?? (place == .path)
            list.append(
                Parameter(
                    name: name, wireName: wireName, place: place, schema: try Schema(try node.required("schema")),
                    isRequired: required && context == nil, context: context))
        }
        try check(list, path, body, node)
        return list
    }

    /// What the templates name and what the parameters describe must be the same.
    private func check(
        _ list: [Parameter], _ path: PathTemplate, _ body: BodyTemplate?, _ node: CatalogueNode
    ) throws(CatalogueError) {
        let inPath = list.filter { $0.place == .path }.map(\.wireName)
        guard inPath.sorted() == path.parameterNames.sorted() else {
            throw node.fail("the path names \(path.parameterNames), the parameters describe \(inPath)")
        }
        let inBody = list.filter { $0.place == .body }.map(\.wireName)
        guard let body else {
            guard inBody.isEmpty else { throw node.fail("there are body parameters but no `body` template") }
            return
        }
        for name in body.placedNames where !inBody.contains(name) {
            throw node.fail("the body names `$\(name)`, which is not described")
        }
        let rest = inBody.filter { !body.placedNames.contains($0) }
        guard rest.isEmpty || body.pieces.contains(.arguments) else {
            throw node.fail("the body template has no place for \(rest)")
        }
    }

    /// The flat schema: all parameters together, and what a paged list adds.
    private func inputSchema(
        _ node: CatalogueNode, _ parameters: [Parameter], _ pagination: Pagination?
    ) throws(CatalogueError) -> Schema {
        var properties: [(key: String, value: JSON)] = []
        for (parameter, source) in zip(parameters, try node.required("parameters").elements()) {
            properties.append((parameter.name, try source.required("schema").json))
        }
        if let pagination {
            properties.append(
                (
                    "limit",
                    [
                        "type": "integer", "minimum": 1, "maximum": JSON(pagination.maximumSize),
                        "description": .string(
                            "How many entries to return at most; \(pagination.defaultSize) when omitted."),
                    ]
                ))
            properties.append(
                (
                    "next_cursor",
                    [
                        "type": "string",
                        "description":
                            "Where to go on: the next_cursor of the previous answer, passed back unchanged. Leave it out for the first page.",
                    ]
                ))
        }
        let required = parameters.filter(\.isRequired).map { JSON.string($0.name) }
        let json = JSON.of([
            "type": "object", "properties": properties.isEmpty ? nil : .object(properties),
            "required": required.isEmpty ? nil : .array(required), "additionalProperties": false,
        ])
        return try Schema(CatalogueNode(json: json, file: node.file, field: "\(node.field).parameters"))
    }
}

extension Pagination {
    init(_ node: CatalogueNode) throws(CatalogueError) {
        try node.allow(["style", "page", "size", "first", "maximum", "default", "more"])
        style = try node.required("style").choice(Style.self)
        positionName = try node.required("page").string()
        sizeName = try node.required("size").string()
        first = try node.required("first").int()
        maximumSize = try node.required("maximum").int()
        defaultSize = try node.required("default").int()
        more = try node.optional("more")?.string().split(separator: ".").map(String.init)
    }
}

extension ResponseShape {
    init(_ node: CatalogueNode) throws(CatalogueError) {
        try node.allow(["kind", "at"])
        kind = try node.required("kind").choice(Kind.self)
        var text = try node.optional("at")?.string() ?? ""
        isFirstElement = text.hasSuffix("[0]")
        if isFirstElement { text.removeLast(3) }
        path = text.split(separator: ".").map(String.init)
        guard path.count <= 2 else { throw node.fail("a place is at most two members deep") }
        guard kind != .list || !isFirstElement else {
            throw node.fail("a list is at an array, not at its first element")
        }
    }
}
