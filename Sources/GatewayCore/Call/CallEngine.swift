// One tool call, from arguments to answer: compose, authenticate, send, judge, stream. One instance per worker.

import Wire

/// On whose behalf a call is made, and what it may take.
struct Caller: Sendable {
    let tenant: String
    let account: String
    /// What cursors are bound to beside the account: the server's id, or the REST face.
    let face: String
    /// Milliseconds.
    let timeout: Int
    /// Payload bytes above which the answer ends early.
    let maximumResponse: Int
}

extension Caller {
    init(_ server: ServerRecord) {
        self.init(
            tenant: server.tenant, account: server.account, face: server.id, timeout: server.config.timeout,
            maximumResponse: server.config.maximumResponse)
    }
}

/// A call whose tool is known. A class, because everything that has a part in it carries it along.
final class ToolCall: Sendable {
    let tool: Tool
    let integration: Integration
    let caller: Caller
    /// Where the arguments stand as a JSON object; nil when the request has none.
    let bytes: [UInt8]
    let arguments: Range<Int>?
    let requestID: RequestID

    init(
        tool: Tool, integration: Integration, caller: Caller, bytes: [UInt8], arguments: Range<Int>?,
        requestID: RequestID
    ) {
        self.tool = tool
        self.integration = integration
        self.caller = caller
        self.bytes = bytes
        self.arguments = arguments
        self.requestID = requestID
    }

    /// Payload bytes above which the answer ends early: the tool's own limit, or the caller's where that is smaller.
    var maximumResponse: Int { min(caller.maximumResponse, tool.maximumResponse ?? .max) }
}

package final class CallEngine {
    private let access: Access
    private let tokens: AccessTokens
    private let upstream: any Upstream
    private let clock: any Clock
    private let limits: CallLimits
    private let counters: Counters

    /// Body bytes that are judged before anything of an answer is sent.
    static let holdBytes = 64 << 10

    package init(
        access: Access, tokens: AccessTokens, upstream: any Upstream, clock: any Clock, limits: CallLimits,
        counters: Counters
    ) {
        self.access = access
        self.tokens = tokens
        self.upstream = upstream
        self.clock = clock
        self.limits = limits
        self.counters = counters
    }

    func run(_ call: ToolCall, _ responder: any CallResponder) async {
        let start = clock.monotonicNanoseconds
        counters.callBegan()
        let outcome: CallOutcome
        do throws(CallFailure) {
            switch try read(call) {
            case .invalid(let problems):
                outcome = .invalidArguments
                responder.refuse(problems, call)
            case .valid(let arguments): outcome = try await send(call, arguments, responder)
            }
        } catch {
            outcome = .failed(error.errorClass)
            responder.fail(error, call)
        }
        responder.onClientGone = nil
        counters.callEnded(outcome, nanoseconds: clock.monotonicNanoseconds - start)
    }

    private func read(_ call: ToolCall) throws(CallFailure) -> Arguments.Outcome {
        do { return try Arguments.read(call.bytes, call.arguments, for: call.tool) } catch {
            throw CallFailure(.invalidRequest, "The arguments are not valid JSON: \(error.reason).")
        }
    }

    private func send(
        _ call: ToolCall, _ arguments: Arguments, _ responder: any CallResponder
    ) async throws(CallFailure) -> CallOutcome {
        var account = try await account(call.caller)
        if !account.knows(all: call.tool, arguments) {
            account = try await AccountContext(
                access: access, upstream: upstream, tokens: tokens, integration: call.integration, clock: clock
            ).completed(account, for: call.tool, arguments)
        }
        let position = arguments.cursor == nil ? nil : try cursor(call, arguments).position()
        let deadline = min(call.tool.timeout ?? .max, call.caller.timeout)
        var request = try RequestComposer(
            tool: call.tool, integration: call.integration, account: account, arguments: arguments
        ).compose(position: position, deadline: deadline)
        let host = request.host
        if let limit = limits.enter(account: account.id, host: host) {
            counters.refused(limit)
            throw limits.failure(limit, call.integration.title)
        }
        defer { limits.leave(account: account.id, host: host) }
        var rejected: AccessToken?
        while true {
            let token = try await tokens.token(for: account, rejecting: rejected)
            if rejected != nil { request.fields.removeLast() }
            request.fields.append(token.authorization(call.integration.authorizationScheme))
            do throws(CallFailure) {
                return try await exchange(
                    call, upstream.start(request), responder, call.tool.inspection(arguments)
                ) { inspector in
                    let next = call.tool.pagination?.following(
                        position, count: inspector.elementCount, limit: arguments.limit, value: inspector.value)
                    return next.map { cursor(call, arguments).seal($0) }
                }
            } catch {
                // Refused before anything was done, so even a change may be tried again, with a fresh token, once.
                guard error.errorClass == .tokenInvalid, rejected == nil else { throw error }
                rejected = token
            }
        }
    }

    private func cursor(_ call: ToolCall, _ arguments: Arguments) -> Cursor {
        Cursor(secret: access.secret, caller: call.caller, tool: call.tool, arguments: arguments)
    }

    private func account(_ caller: Caller) async throws(CallFailure) -> AccountRecord {
        let record: AccountRecord?
        do { record = try await access.accounts.value(for: caller.account) } catch {
            throw CallFailure.storeUnavailable
        }
        guard let record, record.tenant == caller.tenant else {
            throw CallFailure(.notFound, "The connected account behind this URL has been removed.")
        }
        return record
    }

    /// Passes the answer to a request on.
    private func exchange(
        _ call: ToolCall, _ transfer: any UpstreamCall, _ responder: any CallResponder, _ inspection: InspectionPlan,
        cursor: (BodyInspector) -> String?
    ) async throws(CallFailure) -> CallOutcome {
        let text = FailureText(integration: call.integration, tool: call.tool)
        // A change that has been sent runs to its end, whoever is still listening.
        if call.tool.isRead { responder.onClientGone = { transfer.cancel() } }
        let head: UpstreamHead
        do { head = try await transfer.head() } catch { throw text.failure(error) }
        if call.tool.response.kind == .binary, head.isFile {
            return try await responder.pass(
                file: transfer, head, RateLimit(head: head, now: clock.unixMilliseconds), for: call, text)
        }
        var answer = AnswerStream(
            call: call, head: head, inspection: inspection, text: text, responder: responder,
            now: clock.unixMilliseconds)
        return try await answer.pass(transfer, cursor: cursor)
    }
}
