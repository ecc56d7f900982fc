// One tool and its arguments become one upstream request. The host comes from the catalogue, every value is encoded into
// the place that its parameter has; nothing that a caller says can add a segment, a query parameter or a header.

import Wire

struct RequestComposer {
    let tool: Tool
    let integration: Integration
    let account: AccountRecord
    let arguments: Arguments

    /// A value as JSON: the argument's own bytes, or what the account knows.
    struct Value {
        let bytes: [UInt8]
        let range: Range<Int>

        var isText: Bool { bytes[range.lowerBound] == ASCII.quote }

        /// A string without its quotes and escapes; anything else as it was written.
        var plain: [UInt8] {
            isText ? JSONText.decodedBytes(bytes, range.lowerBound + 1..<range.upperBound - 1) : Array(bytes[range])
        }
    }

    /// - Parameter position: where a paged list goes on; nil for its beginning.
    func compose(position: Pagination.Position?, deadline: Int) throws(CallFailure) -> UpstreamRequest {
        let call = template
        guard let host = integration.host(call.hostName, account.region) else {
            throw CallFailure(
                .invalidRequest, "\(integration.title) does not exist in the region \(account.region.rawValue).")
        }
        var target = try path(call)
        var query = Array(call.path.fixedQuery.utf8)
        try addQuery(&query, position)
        if !query.isEmpty {
            target.append(ASCII.question)
            target.append(contentsOf: query)
        }
        var fields = ["Accept: application/json", "Accept-Encoding: gzip", "User-Agent: tollgate"]
        if tool.response.kind == .binary { fields[0] = "Accept: */*" }
        let body = try RequestBody(composer: self, call: call).render()
        if let type = body?.contentType { fields.append("Content-Type: \(type)") }
        return UpstreamRequest(
            method: call.verb, host: host, target: target.text, fields: fields, body: body?.bytes, deadline: deadline)
    }

    /// The call that the arguments choose.
    private var template: CallTemplate {
        for variant in tool.variants {
            if let value = arguments.values[variant.parameter], variant.values.contains(arguments.text(value).text) {
                return variant.call
            }
        }
        return tool.call
    }

    func value(_ index: Int) throws(CallFailure) -> Value? {
        if let range = arguments.values[index] { return Value(bytes: arguments.bytes, range: range) }
        let parameter = tool.parameters[index]
        guard let name = parameter.context else { return nil }
        guard let known = account.context[name] else {
            throw CallFailure(
                .invalidRequest,
                "`\(parameter.name)` is missing, and the account does not know it. Pass it as an argument.")
        }
        let json = JSON.string(known).bytes
        return Value(bytes: json, range: 0..<json.count)
    }

    private func path(_ call: CallTemplate) throws(CallFailure) -> [UInt8] {
        var path: [UInt8] = []
        for segment in call.path.segments {
            path.append(ASCII.slash)
            switch segment {
            case .literal(let text): path.append(text: text)
            case .parameter(let name, let suffix):
                let index = tool.parameters.firstIndex { $0.place == .path && $0.wireName == name }!
                let parameter = tool.parameters[index]
                guard let value = try value(index) else {
                    throw CallFailure(
                        .invalidRequest, "`\(parameter.name)` is missing; expected \(parameter.schema.expectation).")
                }
                let text = value.plain
                // Encoding leaves dots alone, and a server may resolve `.` and `..`.
                guard !text.isEmpty, text != [ASCII.dot], text != [ASCII.dot, ASCII.dot], text.count <= 2048 else {
                    throw CallFailure(
                        .invalidRequest,
                        "`\(parameter.name)` must be 1 to 2048 bytes long, and neither \".\" nor \"..\".")
                }
                PercentCoding.encode(text, to: &path)
                path.append(text: suffix)
            }
        }
        return path
    }

    private func addQuery(_ query: inout [UInt8], _ position: Pagination.Position?) throws(CallFailure) {
        func add(_ name: String, _ value: [UInt8]) {
            if !query.isEmpty { query.append(0x26) }
            PercentCoding.encode(name.utf8, to: &query)
            query.append(0x3D)
            PercentCoding.encode(value, to: &query)
        }
        for (index, parameter) in tool.parameters.enumerated() where parameter.place == .query {
            guard let value = try value(index) else { continue }
            add(parameter.wireName, parameter.schema.kind == .array ? joined(value) : value.plain)
        }
        guard let pagination = tool.pagination else { return }
        var size = arguments.limit ?? (pagination.isAlwaysSent ? pagination.defaultSize : nil)
        switch position {
        case .query(let items)?:
            for item in items {
                add(item.name, Array(item.value.utf8))
                if item.name == pagination.size { size = nil }
            }
        case .number(let number)?: if let name = pagination.position { add(name, Array(String(number).utf8)) }
        case nil:
            if pagination.isAlwaysSent, let name = pagination.position {
                add(name, Array(String(pagination.first).utf8))
            }
        }
        if let size, let name = pagination.size { add(name, Array(String(size).utf8)) }
    }

    /// An array in a query: its scalars, separated by commas.
    private func joined(_ value: Value) -> [UInt8] {
        let items = (try? JSON(parsing: value.bytes, value.range))?.array ?? []
        return Array(items.map { $0.string ?? $0.text }.joined(separator: ",").utf8)
    }
}
