// One simulator and what tests say to it.

import Net
import Wire

@testable import ZohoSimulator

struct Zoho {
    static let client = "client_id=1000.TOLLGATEDEMO&client_secret=demo-client-secret"

    let running: RunningSimulator

    /// Runs `body` with a fresh simulator that ends with it.
    static func run(
        _ data: SimulatorData = SimulatorData(), _ body: (Zoho) async throws -> Void
    ) async throws {
        let running = try await RunningSimulator.start(data: data)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(Zoho(running: running)))
        } catch {
            result = .failure(error)
        }
        await running.stop()
        try result.get()
    }

    func connect(receiveBuffer: Int32? = nil) throws -> RawClient {
        try RawClient(running.address, receiveBuffer: receiveBuffer)
    }

    static func request(
        _ method: String, _ host: String, _ target: String, token: String? = nil, fields: [String] = [],
        body: String? = nil
    ) -> String {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n"
        if let token { text += "Authorization: Zoho-oauthtoken \(token)\r\n" }
        for field in fields { text += field + "\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
        return text + "\r\n" + (body ?? "")
    }

    func send(
        _ method: String, _ host: String, _ target: String, token: String? = nil, fields: [String] = [],
        body: String? = nil
    ) throws -> Response {
        let client = try connect()
        client.send(Zoho.request(method, host, target, token: token, fields: fields, body: body))
        return try client.readResponse()
    }

    // MARK: Accounts

    func post(_ form: String, to host: String = "accounts.zoho.eu", _ path: String = "/oauth/v2/token") throws
        -> Response
    {
        try send("POST", host, path, fields: ["Content-Type: application/x-www-form-urlencoded"], body: form)
    }

    func refresh(_ region: Region = .eu, _ refreshToken: String? = nil) throws -> Response {
        let refreshToken = refreshToken ?? SimulatorData.demoRefreshToken(region)
        return try post(
            "grant_type=refresh_token&refresh_token=\(refreshToken)&\(Zoho.client)", to: region.accountsHost)
    }

    func accessToken(_ region: Region = .eu, _ refreshToken: String? = nil) throws -> String {
        let response = try refresh(region, refreshToken)
        guard let token = try response.json["access_token"]?.string else { throw ClientFailure(what: response.text) }
        return token
    }

    // MARK: Bigin

    func bigin(
        _ method: String, _ target: String, token: String?, fields: [String] = [], body: String? = nil
    ) throws -> Response {
        try send(method, "www.zohoapis.eu", "/bigin/v2/\(target)", token: token, fields: fields, body: body)
    }

    // MARK: Control

    @discardableResult
    func control(_ method: String, _ path: String, _ body: JSON? = nil) throws -> JSON {
        let response = try send(method, "localhost", "/_sim/\(path)", body: body?.text)
        guard response.status == 200 else { throw ClientFailure(what: response.text) }
        return try response.json
    }

    func rule(_ rule: JSON) throws { try control("POST", "rules", rule) }
}

extension Response {
    var json: JSON { get throws { try JSON(parsing: body) } }
}
