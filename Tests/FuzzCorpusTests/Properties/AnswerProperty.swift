// What must hold of every answer of an upstream, whole or broken off, cut anywhere, on its way to the client: what
// leaves is one valid JSON-RPC message, and what it says is what the upstream said.

import Wire

@testable import GatewayCore

package enum AnswerProperty {
    /// The first four bytes choose the circumstances, see `Circumstances`; the rest is the body.
    /// - Returns: what does not hold; nil when all does.
    package static func failure(_ bytes: [UInt8]) -> String? {
        guard bytes.count >= 4 else { return nil }
        let circumstances = Circumstances(bytes[..<4])
        let body = Array(bytes[4...])
        let pieces = circumstances.pieces(body)
        let output = Passing.answer(circumstances, pieces)
        let source = Source(body, circumstances.tool)
        if let failure = judge(output, circumstances, source) { return "\(failure): \(output.text)" }
        // Only where something is cut off, or an error comes after what was sent, does it matter how the body arrives.
        guard !circumstances.isTight, source.isJSON else { return nil }
        let whole = Passing.answer(circumstances, circumstances.whole(body))
        guard whole != output else { return nil }
        if circumstances.isPadded, source.isFickle || Message(whole)?.isError != false { return nil }
        return "in pieces: \(output.text), whole: \(whole.text)"
    }

    private static func judge(_ output: [UInt8], _ circumstances: Circumstances, _ source: Source) -> String? {
        // A structured result stands some levels deeper than in its source, perhaps too deep for our own reader.
        guard !source.isDeep else { return nil }
        guard output.isJSON, let message = Message(output) else { return "not one valid message" }
        guard (message.code == nil) != (message.isError == nil) else { return "neither an error nor a result" }
        let isWhole = circumstances.ending == nil && circumstances.status == 200 && source.isJSON
        guard message.isError == false else {
            return isWhole && !source.hasMarks && !circumstances.isTight && source.payload != .missing
                ? "an answer without fault became an error" : nil
        }
        guard circumstances.status < 300 else { return "status \(circumstances.status) became a success" }
        if circumstances.status == 204 { return nil }
        let isTruncated = message.isTruncated
        guard isTruncated || circumstances.ending == nil && source.isJSON else {
            return "a body that is no whole JSON became a success"
        }
        guard source.isJSON else { return nil }
        return source.payload.differs(from: message, isTruncated: isTruncated)
    }
}

/// Which tool, under which settings, is answered how.
private struct Circumstances {
    let tool: Tool
    let config: ServerConfig
    /// The body begins with white space beyond what is held back, so that the answer is sent while it arrives.
    let isPadded: Bool
    let status: Int
    let ending: UpstreamFailure?
    private let cut: Int

    private static let limits = [8 << 20, 24, 100, 1000]
    private static let padding = [UInt8](repeating: ASCII.space, count: CallEngine.holdBytes + 1)

    init(_ bytes: ArraySlice<UInt8>) {
        let choices = bytes.map { Int($0) }
        tool = Desk.tools[choices[0] % Desk.tools.count]
        var config = ServerConfig()
        config.presentation.isStructured = choices[1] & 1 != 0
        config.errors = choices[1] & 2 != 0 ? .result : .jsonrpc
        config.maximumResponse = Circumstances.limits[choices[2] & 3]
        self.config = config
        isPadded = choices[2] & 12 == 12
        status = [200, 200, 200, 200, 200, 400, 429, 204][choices[1] >> 2 & 7]
        ending = [nil, nil, nil, nil, nil, nil, .broken("reset"), .deadline][choices[2] >> 4 & 7]
        cut = choices[3]
    }

    /// The limit may cut the body.
    var isTight: Bool { config.maximumResponse < 8 << 20 }

    func whole(_ body: [UInt8]) -> [[UInt8]] { isPadded ? [Circumstances.padding, body] : [body] }

