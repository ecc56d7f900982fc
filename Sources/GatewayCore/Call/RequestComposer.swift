// One tool and its arguments become one upstream request. The host comes from the catalogue, every value is encoded into
// the place that its parameter has; nothing that a caller says can add a segment, a query parameter or a header.

import Wire

struct RequestComposer {
    let tool: Tool
    let integration: Integration
    let account: AccountRecord
    let arguments: Arguments

    /// - Parameter page: where a paged list goes on; nil for its beginning.
    func compose(page: Int?, deadline: Int) throws(CallFailure) -> UpstreamRequest {
        guard let host = integration.host(tool.hostName, account.region) else {
            throw CallFailure(
                .invalidRequest, "\(integration.title) does not exist in the region \(account.region.rawValue).")
        }
        var target = try path()
        var query: [UInt8] = Array(tool.path.fixedQuery.utf8)
        try addQuery(&query, page)
        if !query.isEmpty {
            target.append(ASCII.question)
            target.append(contentsOf: query)
        }
        let body = try body()
        var fields = ["Accept: application/json", "Accept-Encoding: gzip", "User-Agent: tollgate"]
        if body != nil { fields.append("Content-Type: application/json") }
        return UpstreamRequest(
            method: tool.verb, host: host, target: String(decoding: target, as: UTF8.self), fields: fields, body: body,
            deadline: deadline)
    }

    /// The value of a parameter as JSON: the argument, or what the account knows.
    private func value(_ index: Int) throws(CallFailure) -> (bytes: [UInt8], range: Range<Int>)? {
        if let range = arguments.values[index] { return (arguments.bytes, range) }
        let parameter = tool.parameters[index]
        guard let name = parameter.context else { return nil }
        guard let known = account.context[name] else {
            throw CallFailure(
                .invalidRequest,
                "`\(parameter.name)` is missing, and the account does not know it. Pass it as an argument.")
        }
        let json = JSON.string(known).bytes
        return (json, 0..<json.count)
    }

    private func plain(_ value: (bytes: [UInt8], range: Range<Int>)) -> [UInt8] {
        guard value.bytes[value.range.lowerBound] == ASCII.quote else { return Array(value.bytes[value.range]) }
        return JSONText.decodedBytes(value.bytes, value.range.lowerBound + 1..<value.range.upperBound - 1)
    }

    private func path() throws(CallFailure) -> [UInt8] {
        var path: [UInt8] = []
        for segment in tool.path.segments {
            path.append(ASCII.slash)
            switch segment {
            case .literal(let text): path.append(text: text)
            case .parameter(let name):
                let index = tool.parameters.firstIndex { $0.place == .path && $0.wireName == name }!
                guard let value = try value(index) else { throw missing(tool.parameters[index]) }
                let text = plain(value)
                // Encoding leaves dots alone, and a server may resolve `.` and `..`.
                guard !text.isEmpty, text != [ASCII.dot], text != [ASCII.dot, ASCII.dot], text.count <= 2048 else {
                    throw CallFailure(
                        .invalidRequest,
                        "`\(tool.parameters[index].name)` must be an id of 1 to 2048 bytes, and neither \".\" nor \"..\"."
                    )
                }
                PercentCoding.encode(text, to: &path)
            }
        }
        return path
    }

    private func missing(_ parameter: Parameter) -> CallFailure {
        CallFailure(.invalidRequest, "`\(parameter.name)` is missing; expected \(parameter.schema.expectation).")
    }

    private func addQuery(_ query: inout [UInt8], _ page: Int?) throws(CallFailure) {
        func add(_ name: String, _ value: [UInt8]) {
            if !query.isEmpty { query.append(0x26) }
            PercentCoding.encode(name.utf8, to: &query)
            query.append(0x3D)
            PercentCoding.encode(value, to: &query)
        }
        for (index, parameter) in tool.parameters.enumerated() where parameter.place == .query {
            guard let value = try value(index) else { continue }
            add(parameter.wireName, parameter.schema.kind == .array ? joined(value) : plain(value))
        }
        guard let pagination = tool.pagination else { return }
        if let page { add(pagination.positionName, Array(String(page).utf8)) }
        if let limit = arguments.limit { add(pagination.sizeName, Array(String(limit).utf8)) }
    }

    /// An array in a query: its scalars, separated by commas.
    private func joined(_ value: (bytes: [UInt8], range: Range<Int>)) -> [UInt8] {
        let items = (try? JSON(parsing: value.bytes, value.range))?.array ?? []
        return Array(items.map { $0.string ?? $0.text }.joined(separator: ",").utf8)
    }

    private func body() throws(CallFailure) -> [UInt8]? {
        guard let template = tool.body else { return nil }
        var output: [UInt8] = []
        let placed = template.placedNames
        for piece in template.pieces {
            switch piece {
            case .literal(let bytes): output.append(contentsOf: bytes)
            case .argument(let name):
                let index = tool.parameters.firstIndex { $0.place == .body && $0.wireName == name }!
                if let value = try value(index) { append(value, index, &output) } else { output.append("null") }
            case .arguments:
                output.append(ASCII.openBrace)
                var isFirst = true
                for (index, parameter) in tool.parameters.enumerated()
                where parameter.place == .body && !placed.contains(parameter.wireName) {
                    guard let value = try value(index) else { continue }
                    if !isFirst { output.append(ASCII.comma) }
                    isFirst = false
                    JSONText.write(parameter.wireName, to: &output)
                    output.append(ASCII.colon)
                    append(value, index, &output)
                }
                output.append(ASCII.closeBrace)
            }
        }
        return output
    }

    /// JSON passes as it came; a number given for a string id gets its quotes.
    private func append(_ value: (bytes: [UInt8], range: Range<Int>), _ index: Int, _ output: inout [UInt8]) {
        let needsQuotes =
            tool.parameters[index].schema.isIdentifier && value.bytes[value.range.lowerBound] != ASCII.quote
        if needsQuotes { output.append(ASCII.quote) }
        output.append(contentsOf: value.bytes[value.range])
        if needsQuotes { output.append(ASCII.quote) }
    }
}
