// One tool and its arguments become one upstream request. The host comes from the catalogue, every value is encoded into
// the place that its parameter has; nothing that a caller says can add a segment, a query parameter or a header.

import Wire

struct RequestComposer {
    let tool: Tool
    let integration: Integration
    let region: Region
    /// What the account knows.
    let context: [String: String]
    let arguments: Arguments

    init(tool: Tool, integration: Integration, account: AccountRecord, arguments: Arguments) {
        self.tool = tool
        self.integration = integration
        region = account.region
        context = account.context
        self.arguments = arguments
    }

    /// A value as JSON: the argument's own bytes, or what the account knows.
    struct Value {
        let bytes: [UInt8]
        let range: Range<Int>

        /// A string without its quotes and escapes; anything else as it was written.
        var plain: [UInt8] { Array(unquoted.bytes[unquoted.range]) }

        /// The same, where it stands: few strings have an escape.
        var unquoted: Value {
            guard bytes[range.lowerBound] == ASCII.quote else { return self }
            let inside = range.lowerBound + 1..<range.upperBound - 1
            guard bytes[inside].contains(ASCII.backslash) else { return Value(bytes: bytes, range: inside) }
            return Value(plain: JSONText.decodedBytes(bytes, inside))
        }

        init(bytes: [UInt8], range: Range<Int>) {
            self.bytes = bytes
            self.range = range
        }

        init(plain: [UInt8]) { self.init(bytes: plain, range: 0..<plain.count) }
    }

    /// - Parameter position: where a paged list goes on; nil for its beginning.
    func compose(position: Pagination.Position?, deadline: Int) throws(CallFailure) -> UpstreamRequest {
        let call = template
        guard let host = integration.host(call.hostName, region) else {
            throw CallFailure(
                .invalidRequest, "\(integration.title) does not exist in the region \(region.rawValue).")
        }
        var target: [UInt8] = []
        target.reserveCapacity(256)
        try addPath(call, &target)
        try addQuery(call, position, &target)
        var fields = tool.response.kind == .binary ? RequestComposer.fileFields : RequestComposer.fields
        let body = call.hasBody ? try RequestBody(composer: self, call: call).render() : nil
        if let type = body?.contentType { fields.append("Content-Type: \(type)") }
        return UpstreamRequest(
            method: call.verb, host: host, target: target.text, fields: fields, body: body?.bytes, deadline: deadline)
    }

    private static let fields = ["Accept: application/json", "Accept-Encoding: gzip", "User-Agent: tollgate"]
    private static let fileFields = ["Accept: */*", "Accept-Encoding: gzip", "User-Agent: tollgate"]

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
        guard let known = context[name] else {
            throw CallFailure(
                .invalidRequest,
                "`\(parameter.name)` is missing, and the account does not know it. Pass it as an argument.")
        }
        return Value(plain: JSON.string(known).bytes)
    }

    private func addPath(_ call: CallTemplate, _ path: inout [UInt8]) throws(CallFailure) {
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
                let text = value.unquoted
                // Encoding leaves dots alone, and a server may resolve `.` and `..`.
                guard !text.range.isEmpty, !text.bytes.equals(text.range, "."), !text.bytes.equals(text.range, ".."),
                    text.range.count <= 2048
                else {
                    throw CallFailure(
                        .invalidRequest,
                        "`\(parameter.name)` must be 1 to 2048 bytes long, and neither \".\" nor \"..\".")
                }
                PercentCoding.encode(text.bytes, text.range, to: &path)
                path.append(text: suffix)
            }
        }
    }

    private func addQuery(
        _ call: CallTemplate, _ position: Pagination.Position?, _ target: inout [UInt8]
    ) throws(CallFailure) {
        var isFirst = true
        func separate() {
            target.append(isFirst ? ASCII.question : 0x26)
            isFirst = false
        }
        func add(_ name: String, _ value: Value) {
            separate()
            PercentCoding.encode(name.utf8, to: &target)
            target.append(0x3D)
            PercentCoding.encode(value.bytes, value.range, to: &target)
        }
        func add(_ name: String, _ text: String) { add(name, Value(plain: Array(text.utf8))) }
        if !call.path.fixedQuery.isEmpty {
            separate()
            target.append(text: call.path.fixedQuery)
        }
        for (index, parameter) in tool.parameters.enumerated() where parameter.place == .query {
            guard let value = try value(index) else { continue }
            add(parameter.wireName, parameter.schema.kind == .array ? joined(value) : value.unquoted)
        }
        guard let pagination = tool.pagination else { return }
        var size = arguments.limit ?? (pagination.isAlwaysSent ? pagination.defaultSize : nil)
        switch position {
        case .query(let items)?:
            for item in items {
                add(item.name, item.value)
                if item.name == pagination.size { size = nil }
            }
        case .number(let number)?: if let name = pagination.position { add(name, String(number)) }
        case nil:
            if pagination.isAlwaysSent, let name = pagination.position {
                add(name, String(pagination.first))
            }
        }
        if let size, let name = pagination.size { add(name, String(size)) }
    }

    /// An array in a query: its scalars, separated by commas.
    private func joined(_ value: Value) -> Value {
        let items = (try? JSON(parsing: value.bytes, value.range))?.array ?? []
        return Value(plain: Array(items.map { $0.string ?? $0.text }.joined(separator: ",").utf8))
    }
}
