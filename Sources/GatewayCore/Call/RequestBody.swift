// The body of an upstream request, in the form that the call wants.

import Crypto
import Wire

struct RequestBody {
    let composer: RequestComposer
    let call: CallTemplate

    struct Rendered {
        let bytes: [UInt8]
        let contentType: String
    }

    private var parameters: [Parameter] { composer.tool.parameters }

    func render() throws(CallFailure) -> Rendered? {
        switch call.content {
        case .json:
            guard let body = call.body else { return nil }
            var output: [UInt8] = []
            guard try write(body, body.placedNames, &output) else { return nil }
            return Rendered(bytes: output, contentType: "application/json")
        case .form: return Rendered(bytes: try form(), contentType: "application/x-www-form-urlencoded")
        case .bytes:
            guard let index = parameters.firstIndex(where: { $0.place == .file }) else { return nil }
            return try file(index).map { Rendered(bytes: $0, contentType: "application/octet-stream") }
        case .multipart: return try multipart()
        }
    }

    /// - Returns: false when there was nothing to write: an argument that was not given.
    private func write(_ node: BodyNode, _ placed: [String], _ output: inout [UInt8]) throws(CallFailure) -> Bool {
        switch node {
        case .literal(let bytes): output.append(contentsOf: bytes)
        case .argument(let name):
            // Some calls want a path's id in the body once more.
            let inBody = parameters.firstIndex { $0.place == .body && $0.wireName == name }
            guard let index = inBody ?? parameters.firstIndex(where: { $0.place == .path && $0.wireName == name }),
                let value = try composer.value(index)
            else { return false }
            append(value, index, &output)
        case .arguments: try writeArguments(placed, &output)
        case .array(let items):
            try writeList(items, ASCII.openBracket, ASCII.closeBracket, &output) { (item, output) throws(CallFailure) in
                try write(item, placed, &output)
            }
        case .object(let members):
            try writeList(members, ASCII.openBrace, ASCII.closeBrace, &output) { (member, output) throws(CallFailure) in
                output.append(contentsOf: member.key)
                return try write(member.value, placed, &output)
            }
        }
        return true
    }

    private func writeList<Item>(
        _ items: [Item], _ opening: UInt8, _ closing: UInt8, _ output: inout [UInt8],
        _ write: (Item, inout [UInt8]) throws(CallFailure) -> Bool
    ) throws(CallFailure) {
        output.append(opening)
        var isFirst = true
        for item in items {
            let mark = output.count
            if !isFirst { output.append(ASCII.comma) }
            if try write(item, &output) { isFirst = false } else { output.removeSubrange(mark...) }
        }
        output.append(closing)
    }

    private func writeArguments(_ placed: [String], _ output: inout [UInt8]) throws(CallFailure) {
        let indices = parameters.indices.filter {
            parameters[$0].place == .body && !placed.contains(parameters[$0].wireName)
        }
        try writeList(indices, ASCII.openBrace, ASCII.closeBrace, &output) { (index, output) throws(CallFailure) in
            guard let value = try composer.value(index) else { return false }
            JSONText.write(parameters[index].wireName, to: &output)
            output.append(ASCII.colon)
            append(value, index, &output)
            return true
        }
    }

    private func append(_ value: RequestComposer.Value, _ index: Int, _ output: inout [UInt8]) {
        let schema = parameters[index].schema
        let mark = output.count
        do { try schema.write(value.bytes, value.range, to: &output) } catch {
            // Arguments were read before; were they not JSON, they would pass as they came.
            output.replaceSubrange(mark..., with: value.bytes[value.range])
        }
    }

    private func form() throws(CallFailure) -> [UInt8] {
        var output: [UInt8] = []
        for (index, parameter) in parameters.enumerated() where parameter.place == .body {
            guard let value = try composer.value(index) else { continue }
            if !output.isEmpty { output.append(0x26) }
            PercentCoding.encode(parameter.wireName.utf8, to: &output)
            output.append(0x3D)
            PercentCoding.encode(value.plain, to: &output)
        }
        return output
    }

    private func file(_ index: Int) throws(CallFailure) -> [UInt8]? {
        guard let value = try composer.value(index) else { return nil }
        guard let bytes = Base64.decode(value.plain.text) else {
            throw CallFailure(.invalidRequest, "`\(parameters[index].name)` must be a file's content as base64.")
        }
        return bytes
    }

    /// RFC 7578, with a boundary that nobody can foresee.
    private func multipart() throws(CallFailure) -> Rendered {
        let boundary = "tollgate-\(Base64.encodeURL(SecureRandom.bytes(18)))"
        var output: [UInt8] = []
        for (index, parameter) in parameters.enumerated() where parameter.place == .body || parameter.place == .file {
            guard parameter.place == .file || !isFileName(parameter.name), let value = try composer.value(index) else {
                continue
            }
            output.append(
                text: "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(quoted(parameter.wireName))\"")
            if parameter.place == .file {
                output.append(
                    text:
                        "; filename=\"\(quoted(try fileName(of: parameter)))\"\r\nContent-Type: application/octet-stream"
                )
            }
            output.append("\r\n\r\n")
            output.append(contentsOf: parameter.place == .file ? try file(index) ?? [] : value.plain)
            output.append("\r\n")
        }
        output.append(text: "--\(boundary)--\r\n")
        return Rendered(bytes: output, contentType: "multipart/form-data; boundary=\(boundary)")
    }

    private func isFileName(_ name: String) -> Bool { parameters.contains { $0.fileName == name } }

    private func fileName(of parameter: Parameter) throws(CallFailure) -> String {
        guard let name = parameter.fileName, let index = parameters.firstIndex(where: { $0.name == name }),
            let value = try composer.value(index)
        else { return "file" }
        return value.plain.text
    }

    /// A quoted string of a header: what would end it or the line is percent-encoded (RFC 7578 section 4.2).
    private func quoted(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\"": result += "%22"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Schema {
    /// Copies a value that this schema admits. JSON passes as it came; a number given for a string id gets its quotes,
    /// at any depth.
    fileprivate func write(_ bytes: [UInt8], _ range: Range<Int>, to output: inout [UInt8]) throws(JSONError) {
        guard holdsIdentifier else { return output.append(contentsOf: bytes[range]) }
        var reader = JSONReader(bytes, range)
        var first = true
        // Between and around the values stands what stood there.
        var copied = range.lowerBound
        func pass(_ value: Range<Int>, _ schema: Schema) throws(JSONError) {
            output.append(contentsOf: bytes[copied..<value.lowerBound])
            try schema.write(bytes, value, to: &output)
            copied = value.upperBound
        }
        switch try reader.peek() {
        case .array:
            try reader.enterArray()
            while try reader.nextElement(first: &first) {
                let value = try reader.skip()
                if let items { try pass(value, items) }
            }
        case .object:
            try reader.enterObject()
            while let key = try reader.nextKey(first: &first) {
                let name = JSONText.decode(bytes, key)
                let value = try reader.skip()
                if let property = properties.first(where: { $0.name == name }) { try pass(value, property.schema) }
            }
        case .number where isIdentifier:
            output.append(ASCII.quote)
            output.append(contentsOf: bytes[range])
            output.append(ASCII.quote)
            return
        default: break
        }
        output.append(contentsOf: bytes[copied..<range.upperBound])
    }
}
