// The connections to one place: those in use, those kept, and the calls that wait for one.

internal import CCurl
import GatewayCore
import Net

/// A host as it is called, and where its connections really go.
final class Origin: Carrier {
    enum Scheme: String {
        case http, https
    }

    let host: String
    let scheme: Scheme
    /// Host and, where it is not the scheme's own, port: the `Host` field (RFC 9110 section 7.2).
    let authority: String
    /// With the port always.
    let endpoint: String
    /// Where connections go instead, in curl's form.
    let connectTo: UnsafeMutablePointer<curl_slist>?
    /// The server has chosen HTTP/2: libcurl carries its calls.
    private(set) var speaksHTTP2 = false
    /// The last TLS session, to begin the next connection with.
    var session: TLSSession?
    private unowned let pool: ConnectionPool
    /// Connections kept, the one that was used last at the end.
    private(set) var idle: [UpstreamConnection] = []
    /// Connections and attempts.
    private(set) var count = 0
    private var waiting: [Waiting] = []

    /// Unowned, because a call that nobody holds any more leaves.
    private struct Waiting {
        unowned(unsafe) let call: Call
    }

    /// A connection idle for longer is not used again: what lies between may have forgotten it.
    private static let maximumIdleNanoseconds: UInt64 = 118_000_000_000

    init(host: String, scheme: Scheme, port: UInt16?, connectTo: String?, pool: ConnectionPool) {
        let ownPort: UInt16 = scheme == .https ? 443 : 80
        self.host = host
        self.scheme = scheme
        endpoint = "\(host):\(port ?? ownPort)"
        authority = port == nil || port == ownPort ? host : endpoint
        self.connectTo = connectTo.flatMap { curl_slist_append(nil, $0) }
        self.pool = pool
    }

    deinit { curl_slist_free_all(connectTo) }

    // MARK: Calls

    /// Finds a connection for `call`, now or later.
    func carry(_ call: Call) {
        while let connection = idle.popLast() {
            let isFresh = pool.loop.now - connection.idleSince < Origin.maximumIdleNanoseconds
            if isFresh, connection.isUsable { return connection.carry(call) }
            connection.close()
        }
        guard count >= pool.settings.connectionsPerHost else { return connect(for: call) }
        call.carrier = self
        waiting.append(Waiting(call: call))
    }

    private func connect(for call: Call) {
        count += 1
        UpstreamConnection(to: self, pool: pool).open(for: call)
    }

    /// Writes `call`, whose connection has gone, to a new one.
    func repeated(_ call: Call) {
        call.wasRepeated = true
        connect(for: call)
    }

    /// The server would speak HTTP/2 with `call`: libcurl carries it, and with it those that wait for a connection, which
    /// share one there.
    func choseHTTP2(for call: Call) {
        speaksHTTP2 = true
        call.carryByHTTP2(to: self)
        while let call = nextWaiting() { call.carryByHTTP2(to: self) }
    }

    // MARK: A waiting call's carrier

    func leave(_ call: Call) { waiting.removeAll { $0.call === call } }

    func bodyTaken() {}

    // MARK: Connections

    /// `connection` can carry another call.
    func free(_ connection: UpstreamConnection) {
        guard waiting.isEmpty || connection.isUsable else {
            connection.close()
            return refill()
        }
        if let call = nextWaiting() { return connection.carry(call) }
        idle.append(connection)
        pool.boundIdle()
    }

    /// `connection` is no more.
    func closed(_ connection: UpstreamConnection) {
        count -= 1
        idle.removeAll { $0 === connection }
    }

    /// Opens connections for the calls that wait, as far as there may be more.
    func refill() {
        while count < pool.settings.connectionsPerHost, let call = nextWaiting() { connect(for: call) }
    }

    private func nextWaiting() -> Call? {
        guard !waiting.isEmpty else { return nil }
        let call = waiting.removeFirst().call
        call.carrier = nil
        return call
    }

    func closeIdle() {
        while let connection = idle.popLast() { connection.close() }
    }
}
