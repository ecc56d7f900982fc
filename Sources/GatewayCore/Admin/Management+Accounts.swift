// Connected accounts.

import Wire

extension Management {
    func createAccount(_ request: Request) async throws(ManagementError) -> Response {
        let body = try body(request, ManagementSchemas.account)
        let name = body["integration"]?.string ?? ""
        guard let integration = catalogue.integration(named: name) else {
            let hint = didYouMean(name, among: catalogue.names)
            throw .badRequest(
                "`integration`: there is no integration `\(name.prefix(100))`.\(hint)", field: "integration")
        }
        guard let region = body["region"]?.string.flatMap(Region.init), integration.regions.contains(region) else {
            let known = integration.regions.map(\.rawValue).joined(separator: ", ")
            throw .badRequest("`region`: \(integration.title) exists in \(known).", field: "region")
        }
        var context: [String: String] = [:]
        for (key, value) in body["context"]?.members ?? [] {
            guard let text = value.string else {
                throw .badRequest("`context.\(key)` must be a string.", field: "context.\(key)")
            }
            context[key] = text
        }
        let now = clock.unixMilliseconds
        var record = AccountRecord(
            id: UUID.make(unixMilliseconds: now), tenant: request.tenant, integration: integration.name, region: region,
            status: .active, context: context, createdAt: now, updatedAt: now, sealedRefreshToken: [])
        let refreshToken = body["credentials"]?["refresh_token"]?.string ?? ""
        record.sealedRefreshToken = access.secret.seal(Array(refreshToken.utf8), binding: record.refreshBinding)
        try await commit(
            Change(
                conditions: [.absent(key: StoreKey.account(record.id))],
                writes: [
                    .put(key: StoreKey.account(record.id), value: record.bytes, expiresAt: nil),
                    .insert(member: record.id, index: StoreKey.accounts(ofTenant: record.tenant)),
                ]))
        return Response(status: 201, body: shown(await connected(record, integration)))
    }

    /// The account with what its product says about it. Best effort: what cannot be read now is read by the first call
    /// that needs it, and a connection that is refused shows in the status.
    private func connected(_ record: AccountRecord, _ integration: Integration) async -> AccountRecord {
        let context = AccountContext(
            access: access, upstream: upstream, tokens: tokens, integration: integration, clock: clock)
        if let known = try? await context.read(record, again: false) { return known }
        let stored = try? await access.store.value(of: StoreKey.account(record.id))
        return stored.flatMap { AccountRecord(bytes: $0) } ?? record
    }

    /// A new access token, and once more everything that the product says about the account.
    func refreshCredentials(_ id: String, _ request: Request) async throws(ManagementError) -> Response {
        let (record, _) = try await account(id, request.tenant)
        let context = AccountContext(
            access: access, upstream: upstream, tokens: tokens, integration: try integration(of: record), clock: clock)
        do throws(CallFailure) {
            try await tokens.renewNow(record)
            return Response(status: 200, body: shown(try await context.read(record, again: true)))
        } catch {
            // 401 would speak of the key that came with this request, which is good.
            let status = error.errorClass.status == 401 ? 409 : error.errorClass.status
            throw ManagementError(status: status, message: error.message)
        }
    }

    func listAccounts(_ request: Request) async throws(ManagementError) -> Response {
        try await page(
            StoreKey.accounts(ofTenant: request.tenant), request, key: StoreKey.account,
            decode: AccountRecord.init(bytes:),
            show: shown)
    }

    /// The account, if it is the tenant's; another tenant's does not exist.
    func account(_ id: String, _ tenant: String) async throws(ManagementError) -> (
        record: AccountRecord, bytes: [UInt8]
    ) {
        guard UUID.isWellFormed(id), let bytes = try await read(StoreKey.account(id)),
            let record = AccountRecord(bytes: bytes), record.tenant == tenant
        else { throw .notFound("integrated account") }
        return (record, bytes)
    }

