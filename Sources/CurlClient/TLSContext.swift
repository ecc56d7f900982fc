// TLS by OpenSSL, which libcurl would use in the same way: whom to trust, what to offer, and the session of the last
// connection to begin the next one with.

internal import CCurl
import GatewayCore
import Glibc
import Net

/// A session that a later connection to the same host may resume (RFC 8446 section 2.2).
final class TLSSession {
    let raw: OpaquePointer

    /// - Parameter raw: with a reference that becomes ours.
    init(_ raw: OpaquePointer) { self.raw = raw }

    deinit { SSL_SESSION_free(raw) }
}

/// What all TLS connections of a worker have in common.
final class TLSContext {
    private let raw: OpaquePointer

    /// - Parameter http2: whether HTTP/2 is offered beside HTTP/1.1 (RFC 7301).
    init(trust: TrustStore, http2: Bool) {
        guard let raw = SSL_CTX_new(TLS_client_method()) else { fatalError("OpenSSL is out of memory") }
        self.raw = raw
        trust.install(raw)
        SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nil)
        precondition(tollgate_tls_from_1_2(raw) == 1)
        tollgate_tls_refuse_renegotiation(raw)
        tollgate_tls_modes(raw)
        // A record's head and the record with one read.
        tollgate_tls_read_ahead(raw)
        let protocols = (http2 ? [2] + Array("h2".utf8) : []) + [8] + Array("http/1.1".utf8)
        SSL_CTX_set_alpn_protos(raw, protocols, UInt32(protocols.count))
        tollgate_tls_client_sessions(raw)
        SSL_CTX_sess_set_new_cb(raw) { connection, session in
            guard let connection, let session, let owner = tollgate_tls_owner(connection) else { return 0 }
            Unmanaged<Origin>.fromOpaque(owner).takeUnretainedValue().session = TLSSession(session)
            return 1
        }
    }

    deinit { SSL_CTX_free(raw) }

    /// A session on `descriptor`, for the host of `origin` by its certificate's names (RFC 9525).
    func connection(_ descriptor: Int32, _ origin: Origin) throws(UpstreamFailure) -> TLSConnection {
        guard let ssl = SSL_new(raw) else { throw .unreachable("OpenSSL is out of memory") }
        let connection = TLSConnection(ssl, origin: origin)
        tollgate_tls_set_owner(ssl, Unmanaged.passUnretained(origin).toOpaque())
        let host = origin.host.first == "[" ? String(origin.host.dropFirst().dropLast()) : origin.host
        let isNamed: Bool
        if isAddress(host) {
            isNamed = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1
        } else {
            // The subject's name is none, not even where there is no other (RFC 9525 section 2).
            SSL_set_hostflags(
                ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
            isNamed = SSL_set1_host(ssl, host) == 1 && tollgate_tls_server_name(ssl, host) == 1
        }
        guard isNamed, SSL_set_fd(ssl, descriptor) == 1 else {
            throw .unreachable("TLS cannot be set up for \(origin.host)")
        }
        if let session = origin.session { SSL_set_session(ssl, session.raw) }
        SSL_set_connect_state(ssl)
        return connection
    }

    private func isAddress(_ host: String) -> Bool {
        var four = in_addr()
        var six = in6_addr()
        return inet_pton(AF_INET, host, &four) == 1 || inet_pton(AF_INET6, host, &six) == 1
    }
}

/// One TLS connection. OpenSSL tells its errors through a queue of the thread, which is emptied before each call.
final class TLSConnection {
    private let ssl: OpaquePointer
    /// Kept alive for the context's callback.
    private let origin: Origin
    private var isEstablished = false

    init(_ ssl: OpaquePointer, origin: Origin) {
        self.ssl = ssl
        self.origin = origin
    }

    deinit { SSL_free(ssl) }

    var speaksHTTP2: Bool {
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &name, &length)
        return length == 2 && name?[0] == UInt8(ascii: "h") && name?[1] == UInt8(ascii: "2")
    }

    var holdsBytes: Bool { SSL_has_pending(ssl) == 1 }

    func handshake() -> ByteStream.Handshake {
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        guard result != 1 else {
            isEstablished = true
            return .done
        }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .later(.readable)
        case SSL_ERROR_WANT_WRITE: return .later(.writable)
        default: return .failed(reason)
        }
    }

    /// Why the handshake failed, as a sentence.
    private var reason: String {
        let verdict = SSL_get_verify_result(ssl)
        if verdict != Int(X509_V_OK) {
            let text = String(cString: X509_verify_cert_error_string(verdict))
            return "TLS certificate verification failed for \(origin.host): \(text)"
        }
        let error = ERR_peek_error()
        let text = error == 0 ? nil : ERR_reason_error_string(error).map { String(cString: $0) }
        return "Connecting to \(origin.host) failed: TLS: \(text ?? "the connection was closed")"
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> ByteStream.Read {
        ERR_clear_error()
        var count = 0
        if SSL_read_ex(ssl, buffer.baseAddress, buffer.count, &count) == 1 { return .bytes(count) }
        switch SSL_get_error(ssl, 0) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .later
        case SSL_ERROR_ZERO_RETURN: return .over(isClean: true)
        default:
            isEstablished = false
            return .over(isClean: false)
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> ByteStream.Written {
        ERR_clear_error()
        var count = 0
        if SSL_write_ex(ssl, bytes.baseAddress, bytes.count, &count) == 1 { return .bytes(count) }
        switch SSL_get_error(ssl, 0) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .later
        default:
            isEstablished = false
            return .over
        }
    }

    /// Says goodbye, as RFC 8446 section 6.1 asks; not after an error, where OpenSSL forbids it.
    func close() {
        guard isEstablished else { return }
        ERR_clear_error()
        SSL_shutdown(ssl)
    }
}
