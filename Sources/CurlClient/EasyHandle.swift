// libcurl's easy handle: what its two uses have in common.

internal import CCurl
import GatewayCore
import Net

/// Owner of an easy handle: of one that connects, or of one that carries whole exchanges.
class EasyHandle {
    let raw: UnsafeMutableRawPointer
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(multi: Multi, settings: CurlSettings) {
        guard let raw = curl_easy_init() else { fatalError("libcurl is out of memory") }
        self.raw = raw
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        let sockets = Unmanaged.passUnretained(multi.sockets).toOpaque()
        tollgate_set_pointer(raw, CURLOPT_PRIVATE, Unmanaged.passUnretained(self).toOpaque())
        tollgate_set_pointer(raw, CURLOPT_ERRORBUFFER, errorText)
        tollgate_set_pointer(raw, CURLOPT_OPENSOCKETDATA, sockets)
        tollgate_set_open_socket(raw, SocketTable.open)
        tollgate_set_pointer(raw, CURLOPT_CLOSESOCKETDATA, sockets)
        tollgate_set_close_socket(raw, SocketTable.close)
        // Empty and `*`: not even a look at the environment.
        tollgate_set_text(raw, CURLOPT_PROXY, "")
        tollgate_set_text(raw, CURLOPT_NOPROXY, "*")
        tollgate_set_long(raw, CURLOPT_NETRC, 0)
        tollgate_set_long(raw, CURLOPT_NOSIGNAL, 1)
        tollgate_set_long(raw, CURLOPT_TCP_NODELAY, 1)
        tollgate_set_long(raw, CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeoutMilliseconds)
        // Without it a call that ends while its name is being resolved waits for the resolver's thread, and the whole
        // worker with it. The thread cleans up after itself (Curl_resolver_kill in lib/asyn-thread.c).
        tollgate_set_long(raw, CURLOPT_QUICK_EXIT, 1)
    }

    deinit {
        curl_easy_cleanup(raw)
        errorText.deallocate()
    }

    /// The owner of a handle that curl names in a message.
    static func of(_ easy: UnsafeMutableRawPointer) -> EasyHandle {
        var owner: UnsafeMutableRawPointer?
        tollgate_get_private(easy, &owner)
        return Unmanaged<EasyHandle>.fromOpaque(owner!).takeUnretainedValue()
    }

    /// curl is done with what the handle was added for.
    func finished(_ code: CURLcode) { preconditionFailure("a handle is one of two kinds") }

    /// curl's words about the last failure.
    var errorDetail: String { String(cString: errorText) }

    func forgetError() { errorText.pointee = 0 }

    /// Not by the compiler's own conversion of a string to a pointer, which copies it once more.
    func set(_ option: CURLoption, _ text: String) {
        _ = text.withCString { tollgate_set_text(raw, option, $0) }
    }
}