    /// Pieces of the same size, or two.
    func pieces(_ body: [UInt8]) -> [[UInt8]] {
        var pieces = isPadded ? [Circumstances.padding] : []
        let size = cut < 128 ? max(cut, 1) : max(body.count * (cut - 128) / 128, 1)
        var start = 0
        while start < body.count {
            let end = cut >= 128 && start > 0 ? body.count : min(body.count, start + size)
            pieces.append(Array(body[start..<end]))
            start = end
        }
        return pieces
    }
}

/// A made-up product with every shape of answer.
private enum Desk {
    private static let integration = #"""
        {"integration":"desk","title":"Desk","description":"A desk.",
         "authentication":{"kind":"zoho_oauth","header":"Bearer"},
         "hosts":{"api":{"us":"api.desk.example"}},"tags":{"t":"All."},
         "errors":{"envelopes":[
            {"fails":[{"at":"status","equals":["error"]},{"at":"code","exists":true}],"code":["code"],
             "message":["message"],"details":["details"]},
            {"fails":[{"at":"error","not_empty":true}],"code":["error.code","error"],"message":["error.message"],
             "details":[],"status":["error.status"]},
            {"fails":[{"at":"[0].code","at_least":400}],"code":["[0].code"],"message":["[0].message"],"details":[]}],
          "records":{"status":"status","failed":["error"],"succeeded":["success"],"code":"code","message":"message",
           "details":"details"},
          "partial":[{"when":{"at":"status","equals":["part"]},"note":"Only a part."}],
          "codes":{"not_found":["GONE"],"rate_limited":["SLOW"],"token_invalid":["TOKEN"]}}}
        """#

    private static func method(_ name: String, _ verb: String, _ response: String) -> String {
        #""\#(name)":{"title":"T","description":"D.","call":{"verb":"\#(verb)","path":"/v1/\#(name)"},"scopes":[["r"]],"tags":["t"],"parameters":[],"response":\#(response)}"#
    }

    private static let resource =
        #"{"resource":"things","methods":{"#
        + [
            method("list", "GET", #"{"kind":"list","at":"users","item":{"id":"Id."}}"#),
            method("inner", "GET", #"{"kind":"list","at":"data.a","may_be_absent":true}"#),
            method("all", "GET", #"{"kind":"record","at":"data","item":{"id":"Id."}}"#),
            method("get", "GET", #"{"kind":"record","at":"users[0]","item":{"id":"Id."}}"#),
            method("create", "POST", #"{"kind":"record","at":"data[0]","item":{"id":"Id."}}"#),
            method("send", "POST", #"{"kind":"body"}"#),
        ].joined(separator: ",") + "}}"

    static let product: Integration = {
        do throws(CatalogueError) {
            let files = [
                CatalogueFile(name: "desk/integration.json", bytes: Array(integration.utf8)),
                CatalogueFile(name: "desk/things.json", bytes: Array(resource.utf8)),
            ]
            return try Catalogue(files: files).integration(named: "desk")!
        } catch { preconditionFailure("\(error)") }
    }()

    /// In the order above.
    static let tools = ["list", "inner", "all", "get", "create", "send"].map { name in
        product.tools.first { $0.method == name }!
    }
}

/// One answer through inspector, writer and stream.
private enum Passing {
    static func answer(_ circumstances: Circumstances, _ pieces: [[UInt8]]) -> [UInt8] {
        let exchange = Recorder()
        // Nothing below waits, so the task is over when this returns.
        Task.immediate { await pass(circumstances, Transfer(pieces, circumstances.ending), exchange) }
        precondition(exchange.isEnded, "the answer was not ended")
        return exchange.body
    }

    private static func pass(_ circumstances: Circumstances, _ transfer: Transfer, _ exchange: Recorder) async {
        let call = ToolCall(
            tool: circumstances.tool, integration: Desk.product,
            caller: Caller(
                tenant: "t", account: "a", face: "s", timeout: circumstances.config.timeout,
                maximumResponse: circumstances.config.maximumResponse),
            bytes: [], arguments: nil, requestID: RequestIDs(prefix: "r").next())
        let none = Arguments(bytes: [], values: [], limit: nil, cursor: nil)
        let responder = ToolResponder(Reply(exchange), id: Array("\"id-1\"".utf8)[...], circumstances.config)
        do throws(CallFailure) {
            var stream = AnswerStream(
                call: call, head: UpstreamHead(status: circumstances.status, fields: []),
                inspection: call.tool.inspection(none),
                text: FailureText(integration: Desk.product, tool: call.tool), responder: responder, now: 0)
            _ = try await stream.pass(transfer) { _ in "c" }
        } catch {
            responder.fail(error, call)
        }
    }

    private final class Transfer: UpstreamCall {
        private var pieces: ArraySlice<[UInt8]>
        private let ending: UpstreamFailure?

        init(_ pieces: [[UInt8]], _ ending: UpstreamFailure?) {
            self.pieces = pieces[...]
            self.ending = ending
        }

        func head() async throws(UpstreamFailure) -> UpstreamHead { preconditionFailure("nobody asks") }

        func read(into buffer: inout [UInt8]) async throws(UpstreamFailure) -> Bool {
            guard let piece = pieces.popFirst() else {
                if let ending { throw ending }
                return false
            }
            buffer.append(contentsOf: piece)
            return true
        }

        func cancel() {}
    }

    /// Touched by the one thread that runs the task while it waits for it.
    private final class Recorder: Exchange, @unchecked Sendable {
        let input: [UInt8] = []
        let request = Request(head: RequestHead(), body: 0..<0)
        var onClientGone: (() -> Void)?
        private(set) var body: [UInt8] = []
        private(set) var isEnded = false
        private var isOpen = false

        func respond(_ head: ResponseHead, _ body: [UInt8], then shared: [UInt8], end: [UInt8]) {
            precondition(!isEnded && !isOpen, "answered twice")
            self.body = body + shared + end
            isEnded = true
        }

        func begin(_ head: ResponseHead) {
            precondition(!isEnded && !isOpen, "answered twice")
            isOpen = true
        }

        func write(_ bytes: [UInt8]) {
            precondition(isOpen, "bytes outside of an answer")
            body += bytes
        }

        func end() {
            precondition(isOpen, "an answer ended that was not open")
            (isOpen, isEnded) = (false, true)
        }

        var status: Int? { nil }

        func abandon() { preconditionFailure("a tool's result is always ended") }

        func drained() async -> Bool { true }
    }
}

/// The few members of a message that matter here, by the reader and not by the tree, which refuses repeated names.
private struct Message {
    private(set) var code: Int?
    private(set) var isError: Bool?
    private(set) var text: [UInt8]?
    private(set) var structured: [UInt8]?

    init?(_ bytes: [UInt8]) {
        let root = Members(bytes)
        guard root["jsonrpc"] == Array("\"2.0\"".utf8), root["id"] == Array("\"id-1\"".utf8) else { return nil }
        guard (root["result"] == nil) != (root["error"] == nil) else { return nil }
        code = root["error"].flatMap { Members($0)["code"] }.flatMap { Int($0.text) }
        guard let result = root["result"].map({ Members($0) }) else { return }
        guard let flag = result["isError"]?.text, flag == "true" || flag == "false" else { return nil }
        isError = flag == "true"
        structured = result["structuredContent"]
        guard let first = result["content"].flatMap({ elements($0).first }) else { return nil }
        text = Members(first)["text"].map { JSONText.decodedBytes($0, 1..<$0.count - 1) }
    }

    var isTruncated: Bool { text.map { $0.isJSON && Members($0)["truncated"] != nil } ?? false }
}

/// An object's members by their names as bytes; of a name that comes twice, all.
private struct Members {
    let all: [(name: [UInt8], value: [UInt8])]

    init(_ bytes: [UInt8]) {
        var reader = JSONReader(bytes)
        var all: [(name: [UInt8], value: [UInt8])] = []
        var first = true
        do throws(JSONError) {
            try reader.enterObject()
            while let key = try reader.nextKey(first: &first) {
                all.append((JSONText.decodedBytes(bytes, key), Array(bytes[try reader.skip()])))
            }
        } catch {}
        self.all = all
    }

    subscript(_ name: String) -> [UInt8]? { named(name).first }

    func named(_ name: String) -> [[UInt8]] { all.filter { $0.name == Array(name.utf8) }.map(\.value) }
}

private func elements(_ bytes: [UInt8]) -> [[UInt8]] {
    var reader = JSONReader(bytes)
    var elements: [[UInt8]] = []
    var first = true
    do throws(JSONError) {
        try reader.enterArray()
        while try reader.nextElement(first: &first) { elements.append(Array(bytes[try reader.skip()])) }
    } catch {}
    return elements
}

/// What a body says, read slowly and whole.
private struct Source {
    let isJSON: Bool
    let payload: Payload
    /// Some name or value could make an error of it.
    let hasMarks: Bool
    /// Nested nearly as deeply as is allowed.
    let isDeep: Bool

    /// What looks like an error may still be taken back: by a name that comes again, or by a second array of records.
    let isFickle: Bool

    enum Payload: Equatable {
        case list([[UInt8]])
        case value([UInt8])
        /// Rightly left out.
        case nothing
        case missing
    }

    init(_ body: [UInt8], _ tool: Tool) {
        var reader = JSONReader(body)
        isJSON = body.isJSON
        isDeep = body.count { $0 == ASCII.openBrace || $0 == ASCII.openBracket } > JSONReader.maximumDepth - 8
        guard isJSON, let range = try? reader.skip() else {
            (payload, hasMarks, isFickle) = (.missing, false, true)
            return
        }
        let arrays = Members(Array(body[range])).all.count { $0.value.first == ASCII.openBracket }
        isFickle = arrays > 1 || (try? JSON(parsing: body)) == nil
        hasMarks = Source.names(Array(body[range])).contains { ["status", "code", "error"].contains($0.text) }
        payload = Source.payload(Array(body[range]), tool.response)
    }

    /// The names at every depth.
    private static func names(_ value: [UInt8]) -> [[UInt8]] {
        Members(value).all.flatMap { [$0.name] + names($0.value) } + elements(value).flatMap { names($0) }
    }

    /// All values at `path`, in order: a name may come more than once.
    private static func values(_ value: [UInt8], _ path: ArraySlice<String>) -> [[UInt8]] {
        guard let name = path.first else { return [value] }
        return Members(value).named(name).flatMap { values($0, path.dropFirst()) }
    }

    private static func payload(_ body: [UInt8], _ shape: ResponseShape) -> Payload {
        let values = values(body, shape.path[...])
        let absent: Payload = shape.mayBeAbsent ? .nothing : .missing
        if shape.kind == .list {
            let list = values.first { $0.first == ASCII.openBracket || $0 == Array("null".utf8) }
            return list.map { .list(elements($0)) } ?? absent
        }
        let found = shape.isFirstElement ? values.lazy.compactMap { elements($0).first }.first : values.first
        return found.map { .value($0) } ?? absent
    }
}

extension Source.Payload {
    /// - Returns: how a success differs from what the body had to say; nil when it does not.
    fileprivate func differs(from message: Message, isTruncated: Bool) -> String? {
        guard let text = message.text, text.isJSON else { return "a success that is not JSON" }
        let expected: [[UInt8]]
        switch self {
        case .missing: return "a success without a payload"
        case .value(let value):
            if text != value { return "another value" }
            return message.structured.map { $0 == value || Members($0)["value"] == value } ?? true
                ? nil : "another structured value"
        case .nothing: expected = []
        case .list(let list): expected = list
        }
        if let structured = message.structured, structured != text { return "another structured list" }
        let list = Members(text)
        let result = list["result"].map { elements($0) } ?? []
        guard list["result_count"]?.text == "\(result.count)" else { return "a wrong count" }
        return isTruncated
            ? expected.starts(with: result) ? nil : "a truncated list of something else"
            : result == expected ? nil : "another list"
    }
}