    /// Deletes the account with its servers: their URLs stop working with it, not after it.
    func deleteAccount(_ id: String, _ request: Request) async throws(ManagementError) -> Response {
        let (record, bytes) = try await account(id, request.tenant)
        var change = removal(of: try await allServers(of: id), account: id)
        change.conditions = [.equals(key: StoreKey.account(id), value: bytes)]
        change.writes += [
            .delete(key: StoreKey.account(id)), .delete(key: StoreKey.accessToken(id)),
            // Without its lock a renewal under way cannot put a token back.
            .delete(key: StoreKey.refreshLock(id)), .delete(key: StoreKey.renewalPause(id)),
            .remove(member: id, index: StoreKey.accounts(ofTenant: record.tenant)),
        ]
        change.announcements += [StoreKey.account(id), StoreKey.accessToken(id)]
        do { change.writes += try await outbox.writes(.deleted, record) } catch {
            throw ManagementError.storeUnavailable
        }
        try await commit(change)
        outbox.posted()
        // One that was made between the look and the deletion; none can be made any more.
        let late = try await allServers(of: id)
        if !late.isEmpty { try await commit(removal(of: late, account: id)) }
        return Response(status: 204, body: nil)
    }

    private func removal(of servers: [(id: String, record: ServerRecord?)], account: String) -> Change {
        var change = Change()
        for (server, record) in servers {
            change.writes += [
                .delete(key: StoreKey.server(server)),
                .remove(member: server, index: StoreKey.servers(ofAccount: account)),
            ]
            guard let record else { continue }
            change.writes.append(.delete(key: record.tokenKey))
            change.announcements.append(record.tokenKey)
        }
        return change
    }

    private func allServers(of account: String) async throws(ManagementError) -> [(id: String, record: ServerRecord?)] {
        var found: [(String, ServerRecord?)] = []
        do throws(StoreFailure) {
            while true {
                let ids = try await access.store.members(
                    of: StoreKey.servers(ofAccount: account), after: found.last?.0, limit: 200)
                guard !ids.isEmpty else { return found }
                let values = try await access.store.values(of: ids.map(StoreKey.server))
                for (id, value) in zip(ids, values) { found.append((id, value.flatMap(ServerRecord.init(bytes:)))) }
            }
        } catch {
            throw .storeUnavailable
        }
    }

    /// The tools that a filter would expose.
    func listTools(_ id: String, _ request: Request) async throws(ManagementError) -> Response {
        let (record, _) = try await account(id, request.tenant)
        let integration = try integration(of: record)
        func list(_ name: String) -> Set<String> {
            Set((request.query[name] ?? "").split(separator: ",").map { String($0.drop { $0 == " " }) })
        }
        let filter = ToolFilter(methods: list("methods"), tags: list("tags"), tools: list("tools"))
        if let problem = filter.problems(for: integration).first {
            throw .badRequest(
                String(problem.dropFirst("config.".count)),
                field: String(problem.dropFirst("config.".count).prefix { $0 != ":" }))
        }
        let tools = catalogue.toolSet(integration, filter).tools
        let shown = tools.map { tool -> JSON in
            var json = tool.listing(structured: false)
            json.set("resource", .string(tool.resource))
            json.set("method", .string(tool.method))
            json.set("tags", .array(tool.tags.sorted().map(JSON.string)))
            return json
        }
        return Response(status: 200, body: ["result": .array(shown), "result_count": JSON(shown.count)])
    }

    func integration(of account: AccountRecord) throws(ManagementError) -> Integration {
        guard let integration = catalogue.integration(named: account.integration) else {
            throw ManagementError(
                status: 409, message: "The integration \(account.integration) is not installed on this gateway.")
        }
        return integration
    }

    /// An account as clients see it: nothing of its credentials.
    func shown(_ account: AccountRecord) -> JSON {
        [
            "id": .string(account.id), "integration": .string(account.integration),
            "region": .string(account.region.rawValue),
            "status": .string(account.status.rawValue), "context": account.contextJSON,
            "created_at": timestamp(account.createdAt), "updated_at": timestamp(account.updatedAt),
        ]
    }
}
