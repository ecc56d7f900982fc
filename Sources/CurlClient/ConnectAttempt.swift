// What libcurl does best: a name becomes a connection, by whichever of its addresses answers first (RFC 8305), without
// blocking the loop. The socket is ours then.

internal import CCurl
import GatewayCore
import Glibc
import Net

/// One attempt to connect by TCP. Dropping it ends it.
final class ConnectAttempt: EasyHandle {
    private let multi: Multi
    private let host: String
    private unowned let connection: UpstreamConnection
    private var isAdded = false

    /// - Parameters:
    ///   - authority: host and port.
    ///   - connectTo: where to instead, in curl's form.
    init(
        for connection: UpstreamConnection, host: String, authority: String,
        connectTo: UnsafeMutablePointer<curl_slist>?, multi: Multi, settings: CurlSettings
    ) {
        self.multi = multi
        self.host = host
        self.connection = connection
        super.init(multi: multi, settings: settings)
        // TLS, where there is any, comes later and is not curl's.
        set(CURLOPT_PROTOCOLS_STR, "http")
        set(CURLOPT_URL, "http://\(authority)/")
        tollgate_set_list(raw, CURLOPT_CONNECT_TO, connectTo)
        tollgate_set_long(raw, CURLOPT_CONNECT_ONLY, 1)
        tollgate_set_long(raw, CURLOPT_BUFFERSIZE, 1 << 10)
    }

    deinit { if isAdded { multi.remove(raw) } }

    func start() {
        isAdded = multi.add(raw)
        if !isAdded { connection.failed(.unreachable("libcurl refused the connection to \(host)")) }
    }

    override func finished(_ code: CURLcode) {
        guard code == CURLE_OK else {
            return connection.failed(.curl(code, host: host, sent: false, detail: errorDetail))
        }
        // curl closes its descriptor when the handle goes. A second one for the same socket leaves curl nothing that
        // another file could take the number of.
        let descriptor = fcntl(tollgate_active_socket(raw), F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else {
            return connection.failed(.unreachable("Connecting to \(host) failed: no descriptor is left"))
        }
        connection.connected(descriptor)
    }
}
