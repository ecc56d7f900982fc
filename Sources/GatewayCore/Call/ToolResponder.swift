// The outcome of a call as the answer to a `tools/call` request.

import Wire

final class ToolResponder: CallResponder {
    private let reply: Reply
    /// The request's id as it was sent.
    private let id: ArraySlice<UInt8>
    private let config: ServerConfig

    init(_ reply: Reply, id: ArraySlice<UInt8>, _ config: ServerConfig) {
        self.reply = reply
        self.id = id
        self.config = config
    }

    var onClientGone: (() -> Void)? {
        get { reply.onClientGone }
        set { reply.onClientGone = newValue }
    }

    func writer(for call: ToolCall) -> ResultWriter {
        ResultWriter(
            id: id, limit: call.maximumResponse,
            isStructured: config.presentation.isStructured && call.tool.response.outputSchema != nil)
    }

    func begin(_ success: CallSuccess) { reply.begin(head: head(success.rateLimit)) }

    func write(_ bytes: [UInt8]) { reply.write(bytes) }

    func drained() async -> Bool { await reply.drained() }

    func end(_ writer: inout ResultWriter, _ success: CallSuccess, hasBegun: Bool, notes: [String], isError: Bool) {
        writer.end(notes: notes, isError: isError)
        guard hasBegun else { return reply.complete(writer.output, head: head(success.rateLimit)) }
        reply.write(writer.output)
        reply.end()
    }

    func pass(
        file transfer: any UpstreamCall, _ head: UpstreamHead, _ rateLimit: RateLimit, for call: ToolCall,
        _ text: FailureText
    ) async throws(CallFailure) -> CallOutcome {
        var answer = EmbeddedFile(
            id: id, limit: call.maximumResponse, head: head, text: text, reply: reply, rateLimit: rateLimit)
        return try await answer.pass(transfer)
    }

    private func head(_ rateLimit: RateLimit) -> ResponseHead {
        rateLimit.isEmpty ? .json : .json(200, rateLimit.fields)
    }

    /// A failure in the server's style: a JSON-RPC error, or a tool result with the same content.
    func fail(_ failure: CallFailure, _ call: ToolCall) {
        let data = failure.data(read: call.tool.isRead, requestID: call.requestID)
        let body =
            config.errors == .result
            ? toolError("\(failure.message)\n\(data.text)")
            : RPC.error(id: id, code: failure.errorClass.status, message: failure.message, data: data)
        reply.complete(body, head: head(failure.rateLimit))
    }

    /// A failed check is a tool result in every revision, so that the model can correct itself (SEP-1303).
    func refuse(_ problems: [ArgumentProblem], _ call: ToolCall) {
        let list = problems.map { "- \($0)" }.joined(separator: "\n")
        reply.complete(toolError("Nothing was sent: the arguments of \(call.tool.name) do not fit.\n\(list)"))
    }

    private func toolError(_ text: String) -> [UInt8] {
        RPC.result(id: id, ["content": [["type": "text", "text": .string(text)]], "isError": true])
    }
}
