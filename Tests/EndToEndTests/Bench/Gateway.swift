// `tollgate serve` as a process, and what its users say to it.

import Foundation
import Wire

final class Gateway: Sendable {
    let process: ChildProcess
    let port: UInt16
    let apiKey: String
    /// Seconds from the start of the process to its readiness.
    let startTime: Double

    init(_ program: String? = nil, environment: [String: String], apiKey: String, folder: Folder, name: String) throws {
        self.apiKey = apiKey
        port = try freePort()
        let port = self.port
        var environment = environment
        environment["TOLLGATE_LISTEN"] = "127.0.0.1:\(port)"
        let began = now()
        let process = try ChildProcess(
            try program ?? Products.path("tollgate"), ["serve"], environment: environment, folder: folder, name: name)
        self.process = process
        try eventually("tollgate does not get ready: \(process.errors)") {
            guard process.isRunning else { throw Trouble("tollgate has ended: \(process.errors)") }
            return (try? RawClient(port: port).ask("GET", "/readyz"))?.status == 200
        }
        startTime = now() - began
        // One worker is ready; the others may still be starting.
        try eventually("not all workers start: \(process.errors)") { process.errors.contains(" listening on ") }
    }

    func connect() throws -> RawClient { try RawClient(port: port) }

    // MARK: Management

    func manage(_ method: String, _ path: String, _ body: JSON? = nil, key: String? = nil) throws -> Response {
        try connect().ask(method, path, fields: ["Authorization: Bearer \(key ?? apiKey)"], body: body?.text)
    }

    private func made(_ path: String, _ body: JSON) throws -> JSON {
        let response = try manage("POST", path, body)
        guard response.status == 201 else { throw Trouble("POST \(path): \(response.status) \(response.text)") }
        return try response.json
    }

    func makeAccount(
        region: String = "us", integration: String = "zoho_bigin", refreshToken: String? = nil
    ) throws -> String {
        // The bootstrap key is made in the background.
        try eventually("the bootstrap key does not work") {
            try manage("GET", "/integrated-account").status == 200
        }
        let json = try made(
            "/integrated-account",
            [
                "integration": .string(integration), "region": .string(region),
                "credentials": ["refresh_token": .string(refreshToken ?? Simulator.refreshToken(region))],
            ])
        return json["id"]?.string ?? ""
    }

    func makeServer(_ account: String, config: JSON = [:], expiresAt: String? = nil) throws -> Server {
        var body: JSON = ["name": "end to end", "config": config]
        if let expiresAt { body.set("expires_at", .string(expiresAt)) }
        let json = try made("/integrated-account/\(account)/mcp", body)
        return Server(
            id: json["id"]?.string ?? "", account: account, token: json["token"]?.string ?? "",
            url: json["url"]?.string ?? "")
    }

    func delete(_ server: Server) throws {
        let response = try manage("DELETE", "/integrated-account/\(server.account)/mcp/\(server.id)")
        guard response.status == 204 else { throw Trouble("DELETE: \(response.status) \(response.text)") }
    }

    // MARK: MCP

    func post(
        _ token: String, _ message: JSON, on client: RawClient? = nil, fields: [String] = []
    ) throws -> Response {
        try (client ?? connect()).ask(
            "POST", "/mcp/\(token)", fields: Gateway.mcpFields + fields, body: message.text)
    }

    static let mcpFields = ["Content-Type: application/json", "Accept: application/json, text/event-stream"]

    static func message(_ tool: String, _ arguments: JSON, id: JSON = 1) -> JSON {
        [
            "jsonrpc": "2.0", "id": id, "method": "tools/call",
            "params": ["name": .string(tool), "arguments": arguments],
        ]
    }

    static let ping: JSON = ["jsonrpc": "2.0", "id": 1, "method": "ping"]

    /// The JSON-RPC answer to a tool call.
    func call(
        _ token: String, _ tool: String, _ arguments: JSON = [:], on client: RawClient? = nil
    ) throws -> Answer {
        let response = try post(token, Gateway.message(tool, arguments), on: client)
        guard response.status == 200 else { throw Trouble("\(tool): HTTP \(response.status) \(response.text)") }
        return Answer(json: try response.json, response: response)
    }

    /// The HTTP status that a token gets.
    func status(_ token: String, on client: RawClient? = nil) throws -> Int {
        try post(token, Gateway.ping, on: client).status
    }
}

struct Server: Sendable {
    let id: String
    let account: String
    let token: String
    let url: String
}

/// An answer to `tools/call`.
struct Answer {
    let json: JSON
    let response: Response

    var code: Int? { json["error"]?["code"]?.int }
    var message: String { json["error"]?["message"]?.string ?? "" }
    var data: JSON? { json["error"]?["data"] }
    var isError: Bool { json["result"]?["isError"]?.bool ?? (json["error"] != nil) }
    /// Text blocks of a result.
    var texts: [String] { json["result"]?["content"]?.array?.compactMap { $0["text"]?.string } ?? [] }
    var payload: JSON? { texts.first.flatMap { try? JSON(parsing: Array($0.utf8)) } }
}
