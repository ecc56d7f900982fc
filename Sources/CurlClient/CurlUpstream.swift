// The gateway's HTTP client: one per worker, on its loop's thread.

internal import CCurl
import GatewayCore
import Glibc
import Net

/// Connections by libcurl, HTTP/1.1 on them by our own reader and writer, and HTTP/2 by libcurl where a server chooses
/// it. It never follows a redirect, takes no proxy, cookie or password from its surroundings, and sends the given header
/// lines besides Host and Content-Length.
///
/// A `GET`, `PUT` or `DELETE` is written once more when a kept connection turns out dead before a byte of the answer;
/// `POST` and `PATCH` never are, and fail as `broken`.
package final class CurlUpstream: Upstream {
    let loop: Loop
    let multi: Multi
    private let settings: CurlSettings
    private let trust: TrustStore
    private let pool: ConnectionPool
    private var transfers: [CurlTransfer] = []
    private var deadlines: [DeadlineTimer] = []

    /// Idle easy handles that are kept. Each may own a receive buffer of 16 KiB.
    private static let transferLimit = 32

    package init(loop: Loop, settings: CurlSettings) throws(CurlSetupFailure) {
        guard CurlUpstream.isInitialised else { throw CurlSetupFailure(description: "libcurl cannot be initialised.") }
        self.loop = loop
        self.settings = settings
        trust = try TrustStore.shared(bundle: CurlUpstream.systemBundle, caFile: settings.caFile)
        multi = try Multi(loop: loop, settings: settings)
        pool = ConnectionPool(multi: multi, trust: trust, settings: settings, loop: loop)
    }

    deinit {
        // Every call holds on to this, so none is under way.
        pool.close()
        transfers = []
        multi.close()
    }

    /// Open connections, idle ones included.
    package var connections: Int { pool.established + multi.sockets.count }

    /// Authorities in the trust store, the system's and the operator's.
    package var trustedAuthorities: Int { trust.count }

    package func start(_ request: UpstreamRequest) -> any UpstreamCall {
        precondition(loop.isCurrent, "an upstream belongs to its loop's thread")
        let call = Call(request, upstream: self)
        if let flaw = request.flaw {
            call.end(.failed(.unreachable("The request to \(request.host) was not sent: \(flaw)")))
            return call
        }
        call.begin()
        let origin = pool.origin(of: request)
        if origin.speaksHTTP2 { carryByHTTP2(call, origin) } else { origin.carry(call) }
        return call
    }

    // MARK: HTTP/2 and deadlines

    /// Gives `call` to libcurl, since the server of `origin` chose HTTP/2.
    func carryByHTTP2(_ call: Call, _ origin: Origin) {
        let transfer = transfers.popLast() ?? CurlTransfer(upstream: self, trust: trust, settings: settings)
        transfer.carry(call, authority: origin.authority, connectTo: origin.connectTo)
    }

    /// Takes a transfer back. One that was cut is not used again: curl keeps traces of pauses and errors.
    func release(_ transfer: CurlTransfer, reusable: Bool) {
        multi.remove(transfer.raw)
        guard reusable, transfers.count < CurlUpstream.transferLimit else { return }
        transfer.forget()
        transfers.append(transfer)
    }

    func deadlineTimer() -> DeadlineTimer { deadlines.popLast() ?? DeadlineTimer() }

    func release(_ timer: DeadlineTimer) {
        loop.disarm(timer.timer)
        deadlines.append(timer)
    }

    /// CURLOPT_NOSIGNAL leaves SIGPIPE to the program, and OpenSSL writes to sockets that the server may have closed.
    private static let isInitialised: Bool = {
        signal(SIGPIPE, SIG_IGN)
        return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    }()

    /// The file of authorities that this libcurl was built to trust.
    private static let systemBundle: String? = {
        guard let easy = curl_easy_init() else { return nil }
        defer { curl_easy_cleanup(easy) }
        var path: UnsafeMutablePointer<CChar>?
        tollgate_get_text(easy, CURLINFO_CAINFO, &path)
        return path.map { String(cString: $0) }
    }()
}
