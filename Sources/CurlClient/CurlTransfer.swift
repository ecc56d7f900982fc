// A whole exchange by libcurl, for servers that speak HTTP/2. Options that never change are set once, a request sets the
// few that do. Which connection a transfer gets does not depend on the handle; connections belong to the multi handle.

internal import CCurl
import GatewayCore
import Net
import Wire

/// An easy handle and the memory that curl reads from during a transfer.
final class CurlTransfer: EasyHandle, Carrier {
    /// The call under way. Unowned, because a call that nobody holds any more cancels itself; it clears this first.
    unowned(unsafe) private var call: Call?
    private unowned let upstream: CurlUpstream
    /// How often this request was about to be written to a connection.
    private var attempts = 0
    private var maySendAgain = true
    private var lines = HeaderLines()
    /// The head so far, line by line; nil when the final one is complete.
    private var head: [UInt8]? = []
    private var headBytes = 0
    private var malformed: MalformedAnswer?
    // What is set already, so that it is set again only when it changes.
    private var authority = ""
    private var connectTo: UnsafeMutablePointer<curl_slist>?
    private var method = ""
    private var hasBody = false
    private var isPaused = false

    init(upstream: CurlUpstream, trust: TrustStore, settings: CurlSettings) {
        self.upstream = upstream
        super.init(multi: upstream.multi, settings: settings)
        setCallbacks()
        setPolicy()
        tollgate_set_pointer(raw, CURLOPT_SHARE, upstream.multi.share)
        tollgate_set_pointer(raw, CURLOPT_SSL_CTX_DATA, Unmanaged.passUnretained(trust).toOpaque())
        tollgate_set_tls_context(raw, TrustStore.install)
    }

    // MARK: Constant options

    private func setCallbacks() {
        let owner = Unmanaged.passUnretained(self).toOpaque()
        tollgate_set_pointer(raw, CURLOPT_WRITEDATA, owner)
        tollgate_set_write(raw, CURLOPT_WRITEFUNCTION, CurlTransfer.body)
        tollgate_set_pointer(raw, CURLOPT_HEADERDATA, owner)
        tollgate_set_write(raw, CURLOPT_HEADERFUNCTION, CurlTransfer.header)
        tollgate_set_pointer(raw, CURLOPT_PREREQDATA, owner)
        tollgate_set_before_request(raw, CurlTransfer.beforeRequest)
    }

