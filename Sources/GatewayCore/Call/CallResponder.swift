// How the outcome of a call is put to whoever made it. The engine knows what happened; a responder knows how that is
// said: as a tool's result (ToolResponder), or as plain REST (RESTResponder).

import Wire

protocol CallResponder: AnyObject {
    /// An empty payload in this responder's envelope.
    func writer(for call: ToolCall) -> ResultWriter

    /// Begins an answer of unknown length, for `write`, and for `end` with `hasBegun`.
    func begin(_ success: CallSuccess)
    func write(_ bytes: [UInt8])
    /// Waits until the client has taken nearly all that was written.
    /// - Returns: false when the client is gone.
    func drained() async -> Bool

    /// Completes the answer with what `writer` still holds.
    /// - Parameters:
    ///   - hasBegun: `begin` has been called; otherwise `writer` holds everything.
    ///   - notes: sentences about what the payload cannot say itself.
    ///   - isError: the payload is not what was asked for, as the notes tell.
    func end(_ writer: inout ResultWriter, _ success: CallSuccess, hasBegun: Bool, notes: [String], isError: Bool)

    /// Answers with a file.
    /// - Throws: a failure that became known while nothing had been sent.
    func pass(
        file transfer: any UpstreamCall, _ head: UpstreamHead, _ rateLimit: RateLimit, for call: ToolCall,
        _ text: FailureText
    ) async throws(CallFailure) -> CallOutcome

    /// Answers with a failure; nothing has been sent.
    func fail(_ failure: CallFailure, _ call: ToolCall)
    /// Answers that nothing was sent because the arguments do not fit.
    func refuse(_ problems: [ArgumentProblem], _ call: ToolCall)

    /// Called once if the client leaves before the answer is complete.
    var onClientGone: (() -> Void)? { get set }
}

/// The upstream's word that it did what was asked.
struct CallSuccess {
    /// 200 to 299.
    let status: Int
    let rateLimit: RateLimit
}

/// How a call ended for whoever made it.
enum CallOutcome: Equatable {
    case complete
    /// Done for some records and not for others.
    case partial
    /// Ended early at a limit on the answer's size.
    case cut
    /// Failed after part of the answer had been sent.
    case failedLate
    /// Nothing was sent upstream: the arguments do not fit the schema.
    case invalidArguments
    case failed(ErrorClass)
}
