// One tool call, from arguments to answer: compose, authenticate, send, judge, stream. One instance per worker.

import Wire

/// A `tools/call` request whose tool is known.
struct ToolCall {
    let tool: Tool
    let server: ServerRecord
    let integration: Integration
    /// The request's buffer and, in it, the raw id and the `arguments` object.
    let bytes: [UInt8]
    let id: Range<Int>
    let arguments: Range<Int>?
    let requestID: String
}

package final class CallEngine {
    private let access: Access
    private let tokens: AccessTokens
    private let upstream: any Upstream
    private let clock: any Clock

    /// Body bytes that are judged before anything of an answer is sent.
    static let holdBytes = 64 << 10

    package init(access: Access, tokens: AccessTokens, upstream: any Upstream, clock: any Clock) {
        self.access = access
        self.tokens = tokens
        self.upstream = upstream
        self.clock = clock
    }

    func run(_ call: ToolCall, _ reply: Reply) async {
        do throws(CallFailure) {
            switch try read(call) {
            case .invalid(let problems): reply.complete(AnswerText.invalidArguments(call, problems))
            case .valid(let arguments): try await send(call, arguments, reply)
            }
        } catch {
            reply.complete(AnswerText.failure(call, error), head: .json(200, error.rateLimit.fields))
        }
        reply.onClientGone = nil
    }

    private func read(_ call: ToolCall) throws(CallFailure) -> Arguments.Outcome {
        do { return try Arguments.read(call.bytes, call.arguments, for: call.tool) } catch {
            throw CallFailure(.invalidRequest, "The arguments are not valid JSON: \(error.reason).")
        }
    }

    private func send(_ call: ToolCall, _ arguments: Arguments, _ reply: Reply) async throws(CallFailure) {
        let account = try await AccountContext(
            access: access, upstream: upstream, tokens: tokens, integration: call.integration, clock: clock
        ).completed(try await account(call.server), for: call.tool, arguments)
        let cursor = Cursor(secret: access.secret, server: call.server, tool: call.tool, arguments: arguments)
        let position = try cursor.position()
        let deadline = min(call.tool.timeout ?? .max, call.server.config.timeout)
        let request = try RequestComposer(
            tool: call.tool, integration: call.integration, account: account, arguments: arguments
        ).compose(position: position, deadline: deadline)
        var rejected: AccessToken?
        while true {
            let token = try await tokens.token(for: account, rejecting: rejected)
            var authorized = request
            authorized.fields.append(
                "Authorization: \(call.integration.authorizationScheme) \(String(decoding: token.secret, as: UTF8.self))"
            )
            do throws(CallFailure) {
                return try await exchange(call, authorized, reply, call.tool.inspection(arguments)) { inspector in
                    let next = call.tool.pagination?.following(
                        position, count: inspector.elementCount, limit: arguments.limit, value: inspector.value)
                    return next.map(cursor.seal)
                }
            } catch {
                // Refused before anything was done, so even a change may be tried again, with a fresh token, once.
                guard error.errorClass == .tokenInvalid, rejected == nil else { throw error }
                rejected = token
            }
        }
    }

    private func account(_ server: ServerRecord) async throws(CallFailure) -> AccountRecord {
        let record: AccountRecord?
        do { record = try await access.accounts.value(for: server.account) } catch {
            throw CallFailure.storeUnavailable
        }
        guard let record, record.tenant == server.tenant else {
            throw CallFailure(.notFound, "The connected account behind this URL has been removed.")
        }
        return record
    }

    /// Sends one request and passes its answer on.
    private func exchange(
        _ call: ToolCall, _ request: UpstreamRequest, _ reply: Reply, _ inspection: InspectionPlan,
        cursor: (BodyInspector) -> String?
    ) async throws(CallFailure) {
        let text = FailureText(integration: call.integration, tool: call.tool)
        let transfer = upstream.start(request)
        // A change that has been sent runs to its end, whoever is still listening.
        if call.tool.isRead { reply.onClientGone = { transfer.cancel() } }
        let head: UpstreamHead
        do { head = try await transfer.head() } catch { throw text.failure(error) }
        if call.tool.response.kind == .binary, BinaryAnswer.isFile(head) {
            var answer = BinaryAnswer(call: call, head: head, text: text, reply: reply)
            return try await answer.pass(transfer)
        }
        var answer = AnswerStream(
            call: call, head: head, inspection: inspection, text: text, reply: reply, now: clock.unixMilliseconds)
        try await answer.pass(transfer, cursor: cursor)
    }
}