    private func setPolicy() {
        set(CURLOPT_PROTOCOLS_STR, "https")
        tollgate_set_long(raw, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        tollgate_set_long(raw, CURLOPT_PIPEWAIT, 1)
        tollgate_set_long(raw, CURLOPT_SSL_VERIFYPEER, 1)
        tollgate_set_long(raw, CURLOPT_SSL_VERIFYHOST, 2)
        // TrustStore says whom to trust; curl need not parse its bundle for each connection.
        tollgate_set_text(raw, CURLOPT_CAINFO, nil)
        tollgate_set_text(raw, CURLOPT_CAPATH, nil)
        tollgate_set_long(raw, CURLOPT_FOLLOWLOCATION, 0)
        tollgate_set_long(raw, CURLOPT_BUFFERSIZE, 16 << 10)
    }

    // MARK: One request

    /// Begins `call`'s exchange. The authority does not decide about `connectTo`: who says a port himself, be it the
    /// usual one, is not led elsewhere.
    func carry(_ call: Call, authority: String, connectTo: UnsafeMutablePointer<curl_slist>?) {
        let request = call.request
        self.call = call
        call.carrier = self
        attempts = 0
        maySendAgain = request.isIdempotent
        (head, headBytes, malformed) = ([], 0, nil)
        forgetError()
        // The authority alone makes the URL: curl need not parse the target, and cannot change a byte of it.
        if authority != self.authority {
            self.authority = authority
            set(CURLOPT_URL, "https://\(authority)/")
        }
        if connectTo != self.connectTo {
            self.connectTo = connectTo
            tollgate_set_list(raw, CURLOPT_CONNECT_TO, connectTo)
        }
        set(CURLOPT_REQUEST_TARGET, request.target)
        setBody(request)
        setFields(request)
        guard upstream.multi.add(raw) else {
            return detach(reusable: false).end(.failed(.unreachable("libcurl refused the call to \(request.host)")))
        }
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
                tollgate_set_pointer(raw, CURLOPT_COPYPOSTFIELDS, $0.baseAddress ?? UnsafeRawPointer(raw))
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

    // MARK: The call's end and pauses

    func leave(_ call: Call) { _ = detach(reusable: false) }

    func bodyTaken() {
        guard let call, isPaused else { return }
        isPaused = false
        // curl may deliver what it kept, and pause again, before this returns.
        let code = curl_easy_pause(raw, CURLPAUSE_CONT)
        if code != CURLE_OK, self.call === call { finished(code) }
    }

    override func finished(_ code: CURLcode) {
        guard let host = call?.request.host else { return }
        let wasSent = attempts > 0
        let failure: UpstreamFailure? =
            if let malformed { .malformed(malformed, host: host) } else if code == CURLE_OK { nil } else {
                .curl(code, host: host, sent: wasSent, detail: errorDetail)
            }
        let call = detach(reusable: failure == nil)
        call.end(failure.map { .failed($0) } ?? .complete)
    }

    private func detach(reusable: Bool) -> Call {
        guard let call = call.take() else { preconditionFailure("a transfer ends once") }
        call.carrier = nil
        isPaused = false
        upstream.release(self, reusable: reusable)
        return call
    }

    // MARK: curl's callbacks

    private static let body: curl_write_callback = { bytes, size, count, owner in
        let length = size * count
        let transfer = Unmanaged<CurlTransfer>.fromOpaque(owner!).takeUnretainedValue()
        return transfer.received(UnsafeRawBufferPointer(start: bytes, count: length))
    }

    private func received(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let call else { return 0 }
        // Two of curl's pieces, of 16 KiB each.
        guard call.body.count < Call.bufferLimit / 2 else {
            isPaused = true
            call.pause()
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        call.body.append(contentsOf: bytes)
        call.wake()
        return bytes.count
    }

    private static let header: curl_write_callback = { bytes, size, count, owner in
        let length = size * count
        let transfer = Unmanaged<CurlTransfer>.fromOpaque(owner!).takeUnretainedValue()
        return transfer.receivedHeader(UnsafeRawBufferPointer(start: bytes, count: length)) ? length : 0
    }

    /// Takes a header line; false ends the transfer.
    private func receivedHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        // Trailers of a body come the same way, and nobody asked for them.
        guard head != nil else { return true }
        head?.append(contentsOf: line)
        headBytes += line.count
        guard headBytes <= ResponseReader.headLimit else {
            malformed = .headTooLarge
            return false
        }
        guard line.first == UInt8(ascii: "\r") || line.first == UInt8(ascii: "\n") else { return true }
        do throws(MalformedAnswer) {
            let parsed = try UpstreamHead(parsing: head ?? [])
            // Interim answers are forgotten, but 101: curl takes it for final, and so it is no success.
            let isFinal = parsed.status >= 200 || parsed.status == 101
            head = isFinal ? nil : []
            if isFinal { call?.arrived(parsed) }
            return true
        } catch {
            malformed = error
            return false
        }
    }

    /// Called when a connection is there and the request is about to be written. curl writes again, whatever the
    /// method, when a kept connection breaks before an answer: the server may have acted on the first one, so a request
    /// whose repetition counts is not repeated.
    private static let beforeRequest: curl_prereq_callback = { owner, _, _, _, _ in
        let handle = Unmanaged<CurlTransfer>.fromOpaque(owner!).takeUnretainedValue()
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
