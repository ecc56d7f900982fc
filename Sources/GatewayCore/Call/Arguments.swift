// A call's arguments: checked against the tool's schema, then known by parameter.

import Wire

/// Arguments that passed the check, as ranges of raw JSON in the request's buffer.
struct Arguments {
    let bytes: [UInt8]
    /// By the tool's parameters; nil where one was left out.
    let values: [Range<Int>?]
    let limit: Int?
    let cursor: String?

    enum Outcome {
        case valid(Arguments)
        case invalid([ArgumentProblem])
    }

    /// - Parameter range: the `arguments` object; nil when the request has none.
    static func read(_ bytes: [UInt8], _ range: Range<Int>?, for tool: Tool) throws(JSONError) -> Outcome {
        let (bytes, range) = range.map { (bytes, $0) } ?? (Array("{}".utf8), 0..<2)
        var problems: [ArgumentProblem] = []
        var reader = JSONReader(bytes, range)
        let places = try tool.input.checkMembers(&reader, &problems)
        guard problems.isEmpty else { return .invalid(problems) }
        var limit: Int?
        var cursor: String?
        // Behind the properties that are the parameters, in their order.
        for (property, place) in zip(tool.input.properties, places).dropFirst(tool.parameters.count) {
            guard let place else { continue }
            switch property.name {
            case "limit": limit = Double(bytes.text(place)).map { Int($0) }
            case "next_cursor": cursor = JSONText.decode(bytes, place.lowerBound + 1..<place.upperBound - 1)
            default: break
            }
        }
        return .valid(
            Arguments(bytes: bytes, values: Array(places.prefix(tool.parameters.count)), limit: limit, cursor: cursor))
    }

    /// A scalar argument as plain text.
    func text(_ range: Range<Int>) -> [UInt8] {
        guard bytes[range.lowerBound] == ASCII.quote else { return Array(bytes[range]) }
        return JSONText.decodedBytes(bytes, range.lowerBound + 1..<range.upperBound - 1)
    }

    /// What a cursor is bound to: every argument but the cursor itself, in the tool's order, however they came.
    func fingerprint(_ tool: Tool) -> [UInt8] {
        var text: [UInt8] = []
        for (parameter, value) in zip(tool.parameters, values) {
            guard let value else { continue }
            text.append(text: parameter.name)
            text.append(0)
            text.append(contentsOf: bytes[value])
            text.append(0)
        }
        text.append(decimal: limit ?? 0)
        return text
    }
}
