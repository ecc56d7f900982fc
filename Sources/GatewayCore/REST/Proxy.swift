// `/proxy/{resource}[/{id}]`: the tools of an account as plain REST, for programs rather than models. The engine is the
// one that serves `tools/call`.

import Wire

package final class Proxy {
    private let management: Management
    private let engine: CallEngine
    private let requestIDs: RequestIDs

    /// The query parameter that says whose account is meant. No tool has an argument of this name.
    static let accountParameter = "integrated_account_id"
    /// For one call, in milliseconds.
    private static let timeout = 30_000

    package init(management: Management, engine: CallEngine, requestIDs: RequestIDs) {
        self.management = management
        self.engine = engine
        self.requestIDs = requestIDs
    }

    /// - Parameter path: what follows `/proxy/` in the request's path.
    package func handle(_ exchange: any Exchange, _ path: Range<Int>) async {
        do throws(ManagementError) {
            let call = try await call(exchange, path)
            await engine.run(call, RESTResponder(exchange))
        } catch {
            management.refuse(exchange, error)
        }
    }

    private func call(_ exchange: any Exchange, _ path: Range<Int>) async throws(ManagementError) -> ToolCall {
        let input = exchange.input
        let head = exchange.request.head
        let key = try await management.authorized(exchange, .proxy)
        let query = Query(input[head.query])
        guard let id = query[Proxy.accountParameter] else {
            throw .badRequest(
                "Name the account as `?\(Proxy.accountParameter)=<id>`; GET /integrated-account lists them.",
                field: Proxy.accountParameter)
        }
        let (account, _) = try await management.account(id, key.tenant)
        let integration = try management.integration(of: account)
        let route = try route(head.method, input[path], integration)
        let arguments = route.arguments(body: try body(exchange), query: query)
        return ToolCall(
            tool: route.tool, integration: integration,
            caller: Caller(
                tenant: key.tenant, account: account.id, face: "proxy", timeout: Proxy.timeout,
                maximumResponse: .max / 2),
            bytes: arguments, arguments: 0..<arguments.count, requestID: requestIDs.next())
    }

    private func route(
        _ method: Method, _ path: ArraySlice<UInt8>, _ integration: Integration
    ) throws(ManagementError) -> ProxyRoute {
        do throws(ProxyRoute.Refusal) {
            return try ProxyRoute(method, path, in: integration)
        } catch {
            switch error {
            case .badEscape: throw .badRequest("The path has a broken percent escape.")
            case .unknownResource(let name):
                let hint = didYouMean(name, among: Set(integration.tools.map(\.resource)).sorted())
                throw ManagementError(
                    status: 404, message: "\(integration.title) has no resource `\(name)`.\(hint)")
            case .methodNotAllowed(let allow, let offered):
                throw ManagementError(
                    status: 405, message: "This resource has: \(offered.joined(separator: ", ")).", allow: allow)
            }
        }
    }

    /// The request's body: a JSON object, or nothing.
    private func body(_ exchange: any Exchange) throws(ManagementError) -> ArraySlice<UInt8> {
        let (input, range) = (exchange.input, exchange.request.body)
        guard !range.isEmpty else { return [] }
        var reader = JSONReader(input, range)
        let value: Range<Int>
        do throws(JSONError) {
            value = try reader.skip()
            try reader.finish()
        } catch {
            throw .badRequest(
                "The body is not valid JSON: \(error.reason), at byte \(error.offset - range.lowerBound).")
        }
        guard input[value.lowerBound] == ASCII.openBrace else {
            throw .badRequest("The body must be a JSON object of arguments.")
        }
        return input[value]
    }
}
