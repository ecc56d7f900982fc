// MCP servers: each is one secret URL on one account.

import Wire

extension Management {
    func createServer(_ accountID: String, _ request: Request) async throws(ManagementError) -> Response {
        let (account, accountBytes) = try await account(accountID, request.tenant)
        let body = try body(request, ManagementSchemas.server)
        let config = try config(body["config"] ?? [:], try integration(of: account))
        let expiresAt = try expiry(body)
        let now = clock.unixMilliseconds
        let token = Token(generating: .server)
        let server = ServerRecord(
            id: UUID.make(unixMilliseconds: now), tenant: request.tenant, account: accountID,
            integration: account.integration, name: body["name"]?.string ?? "", config: config, expiresAt: expiresAt,
            createdAt: now, updatedAt: now, tokenKey: StoreKey.token(token.digest(under: access.secret), access.secret))
        try await commit(
            Change(
                // The account must still be there: a server that outlives it would be a URL that nobody can find.
                conditions: [
                    .equals(key: StoreKey.account(accountID), value: accountBytes), .absent(key: server.tokenKey),
                ],
                writes: [
                    .put(key: server.tokenKey, value: server.bytes, expiresAt: expiresAt),
                    .put(key: StoreKey.server(server.id), value: server.bytes, expiresAt: expiresAt),
                    .insert(member: server.id, index: StoreKey.servers(ofAccount: accountID)),
                ]))
        var json = shown(server)
        json.set("token", .string(token.revealed))
        json.set("url", .string("\(publicURL.text)/mcp/\(token.revealed)"))
        return Response(status: 201, body: json)
    }

    /// - Throws: 400 for names that the integration does not have, and for a filter that leaves no tool.
    private func config(_ json: JSON, _ integration: Integration) throws(ManagementError) -> ServerConfig {
        let config = ServerConfig(json: json) ?? ServerConfig()
        let problems = config.filter.problems(for: integration)
        if let first = problems.first {
            throw .badRequest(problems.joined(separator: " "), field: String(first.prefix { $0 != ":" }))
        }
        guard !catalogue.toolSet(integration, config.filter).tools.isEmpty else {
            throw .badRequest(
                "No tool of \(integration.name) passes this filter: its methods, tags and tools must agree on at least one.",
                field: "config")
        }
        return config
    }

    func listServers(_ accountID: String, _ request: Request) async throws(ManagementError) -> Response {
        _ = try await account(accountID, request.tenant)
        return try await page(
            StoreKey.servers(ofAccount: accountID), request, key: StoreKey.server, decode: ServerRecord.init(bytes:),
            show: shown)
    }

    func server(_ id: String, of accountID: String, _ tenant: String) async throws(ManagementError) -> ServerRecord {
        guard UUID.isWellFormed(id), let bytes = try await read(StoreKey.server(id)),
            let record = ServerRecord(bytes: bytes),
            record.tenant == tenant, record.account == accountID
        else { throw .notFound("MCP server") }
        return record
    }

    func deleteServer(_ id: String, of accountID: String, _ request: Request) async throws(ManagementError) -> Response
    {
        let server = try await server(id, of: accountID, request.tenant)
        try await commit(
            Change(
                writes: [
                    .delete(key: server.tokenKey), .delete(key: StoreKey.server(id)),
                    .remove(member: id, index: StoreKey.servers(ofAccount: accountID)),
                ], announcements: [server.tokenKey]))
        return Response(status: 204, body: nil)
    }

    /// A server as clients see it: neither its token nor its URL, which are shown once.
    func shown(_ server: ServerRecord) -> JSON {
        [
            "id": .string(server.id), "integrated_account_id": .string(server.account), "name": .string(server.name),
            "config": server.config.json, "expires_at": timestamp(server.expiresAt),
            "created_at": timestamp(server.createdAt), "updated_at": timestamp(server.updatedAt),
        ]
    }
}
