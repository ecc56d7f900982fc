// A call that failed, as the client hears of it.

import Wire

package struct CallFailure: Error {
    package var errorClass: ErrorClass
    /// One sentence or two that a model can act on. Complete: nothing is added later.
    package var message: String
    /// What the upstream said, where it said something.
    package var upstreamStatus: Int?
    package var upstreamCode: String?
    package var upstreamMessage: String?
    package var upstreamDetails: [UInt8]?
    /// Milliseconds.
    package var retryAfter: Int?
    package var rateLimit = RateLimit()
    package var hint: String?

    package init(_ errorClass: ErrorClass, _ message: String, retryAfter: Int? = nil, hint: String? = nil) {
        self.errorClass = errorClass
        self.message = message
        self.retryAfter = retryAfter
        self.hint = hint
    }

    static var storeUnavailable: CallFailure {
        CallFailure(
            .unavailable, "The gateway's store does not answer at the moment. Try again in a few seconds.",
            retryAfter: 2000)
    }

    /// `error.data` of the answer; what is not known is left out.
    package func data(read: Bool, requestID: RequestID) -> JSON {
        var upstream: JSON?
        if let upstreamStatus {
            upstream = .of([
                "status": JSON(upstreamStatus), "code": upstreamCode.map(JSON.string),
                "message": upstreamMessage.map(JSON.string),
                "details": upstreamDetails.flatMap { try? JSON(parsing: $0) },
            ])
        }
        return .of([
            "class": .string(errorClass.rawValue), "status": JSON(errorClass.status), "upstream": upstream,
            "retryable": .bool(errorClass.isRetryable(read: read)), "retry_after_ms": retryAfter.map { JSON($0) },
            "ratelimit": rateLimit.json, "request_id": .string("\(requestID)"), "hint": hint.map(JSON.string),
        ])
    }
}

extension UpstreamFailure {
    /// What happened, as a part of a sentence.
    var sentence: String {
        switch self {
        case .unreachable(let reason): reason
        case .broken(let reason): reason
        case .deadline: "it did not answer in time"
        case .cancelled: "the call was cancelled"
        }
    }
}
