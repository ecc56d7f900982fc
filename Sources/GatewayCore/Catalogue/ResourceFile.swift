// One resource's file: methods become tools. All that can be wrong with a method is said here, at load.

import Wire

struct ResourceFile {
    let node: CatalogueNode
    let integration: String
    let hosts: Set<String>
    let tags: Set<String>
    let contexts: Set<String>
    let errors: ErrorRules

    func tools() throws(CatalogueError) -> [Tool] {
        try node.allow(["$schema", "resource", "singular", "tags", "notes", "left_out", "methods"])
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
            let name = Naming.tool(integration: integration, resource: resource, singular: singular, method: method)
            guard Naming.isAcceptable(name) else {
                throw node.fail("the tool name `\(name)` is longer than 64 characters")
            }
            tools.append(try tool(name, resource, method, node, shared))
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
        _ name: String, _ resource: String, _ method: String, _ node: CatalogueNode, _ shared: Set<String>
    ) throws(CatalogueError) -> Tool {
        try node.allow([
            "title", "description", "call", "variants", "scopes", "parameters", "pagination", "response", "tags",
            "destructive", "idempotent", "timeout_ms",
            "max_response_bytes", "notes",
        ])
        let pagination = try node.optional("pagination").map { (node) throws(CatalogueError) in try Pagination(node) }
        let parameters = try parameters(node, pagination)
        let call = try CallTemplate(try node.required("call"), hosts: hosts)
        try check(parameters, call, pagination, node)
        let response = try ResponseShape(try node.required("response"))
        if let key = response.keyArgument, !parameters.contains(where: { $0.name == key }) {
            throw node.fail("`key_argument` names `\(key)`, which is no argument")
        }
        return Tool(
            name: name, resource: resource, method: method,
            documentation: Tool.Documentation(
                title: try node.required("title").string(), description: try node.required("description").string(),
                isDestructive: try node.optional("destructive")?.bool(),
                isIdempotent: try node.optional("idempotent")?.bool()),
            call: call, variants: try variants(node, parameters, pagination), parameters: parameters,
            pagination: pagination,
            response: response,
            scopes: try node.required("scopes").elements().map { (node) throws(CatalogueError) in try node.strings() },
            tags: shared.union(try knownTags(node.optional("tags"))),
            input: try inputSchema(parameters, pagination),
            timeout: try node.optional("timeout_ms")?.int(),
            maximumResponse: try node.optional("max_response_bytes")?.int(), errors: errors)
    }

    private func variants(
        _ node: CatalogueNode, _ parameters: [Parameter], _ pagination: Pagination?
    ) throws(CatalogueError) -> [Tool.Variant] {
        guard let list = try node.optional("variants")?.elements() else { return [] }
        return try list.map { (node) throws(CatalogueError) in
            try node.allow(["argument", "in", "call"])
            let name = try node.required("argument").string()
            guard let index = parameters.firstIndex(where: { $0.name == name }) else {
                throw node.fail("there is no argument `\(name)`.\(didYouMean(name, among: parameters.map(\.name)))")
            }
            let values = try node.required("in").strings()
            for value in values where !parameters[index].schema.allowed.contains(value) {
                throw node.fail("`\(value)` is not among the values of `\(name)`")
            }
            let call = try CallTemplate(try node.required("call"), hosts: hosts)
            try check(parameters, call, pagination, node)
            return Tool.Variant(parameter: index, values: Set(values), call: call)
        }
    }

