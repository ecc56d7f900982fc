// One worker: a loop's thread with everything that serves requests on it. Here the concrete types meet.

import Crypto
import CurlClient
import GatewayCore
import Net
import RedisClient
import SQLiteStore
import Wire

extension Connection: Exchange {
    package func drained() async -> Bool { await drained(below: Connection.highWater) }
}

extension Loop: Clock {
    package var monotonicNanoseconds: UInt64 { now }
}

/// Passes requests from connections to the gateway.
private final class Front: RequestHandler {
    let gateway: Gateway

    init(gateway: Gateway) { self.gateway = gateway }

    func handle(_ connection: Connection) async { await gateway.handle(connection) }

    func refused(_ refusal: Refusal) -> (head: ResponseHead, body: [UInt8]) { Gateway.refusal(refusal) }
}

/// What all workers of the process share: immutable values, and the one writer of an embedded store.
struct Shared: Sendable {
    let settings: Settings
    let catalogue: Catalogue
    let writer: SQLiteWriter?
    /// One for each worker.
    let counters: [Counters]
    /// Unix seconds.
    let startTime: Double
}

/// Safe to share: all members are touched on the loop's thread only.
final class Worker: @unchecked Sendable {
    let address: SocketAddress
    private let store: any Store
    private let gateway: Gateway
    private let access: Access
    private let installed: InstalledCatalogue
    private let listener: Listener
    /// Of the process's first worker only.
    private let courier: Courier?
    private let loop: Loop

    static let version = "0.1.0"

    /// Called on `loop`'s thread.
    /// - Parameter wakeCourier: has the process's courier look for events at once; nil for the worker that is to have it.
    init(_ shared: Shared, index: Int, on loop: Loop, wakeCourier: (@Sendable () -> Void)?) throws {
        let settings = shared.settings
        self.loop = loop
        store = try Worker.store(settings.store, writer: shared.writer, on: loop)
        installed = InstalledCatalogue(shared.catalogue)
        access = Access(
            store: store, secret: settings.secret, clock: loop, catalogue: installed,
            graceSeconds: settings.storeGrace)
        let counters = shared.counters[index]
        let upstream = try CurlUpstream(loop: loop, settings: settings.curl)
        let courier =
            wakeCourier == nil
            ? Courier(
                store: store, secret: settings.secret, upstream: upstream, clock: loop,
                onProblem: { Log.write(.warning, $0) }) : nil
        self.courier = courier
        var wake: () -> Void = wakeCourier ?? {}
        if let courier { wake = { Worker.deliver(courier, on: loop) } }
        let outbox = Outbox(store: store, clock: loop, wake: wake)
        let tokens = AccessTokens(
            access: access, upstream: upstream, clock: loop, client: settings.client,
            dashboard: settings.publicURL.text,
            counters: counters, outbox: outbox)
        let engine = CallEngine(
            access: access, tokens: tokens, upstream: upstream, clock: loop,
            limits: CallLimits(perAccount: settings.callsPerAccount, perHost: settings.callsPerHost),
            counters: counters)
        let requestIDs = RequestIDs(
            prefix: SecureRandom.bytes(4).reduce("") { $0 + String(UInt16($1) + 256, radix: 16).dropFirst() })
        let management = Management(
            access: access, catalogue: installed, tokens: tokens, upstream: upstream, clock: loop,
            publicURL: settings.publicURL,
            minimumExpiry: settings.minimumExpiry, outbox: outbox)
        gateway = Gateway(
            access: access, endpoint: MCPEndpoint(engine: engine, version: Worker.version, requestIDs: requestIDs),
            proxy: Proxy(management: management, engine: engine, requestIDs: requestIDs), management: management,
            publicURL: settings.publicURL, counters: counters, allCounters: shared.counters,
            usage: { ProcessUsage.current(since: shared.startTime) })
        listener = try Listener(
            loop: loop, address: settings.listen, limits: settings.limits, handler: Front(gateway: gateway))
        address = listener.address
        store.start()
        if let courier { Worker.patrol(courier, on: loop) }
        if let key = settings.bootstrapAPIKey { Worker.bootstrap(key, store, settings.secret, loop) }
    }

    /// - Parameter writer: the process's one, for an embedded store.
    static func store(_ settings: StoreSettings, writer: SQLiteWriter?, on loop: Loop) throws -> any Store {
        switch settings {
        case .redis(let url):
            let store = RedisStore(loop: loop, url: url)
            store.onProblem = { Log.write(.warning, $0) }
            return store
        case .sqlite:
            return try EmbeddedStore(loop: loop, writer: writer!)
        }
    }

    /// Makes the key of the environment the first one, unless the store has ever held a key. Every worker of every
    /// replica tries; the store lets one win.
    private static func bootstrap(_ text: String, _ store: any Store, _ secret: GatewaySecret, _ loop: Loop) {
        // Neither is Sendable and neither is sent: the task runs on this thread.
        nonisolated(unsafe) let store = store
        Task(executorPreference: loop) {
            let key = NewAPIKey(
                digest: secret.digest(of: Array(text.utf8).span), secret: secret, tenant: "default", name: "bootstrap",
                scopes: NewAPIKey.allScopes, expiresAt: nil, now: loop.unixMilliseconds, onlyIfFirst: true)
            while true {
                if let isFirst = try? await store.commit(key.change) {
                    if isFirst { Log.write(.info, "the bootstrap API key is now the first key of the tenant default") }
                    return
                }
                await loop.sleep(milliseconds: 200)
            }
        }
    }

    /// Delivers what is due, here or left behind by a process that is gone, as long as this one lives.
    private static func patrol(_ courier: Courier, on loop: Loop) {
        // Not Sendable and not sent: the task runs on this thread.
        nonisolated(unsafe) let courier = courier
        Task(executorPreference: loop) {
            while true { await loop.sleep(milliseconds: await courier.round()) }
        }
    }

    /// Delivers what has just been posted, while others may still be under way.
    private static func deliver(_ courier: Courier, on loop: Loop) {
        nonisolated(unsafe) let courier = courier
        Task(executorPreference: loop) { _ = await courier.round() }
    }

    /// Has the courier look at once. Called on the loop's thread.
    func wakeCourier() { if let courier { Worker.deliver(courier, on: loop) } }

    /// Serves from another catalogue from now on; lists and calls under way keep theirs.
    func install(_ catalogue: Catalogue) {
        installed.current = catalogue
        access.distrustAll()
    }

    /// Tells whoever asks for `/readyz` to send no more.
    func retire() { gateway.isDraining = true }

    /// Answers what is under way, takes nothing new, then calls `whenDone`.
    func drain(whenDone: @escaping @Sendable () -> Void) {
        retire()
        listener.drain(whenDone: whenDone)
    }
}
