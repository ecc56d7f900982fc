// Records as the JSON that the store keeps. Decoding fails only for what no version of this program wrote.

import Compression
import Crypto
import Wire

extension ServerConfig {
    package init?(json: JSON) {
        self.init()
        filter = ToolFilter(
            methods: Set(json["methods"]?.strings ?? []), tags: Set(json["tags"]?.strings ?? []),
            tools: Set(json["tools"]?.strings ?? []))
        presentation.exposure = json["tool_exposure"]?.string.flatMap(ToolExposure.init) ?? .all
        presentation.isStructured = json["structured_output"]?.bool ?? false
        requiresAPIKey = json["require_api_token_auth"]?.bool ?? false
        errors = json["errors"]?.string.flatMap(ErrorStyle.init) ?? .jsonrpc
        timeout = json["timeout_ms"]?.int ?? timeout
        maximumResponse = json["max_response_bytes"]?.int ?? maximumResponse
    }

    /// As clients see it: what was left at its default is left out.
    package var json: JSON {
        let standard = ServerConfig()
        func list(_ set: Set<String>) -> JSON? { set.isEmpty ? nil : .array(set.sorted().map(JSON.string)) }
        return .of([
            "methods": list(filter.methods), "tags": list(filter.tags), "tools": list(filter.tools),
            "require_api_token_auth": requiresAPIKey ? true : nil,
            "tool_exposure": presentation.exposure == .all ? nil : .string(presentation.exposure.rawValue),
            "structured_output": presentation.isStructured ? true : nil,
            "errors": errors == standard.errors ? nil : .string(errors.rawValue),
            "timeout_ms": timeout == standard.timeout ? nil : JSON(timeout),
            "max_response_bytes": maximumResponse == standard.maximumResponse ? nil : JSON(maximumResponse),
        ])
    }
}

extension ServerRecord {
    convenience init?(bytes: [UInt8]) {
        guard let fields = RecordFields(bytes), let id = fields.text("id"), let tenant = fields.text("tenant"),
            let account = fields.text("account"), let integration = fields.text("integration"),
            let name = fields.text("name"), let config = fields.json("config").flatMap(ServerConfig.init),
            let createdAt = fields.number("created_at"), let updatedAt = fields.number("updated_at"),
            let tokenKey = fields.text("token_key")
        else { return nil }
        self.init(
            id: id, tenant: tenant, account: account, integration: integration, name: name, config: config,
            expiresAt: fields.number("expires_at"), createdAt: createdAt, updatedAt: updatedAt, tokenKey: tokenKey)
    }

    var bytes: [UInt8] {
        JSON.of([
            "id": .string(id), "tenant": .string(tenant), "account": .string(account),
            "integration": .string(integration), "name": .string(name), "config": config.json,
            "expires_at": expiresAt.map { JSON($0) }, "created_at": JSON(createdAt),
            "updated_at": JSON(updatedAt), "token_key": .string(tokenKey),
        ]).bytes
    }
}

extension AccountRecord {
    init?(bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes), let id = json["id"]?.string, let tenant = json["tenant"]?.string,
            let integration = json["integration"]?.string, let region = json["region"]?.string.flatMap(Region.init),
            let status = json["status"]?.string.flatMap(AccountStatus.init), let createdAt = json["created_at"]?.int64,
            let updatedAt = json["updated_at"]?.int64,
            let sealed = json["refresh_token"]?.string.flatMap(Base64.decode)
        else { return nil }
        let context = (json["context"]?.members ?? []).compactMap { member in
            member.value.string.map { (member.key, $0) }
        }
        self.init(
            id: id, tenant: tenant, integration: integration, region: region, status: status,
            context: Dictionary(context) { $1 }, createdAt: createdAt, updatedAt: updatedAt, sealedRefreshToken: sealed)
    }

    var bytes: [UInt8] {
        JSON.of([
            "id": .string(id), "tenant": .string(tenant), "integration": .string(integration),
            "region": .string(region.rawValue), "status": .string(status.rawValue), "context": contextJSON,
            "created_at": JSON(createdAt), "updated_at": JSON(updatedAt),
            "refresh_token": .string(Base64.encode(sealedRefreshToken)),
        ]).bytes
    }

    var contextJSON: JSON { .object(context.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }) }
}

extension APIKeyRecord {
    package init?(bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes), let id = json["id"]?.string, let tenant = json["tenant"]?.string,
            let name = json["name"]?.string, let scopes = json["scopes"]?.strings,
            let createdAt = json["created_at"]?.int64, let digestKey = json["digest_key"]?.string
        else { return nil }
        self.init(
            id: id, tenant: tenant, name: name, scopes: scopes, createdAt: createdAt,
            expiresAt: json["expires_at"]?.int64, digestKey: digestKey)
    }

    var bytes: [UInt8] {
        JSON.of([
            "id": .string(id), "tenant": .string(tenant), "name": .string(name),
            "scopes": .array(scopes.map(JSON.string)), "created_at": JSON(createdAt),
            "expires_at": expiresAt.map { JSON($0) }, "digest_key": .string(digestKey),
        ]).bytes
    }
}

extension AccessToken {
    private static func binding(_ account: String) -> String { "access token of \(account)" }

    init?(bytes: [UInt8], account: String, secret: GatewaySecret) {
        guard let json = try? JSON(parsing: bytes), let sealed = json["token"]?.string.flatMap(Base64.decode),
            let token = secret.open(sealed, binding: AccessToken.binding(account)),
            let issuedAt = json["issued_at"]?.int64, let expiresAt = json["expires_at"]?.int64
        else { return nil }
        self.init(secret: token, issuedAt: issuedAt, expiresAt: expiresAt)
    }

    func bytes(account: String, secret gatewaySecret: GatewaySecret) -> [UInt8] {
        let sealed = gatewaySecret.seal(secret, binding: AccessToken.binding(account))
        return JSON.of([
            "token": .string(Base64.encode(sealed)), "issued_at": JSON(issuedAt), "expires_at": JSON(expiresAt),
        ]).bytes
    }
}
