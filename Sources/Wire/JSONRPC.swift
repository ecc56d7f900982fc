// JSON-RPC 2.0 envelopes: found as ranges, written around results that are already JSON.

/// One message of a client.
package struct RPCMessage: Sendable {
    package enum Kind: Sendable { case request, notification, response }

    package var kind: Kind
    /// The id as it was sent, quotes included; nil for a notification.
    package var id: Range<Int>?
    /// The inside of the method's name.
    package var method: Range<Int>
    /// The `params` object.
    package var params: Range<Int>?
    /// The first `name` and the first `arguments` in it, values of any kind: what a call is read by.
    package var name: Range<Int>?
    package var arguments: Range<Int>?

    /// Why a JSON value is no message, and the id if it could be read.
    package struct Malformed: Error, Sendable {
        package let reason: StaticString
        package let id: Range<Int>?
    }

    /// Ids are echoed, so they are bounded.
    private static let maximumID = 256

    /// Reads the message that fills `range`, checking all of its JSON.
    package static func read(_ bytes: [UInt8], _ range: Range<Int>) throws(Malformed) -> RPCMessage {
        var found = Members()
        do throws(JSONError) {
            var reader = JSONReader(bytes, range)
            guard try reader.peek() == .object else { throw JSONError(offset: 0, reason: "a message is an object") }
            try found.read(&reader)
            try reader.finish()
        } catch {
            throw Malformed(reason: "A JSON-RPC message must be an object without repeated members.", id: nil)
        }
        let id = try found.validID(bytes)
        guard let version = found.version, bytes.equals(version, "\"2.0\"") else {
            throw Malformed(reason: "`jsonrpc` must be \"2.0\".", id: id)
        }
        guard let method = found.method else {
            guard found.hasOutcome, id != nil else { throw Malformed(reason: "`method` is missing.", id: id) }
            return RPCMessage(kind: .response, id: id, method: 0..<0)
        }
        guard bytes[method.lowerBound] == ASCII.quote else {
            throw Malformed(reason: "`method` must be a string.", id: id)
        }
        if let params = found.params, bytes[params.lowerBound] != ASCII.openBrace {
            throw Malformed(reason: "`params` must be an object.", id: id)
        }
        return RPCMessage(
            kind: id == nil ? .notification : .request, id: id,
            method: method.lowerBound + 1..<method.upperBound - 1, params: found.params, name: found.name,
            arguments: found.arguments)
    }

    private struct Members {
        var version: Range<Int>?
        var id: Range<Int>?
        var method: Range<Int>?
        var params: Range<Int>?
        var name: Range<Int>?
        var arguments: Range<Int>?
        var hasOutcome = false

        mutating func read(_ reader: inout JSONReader) throws(JSONError) {
            var first = true
            try reader.enterObject()
            while let key = try reader.nextKey(first: &first) {
                if params == nil, reader.bytes.equals(key, "params"), try reader.peek() == .object {
                    params = try readParams(&reader)
                    continue
                }
                let value = try reader.skip()
                if reader.bytes.equals(key, "jsonrpc") {
                    try set(&version, value)
                } else if reader.bytes.equals(key, "id") {
                    try set(&id, value)
                } else if reader.bytes.equals(key, "method") {
                    try set(&method, value)
                } else if reader.bytes.equals(key, "params") {
                    try set(&params, value)
                } else if reader.bytes.equals(key, "result") || reader.bytes.equals(key, "error") {
                    hasOutcome = true
                }
            }
        }

        private mutating func readParams(_ reader: inout JSONReader) throws(JSONError) -> Range<Int> {
            let start = reader.position
            var first = true
            try reader.enterObject()
            while let key = try reader.nextKey(first: &first) {
                let value = try reader.skip()
                if name == nil, reader.bytes.equals(key, "name") { name = value }
                if arguments == nil, reader.bytes.equals(key, "arguments") { arguments = value }
            }
            return start..<reader.position
        }

        private func set(_ member: inout Range<Int>?, _ value: Range<Int>) throws(JSONError) {
            guard member == nil else { throw JSONError(offset: value.lowerBound, reason: "given twice") }
            member = value
        }

        /// A string or an integer (MCP, base protocol); never null.
        func validID(_ bytes: [UInt8]) throws(Malformed) -> Range<Int>? {
            guard let id else { return nil }
            let first = bytes[id.lowerBound]
            let isInteger = (first.isDigit || first == ASCII.hyphen) && bytes[id].dropFirst().allSatisfy(\.isDigit)
            guard first == ASCII.quote || isInteger, id.count <= RPCMessage.maximumID else {
                throw Malformed(reason: "`id` must be a string or an integer of at most 256 bytes.", id: nil)
            }
            return id
        }
    }
}

/// Messages to a client.
package enum RPC {
    package static let parseError = -32700
    package static let invalidRequest = -32600
    package static let methodNotFound = -32601
    package static let invalidParams = -32602
    package static let internalError = -32603

    /// `{"jsonrpc":"2.0","id":…`, to be followed by a comma and the rest.
    package static func opening(id: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(64 + id.count)
        output.append("{\"jsonrpc\":\"2.0\",\"id\":")
        output.append(contentsOf: id)
        return output
    }

    package static func result(id: ArraySlice<UInt8>, _ result: JSON) -> [UInt8] {
        var output = opening(id: id)
        output.append(",\"result\":")
        result.write(to: &output)
        output.append(ASCII.closeBrace)
        return output
    }

    /// The result that says no more than that it is one.
    package static func emptyResult(id: ArraySlice<UInt8>) -> [UInt8] {
        var output = opening(id: id)
        output.append(",\"result\":{}}")
        return output
    }

    /// - Parameter id: nil when it could not be read; it is then left out, never null.
    package static func error(id: ArraySlice<UInt8>?, code: Int, message: String, data: JSON? = nil) -> [UInt8] {
        var output: [UInt8] = []
        if let id { output = opening(id: id) } else { output.append("{\"jsonrpc\":\"2.0\"") }
        output.append(",\"error\":{\"code\":")
        output.append(decimal: code)
        output.append(",\"message\":")
        JSONText.write(message, to: &output)
        if let data {
            output.append(",\"data\":")
            data.write(to: &output)
        }
        output.append("}}")
        return output
    }
}
