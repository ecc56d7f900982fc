// What went wrong, in terms that a model can act on. Each class has the HTTP status that the upstream ought to have
// used; that number is the JSON-RPC error's code.

package enum ErrorClass: String, CaseIterable, Sendable {
    case invalidRequest = "invalid_request"
    /// The access token was refused: refreshed and tried again once, before anybody hears of it.
    case tokenInvalid = "token_invalid"
    /// The account must be connected again by a person.
    case needsReauth = "needs_reauth"
    case scopeMissing = "scope_missing"
    case permissionDenied = "permission_denied"
    case notFound = "not_found"
    case conflict = "conflict"
    case tooLarge = "too_large"
    case rateLimited = "rate_limited"
    /// The upstream said that it failed.
    case upstreamFailed = "upstream_failed"
    /// The upstream may or may not have done it.
    case outcomeUnknown = "outcome_unknown"
    /// The answer was cut off, or is not what the upstream's documentation promises.
    case upstreamBroken = "upstream_broken"
    /// The upstream could not be reached, or our own store could not.
    case unavailable = "unavailable"
    case deadline = "deadline"

    package var status: Int {
        switch self {
        case .invalidRequest: 400
        case .tokenInvalid, .needsReauth: 401
        case .scopeMissing, .permissionDenied: 403
        case .notFound: 404
        case .conflict: 409
        case .tooLarge: 413
        case .rateLimited: 429
        case .upstreamFailed, .outcomeUnknown, .upstreamBroken: 502
        case .unavailable: 503
        case .deadline: 504
        }
    }

    /// The class of an HTTP status whose body said nothing better.
    package static func of(status: Int) -> ErrorClass {
        switch status {
        case 401: .tokenInvalid
        case 402, 403: .permissionDenied
        case 404, 410: .notFound
        case 409, 412, 423: .conflict
        case 413: .tooLarge
        case 429: .rateLimited
        case 503: .unavailable
        case 504: .deadline
        case 500...599: .upstreamFailed
        case 400..<500: .invalidRequest
        default: .upstreamBroken
        }
    }

    /// What the model should do, as the end of the message.
    package var advice: String {
        switch self {
        case .invalidRequest: "Correct the arguments and call again."
        case .tokenInvalid:
            "The connection could not be renewed; try again in a minute, then ask the account's owner to reconnect it."
        case .needsReauth: "Ask the account's owner to reconnect it; calls fail until then."
        case .scopeMissing:
            "Ask the account's owner to reconnect it with the missing permission; calling again does not help."
        case .permissionDenied: "The connected user is not allowed to do this; calling again does not help."
        case .notFound: "Check the id; list the resource to find the right one."
        case .conflict: "Read the current state before changing it."
        case .tooLarge: "Send or ask for less."
        case .rateLimited: "Wait before calling again."
        case .upstreamFailed: "Reading again later may work; do not repeat a change without checking what it did."
        case .outcomeUnknown: "Check what was done before trying again."
        case .upstreamBroken: "Reading again may work; check what a change did before repeating it."
        case .unavailable: "Try again in a moment."
        case .deadline: "Ask for less, or try again; check what a change did before repeating it."
        }
    }

    /// Whether the same call may succeed later.
    package func isRetryable(read: Bool) -> Bool {
        switch self {
        case .rateLimited, .unavailable: true
        case .upstreamFailed, .upstreamBroken, .deadline: read
        default: false
        }
    }
}
