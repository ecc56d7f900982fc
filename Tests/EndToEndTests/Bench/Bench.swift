// What most tests begin with: a store, a simulator, a gateway on both, one account and one server.

import Foundation
import Synchronization
import Testing
import Wire

enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case redis, sqlite

    var testDescription: String { rawValue }
}

final class Bench: Sendable {
    let folder: Folder
    let kind: StoreKind
    let redis: RedisServer?
    let simulator: Simulator
    let secret: String
    let apiKey: String
    let gateway: Gateway
    private let gateways = Mutex<[Gateway]>([])

    static let clientSecret = "demo-client-secret"

    /// - Parameter settings: added to the environment of the gateway; an empty value takes one away.
    init(_ kind: StoreKind, workers: Int = 2, settings: [String: String] = [:], program: String? = nil) throws {
        let folder = try Folder()
        self.folder = folder
        self.kind = kind
        redis = kind == .redis ? try RedisServer(folder) : nil
        simulator = try Simulator(folder)
        secret = Data((0..<32).map { _ in UInt8.random(in: 0...255) }).base64EncodedString()
        apiKey = "bootstrap-" + UUID().uuidString
        gateway = try Gateway(
            program,
            environment: Bench.environment(
                Bench.store(kind, redis, folder), secret, apiKey, simulator.port, workers, settings),
            apiKey: apiKey, folder: folder, name: "tollgate-1")
        gateways.withLock { $0.append(gateway) }
    }

    /// Ends all processes, whoever still holds on to them.
    func end() {
        for gateway in gateways.withLock({ $0 }) { gateway.process.stop() }
        simulator.process.stop()
        redis?.kill()
    }

    deinit { end() }

    private static func store(_ kind: StoreKind, _ redis: RedisServer?, _ folder: Folder) -> String {
        kind == .redis ? redis!.url : "sqlite:\(folder.path)/store.sqlite"
    }

    var store: String { Bench.store(kind, redis, folder) }

    private static func environment(
        _ store: String, _ secret: String, _ apiKey: String, _ simulator: UInt16, _ workers: Int,
        _ settings: [String: String]
    ) -> [String: String] {
        [
            "TOLLGATE_STORE": store, "TOLLGATE_SECRET": secret, "TOLLGATE_BOOTSTRAP_API_KEY": apiKey,
            "TOLLGATE_ZOHO_CLIENT_ID": "1000.TOLLGATEDEMO", "TOLLGATE_ZOHO_CLIENT_SECRET": clientSecret,
            "TOLLGATE_UPSTREAM_OVERRIDE": "*=http://127.0.0.1:\(simulator)", "TOLLGATE_WORKERS": "\(workers)",
            "TOLLGATE_MIN_EXPIRY_SECONDS": "0",
        ].merging(settings) { $1 }.filter { !$0.value.isEmpty }
    }

    /// A further gateway on the same store.
    func replica(workers: Int = 2, settings: [String: String] = [:], program: String? = nil) throws -> Gateway {
        let count = gateways.withLock { $0.count }
        let gateway = try Gateway(
            program, environment: Bench.environment(store, secret, apiKey, simulator.port, workers, settings),
            apiKey: apiKey, folder: folder, name: "tollgate-\(count + 1)")
        gateways.withLock { $0.append(gateway) }
        return gateway
    }

    func makeServer(config: JSON = [:], expiresAt: String? = nil) throws -> Server {
        try gateway.makeServer(try gateway.makeAccount(), config: config, expiresAt: expiresAt)
    }
}
