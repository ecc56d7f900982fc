// One reusable easy handle: options that never change are set once, a request sets the few that do. Which connection a
// transfer gets does not depend on the handle; connections belong to the multi handle.

internal import CCurl
import GatewayCore
import Net

/// An easy handle and the memory that curl reads from during a transfer.
final class EasyHandle {
    let raw: UnsafeMutableRawPointer
    /// The call under way. Unowned, because a call that nobody holds any more cancels itself; it clears this first.
    unowned(unsafe) var call: CurlCall?
    /// For the call's deadline; reused like the handle.
    private(set) lazy var timer = Timer { [unowned self] in call?.timePassed() }
    /// The socket that curl last watched for this handle: its connection's, once the request is being written.
    var descriptor: Int32 = -1
    /// How often this request was about to be written to a connection.
    private var attempts = 0
    private var maySendAgain = true
    private var lines = HeaderLines()
    // What is set already, so that it is set again only when it changes.
    private var scheme = ""
    private var authority = ""
    private var method = ""
    private var hasBody = false
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(multi: Multi, trust: TrustStore, settings: CurlSettings) {
        guard let raw = curl_easy_init() else { fatalError("libcurl is out of memory") }
        self.raw = raw
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        setCallbacks(multi)
        setPolicy(settings)
        tollgate_set_pointer(raw, CURLOPT_SHARE, multi.share)
        tollgate_set_pointer(raw, CURLOPT_SSL_CTX_DATA, Unmanaged.passUnretained(trust).toOpaque())
        tollgate_set_tls_context(raw, TrustStore.install)
    }

    deinit {
        curl_easy_cleanup(raw)
        errorText.deallocate()
    }

