// The management API: routes, keys, bodies. What each route does stands in the files beside this one.

import Crypto
import Wire

package final class Management {
    let access: Access
    private let installed: InstalledCatalogue
    var catalogue: Catalogue { installed.current }
    let tokens: AccessTokens
    let upstream: any Upstream
    let clock: any Clock
    let publicURL: PublicURL
    /// Shortest time ahead that an `expires_at` may lie, in seconds.
    let minimumExpiry: Int
    let outbox: Outbox

    package init(
        access: Access, catalogue: InstalledCatalogue, tokens: AccessTokens, upstream: any Upstream, clock: any Clock,
        publicURL: PublicURL, minimumExpiry: Int, outbox: Outbox
    ) {
        self.access = access
        installed = catalogue
        self.tokens = tokens
        self.upstream = upstream
        self.clock = clock
        self.publicURL = publicURL
        self.minimumExpiry = minimumExpiry
        self.outbox = outbox
    }

    /// One authenticated request.
    struct Request {
        let method: Method
        let query: Query
        let input: [UInt8]
        let body: Range<Int>
        let key: APIKeyRecord

        var tenant: String { key.tenant }
    }

    struct Response {
        let status: Int
        /// nil for an answer without a body.
        let body: JSON?
    }

    private enum Route {
        case accounts, account(String), refresh(String), servers(String), server(String, String), tools(String),
            apiKeys, apiKey(String)

        var scope: APIScope {
            switch self {
            case .accounts, .account, .refresh, .tools: .accounts
            case .servers, .server: .servers
            case .apiKeys, .apiKey: .keys
            }
        }

        var methods: [String] {
            switch self {
            case .accounts, .servers, .apiKeys: ["GET", "POST"]
            case .account, .server: ["GET", "DELETE"]
            case .tools: ["GET"]
            case .refresh: ["POST"]
            case .apiKey: ["DELETE"]
            }
        }
    }

    private static func route(_ path: String) -> Route? {
        let parts = path.split(separator: "/").map(String.init)
        switch (parts.first, parts.count) {
        case ("integrated-account", 1): return .accounts
        case ("integrated-account", 2): return .account(parts[1])
        case ("integrated-account", 3) where parts[2] == "refresh-credentials": return .refresh(parts[1])
        case ("integrated-account", 3) where parts[2] == "mcp": return .servers(parts[1])
        case ("integrated-account", 3) where parts[2] == "tools": return .tools(parts[1])
        case ("integrated-account", 4) where parts[2] == "mcp": return .server(parts[1], parts[3])
        case ("admin", 4) where parts[1] == "integrated-accounts" && parts[3] == "mcp": return .servers(parts[2])
        case ("admin", 5) where parts[1] == "integrated-accounts" && parts[3] == "mcp":
            return .server(parts[2], parts[4])
        case ("api-key", 1): return .apiKeys
        case ("api-key", 2): return .apiKey(parts[1])
        default: return nil
        }
    }

    package func handle(_ exchange: any Exchange) async {
        do throws(ManagementError) {
            let response = try await answer(exchange)
            exchange.respond(
                response.body == nil
                    ? ResponseHead(response.status, fields: ResponseHead.common) : .json(response.status),
                response.body?.bytes ?? [])
        } catch {
            refuse(exchange, error)
        }
    }

    func refuse(_ exchange: any Exchange, _ error: ManagementError) {
        var fields: [(String, String)] = []
        if error.status == 401 { fields = [("WWW-Authenticate", "Bearer realm=\"tollgate\"")] }
        if error.status == 503 { fields = [("Retry-After", "2")] }
        if !error.allow.isEmpty { fields = [("Allow", error.allow.joined(separator: ", "))] }
        exchange.respond(
            .json(error.status, fields), Management.error(error.status, error.message, field: error.field).bytes)
    }

    private func answer(_ exchange: any Exchange) async throws(ManagementError) -> Response {
        let input = exchange.input
        let head = exchange.request.head
        guard let route = Management.route(input.text(head.path)) else { throw .notFound("page") }
        let key = try await authorized(exchange, route.scope)
        let request = Request(
            method: head.method, query: Query(input[head.query]), input: input, body: exchange.request.body, key: key)
        switch (route, head.method) {
        case (.accounts, .post): return try await createAccount(request)
        case (.accounts, .get): return try await listAccounts(request)
        case (.account(let id), .get):
            return Response(status: 200, body: shown(try await account(id, request.tenant).record))
        case (.account(let id), .delete): return try await deleteAccount(id, request)
        case (.refresh(let id), .post): return try await refreshCredentials(id, request)
        case (.tools(let id), .get): return try await listTools(id, request)
        case (.servers(let account), .post): return try await createServer(account, request)
        case (.servers(let account), .get): return try await listServers(account, request)
        case (.server(let account, let id), .get):
            return Response(status: 200, body: shown(try await server(id, of: account, request.tenant)))
        case (.server(let account, let id), .delete): return try await deleteServer(id, of: account, request)
        case (.apiKeys, .post): return try await createKey(request)
        case (.apiKeys, .get): return try await listKeys(request)
        case (.apiKey(let id), .delete): return try await deleteKey(id, request)
        default:
            throw ManagementError(
                status: 405, message: "This path does not have the method \(input.text(head.methodName)).",
                allow: route.methods)
        }
    }

    /// The API key of a request, if it may do what `scope` names.
    func authorized(_ exchange: any Exchange, _ scope: APIScope) async throws(ManagementError) -> APIKeyRecord {
        let (input, head) = (exchange.input, exchange.request.head)
        guard head[.origin] == nil || input[head[.origin]!].elementsEqual(publicURL.origin.utf8) else {
            throw ManagementError(status: 403, message: "Requests from this origin are not allowed.")
        }
        let key = try await authenticate(input, head)
        guard key.scopes.contains(scope.rawValue) else {
            throw ManagementError(status: 403, message: "This API key lacks the scope `\(scope.rawValue)`.")
        }
        return key
    }

    private func authenticate(_ input: [UInt8], _ head: RequestHead) async throws(ManagementError) -> APIKeyRecord {
        let key: APIKeyRecord?
        do {
            key = head.isRepeated(.authorization) ? nil : try await access.apiKey(input, head[.authorization])
        } catch {
            throw .storeUnavailable
        }
        guard let key else {
            throw ManagementError(status: 401, message: "Send a valid API key as `Authorization: Bearer <api key>`.")
        }
        return key
    }

    // MARK: What the routes share

    /// The request's body, checked.
    func body(_ request: Request, _ schema: Schema) throws(ManagementError) -> JSON {
        guard !request.body.isEmpty else { throw .badRequest("A JSON body is needed.") }
        let json: JSON
        var problems: [ArgumentProblem] = []
        do throws(JSONError) {
            json = try JSON(parsing: request.input, request.body)
            var reader = JSONReader(request.input, request.body)
            try schema.check(&reader, path: "", &problems)
        } catch {
            throw .badRequest(
                "The body is not valid JSON: \(error.reason), at byte \(error.offset - request.body.lowerBound).")
        }
        guard let first = problems.first else { return json }
        throw .badRequest(
            problems.map(\.description).joined(separator: "; "), field: first.path.isEmpty ? nil : first.path)
    }

    /// An `expires_at` of a body, in Unix milliseconds; nil for never.
    func expiry(_ body: JSON) throws(ManagementError) -> Int64? {
        guard let text = body["expires_at"]?.string else { return nil }
        guard let instant = Timestamp.parse(iso8601: text) else {
            throw .badRequest(
                "`expires_at` must be an ISO 8601 instant such as 2027-01-31T12:00:00Z, or null.", field: "expires_at")
        }
        guard instant >= clock.unixMilliseconds + Int64(minimumExpiry) * 1000 else {
            throw .badRequest("`expires_at` must lie at least \(minimumExpiry) seconds ahead.", field: "expires_at")
        }
        return instant
    }

    /// `limit` and `next_cursor` of a list.
    func paging(_ query: Query) throws(ManagementError) -> (limit: Int, after: String?) {
        var limit = 50
        if let text = query["limit"] {
            guard let value = Int(text), (1...200).contains(value) else {
                throw .badRequest("`limit` must be a number from 1 to 200.", field: "limit")
            }
            limit = value
        }
        if let cursor = query["next_cursor"], !UUID.isWellFormed(cursor) {
            throw .badRequest("`next_cursor` must be one that this list gave.", field: "next_cursor")
        }
        return (limit, query["next_cursor"])
    }

    /// One page of an index, with the records behind it. Members whose record has expired are skipped.
    func page<Record>(
        _ index: String, _ request: Request, key: (String) -> String, decode: ([UInt8]) -> Record?,
        show: (Record) -> JSON
    ) async throws(ManagementError) -> Response {
        let (limit, after) = try paging(request.query)
        do throws(StoreFailure) {
            let members = try await access.store.members(of: index, after: after, limit: limit)
            let values = members.isEmpty ? [] : try await access.store.values(of: members.map(key))
            let shown = values.compactMap { $0.flatMap(decode).map(show) }
            return Response(
                status: 200,
                body: .of([
                    "result": .array(shown),
                    "next_cursor": members.count == limit ? members.last.map(JSON.string) : nil,
                ]))
        } catch {
            throw .storeUnavailable
        }
    }

    func read(_ key: String) async throws(ManagementError) -> [UInt8]? {
        do { return try await access.store.value(of: key) } catch { throw .storeUnavailable }
    }

    /// - Throws: 409 when a condition did not hold.
    func commit(_ change: Change) async throws(ManagementError) {
        let isDone: Bool
        do { isDone = try await access.store.commit(change) } catch { throw .storeUnavailable }
        guard isDone else { throw .conflict }
    }

    func timestamp(_ unixMilliseconds: Int64?) -> JSON {
        unixMilliseconds.map { .string(Timestamp.iso8601(unixMilliseconds: $0)) } ?? .null
    }
}
