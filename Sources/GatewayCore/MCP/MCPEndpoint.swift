// `POST /mcp/<token>`: one message, or in 2025-03-26 a batch of them. The token has been judged good before this runs.

import Wire

package final class MCPEndpoint {
    private let engine: CallEngine
    private let version: String
    private let instructions: String
    private let requestIDs: RequestIDs

    /// Messages in one batch. A longer one is refused as a whole.
    private static let maximumBatch = 50

    package init(engine: CallEngine, version: String, requestIDs: RequestIDs) {
        self.engine = engine
        self.version = version
        self.requestIDs = requestIDs
        instructions =
            "Tools of one connected account. Lists come in pages: pass next_cursor back unchanged to go on. An error's message says what to do about it."
    }

    /// - Parameters:
    ///   - input: the exchange's.
    ///   - request: the exchange's.
    package func handle(_ exchange: any Exchange, _ input: [UInt8], _ request: Request, _ grant: Grant) async {
        if let type = request.head[.contentType], !isJSON(input, type) {
            return refuse(exchange, 415, RPC.invalidRequest, "The body must be sent as Content-Type: application/json.")
        }
        let revision: ProtocolVersion
        switch self.revision(input, request.head) {
        case .known(let version): revision = version
        case .refused(let code, let message, let data):
            let id = messageRange(input, request.body).flatMap { try? RPCMessage.read(input, $0) }?.id
            return refuse(exchange, 400, code, message, id: id, data: data)
        }
        let malformed: RPCMessage.Malformed
        do throws(RPCMessage.Malformed) {
            // Nearly every body is one good message, and reading it has checked all of it.
            let message = try RPCMessage.read(input, request.body)
            guard message.kind == .request else { return exchange.respond(.accepted) }
            return await answer(message, input, grant, Reply(exchange))
        } catch {
            malformed = error
        }
        var reader = JSONReader(input, request.body)
        let range: Range<Int>
        do throws(JSONError) {
            range = try reader.skip()
            try reader.finish()
        } catch {
            return refuse(
                exchange, 400, RPC.parseError,
                "The body is not valid JSON: \(error.reason), at byte \(error.offset - request.body.lowerBound).")
        }
        if input[range.lowerBound] == ASCII.openBracket {
            return await handleBatch(exchange, grant, range, revision)
        }
        refuse(exchange, 400, RPC.invalidRequest, "\(malformed.reason)", id: malformed.id)
    }

    private func messageRange(_ input: [UInt8], _ body: Range<Int>) -> Range<Int>? {
        var reader = JSONReader(input, body)
        return try? reader.skip()
    }

    private func isJSON(_ input: [UInt8], _ type: Range<Int>) -> Bool {
        if input.equals(type, "application/json") { return true }
        let end = input[type].firstIndex { $0 == ASCII.semicolon || $0 == ASCII.space } ?? type.upperBound
        return input.equalsFolded(type.lowerBound..<end, "application/json")
    }

    // MARK: Revisions

    private enum Revision {
        case known(ProtocolVersion)
        case refused(code: Int, message: String, data: JSON?)
    }

    /// The revision of a request: its version header, or 2025-03-26 where there is none.
    private func revision(_ input: [UInt8], _ head: RequestHead) -> Revision {
        guard let field = head[.mcpProtocolVersion] else { return .known(.march2025) }
        guard !head.isRepeated(.mcpProtocolVersion) else {
            return .refused(code: RPC.invalidRequest, message: "MCP-Protocol-Version came twice.", data: nil)
        }
        let requested = input.text(field)
        if let version = ProtocolVersion(rawValue: requested) { return .known(version) }
        // -32022: what clients of 2026-07-28 take as the word to fall back to a handshake (2026-07-28, versioning).
        let supported = JSON.array(ProtocolVersion.allCases.reversed().map { .string($0.rawValue) })
        return .refused(
            code: -32022, message: "Unsupported protocol version",
            data: ["supported": supported, "requested": .string(String(requested.prefix(64)))])
    }

    private func handleBatch(
        _ exchange: any Exchange, _ grant: Grant, _ range: Range<Int>, _ revision: ProtocolVersion
    ) async {
        guard revision.allowsBatches else {
            return refuse(exchange, 400, RPC.invalidRequest, "Batches exist only in protocol version 2025-03-26.")
        }
        let input = exchange.input
        var elements: [Range<Int>] = []
        var reader = JSONReader(input, range)
        var first = true
        try? reader.enterArray()
        while (try? reader.nextElement(first: &first)) == true, let element = try? reader.skip() {
            elements.append(element)
        }
        guard (1...MCPEndpoint.maximumBatch).contains(elements.count) else {
            return refuse(exchange, 400, RPC.invalidRequest, "A batch holds 1 to \(MCPEndpoint.maximumBatch) messages.")
        }
        let messages = elements.map { element in
            Result { () throws(RPCMessage.Malformed) in try RPCMessage.read(input, element) }
        }
        let needsAnswer = messages.contains {
            if case .success(let message) = $0 { message.kind == .request } else { true }
        }
        guard needsAnswer else { return exchange.respond(.accepted) }
        let reply = Reply(exchange, isBatch: true)
        for message in messages {
            switch message {
            case .success(let message):
                if message.kind == .request { await answer(message, input, grant, reply) }
            case .failure(let malformed):
                reply.complete(
                    RPC.error(
                        id: malformed.id.map { input[$0] }, code: RPC.invalidRequest, message: "\(malformed.reason)"))
            }
        }
        reply.endBatch()
    }

    private func refuse(
        _ exchange: any Exchange, _ status: Int, _ code: Int, _ message: String, id: Range<Int>? = nil,
        data: JSON? = nil
    ) {
        let body = RPC.error(id: id.map { exchange.input[$0] }, code: code, message: message, data: data)
        exchange.respond(.json(status), body)
    }

    // MARK: Methods

    private func answer(_ message: RPCMessage, _ input: [UInt8], _ grant: Grant, _ reply: Reply) async {
        let id = input[message.id!]
        if input.equals(message.method, "tools/call") {
            await call(message, input, grant, reply)
        } else if input.equals(message.method, "tools/list") {
            list(message, input, grant, reply)
        } else if input.equals(message.method, "ping") {
            reply.complete(RPC.emptyResult(id: id))
        } else if input.equals(message.method, "initialize") {
            reply.complete(RPC.result(id: id, initialized(message, input, grant)))
        } else {
            let name = String(JSONText.decode(input, message.method).prefix(100))
            reply.complete(RPC.error(id: id, code: RPC.methodNotFound, message: "Method not found: \(name)"))
        }
    }

    private func initialized(_ message: RPCMessage, _ input: [UInt8], _ grant: Grant) -> JSON {
        let params = message.params.flatMap { try? JSON(parsing: input, $0) }
        return [
            "protocolVersion": .string(ProtocolVersion.negotiated(params?["protocolVersion"]?.string).rawValue),
            "capabilities": ["tools": [:]],
            "serverInfo": ["name": "tollgate", "title": .string(grant.server.name), "version": .string(version)],
            "instructions": .string(instructions),
        ]
    }

    private func list(_ message: RPCMessage, _ input: [UInt8], _ grant: Grant, _ reply: Reply) {
        let id = input[message.id!]
        guard let tools = grant.toolSet else { return reply.complete(notInstalled(id, grant)) }
        guard let params = message.params, params.count > 2 else {
            return reply.complete(RPC.opening(id: id), then: tools.listing)
        }
        switch ToolListPage.read(try? JSON(parsing: input, params), tools) {
        case .whole: reply.complete(RPC.opening(id: id), then: tools.listing)
        case .page(let page): reply.complete(RPC.result(id: id, page.result(tools)))
        case .refused(let reason): reply.complete(RPC.error(id: id, code: RPC.invalidParams, message: reason))
        }
    }

    private func call(_ message: RPCMessage, _ input: [UInt8], _ grant: Grant, _ reply: Reply) async {
        let id = message.id!
        func invalid(_ text: String) {
            reply.complete(RPC.error(id: input[id], code: RPC.invalidParams, message: text))
        }
        guard let tools = grant.toolSet else { return reply.complete(notInstalled(input[id], grant)) }
        let arguments = message.arguments
        guard let name = message.name, input[name.lowerBound] == ASCII.quote else {
            return invalid("tools/call needs params.name, a string.")
        }
        if let arguments, input[arguments.lowerBound] != ASCII.openBrace {
            return invalid("params.arguments must be an object.")
        }
        let toolName = JSONText.decode(input, name.lowerBound + 1..<name.upperBound - 1)
        if let discovery = tools.discovery {
            return await discover(discovery, tools, toolName, arguments, message, input, grant, reply)
        }
        guard let tool = tools.tool(named: toolName) else {
            let hint = didYouMean(toolName, among: tools.tools.lazy.map(\.name))
            return invalid("Unknown tool: \(toolName.prefix(100)).\(hint)")
        }
        await run(tool, arguments, message, input, grant, tools, reply)
    }

    private func run(
        _ tool: Tool, _ arguments: Range<Int>?, _ message: RPCMessage, _ input: [UInt8], _ grant: Grant,
        _ tools: ToolSet,
        _ reply: Reply
    ) async {
        await engine.run(
            ToolCall(
                tool: tool, integration: tools.integration, caller: Caller(grant.server), bytes: input,
                arguments: arguments, requestID: requestIDs.next()),
            ToolResponder(reply, id: input[message.id!], grant.server.config))
    }

    /// A call in discovery mode: one of the three tools, or a sentence about how to reach the one that was meant.
    private func discover(
        _ discovery: Discovery, _ tools: ToolSet, _ name: String, _ arguments: Range<Int>?, _ message: RPCMessage,
        _ input: [UInt8], _ grant: Grant, _ reply: Reply
    ) async {
        let id = input[message.id!]
        func invalid(_ text: String) { reply.complete(RPC.error(id: id, code: RPC.invalidParams, message: text)) }
        let json = arguments.flatMap { try? JSON(parsing: input, $0) } ?? [:]
        switch Discovery.Name(rawValue: name) {
        case .search: reply.complete(RPC.discovered(id, discovery.search(json)))
        case .schema: reply.complete(RPC.discovered(id, discovery.schemas(json)))
        case .call:
            guard let inner = json["name"]?.string else { return invalid("call_tool needs `name`, the tool to call.") }
            guard let tool = tools.tool(named: inner) else {
                let hint = didYouMean(inner, among: tools.tools.lazy.map(\.name))
                return invalid("Unknown tool: \(inner.prefix(100)).\(hint) search_tools finds tools by words.")
            }
            let given = arguments.flatMap { argumentsMember(input, $0) }
            if let given, input[given.lowerBound] != ASCII.openBrace {
                return invalid("call_tool's `arguments` must be an object.")
            }
            await run(tool, given, message, input, grant, tools, reply)
        case nil:
            guard tools.tool(named: name) != nil else {
                return invalid("Unknown tool: \(name.prefix(100)). search_tools finds tools by words.")
            }
            invalid(
                "\(name) is called through call_tool on this server: {\"name\":\"\(name)\",\"arguments\":{…}}; get_tool_schema shows its arguments."
            )
        }
    }

    private func notInstalled(_ id: ArraySlice<UInt8>, _ grant: Grant) -> [UInt8] {
        RPC.error(
            id: id, code: RPC.internalError,
            message: "The integration \(grant.server.integration) is not installed on this gateway.")
    }

    /// The first `arguments` of an object that is known to be valid JSON.
    private func argumentsMember(_ input: [UInt8], _ object: Range<Int>) -> Range<Int>? {
        var reader = JSONReader(input, object)
        var first = true
        try? reader.enterObject()
        while let key = try? reader.nextKey(first: &first), let value = try? reader.skip() {
            if input.equals(key, "arguments") { return value }
        }
        return nil
    }
}
