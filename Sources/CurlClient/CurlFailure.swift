// A CURLcode and how far the exchange came, made into the domain's failure. Sentences name the host at most: no path,
// no query, no header.

internal import CCurl
import GatewayCore
import Wire

extension UpstreamFailure {
    /// - Parameters:
    ///   - sent: false when no request was written to a connection.
    ///   - detail: curl's own text; shown for connection failures only, where it knows of host and certificate alone.
    static func curl(_ code: CURLcode, host: String, sent: Bool, detail: String) -> UpstreamFailure {
        let detail = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        if !sent {
            switch code {
            case CURLE_PEER_FAILED_VERIFICATION:
                return .unreachable("TLS certificate verification failed for \(host): \(detail)")
            case CURLE_OPERATION_TIMEDOUT: return .unreachable("Connecting to \(host) took too long")
            default: return .unreachable("Connecting to \(host) failed: \(detail)")
            }
        }
        switch code {
        case CURLE_ABORTED_BY_CALLBACK:
            return .broken("\(host) closed the connection without an answer; the request may have had its effect")
        case CURLE_PARTIAL_FILE: return .broken("The answer of \(host) ended too early")
        case CURLE_GOT_NOTHING: return .broken("\(host) closed the connection without an answer")
        default: return .broken("The exchange with \(host) failed: \(String(cString: curl_easy_strerror(code)))")
        }
    }

    /// - Parameter reason: why what came is no answer.
    static func malformed(_ reason: MalformedAnswer, host: String) -> UpstreamFailure {
        switch reason {
        case .headTooLarge: .broken("The answer of \(host) has a head of more than 64 KiB")
        case .head(let flaw): .broken("The answer of \(host) is no HTTP: \(flaw)")
        case .framing(let flaw): .broken("Where the answer of \(host) ends cannot be told: \(flaw)")
        case .cut: .broken("The answer of \(host) ended too early")
        }
    }
}
