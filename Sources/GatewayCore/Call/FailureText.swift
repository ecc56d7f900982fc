// Sentences about failures: what happened, in the upstream's own words where it had some, and what to do about it.

import Wire

struct FailureText {
    let integration: Integration
    /// nil for what the gateway asks on its own account.
    let tool: Tool?

    /// An upstream's text is data, cut to a length at which it can still explain something.
    private static let maximumQuote = 300

    /// The failure that an answer told of.
    func failure(_ fault: UpstreamFault, status: Int, _ limits: RateLimit) -> CallFailure {
        var rateLimit = limits
        if fault.errorClass == .rateLimited, rateLimit.reset == nil {
            rateLimit.reset = RateLimit.stated(
                in: [fault.message, fault.details?.text].compactMap { $0 })
        }
        let message = fault.message.map(FailureText.cleaned)
        let code = fault.code.map(FailureText.cleaned)
        var said = message.flatMap { $0.isEmpty ? nil : $0 } ?? code ?? "HTTP status \(status)"
        if let code, said != code { said += " (\(code))" }
        if let details = fault.details.flatMap({ try? JSON(parsing: $0) })?.bytes,
            details.count <= FailureText.maximumQuote
        {
            said += ", \(details.text)"
        }
        let known = fault.errorClass == .rateLimited ? nil : integration.errors.hint(code: code, message: message)
        var failure = CallFailure(
            fault.errorClass, "\(integration.title): \(said). \(known ?? advice(fault.errorClass, rateLimit))",
            retryAfter: fault.errorClass.isRetryable(read: tool?.isRead ?? true)
                ? rateLimit.reset.map { $0 * 1000 } : nil)
        failure.upstreamStatus = status
        failure.upstreamCode = code
        failure.upstreamMessage = message
        failure.upstreamDetails = fault.details
        failure.rateLimit = rateLimit
        failure.hint = known ?? hint(fault.errorClass)
        return failure
    }

    /// The failure that an answer tells of by its status or in its body.
    func failure(_ head: UpstreamHead, _ fault: UpstreamFault?, _ rateLimit: RateLimit) -> CallFailure? {
        if var fault {
            // The status decides where the words are not known, or where it is the clearer of the two.
            if head.status >= 400, !fault.isKnown || head.status == 429 {
                fault.errorClass = .of(status: head.status)
            }
            return failure(fault, status: head.status, rateLimit)
        }
        if head.status >= 400 || head.status < 200 || (300..<400).contains(head.status) {
            return failure(status: head.status, rateLimit)
        }
        return nil
    }

    /// A status of 400 and more whose body said nothing that the rules know.
    func failure(status: Int, _ rateLimit: RateLimit) -> CallFailure {
        failure(
            UpstreamFault(errorClass: .of(status: status), code: nil, message: nil, details: nil), status: status,
            rateLimit)
    }

    func broken(_ what: String, status: Int?) -> CallFailure {
        var failure = CallFailure(
            .upstreamBroken, "\(integration.title) \(what). \(ErrorClass.upstreamBroken.advice)")
        failure.upstreamStatus = status
        return failure
    }

    func failure(_ failure: UpstreamFailure) -> CallFailure {
        switch failure {
        case .unreachable(let reason):
            CallFailure(
                .unavailable, "\(integration.title) cannot be reached: \(reason). \(ErrorClass.unavailable.advice)")
        case .broken(let reason):
            CallFailure(
                .upstreamBroken, "\(integration.title) broke off: \(reason). \(ErrorClass.upstreamBroken.advice)")
        case .deadline:
            CallFailure(.deadline, "\(integration.title) did not answer in time. \(ErrorClass.deadline.advice)")
        case .cancelled: CallFailure(.unavailable, "The call was cancelled.")
        }
    }

    private func advice(_ errorClass: ErrorClass, _ rateLimit: RateLimit) -> String {
        switch errorClass {
        case .rateLimited:
            if let reset = rateLimit.reset { return "Wait \(reset) seconds before calling again." }
            return "It did not say for how long; wait at least a minute before calling again."
        case .scopeMissing:
            return "The connection lacks the permission \(scopes). \(errorClass.advice)"
        default: return errorClass.advice
        }
    }

    private func hint(_ errorClass: ErrorClass) -> String? {
        errorClass == .scopeMissing ? "Any one of: \(scopes)" : nil
    }

    private var scopes: String { (tool?.scopes ?? []).map { $0.joined(separator: " and ") }.joined(separator: " or ") }

    private static func cleaned(_ text: String) -> String {
        let printable = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) }
        let short = String(printable.prefix(maximumQuote))
        return short.hasSuffix(".") ? String(short.dropLast()) : short
    }
}
