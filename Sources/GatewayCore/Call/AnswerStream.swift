// One upstream answer on its way to the client. Up to `holdBytes` of the body are judged before anything is sent, so
// that nearly every failure becomes a JSON-RPC error; what shows only later ends the result validly, with `isError`.

import Wire

struct AnswerStream {
    private let call: ToolCall
    private let head: UpstreamHead
    private let text: FailureText
    private let responder: any CallResponder
    private let rateLimit: RateLimit
    private var writer: ResultWriter
    private var inspector: BodyInspector
    private var hasBegun = false
    private var isClientGone = false

    /// How the body ended.
    private enum Ending {
        case complete
        /// More than the server's `max_response_bytes`.
        case cut
        case failed(CallFailure)
    }

    /// Output is sent on in steps of at least this many bytes once the answer has begun.
    private static let step = 16 << 10

    init(
        call: ToolCall, head: UpstreamHead, inspection: InspectionPlan, text: FailureText, responder: any CallResponder,
        now: Int64
    ) {
        self.call = call
        self.head = head
        self.text = text
        self.responder = responder
        rateLimit = RateLimit(head: head, now: now)
        writer = responder.writer(for: call)
        inspector = BodyInspector(plan: inspection)
    }

    /// - Throws: a failure that became known while nothing had been sent.
    mutating func pass(
        _ transfer: any UpstreamCall, cursor: (BodyInspector) -> String?
    ) async throws(CallFailure) -> CallOutcome {
        if head.status == 204 { return try noContent() }
        guard var body = BodyReader(transfer, head) else {
            transfer.cancel()
            throw text.broken("answered in a content coding that nobody asked for", status: head.status)
        }
        switch await read(&body, transfer) {
        case .failed(let failure):
            transfer.cancel()
            guard hasBegun else { throw failure }
            return end(.failedLate, notes: ["This result is incomplete. \(failure.message)"])
        case .cut:
            transfer.cancel()
            if !hasBegun, let told { throw told }
            return endCut()
        case .complete:
            if let failure = told ?? missing {
                guard hasBegun else { throw failure }
                return end(
                    .failedLate,
                    notes: [
                        "The upstream reported an error after part of its answer had been sent. \(failure.message)"
                    ])
            }
            return endComplete(cursor: cursor(inspector))
        }
    }

    private mutating func read(_ body: inout BodyReader, _ transfer: any UpstreamCall) async -> Ending {
        var piece: [UInt8] = []
        var seen = 0
        while true {
            do throws(UpstreamFailure) {
                guard try await body.next(&piece) else { break }
            } catch {
                return .failed(told ?? text.failure(error))
            }
            seen += piece.count
            do throws(JSONError) { try inspector.take(piece, into: &writer) } catch { return .failed(told ?? notJSON) }
            if writer.isOverfull || inspector.isTruncated { return .cut }
            if writer.isStructured {
                if writer.textCount > ResultWriter.maximumStructured { return .failed(told ?? tooLarge) }
            } else if !hasBegun, seen > CallEngine.holdBytes {
                if let told { return .failed(told) }
                // Before the payload has come there is nothing to send, and waiting for it costs no memory.
                if inspector.foundPayload {
                    hasBegun = true
                    responder.begin(success)
                }
            }
            if hasBegun, !isClientGone, writer.output.count >= AnswerStream.step {
                writer.pass(to: responder)
                isClientGone = await !responder.drained()
                if isClientGone, call.tool.isRead { return .failed(text.failure(.cancelled)) }
            }
            if isClientGone { _ = writer.take() }
        }
        guard seen > 0 else { return .failed(empty) }
        do throws(JSONError) { try inspector.finish(into: &writer) } catch {
            return .failed(told ?? text.broken("broke off its answer", status: head.status))
        }
        return .complete
    }

    /// The failure that the answer tells of so far.
    private var told: CallFailure? { text.failure(head, inspector.fault(under: head.status), rateLimit) }

    /// What is wrong when the answer has ended without what was asked for.
    private var missing: CallFailure? {
        if inspector.foundPayload || call.tool.response.mayBeAbsent { return nil }
        if inspector.saysNothing { return asksForRecord ? notFound : nil }
        // An empty array where one record was due means that there is none.
        if call.tool.response.isFirstElement, call.tool.method == "get" { return notFound }
        return text.broken(
            "sent an answer without `\(call.tool.response.path.joined(separator: "."))`", status: head.status)
    }

    /// Having nothing to give is no answer to this call.
    private var asksForRecord: Bool { call.tool.isRead && call.tool.response.kind != .list }

    private var tooLarge: CallFailure {
        let way = call.tool.pagination?.size == nil ? "Narrow the request down." : "Ask again with a smaller `limit`."
        return CallFailure(
            .tooLarge,
            "The answer is larger than the \(ResultWriter.maximumStructured >> 10) KiB that a structured result may have. \(way)"
        )
    }

    private var notFound: CallFailure {
        text.failure(
            UpstreamFault(errorClass: .notFound, code: nil, message: "there is no such record", details: nil),
            status: head.status, rateLimit)
    }

    private var empty: CallFailure {
        told ?? text.broken("sent an empty answer", status: head.status)
    }

    private var notJSON: CallFailure {
        let isHTML =
            head["content-type"]?.lowercased().hasPrefix("text/html") ?? false || inspector.firstByte == 0x3C
        return text.broken(
            isHTML ? "sent an HTML page instead of JSON" : "sent something that is not JSON", status: head.status)
    }

    private var success: CallSuccess { CallSuccess(status: head.status, rateLimit: rateLimit) }

    // MARK: Ends

    /// 204: nothing to list, nothing to get, or done.
    private mutating func noContent() throws(CallFailure) -> CallOutcome {
        if asksForRecord { throw notFound }
        return endComplete(cursor: nil)
    }

    private mutating func endComplete(cursor: String?) -> CallOutcome {
        if !inspector.foundPayload { writeNothing() }
        if call.tool.response.kind == .list {
            writer.endList(count: inspector.elementCount, cursor: cursor, isTruncated: false)
        }
        var notes = inspector.partialNotes
        let failures = inspector.partialFailures.map { "[\($0.index)] \($0.text)" }
        if !failures.isEmpty {
            notes.append("Some records failed and the others were done: \(failures.joined(separator: "; "))")
        }
        return end(notes.isEmpty ? .complete : .partial, notes: notes)
    }

    /// What stands for a payload that the upstream rightly left out.
    private mutating func writeNothing() {
        if call.tool.response.kind == .list { return writer.beginList() }
        let done = Array("{\"success\":true}".utf8)
        writer.write(done, 0..<done.count)
    }

    private mutating func endCut() -> CallOutcome {
        let limit = call.maximumResponse
        guard call.tool.response.kind == .list, inspector.isTruncated else {
            return end(
                .cut,
                notes: ["The answer is larger than the limit of \(limit) bytes and was cut in the middle."],
                isError: true)
        }
        writer.endList(count: inspector.elementCount, cursor: nil, isTruncated: true)
        let way =
            call.tool.pagination == nil
            ? "" : " Ask again with a `limit` below \(inspector.elementCount) and page on from there."
        return end(
            .cut,
            notes: [
                "The list was cut after \(inspector.elementCount) entries, at the limit of \(limit) bytes.\(way)"
            ])
    }

    private mutating func end(_ outcome: CallOutcome, notes: [String], isError: Bool? = nil) -> CallOutcome {
        responder.end(
            &writer, success, hasBegun: hasBegun, notes: notes, isError: isError ?? (outcome == .failedLate))
        return outcome
    }
}
