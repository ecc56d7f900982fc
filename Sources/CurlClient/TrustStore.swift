// Whom TLS trusts: the system's authorities and the operator's, in one store per worker that is parsed once. curl's
// CURLOPT_CAINFO would replace the system's, and with CURLOPT_CAPATH beside it curl parses both for each connection.

internal import CCurl
import Glibc

/// Owner of an X509_STORE.
final class TrustStore {
    private let store: OpaquePointer

    /// - Parameters:
    ///   - bundle: the file that libcurl was built to trust; OpenSSL's default places where there is none.
    ///   - caFile: further authorities in PEM.
    init(bundle: String?, caFile: String?) throws(CurlSetupFailure) {
        guard let store = X509_STORE_new() else { throw CurlSetupFailure(description: "OpenSSL is out of memory.") }
        self.store = store
        // An intermediate authority in `caFile` is trusted for what it signed, as curl does it.
        X509_STORE_set_flags(store, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        if bundle.map({ access($0, R_OK) == 0 && X509_STORE_load_file(store, $0) == 1 }) != true {
            X509_STORE_set_default_paths(store)
        }
        if let caFile, X509_STORE_load_file(store, caFile) != 1 {
            throw CurlSetupFailure(
                description: "\(caFile) has no certificate of an authority in PEM, or cannot be read.")
        }
    }

    deinit { X509_STORE_free(store) }

    /// curl's callback for each new TLS context.
    ///
    /// It does not call SSL_CTX_set_read_ahead, which saves a read per record: curl asks SSL_pending whether to read
    /// on, and that does not count records read ahead. An answer whose last record came with the one before would wait
    /// for a byte that never comes.
    static let install: curl_ssl_ctx_callback = { _, context, store in
        let store = Unmanaged<TrustStore>.fromOpaque(store!).takeUnretainedValue()
        SSL_CTX_set1_cert_store(OpaquePointer(context), store.store)
        return CURLE_OK
    }
}
