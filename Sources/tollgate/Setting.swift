// Every setting: its environment variable, its flag, what it means. `--help` prints this table, `Settings` reads by it.

enum Setting: String, CaseIterable {
    case listen = "TOLLGATE_LISTEN"
    case store = "TOLLGATE_STORE"
    case secret = "TOLLGATE_SECRET"
    case publicURL = "TOLLGATE_PUBLIC_URL"
    case workers = "TOLLGATE_WORKERS"
    case bootstrapAPIKey = "TOLLGATE_BOOTSTRAP_API_KEY"
    case minimumExpiry = "TOLLGATE_MIN_EXPIRY_SECONDS"
    case storeGrace = "TOLLGATE_STORE_GRACE_SECONDS"
    case callsPerAccount = "TOLLGATE_MAX_CALLS_PER_ACCOUNT"
    case callsPerHost = "TOLLGATE_MAX_CALLS_PER_HOST"
    case zohoClientID = "TOLLGATE_ZOHO_CLIENT_ID"
    case zohoClientSecret = "TOLLGATE_ZOHO_CLIENT_SECRET"
    case caFile = "TOLLGATE_CA_FILE"
    case catalogueDirectory = "TOLLGATE_CATALOGUE_DIR"
    case upstreamOverride = "TOLLGATE_UPSTREAM_OVERRIDE"
    case maximumHead = "TOLLGATE_MAX_HEAD_BYTES"
    case maximumBody = "TOLLGATE_MAX_BODY_BYTES"
    case drainDelay = "TOLLGATE_DRAIN_DELAY_SECONDS"
    case drain = "TOLLGATE_DRAIN_SECONDS"

    /// Secrets come from the environment or from a file, never from the command line, where `ps` shows them.
    var isSecret: Bool {
        switch self {
        case .secret, .bootstrapAPIKey, .zohoClientSecret: true
        default: false
        }
    }

    /// `--public-url` for `TOLLGATE_PUBLIC_URL`.
    var flag: String {
        "--" + rawValue.dropFirst("TOLLGATE_".count).lowercased().split(separator: "_").joined(separator: "-")
    }

    var help: String {
        switch self {
        case .listen: "address:port to listen on (127.0.0.1:8080)"
        case .store: "redis://[user:password@]host[:port][/db] or sqlite:FILE; required"
        case .secret: "at least 32 bytes as base64 or hex, e.g. of `openssl rand -base64 32`; required"
        case .publicURL: "where clients reach this gateway, the beginning of every MCP URL (http://<listen>)"
        case .workers: "threads that serve requests (one per processor)"
        case .bootstrapAPIKey:
            "32 to 256 visible characters; becomes the first API key while the store has never held one"
        case .minimumExpiry: "seconds that a server's expires_at must lie ahead (60)"
        case .storeGrace: "seconds that known tokens go on while the store cannot be reached (30)"
        case .callsPerAccount:
            "calls under way for one account, per worker (1024); beyond it they are refused at once"
        case .callsPerHost: "calls under way to one upstream host, per worker (4096); beyond it likewise"
        case .zohoClientID: "OAuth client id from Zoho's API console"
        case .zohoClientSecret: "its secret; …_SECRET_EU and so on where a region has its own"
        case .caFile: "PEM file of authorities to trust for upstream calls beside the system's"
        case .catalogueDirectory: "folder of further integrations, one folder each"
        case .upstreamOverride:
            "host=scheme://address:port,… (* for all hosts): send upstream calls elsewhere, for tests"
        case .maximumHead: "largest request head in bytes (16384); beyond it 431"
        case .maximumBody: "largest request body in bytes (8388608); beyond it 413"
        case .drainDelay:
            "seconds after SIGTERM in which /readyz says 503 and all else is served, for load balancers to notice (0)"
        case .drain: "seconds that requests under way get after that (25)"
        }
    }
}

/// A mistake of whoever starts the program, as a sentence.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
