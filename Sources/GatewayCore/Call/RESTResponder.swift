// The outcome of a call as plain HTTP: the payload as it is, a failure as the status that it ought to have had.

import Wire

final class RESTResponder: CallResponder {
    private let exchange: any Exchange

    init(_ exchange: any Exchange) { self.exchange = exchange }

    var onClientGone: (() -> Void)? {
        get { exchange.onClientGone }
        set { exchange.onClientGone = newValue }
    }

    func writer(for call: ToolCall) -> ResultWriter { ResultWriter() }

    func begin(_ success: CallSuccess) { exchange.begin(head(success, isPartial: false)) }

    func write(_ bytes: [UInt8]) { exchange.write(bytes) }

    func drained() async -> Bool { await exchange.drained() }

    func end(_ writer: inout ResultWriter, _ success: CallSuccess, hasBegun: Bool, notes: [String], isError: Bool) {
        writer.end(notes: notes, isError: isError)
        guard hasBegun else { return exchange.respond(head(success, isPartial: !notes.isEmpty), writer.output) }
        exchange.write(writer.output)
        // The status has been sent, so an incomplete message is the only way left to say that this is not all of it.
        if isError { exchange.abandon() } else { exchange.end() }
    }

    /// 201 and 202 say what 200 would not; 207 that some records failed (RFC 4918 section 11.1). All else is 200.
    private func head(_ success: CallSuccess, isPartial: Bool) -> ResponseHead {
        let status = isPartial ? 207 : [201, 202].contains(success.status) ? success.status : 200
        return success.rateLimit.isEmpty && status == 200 ? .json : .json(status, success.rateLimit.fields)
    }

    /// The file's own bytes. Never to be shown by a browser as a page of this origin, hence `attachment`.
    func pass(
        file transfer: any UpstreamCall, _ head: UpstreamHead, _ rateLimit: RateLimit, for call: ToolCall,
        _ text: FailureText
    ) async throws(CallFailure) -> CallOutcome {
        guard var body = BodyReader(transfer, head) else {
            transfer.cancel()
            throw text.broken("answered in a content coding that nobody asked for", status: head.status)
        }
        var piece: [UInt8] = []
        var hasBegun = false
        do throws(UpstreamFailure) {
            while try await body.next(&piece) {
                if !hasBegun { exchange.begin(fileHead(head, rateLimit)) }
                hasBegun = true
                exchange.write(piece)
                guard await exchange.drained() else {
                    transfer.cancel()
                    return .failedLate
                }
            }
        } catch {
            guard hasBegun else { throw text.failure(error) }
            exchange.abandon()
            return .failedLate
        }
        if hasBegun { exchange.end() } else { exchange.respond(fileHead(head, rateLimit)) }
        return .complete
    }

    private func fileHead(_ head: UpstreamHead, _ rateLimit: RateLimit) -> ResponseHead {
        var name: [UInt8] = []
        PercentCoding.encode((head.fileName ?? "file").utf8, to: &name)
        let fields = [
            ("Content-Type", head["content-type"] ?? "application/octet-stream"),
            ("Content-Disposition", "attachment; filename*=UTF-8''\(name.text)"),
        ]
        return ResponseHead(200, fields: fields + ResponseHead.common + rateLimit.fields)
    }

    func fail(_ failure: CallFailure, _ call: ToolCall) {
        let status = failure.errorClass.status
        var fields = failure.rateLimit.fields
        if let wait = failure.retryAfter { fields.append(("Retry-After", String((wait + 999) / 1000))) }
        // It is the upstream that refuses its token; the key that came with this request is good.
        if status == 401 { fields.append(("WWW-Authenticate", "Bearer realm=\"upstream\"")) }
        var body = Management.error(status, failure.message)
        for member in failure.data(read: call.tool.isRead, requestID: call.requestID).members ?? [] {
            body.set(member.key, member.value)
        }
        exchange.respond(.json(status, fields), body.bytes)
    }

    func refuse(_ problems: [ArgumentProblem], _ call: ToolCall) {
        let message = problems.map(\.description).joined(separator: "; ")
        let field = problems.first.flatMap { $0.path.isEmpty ? nil : $0.path }
        exchange.respond(.json(400), Management.error(400, message, field: field).bytes)
    }
}
