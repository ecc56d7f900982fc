// What must hold of every sequence of bytes that a client sends: how it is cut does not decide what comes of it, and
// what was accepted means the same when it is written plainly.

import Wire

@testable import Net

package enum HeadProperty {
    /// - Returns: what does not hold; nil when all does.
    package static func failure(_ bytes: [UInt8]) -> String? {
        let whole = Reading([bytes[...]])
        let cut = bytes.isEmpty ? 0 : Int(bytes.checksum % UInt32(bytes.count))
        let inTwo = Reading([bytes[..<cut], bytes[cut...]])
        if inTwo.outcome != whole.outcome {
            return "cut at \(cut): \(inTwo.outcome), whole: \(whole.outcome)"
        }
        if bytes.count <= 256 {
            let single = Reading(bytes.indices.map { bytes[$0...$0] })
            if single.outcome != whole.outcome {
                return "byte by byte: \(single.outcome), whole: \(whole.outcome)"
            }
        }
        for request in whole.requests {
            let again = Reading([request.plain[...]])
            if again.requests != [request] {
                return "\(request) was read as \(again.requests), \(again.outcome), from \(request.plain.text)"
            }
        }
        return nil
    }

    /// What a connection makes of bytes that arrive in pieces.
    private struct Reading: ~Copyable {
        private var state: ConnectionState
        private var input: [UInt8] = []
        private var isOver = false
        private(set) var requests: [PlainRequest] = []
        private var ending = "waits for request"

        /// Small bounds, so that short inputs meet them.
        private static let limits: ConnectionLimits = {
            var limits = ConnectionLimits()
            limits.headBytes = 1024
            limits.bodyBytes = 1000
            return limits
        }()

        init(_ pieces: [ArraySlice<UInt8>]) {
            state = ConnectionState(limits: Reading.limits)
            for piece in pieces where !isOver { feed(piece) }
        }

        var outcome: String { "\(requests) \(ending)" }

        private mutating func feed(_ piece: ArraySlice<UInt8>) {
            input.append(contentsOf: piece)
            while !isOver {
                switch state.advance(&input) {
                case .wait(let what):
                    ending = "waits for \(what)"
                    return
                case .sendContinue: break
                case .dispatch(let request): answer(request)
                case .refuse(let refusal): end("\(refusal.status) \(refusal.reason)")
                case .close: end("closes")
                }
            }
        }

        private mutating func answer(_ request: Request) {
            requests.append(PlainRequest(request, input))
            if !state.answered(mayContinue: state.keepsAlive()) { end("closes") }
            guard state.start > 0 else { return }
            input.removeSubrange(..<state.start)
            state.compacted()
        }

        private mutating func end(_ how: String) {
            isOver = true
            ending = how
        }
    }
}

/// A request by what its ranges hold.
private struct PlainRequest: Equatable {
    private struct Value: Equatable {
        let name: String
        let text: [UInt8]
        let isRepeated: Bool
    }

    private let method: Method
    private let methodName: [UInt8]
    private let path: [UInt8]
    private let query: [UInt8]
    private let minorVersion: Int
    private let keepAlive: Bool
    private let expectsContinue: Bool
    private let isChunked: Bool
    private let values: [Value]
    private let body: [UInt8]

    init(_ request: Request, _ bytes: [UInt8]) {
        let head = request.head
        method = head.method
        methodName = Array(bytes[head.methodName])
        path = Array(bytes[head.path])
        query = Array(bytes[head.query])
        minorVersion = head.minorVersion
        keepAlive = head.keepAlive
        expectsContinue = head.expectsContinue
        isChunked = head.framing == .chunked
        values = Field.allCases.compactMap { field in
            head[field].map { Value(name: field.name, text: Array(bytes[$0]), isRepeated: head.isRepeated(field)) }
        }
        body = Array(bytes[request.body])
    }

    /// The request as the simplest client would send it, not longer than it came: the bound on heads must not bite.
    var plain: [UInt8] {
        var output = methodName + [ASCII.space] + path
        if !query.isEmpty { output += [ASCII.question] + query }
        output.append(text: " HTTP/1.\(minorVersion)\r\n")
        for value in values {
            output.append(text: "\(value.name):")
            output += value.text
            output.append("\r\n")
            if value.isRepeated { output.append(text: "\(value.name):\r\n") }
        }
        output.append("\r\n")
        guard isChunked else { return output + body }
        if !body.isEmpty {
            output.append(text: "\(String(body.count, radix: 16))\r\n")
            output += body
            output.append("\r\n")
        }
        output.append("0\r\n\r\n")
        return output
    }
}

extension Field {
    fileprivate var name: String {
        switch self {
        case .host: "Host"
        case .contentLength: "Content-Length"
        case .transferEncoding: "Transfer-Encoding"
        case .connection: "Connection"
        case .expect: "Expect"
        case .authorization: "Authorization"
        case .contentType: "Content-Type"
        case .accept: "Accept"
        case .acceptEncoding: "Accept-Encoding"
        case .origin: "Origin"
        case .mcpProtocolVersion: "MCP-Protocol-Version"
        case .mcpMethod: "Mcp-Method"
        case .mcpName: "Mcp-Name"
        case .userAgent: "User-Agent"
        }
    }
}

extension [UInt8] {
    /// FNV-1a: a number that changes with every byte.
    var checksum: UInt32 { reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 } }
}
