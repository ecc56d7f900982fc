// Settings as values, each judged before anything starts.

import CurlClient
import GatewayCore
import Glibc
import Net
import RedisClient
import Wire

enum StoreSettings: Sendable {
    case redis(RedisURL)
    case sqlite(String)
}

struct Settings: Sendable {
    var listen: SocketAddress
    var store: StoreSettings
    var secret: GatewaySecret
    var publicURL: PublicURL
    var workers: Int
    var bootstrapAPIKey: String?
    var minimumExpiry: Int
    var storeGrace: Int
    var callsPerAccount: Int
    var callsPerHost: Int
    var client: OAuthClient?
    var curl: CurlSettings
    var catalogueDirectory: String?
    var limits: ConnectionLimits
    var drainDelaySeconds: Int
    var drainSeconds: Int

    init(_ configuration: Configuration) throws(UsageError) {
        let address = try Settings.address(configuration[.listen] ?? "127.0.0.1:8080")
        // Before anything is said about the port: the public URL names it.
        do { listen = try address.choosingPort() } catch { throw UsageError("TOLLGATE_LISTEN: \(error)") }
        store = try Settings.store(configuration[.store])
        secret = try Settings.secret(configuration[.secret])
        let url = configuration[.publicURL] ?? "http://\(listen.fromThisMachine)"
        guard let publicURL = PublicURL(url) else {
            throw UsageError(
                "TOLLGATE_PUBLIC_URL must be an http or https URL without query, such as https://mcp.example.com.")
        }
        self.publicURL = publicURL
        workers = try configuration.int(.workers, 1...256, default: Settings.processors)
        bootstrapAPIKey = configuration[.bootstrapAPIKey]
        if let key = bootstrapAPIKey,
            !(32...256).contains(key.utf8.count) || !key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        {
            throw UsageError("TOLLGATE_BOOTSTRAP_API_KEY must be 32 to 256 visible ASCII characters.")
        }
        minimumExpiry = try configuration.int(.minimumExpiry, 0...31_536_000, default: 60)
        storeGrace = try configuration.int(.storeGrace, 0...3600, default: 30)
        client = try Settings.client(configuration)
        callsPerAccount = try configuration.int(.callsPerAccount, 1...65_536, default: 1024)
        callsPerHost = try configuration.int(.callsPerHost, 1...65_536, default: 4096)
        curl = CurlSettings()
        // A call that was let in must not wait for a connection.
        curl.connectionsPerHost = callsPerHost
        curl.caFile = configuration[.caFile]
        do { curl.overrides = try UpstreamOverride.parse(configuration[.upstreamOverride] ?? "") } catch {
            throw UsageError("TOLLGATE_UPSTREAM_OVERRIDE: \(error)")
        }
        catalogueDirectory = configuration[.catalogueDirectory]
        limits = ConnectionLimits()
        limits.headBytes = try configuration.int(.maximumHead, 1024...1 << 20, default: limits.headBytes)
        limits.bodyBytes = try configuration.int(.maximumBody, 1024...1 << 30, default: limits.bodyBytes)
        drainDelaySeconds = try configuration.int(.drainDelay, 0...3600, default: 0)
        drainSeconds = try configuration.int(.drain, 0...3600, default: 25)
    }

    static func address(_ text: String) throws(UsageError) -> SocketAddress {
        guard let address = SocketAddress(text) else {
            throw UsageError(
                "TOLLGATE_LISTEN must be address:port with a numeric address, such as 127.0.0.1:8080 or [::1]:8080.")
        }
        return address
    }

    static func store(_ text: String?) throws(UsageError) -> StoreSettings {
        guard let text else {
            throw UsageError(
                "TOLLGATE_STORE is not set: give redis://host:6379 for many replicas, or sqlite:FILE for one machine.")
        }
        if text.hasPrefix("sqlite:") {
            let path = String(text.dropFirst("sqlite:".count))
            guard !path.isEmpty else {
                throw UsageError(
                    "TOLLGATE_STORE: sqlite: needs a file, such as sqlite:/var/lib/tollgate/tollgate.sqlite.")
            }
            return .sqlite(path)
        }
        guard text.hasPrefix("redis://") || text.hasPrefix("rediss://") else {
            throw UsageError("TOLLGATE_STORE must begin with redis:// or sqlite:.")
        }
        do { return .redis(try RedisURL(text)) } catch { throw UsageError("TOLLGATE_STORE: \(error)") }
    }

    static func secret(_ text: String?) throws(UsageError) -> GatewaySecret {
        guard let text else {
            throw UsageError(
                "TOLLGATE_SECRET is not set: give at least 32 random bytes, for example the output of `openssl rand -base64 32`, and keep it: tokens and credentials are lost without it."
            )
        }
        guard let bytes = bytes(text), bytes.count >= GatewaySecret.minimumBytes else {
            throw UsageError("TOLLGATE_SECRET must be at least 32 bytes, written as base64 or hex.")
        }
        return GatewaySecret(material: bytes)
    }

    /// Hexadecimal where it can be that, base64 otherwise.
    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0, digits.allSatisfy({ $0.hexValue != nil }) else { return Base64.decode(text) }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0].hexValue! << 4 | digits[$0 + 1].hexValue! }
    }

    private static func client(_ configuration: Configuration) throws(UsageError) -> OAuthClient? {
        var regional: [Region: String] = [:]
        for region in Region.allCases { regional[region] = configuration.regionalSecret(region.rawValue) }
        guard let id = configuration[.zohoClientID] else {
            guard configuration[.zohoClientSecret] == nil, regional.isEmpty else {
                throw UsageError("TOLLGATE_ZOHO_CLIENT_SECRET is set without TOLLGATE_ZOHO_CLIENT_ID.")
            }
            return nil
        }
        guard let secret = configuration[.zohoClientSecret] ?? regional.values.first else {
            throw UsageError("TOLLGATE_ZOHO_CLIENT_ID is set without TOLLGATE_ZOHO_CLIENT_SECRET.")
        }
        return OAuthClient(id: id, secret: secret, regionalSecrets: regional)
    }

    private static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}

extension SocketAddress {
    /// Where this machine reaches a listener: "all addresses" is no address to connect to.
    var fromThisMachine: SocketAddress {
        switch host {
        case "0.0.0.0": SocketAddress(host: "127.0.0.1", port: port)
        case "::": SocketAddress(host: "::1", port: port)
        default: self
        }
    }
}
