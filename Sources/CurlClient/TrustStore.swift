// Whom TLS trusts: the system's authorities and the operator's, in one store for all workers. curl's
// CURLOPT_CAINFO would replace the system's, and with CURLOPT_CAPATH beside it curl parses both for each connection.

internal import CCurl
import Glibc
import Synchronization

/// Owner of an X509_STORE.
///
/// Safe to share: the system's authorities are added under a lock, and OpenSSL locks the store itself afterwards.
final class TrustStore: @unchecked Sendable {
    private let store: OpaquePointer
    private let bundle: String?
    private let isComplete = Mutex(false)
    private static let known = Mutex<[String: TrustStore]>([:])

    /// The store of all workers that trust the same files.
    ///
    /// - Parameters:
    ///   - bundle: the file that libcurl was built to trust; OpenSSL's default places where there is none. Read when
    ///     the first TLS connection is made: parsing 140 authorities takes 25 ms and 4 MB.
    ///   - caFile: further authorities in PEM, read now, so that a bad one stops the start.
    static func shared(bundle: String?, caFile: String?) throws(CurlSetupFailure) -> TrustStore {
        let key = "\(bundle ?? "")\n\(caFile ?? "")"
        if let store = known.withLock({ $0[key] }) { return store }
        let store = try TrustStore(bundle: bundle, caFile: caFile)
        known.withLock { $0[key] = store }
        return store
    }

    init(bundle: String?, caFile: String?) throws(CurlSetupFailure) {
        guard let store = X509_STORE_new() else { throw CurlSetupFailure(description: "OpenSSL is out of memory.") }
        self.store = store
        self.bundle = bundle
        // An intermediate authority in `caFile` is trusted for what it signed, as curl does it.
        X509_STORE_set_flags(store, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        if let caFile, X509_STORE_load_file(store, caFile) != 1 {
            throw CurlSetupFailure(
                description: "\(caFile) has no certificate of an authority in PEM, or cannot be read.")
        }
    }

    deinit { X509_STORE_free(store) }

    /// The store with the system's authorities in it.
    private var complete: OpaquePointer {
        isComplete.withLock { isComplete in
            if !isComplete, bundle.map({ access($0, R_OK) == 0 && X509_STORE_load_file(store, $0) == 1 }) != true {
                X509_STORE_set_default_paths(store)
            }
            isComplete = true
        }
        return store
    }

    /// Authorities in the store.
    var count: Int {
        let objects = X509_STORE_get0_objects(complete)
        return objects.map { Int(OPENSSL_sk_num($0)) } ?? 0
    }

    /// Makes the connections of `context` trust these authorities.
    func install(_ context: OpaquePointer) { SSL_CTX_set1_cert_store(context, complete) }

    /// curl's callback for each new TLS context.
    ///
    /// It does not call SSL_CTX_set_read_ahead, which saves a read per record: curl asks SSL_pending whether to read
    /// on, and that does not count records read ahead. An answer whose last record came with the one before would wait
    /// for a byte that never comes.
    static let install: curl_ssl_ctx_callback = { _, context, store in
        Unmanaged<TrustStore>.fromOpaque(store!).takeUnretainedValue().install(OpaquePointer(context!))
        return CURLE_OK
    }
}
