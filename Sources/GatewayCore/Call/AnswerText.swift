// Whole answers to a `tools/call` that did not get as far as a payload.

import Wire

enum AnswerText {
    /// A failed check is a tool result in every revision, so that the model can correct itself (SEP-1303).
    static func invalidArguments(_ call: ToolCall, _ problems: [ArgumentProblem]) -> [UInt8] {
        let list = problems.map { "- \($0)" }.joined(separator: "\n")
        return toolError(call, "Nothing was sent: the arguments of \(call.tool.name) do not fit.\n\(list)")
    }

    /// A failure in the server's style: a JSON-RPC error, or a tool result with the same content.
    static func failure(_ call: ToolCall, _ failure: CallFailure) -> [UInt8] {
        let data = failure.data(read: call.tool.isRead, requestID: call.requestID)
        if call.server.config.errors == .result { return toolError(call, "\(failure.message)\n\(data.text)") }
        return RPC.error(id: call.bytes[call.id], code: failure.errorClass.status, message: failure.message, data: data)
    }

    private static func toolError(_ call: ToolCall, _ text: String) -> [UInt8] {
        RPC.result(id: call.bytes[call.id], ["content": [["type": "text", "text": .string(text)]], "isError": true])
    }

    /// What a discovery tool found, or what was wrong with its arguments.
    static func discovered(_ id: ArraySlice<UInt8>, _ outcome: Result<JSON, ArgumentProblem>) -> [UInt8] {
        switch outcome {
        case .success(let found):
            RPC.result(id: id, ["content": [["type": "text", "text": .string(found.text)]], "isError": false])
        case .failure(let problem):
            RPC.result(id: id, ["content": [["type": "text", "text": .string("\(problem)")]], "isError": true])
        }
    }
}
