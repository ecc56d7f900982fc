// The connections of a worker, by where they go, and what they share.

import GatewayCore
import Net

/// Kept connections, bounded in number and in time.
final class ConnectionPool {
    /// A host, with the scheme and port of a request that says them itself.
    private struct Place: Hashable {
        let host: String
        let origin: UpstreamOrigin?
    }

    let loop: Loop
    let multi: Multi
    let settings: CurlSettings
    /// What was received last, of whatever connection: none of them owns a buffer.
    private(set) var received = [UInt8](repeating: 0, count: Call.bufferLimit / 2)
    /// Connections that are open, idle ones included.
    private(set) var established = 0
    private let trust: TrustStore
    private(set) lazy var tls = TLSContext(trust: trust, http2: settings.http2)
    /// By the hosts of catalogues, accounts servers and webhooks: a closed set.
    private var origins: [Place: Origin] = [:]
    private var requestBuffer: [UInt8] = []

    init(multi: Multi, trust: TrustStore, settings: CurlSettings, loop: Loop) {
        self.multi = multi
        self.trust = trust
        self.settings = settings
        self.loop = loop
    }

    /// No call may be under way.
    func close() {
        for origin in origins.values { origin.closeIdle() }
    }

    func origin(of request: UpstreamRequest) -> Origin {
        let place = Place(host: request.host, origin: request.origin)
        if let origin = origins[place] { return origin }
        let origin = newOrigin(request)
        origins[place] = origin
        return origin
    }

    private func newOrigin(_ request: UpstreamRequest) -> Origin {
        var (scheme, port, connectTo) = (Origin.Scheme.https, UInt16?.none, String?.none)
        if let said = request.origin {
            scheme = said.scheme == .http ? .http : .https
            port = said.port
        } else if let override = settings.overrides.first(where: { $0.host == request.host })
            ?? settings.overrides.first(where: { $0.host == "*" })
        {
            scheme = override.scheme == .http ? .http : .https
            connectTo = override.connectTo
        }
        return Origin(host: request.host, scheme: scheme, port: port, connectTo: connectTo, pool: self)
    }

    // MARK: What connections need

    /// Reads into `received`.
    func read(_ stream: ByteStream?) -> ByteStream.Read {
        guard let stream else { return .over(isClean: false) }
        return received.withUnsafeMutableBytes { stream.read(into: $0) }
    }

    /// The bytes of `request`, in the buffer of the last one.
    func bytes(of request: UpstreamRequest, authority: String) -> RequestBytes {
        var buffer: [UInt8] = []
        swap(&buffer, &requestBuffer)
        return RequestBytes(request, authority: authority, buffer: buffer)
    }

    func written(_ bytes: consuming RequestBytes) { requestBuffer = bytes.buffer() }

    func opened() { established += 1 }

    func closed() { established -= 1 }

    /// Closes the connections that are idle longest, while there are more than may be kept.
    func boundIdle() {
        while established > settings.idleConnections,
            let oldest = origins.values.compactMap(\.idle.first).min(by: { $0.idleSince < $1.idleSince })
        { oldest.close() }
    }
}