    /// The owner of a handle that curl names; nil for one of curl's own.
    static func owning(_ easy: UnsafeMutableRawPointer) -> EasyHandle? {
        var owner: UnsafeMutableRawPointer?
        tollgate_get_private(easy, &owner)
        return owner.map { Unmanaged<EasyHandle>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The owner of a handle that curl names in a message.
    static func of(_ easy: UnsafeMutableRawPointer) -> EasyHandle { owning(easy)! }

    /// curl's words about the last failure.
    var errorDetail: String { String(cString: errorText) }
    var wasSent: Bool { attempts > 0 }

    // MARK: Constant options

    private func setCallbacks(_ multi: Multi) {
        let owner = Unmanaged.passUnretained(self).toOpaque()
        let sockets = Unmanaged.passUnretained(multi.sockets).toOpaque()
        tollgate_set_pointer(raw, CURLOPT_PRIVATE, owner)
        tollgate_set_pointer(raw, CURLOPT_ERRORBUFFER, errorText)
        tollgate_set_pointer(raw, CURLOPT_WRITEDATA, owner)
        tollgate_set_write(raw, CURLOPT_WRITEFUNCTION, EasyHandle.body)
        tollgate_set_pointer(raw, CURLOPT_HEADERDATA, owner)
        tollgate_set_write(raw, CURLOPT_HEADERFUNCTION, EasyHandle.header)
        tollgate_set_pointer(raw, CURLOPT_PREREQDATA, owner)
        tollgate_set_before_request(raw, EasyHandle.beforeRequest)
        tollgate_set_pointer(raw, CURLOPT_OPENSOCKETDATA, sockets)
        tollgate_set_open_socket(raw, SocketTable.open)
        tollgate_set_pointer(raw, CURLOPT_CLOSESOCKETDATA, sockets)
        tollgate_set_close_socket(raw, SocketTable.close)
    }

    private func setPolicy(_ settings: CurlSettings) {
        let version = settings.http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1
        tollgate_set_long(raw, CURLOPT_HTTP_VERSION, Int(version))
        tollgate_set_long(raw, CURLOPT_PIPEWAIT, settings.http2 ? 1 : 0)
        tollgate_set_long(raw, CURLOPT_SSL_VERIFYPEER, 1)
        tollgate_set_long(raw, CURLOPT_SSL_VERIFYHOST, 2)
        // TrustStore says whom to trust; curl need not parse its bundle for each connection.
        tollgate_set_text(raw, CURLOPT_CAINFO, nil)
        tollgate_set_text(raw, CURLOPT_CAPATH, nil)
        // Empty and `*`: not even a look at the environment.
        tollgate_set_text(raw, CURLOPT_PROXY, "")
        tollgate_set_text(raw, CURLOPT_NOPROXY, "*")
        tollgate_set_long(raw, CURLOPT_NETRC, 0)
        tollgate_set_long(raw, CURLOPT_FOLLOWLOCATION, 0)
        tollgate_set_long(raw, CURLOPT_NOSIGNAL, 1)
        tollgate_set_long(raw, CURLOPT_TCP_NODELAY, 1)
        tollgate_set_long(raw, CURLOPT_BUFFERSIZE, 16 << 10)
        tollgate_set_long(raw, CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeoutMilliseconds)
        // Without it a call that ends while its name is being resolved waits for the resolver's thread, and the whole
        // worker with it. The thread cleans up after itself (Curl_resolver_kill in lib/asyn-thread.c).
        tollgate_set_long(raw, CURLOPT_QUICK_EXIT, 1)
    }

    // MARK: One request

    /// Sets `request` up. `connectTo` is set together with the origin, which decides about it.
    func prepare(
        _ request: UpstreamRequest, scheme: String, authority: String, connectTo: UnsafeMutablePointer<curl_slist>?
    ) {
        attempts = 0
        maySendAgain = request.isIdempotent
        errorText.pointee = 0
        // The host alone makes the URL: curl need not parse the target, and cannot change a byte of it.
        if authority != self.authority || scheme != self.scheme {
            self.authority = authority
            self.scheme = scheme
            set(CURLOPT_URL, "\(scheme)://\(authority)/")
            set(CURLOPT_PROTOCOLS_STR, scheme)
            tollgate_set_list(raw, CURLOPT_CONNECT_TO, connectTo)
        }
        set(CURLOPT_REQUEST_TARGET, request.target)
        setBody(request)
        setFields(request)
    }

    /// Not by the compiler's own conversion of a string to a pointer, which copies it once more.
    private func set(_ option: CURLoption, _ text: String) {
        _ = text.withCString { tollgate_set_text(raw, option, $0) }
    }

    /// Ends the handle's part in a call, before it goes back to the pool.
    func forget() {
        lines.forget()
        if hasBody { tollgate_set_text(raw, CURLOPT_COPYPOSTFIELDS, nil) }
    }

    private func setBody(_ request: UpstreamRequest) {
        // Where a body is expected, none is an empty one, and says so by Content-Length: 0 (RFC 9110 section 8.6).
        let expectsBody = request.method == "POST" || request.method == "PUT" || request.method == "PATCH"
        if let body = request.body ?? (expectsBody ? [] : nil) {
            tollgate_set_offset(raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            _ = body.withUnsafeBytes {
                tollgate_set_pointer(raw, CURLOPT_COPYPOSTFIELDS, $0.baseAddress ?? UnsafeRawPointer(errorText))
            }
            hasBody = true
        } else if hasBody {
            tollgate_set_long(raw, CURLOPT_HTTPGET, 1)
            hasBody = false
        }
        guard request.method != method else { return }
        method = request.method
        set(CURLOPT_CUSTOMREQUEST, method)
    }

    private func setFields(_ request: UpstreamRequest) {
        var suppressed: [StaticString] = []
        if !request.hasField("accept") { suppressed.append("Accept:") }
        if hasBody {
            suppressed.append("Expect:")
            if !request.hasField("content-type") { suppressed.append("Content-Type:") }
        }
        tollgate_set_list(raw, CURLOPT_HTTPHEADER, lines.list(request.fields, suppressed: suppressed))
    }

    // MARK: curl's callbacks

    private static let body: curl_write_callback = { bytes, size, count, owner in
        let length = size * count
        let handle = Unmanaged<EasyHandle>.fromOpaque(owner!).takeUnretainedValue()
        guard let call = handle.call else { return 0 }
        return call.received(UnsafeRawBufferPointer(start: bytes, count: length)) ? length : Int(CURL_WRITEFUNC_PAUSE)
    }

    private static let header: curl_write_callback = { bytes, size, count, owner in
        let length = size * count
        let handle = Unmanaged<EasyHandle>.fromOpaque(owner!).takeUnretainedValue()
        let line = UnsafeRawBufferPointer(start: bytes, count: length).bindMemory(to: UInt8.self)
        return handle.call?.receivedHeader(line) == true ? length : 0
    }

    /// Called when a connection is there and the request is about to be written. curl writes again, whatever the
    /// method, when a kept connection breaks before an answer: the server may have acted on the first one, so a request
    /// whose repetition counts is not repeated.
    private static let beforeRequest: curl_prereq_callback = { owner, _, _, _, _ in
        let handle = Unmanaged<EasyHandle>.fromOpaque(owner!).takeUnretainedValue()
        handle.attempts += 1
        return handle.attempts == 1 || handle.maySendAgain ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
    }
}

extension UpstreamRequest {
    /// True when there is a header line called `name` (lower case).
    fileprivate func hasField(_ name: StaticString) -> Bool {
        fields.contains { line in
            var line = line
            return line.withUTF8 { bytes in
                let count = name.utf8CodeUnitCount
                guard bytes.count > count, bytes[count] == UInt8(ascii: ":") else { return false }
                return (0..<count).allSatisfy { bytes[$0] | 0x20 == name.utf8Start[$0] | 0x20 }
            }
        }
    }
}
