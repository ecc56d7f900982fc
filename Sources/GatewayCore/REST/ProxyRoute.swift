// Which tool a request to `/proxy` means, and what it gives as arguments. Pure.

import Wire

/// `/proxy/{resource}`, `/proxy/{resource}/{id}` or, for other verbs than the usual four, `/proxy/{resource}/{verb}`.
struct ProxyRoute {
    let tool: Tool
    /// The id in the path, with the argument that it is.
    let id: (argument: String, value: [UInt8])?

    enum Refusal: Error, Equatable {
        case unknownResource(String)
        /// The resource exists and has other methods; these verbs and paths reach them.
        case methodNotAllowed(allow: [String], offered: [String])
        case badEscape
    }

    private static let usual = ["list", "get", "create", "update", "delete"]

    /// - Parameter path: what follows `/proxy/`, still percent-encoded.
    init(_ method: Method, _ path: ArraySlice<UInt8>, in integration: Integration) throws(Refusal) {
        var segments: [[UInt8]] = []
        for segment in path.split(separator: ASCII.slash) {
            guard let decoded = PercentCoding.decode(segment) else { throw .badEscape }
            segments.append(decoded)
        }
        let resource = segments.first?.text ?? ""
        let tools = integration.tools.filter { $0.resource == resource }
        guard !tools.isEmpty, segments.count <= 2 else { throw .unknownResource(String(resource.prefix(100))) }
        let last = segments.count == 2 ? segments[1] : nil
        if let last, let tool = tools.first(where: { $0.method == last.text && !ProxyRoute.usual.contains($0.method) })
        {
            guard method == .post || method == .get && tool.isRead else { throw ProxyRoute.refusal(tools) }
            (self.tool, id) = (tool, nil)
            return
        }
        for name in ProxyRoute.methods(method, hasID: last != nil) {
            guard let tool = tools.first(where: { $0.method == name }) else { continue }
            guard let last else {
                (self.tool, id) = (tool, nil)
                return
            }
            guard let argument = ProxyRoute.idArgument(tool) else { continue }
            (self.tool, id) = (tool, (argument, last))
            return
        }
        throw ProxyRoute.refusal(tools)
    }

    /// The methods that a verb may mean, the likeliest first. Without an id `get`, `update` and `delete` serve resources
    /// of which an account has one, or take the id as a parameter.
    private static func methods(_ method: Method, hasID: Bool) -> [String] {
        switch method {
        case .get: hasID ? ["get"] : ["list", "get"]
        case .post: hasID ? [] : ["create"]
        case .patch: ["update"]
        case .delete: ["delete"]
        default: []
        }
    }

    /// The argument that names the record: the last one of the upstream's path that the account does not know itself, or
    /// one that the account knows where it ends the path.
    private static func idArgument(_ tool: Tool) -> String? {
        let names = tool.call.path.parameterNames
        let parameters = names.compactMap { name in
            tool.parameters.first { $0.place == .path && $0.wireName == name }
        }
        if let asked = parameters.last(where: { $0.context == nil }) { return asked.name }
        guard case .parameter = tool.call.path.segments.last else { return nil }
        return parameters.last?.name
    }

    private static func refusal(_ tools: [Tool]) -> Refusal {
        var offered: [String] = []
        var allow: Set<String> = []
        for tool in tools {
            let resource = tool.resource
            let hasID = idArgument(tool) != nil
            let (verb, path) =
                switch tool.method {
                case "list": ("GET", resource)
                case "get": ("GET", hasID ? "\(resource)/{id}" : resource)
                case "create": ("POST", resource)
                case "update": ("PATCH", hasID ? "\(resource)/{id}" : resource)
                case "delete": ("DELETE", hasID ? "\(resource)/{id}" : resource)
                default: (tool.isRead ? "GET" : "POST", "\(resource)/\(tool.method)")
                }
            offered.append("\(verb) /proxy/\(path)")
            allow.insert(verb)
        }
        return .methodNotAllowed(allow: allow.sorted(), offered: offered)
    }

    // MARK: Arguments

    /// The arguments as one JSON object, to be checked like any others: members of the body, the id, and query
    /// parameters, whose text is read as what the tool's schema expects.
    /// - Parameter body: a JSON object, or empty.
    func arguments(body: ArraySlice<UInt8>, query: Query) -> [UInt8] {
        var object: [UInt8] = [ASCII.openBrace]
        func member(_ name: String, _ value: [UInt8]) {
            if object.count > 1 { object.append(ASCII.comma) }
            JSONText.write(name, to: &object)
            object.append(ASCII.colon)
            object.append(contentsOf: value)
        }
        let inner = body.dropFirst().dropLast()
        if inner.contains(where: { $0 > ASCII.space }) { object.append(contentsOf: inner) }
        if let id { member(id.argument, JSON.string(id.value.text).bytes) }
        var names: [String] = []
        for item in query.items where item.name != Proxy.accountParameter && !names.contains(item.name) {
            names.append(item.name)
            let values = query.items.filter { $0.name == item.name }.map(\.value)
            let schema = tool.input.properties.first { $0.name == item.name }?.schema
            member(item.name, ProxyRoute.json(values, schema))
        }
        object.append(ASCII.closeBrace)
        return object
    }

    /// Text of a query as JSON. What cannot be read as the schema has it stays text, for the check to complain about.
    private static func json(_ values: [String], _ schema: Schema?) -> [UInt8] {
        let text = values[0]
        let asText = JSON.string(text).bytes
        guard let schema else { return asText }
        switch schema.kind {
        case .string: return values.count == 1 ? asText : JSON.array(values.map(JSON.string)).bytes
        case .integer, .number, .boolean, .object:
            guard let parsed = try? JSON(parsing: Array(text.utf8)) else { return asText }
            return parsed.bytes
        case .array:
            if values.count == 1, let parsed = try? JSON(parsing: Array(text.utf8)), parsed.array != nil {
                return parsed.bytes
            }
            let items = values.flatMap { $0.split(separator: ",").map(String.init) }
            return Array("[\(items.map { json([$0], schema.items).text }.joined(separator: ","))]".utf8)
        }
    }
}
