// The gateway's HTTP client: one per worker, on its loop's thread.

internal import CCurl
import GatewayCore
import Glibc
import Net

/// HTTP/1.1 and HTTP/2 by libcurl, with kept connections. It never follows a redirect, takes no proxy, cookie or
/// password from its surroundings, and sends the given header lines besides Host and Content-Length.
///
/// A `GET`, `PUT` or `DELETE` is written once more when a kept connection turns out dead before a byte of the answer;
/// `POST` and `PATCH` never are, and fail as `broken`.
package final class CurlUpstream: Upstream {
    let loop: Loop
    let multi: Multi
    private let settings: CurlSettings
    private let trust: TrustStore
    private let routes: [Route]
    private var pool: [EasyHandle] = []

    /// Idle easy handles that are kept. Each may own a receive buffer of 16 KiB.
    private static let poolLimit = 32

    /// Where an override sends connections, as curl wants it.
    private struct Route {
        let host: String
        let scheme: String
        let connectTo: UnsafeMutablePointer<curl_slist>?
    }

    package init(loop: Loop, settings: CurlSettings) throws(CurlSetupFailure) {
        guard CurlUpstream.isInitialised else { throw CurlSetupFailure(description: "libcurl cannot be initialised.") }
        self.loop = loop
        self.settings = settings
        trust = try TrustStore.shared(bundle: CurlUpstream.systemBundle, caFile: settings.caFile)
        multi = try Multi(loop: loop, settings: settings)
        routes = settings.overrides.map {
            Route(host: $0.host, scheme: $0.scheme.rawValue, connectTo: curl_slist_append(nil, $0.connectTo))
        }
    }

    deinit {
        // Every call holds on to this, so none is under way.
        pool = []
        multi.close()
        for route in routes { curl_slist_free_all(route.connectTo) }
    }

    /// Open connections, idle ones included.
    package var connections: Int { multi.sockets.count }

    /// Authorities in the trust store, the system's and the operator's.
    package var trustedAuthorities: Int { trust.count }

    package func start(_ request: UpstreamRequest) -> any UpstreamCall {
        precondition(loop.isCurrent, "an upstream belongs to its loop's thread")
        if let flaw = request.flaw { return CurlCall(request, upstream: self, refused: flaw) }
        let handle = pool.popLast() ?? EasyHandle(multi: multi, trust: trust, settings: settings)
        if let origin = request.origin {
            let authority = "\(request.host):\(origin.port)"
            handle.prepare(request, scheme: origin.scheme.rawValue, authority: authority, connectTo: nil)
        } else {
            let route = routes.first { $0.host == request.host } ?? routes.first { $0.host == "*" }
            let scheme = route?.scheme ?? "https"
            handle.prepare(request, scheme: scheme, authority: request.host, connectTo: route?.connectTo)
        }
        return CurlCall(request, upstream: self, handle: handle)
    }

    /// Takes a handle back. One whose transfer was cut is not used again: curl keeps traces of pauses and errors.
    func release(_ handle: EasyHandle, reusable: Bool) {
        loop.disarm(handle.timer)
        multi.remove(handle.raw)
        guard reusable, pool.count < CurlUpstream.poolLimit else { return }
        handle.forget()
        pool.append(handle)
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
