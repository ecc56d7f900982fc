// One worker of a gateway, on fakes: everything that the executable wires, with time, store and upstream in the test's
// hands.

import Catalogues
import Crypto
import Wire

@testable import GatewayCore

/// The catalogues of the binary, loaded once.
let installed: Catalogue = {
    do { return try Catalogue(files: Catalogues.embedded) } catch { preconditionFailure("\(error)") }
}()

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func digest(_ text: String, _ secret: GatewaySecret) -> Digest { secret.digest(of: bytes(text).span) }

final class Tally {
    var count = 0
}

final class Bench {
    let clock: ManualClock
    let shared: SharedState
    let store: MemoryStore
    let secret: GatewaySecret
    let access: Access
    let upstream: ScriptedUpstream
    let tokens: AccessTokens
    let outbox: Outbox
    /// How often the courier was to look at once.
    let wakes = Tally()
    let gateway: Gateway
    let counters = Counters()

    static let refreshToken = "1000.refresh-token-of-nobody"
    static let usage = ProcessUsage(
        residentBytes: 1, cpuSeconds: 0.5, openDescriptors: 9, maximumDescriptors: 99, startTime: 1_800_000_000)
    static let clientSecret = "client-secret-of-nobody"
    static let accessToken = "1000.access-token-of-nobody"

    /// - Parameter beside: another replica; the new one shares its store.
    init(
        beside: Bench? = nil, catalogue: Catalogue = installed, hasClient: Bool = true, graceSeconds: Int = 30,
        limits: CallLimits = CallLimits(perAccount: 100, perHost: 200)
    ) {
        clock = beside?.clock ?? ManualClock()
        shared = beside?.shared ?? SharedState(clock: clock)
        store = MemoryStore(shared)
        secret = beside?.secret ?? GatewaySecret(material: [UInt8](repeating: 7, count: 32))
        let catalogue = InstalledCatalogue(catalogue)
        access = Access(
            store: store, secret: secret, clock: clock, catalogue: catalogue, graceSeconds: graceSeconds)
        upstream = ScriptedUpstream()
        let wakes = wakes
        outbox = Outbox(store: store, clock: clock) { wakes.count += 1 }
        tokens = AccessTokens(
            access: access, upstream: upstream, clock: clock,
            client: hasClient ? OAuthClient(id: "client", secret: Bench.clientSecret) : nil,
            dashboard: "https://gateway.example", counters: counters, outbox: outbox)
        let engine = CallEngine(
            access: access, tokens: tokens, upstream: upstream, clock: clock, limits: limits, counters: counters)
        let url = PublicURL("https://gateway.example")!
        let management = Management(
            access: access, catalogue: catalogue, tokens: tokens, upstream: upstream, clock: clock, publicURL: url,
            minimumExpiry: 60, outbox: outbox)
        let requestIDs = RequestIDs(prefix: "r")
        gateway = Gateway(
            access: access, endpoint: MCPEndpoint(engine: engine, version: "1.0", requestIDs: requestIDs),
            proxy: Proxy(management: management, engine: engine, requestIDs: requestIDs), management: management,
            publicURL: url, counters: counters, allCounters: [counters], usage: { Bench.usage })
        store.onEvent?(.subscribed)
        clock.advance(milliseconds: 1)
    }

    // MARK: What is in the store before a test begins

    func account(
        tenant: String = "tenant-a", integration: String = "zoho_bigin", region: Region = .eu,
        status: AccountStatus = .active, context: [String: String] = [:]
    ) async throws -> AccountRecord {
        var record = AccountRecord(
            id: UUID.make(unixMilliseconds: clock.unixMilliseconds), tenant: tenant, integration: integration,
            region: region, status: status, context: context, createdAt: clock.unixMilliseconds,
            updatedAt: clock.unixMilliseconds, sealedRefreshToken: [])
        record.sealedRefreshToken = secret.seal(bytes(Bench.refreshToken), binding: record.refreshBinding)
        _ = try await store.commit(
            Change(writes: [
                .put(key: StoreKey.account(record.id), value: record.bytes, expiresAt: nil),
                .insert(member: record.id, index: StoreKey.accounts(ofTenant: tenant)),
            ]))
        return record
    }

    func server(
        on account: AccountRecord, config: ServerConfig = ServerConfig(), expiresAt: Int64? = nil
    ) async throws -> (record: ServerRecord, token: String) {
        let token = Token(generating: .server)
        let record = ServerRecord(
            id: UUID.make(unixMilliseconds: clock.unixMilliseconds), tenant: account.tenant, account: account.id,
            integration: account.integration, name: "Sales", config: config, expiresAt: expiresAt,
            createdAt: clock.unixMilliseconds, updatedAt: clock.unixMilliseconds,
            tokenKey: StoreKey.token(token.digest(under: secret), secret))
        _ = try await store.commit(
            Change(writes: [
                .put(key: record.tokenKey, value: record.bytes, expiresAt: expiresAt),
                .put(key: StoreKey.server(record.id), value: record.bytes, expiresAt: expiresAt),
                .insert(member: record.id, index: StoreKey.servers(ofAccount: account.id)),
            ]))
        return (record, token.revealed)
    }

    func apiKey(
        tenant: String = "tenant-a", scopes: [String] = NewAPIKey.allScopes, expiresAt: Int64? = nil
    ) async throws -> (id: String, text: String) {
        let token = Token(generating: .apiKey)
        let key = NewAPIKey(
            digest: token.digest(under: secret), secret: secret, tenant: tenant, name: "key", scopes: scopes,
            expiresAt: expiresAt, now: clock.unixMilliseconds)
        _ = try await store.commit(key.change)
        return (key.record.id, token.revealed)
    }

    /// An access token that was issued `age` seconds ago and lives for an hour.
    func accessToken(_ text: String = Bench.accessToken, for account: AccountRecord, age: Int = 600) async throws {
        let issuedAt = clock.unixMilliseconds - Int64(age) * 1000
        let token = AccessToken(secret: bytes(text), issuedAt: issuedAt, expiresAt: issuedAt + 3_600_000)
        let key = StoreKey.accessToken(account.id)
        _ = try await store.commit(
            Change(
                writes: [
                    .put(
                        key: key, value: token.bytes(account: account.id, secret: secret), expiresAt: token.expiresAt)
                ], announcements: [key]))
    }

    // MARK: Requests

    func send(_ exchange: RecordingExchange) async -> RecordingExchange {
        await gateway.handle(exchange)
        return exchange
    }

    func send(
        _ method: String, _ target: String, key: String? = nil, body: String = "", fields: [String] = []
    ) async throws -> RecordingExchange {
        var fields = fields
        if let key { fields.append("Authorization: Bearer \(key)") }
        return await send(try RecordingExchange(method, target, fields, body))
    }

    func post(_ token: String, _ body: String, _ fields: [String] = []) async throws -> RecordingExchange {
        await send(
            try RecordingExchange("POST", "/mcp/\(token)", ["Content-Type: application/json"] + fields, body))
    }

    func call(_ token: String, _ tool: String, _ arguments: String = "{}") async throws -> RecordingExchange {
        try await post(
            token,
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\#(tool)","arguments":\#(arguments)}}"#)
    }
}