    private func parameters(_ node: CatalogueNode, _ pagination: Pagination?) throws(CatalogueError) -> [Parameter] {
        var taken: Set<String> = pagination == nil ? [] : ["limit", "next_cursor"]
        var list: [Parameter] = []
        for node in try node.required("parameters").elements() {
            try node.allow(["name", "argument", "in", "required", "context", "file_name", "schema"])
            let wireName = try node.required("name").string()
            let wanted = try node.optional("argument")?.string() ?? wireName
            let place = try node.required("in").choice(ParameterPlace.self)
            let name = taken.contains(wanted) ? "\(place.rawValue)_\(wanted)" : wanted
            // Renaming tells arguments apart, but two of one name in one place are the same to the upstream.
            let isDouble = list.contains { $0.place == place && $0.wireName == wireName }
            guard !isDouble, taken.insert(name).inserted else {
                throw node.fail("`\(wanted)` cannot be told from another argument")
            }
            if place == .query, pagination?.queryNames.contains(wireName) == true {
                throw node.fail("`\(wireName)` is a parameter of the paging, so it is no argument")
            }
            let context = try node.optional("context")?.string()
            if let context, !contexts.contains(context) {
                throw node.fail(
                    "the context `\(context)` is not in integration.json.\(didYouMean(context, among: contexts))")
            }
            let required = try node.optional("required")?.bool() ?? (place == .path)
            list.append(
                Parameter(
                    name: name, wireName: wireName, place: place, schema: try Schema(try node.required("schema")),
                    isRequired: required && context == nil, context: context,
                    fileName: try node.optional("file_name")?.string()))
        }
        return list
    }

    /// What the templates name and what the parameters describe must be the same.
    private func check(
        _ list: [Parameter], _ call: CallTemplate, _ pagination: Pagination?, _ node: CatalogueNode
    ) throws(CatalogueError) {
        let inPath = list.filter { $0.place == .path }.map(\.wireName)
        guard inPath.sorted() == call.path.parameterNames.sorted() else {
            throw node.fail("the path names \(call.path.parameterNames), the parameters describe \(inPath)")
        }
        let inQuery = list.filter { $0.place == .query }.map(\.wireName) + (pagination?.queryNames ?? [])
        for item in Query(Array(call.path.fixedQuery.utf8)[...]).items where inQuery.contains(item.name) {
            throw node.fail("the path fixes `\(item.name)`, so it is no query parameter")
        }
        let inBody = list.filter { $0.place == .body }.map(\.wireName)
        let files = list.filter { $0.place == .file }
        switch call.content {
        case .multipart, .form: return
        case .bytes:
            guard files.count == 1 else { throw node.fail("a body of bytes needs exactly one file parameter") }
            return
        case .json: guard files.isEmpty else { throw node.fail("a file needs the content multipart or bytes") }
        }
        guard let body = call.body else {
            guard inBody.isEmpty else { throw node.fail("there are body parameters but no `body` template") }
            return
        }
        let placed = body.placedNames
        for name in placed where !inBody.contains(name) && !inPath.contains(name) {
            throw node.fail("the body names `$\(name)`, which is not described")
        }
        let rest = inBody.filter { !placed.contains($0) }
        guard rest.isEmpty || body.hasArguments else { throw node.fail("the body template has no place for \(rest)") }
    }

    /// The flat schema: all parameters together, and what a paged list adds.
    private func inputSchema(_ parameters: [Parameter], _ pagination: Pagination?) throws(CatalogueError) -> Schema {
        var properties = parameters.map { Schema.Property(name: $0.name, schema: $0.schema, isRequired: $0.isRequired) }
        if let pagination {
            if pagination.size != nil {
                let json: JSON = [
                    "type": "integer", "minimum": 1, "maximum": JSON(pagination.maximumSize),
                    "description": .string(
                        "How many entries to return at most; \(pagination.defaultSize) when omitted."),
                ]
                properties.append(
                    Schema.Property(name: "limit", schema: try Schema(node.child(json, "limit")), isRequired: false))
            }
            properties.append(Schema.Property(name: "next_cursor", schema: try cursorSchema(), isRequired: false))
        }
        return Schema(properties: properties)
    }

    private func cursorSchema() throws(CatalogueError) -> Schema {
        try Schema(
            node.child(
                [
                    "type": "string",
                    "description":
                        "Where to go on: the next_cursor of the previous answer, passed back unchanged. Leave it out for the first page.",
                ], "next_cursor"))
    }
}
