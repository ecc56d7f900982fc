// The steps of a request, in order: route, origin, token or key, then the endpoint. One instance per worker.

import Wire

package final class Gateway {
    private let access: Access
    private let endpoint: MCPEndpoint
    private let proxy: Proxy
    private let management: Management
    private let publicURL: PublicURL
    private let counters: Counters
    private let metrics: () -> MetricsPage
    /// Set when the process has been told to go: `/readyz` says so before the listener closes.
    package var isDraining = false

    package init(
        access: Access, endpoint: MCPEndpoint, proxy: Proxy, management: Management, publicURL: PublicURL,
        counters: Counters, allCounters: [Counters], usage: @escaping () -> ProcessUsage
    ) {
        self.access = access
        self.endpoint = endpoint
        self.proxy = proxy
        self.management = management
        self.publicURL = publicURL
        self.counters = counters
        metrics = {
            MetricsPage(counters: allCounters, isStoreUp: access.store.health == .up, usage: usage())
        }
    }

    package func handle(_ exchange: any Exchange) async {
        let route = await answer(exchange)
        counters.answered(route, status: exchange.status ?? 500)
    }

    private func answer(_ exchange: any Exchange) async -> Counters.Route {
        let input = exchange.input
        let request = exchange.request
        let path = request.head.path
        if input.begins(path, "/mcp/") || input.equals(path, "/mcp") {
            await mcp(exchange, input, request, path.lowerBound + min(5, path.count)..<path.upperBound)
            return .mcp
        }
        if input.begins(path, "/proxy/") {
            await proxy.handle(exchange, path.lowerBound + 7..<path.upperBound)
            return .proxy
        }
        if input.equals(path, "/healthz") {
            health(exchange, 200, "ok")
        } else if input.equals(path, "/readyz") {
            ready(exchange)
        } else if input.equals(path, "/metrics") {
            var page = metrics()
            plain(exchange, 200, page.render(), type: MetricsPage.contentType)
        } else {
            await management.handle(exchange)
            return .management
        }
        return .operations
    }

    // MARK: /mcp/<token>

    private func mcp(_ exchange: any Exchange, _ input: [UInt8], _ request: Request, _ rest: Range<Int>) async {
        let head = request.head
        guard isOriginAllowed(input, head) else {
            let body = RPC.error(
                id: nil, code: RPC.invalidRequest, message: "Requests from this origin are not allowed.")
            return exchange.respond(.json(403), body)
        }
        let isSlashed = !rest.isEmpty && input[rest.upperBound - 1] == ASCII.slash
        let token = rest.lowerBound..<(isSlashed ? rest.upperBound - 1 : rest.upperBound)
        guard Token.isWellFormed(input, token, .server) else { return unknownToken(exchange, .malformed) }
        do throws(AccessFailure) {
            let digest = access.secret.digest(of: input.span.extracting(token))
            var known = access.knownGrant(digest)
            if known == nil { known = try await access.grant(digest) }
            guard let grant = known else { return unknownToken(exchange, .unknownOrExpired) }
            if grant.server.config.requiresAPIKey {
                let key = head.isRepeated(.authorization) ? nil : try await access.apiKey(input, head[.authorization])
                guard key?.tenant == grant.server.tenant else { return secondFactorMissing(exchange) }
            }
            guard head.method == .post else {
                let body = RPC.error(id: nil, code: RPC.invalidRequest, message: "Send JSON-RPC messages by POST.")
                return exchange.respond(.json(405, [("Allow", "POST")]), body)
            }
            await endpoint.handle(exchange, input, request, grant)
        } catch {
            storeUnavailable(exchange)
        }
    }

    /// Browsers send `Origin`; native clients do not. Only the gateway's own origin may reach a URL by a browser, or any
    /// web page could (2025-11-25, transports; DNS rebinding).
    private func isOriginAllowed(_ input: [UInt8], _ head: RequestHead) -> Bool {
        guard let origin = head[.origin] else { return true }
        return !head.isRepeated(.origin) && input[origin].elementsEqual(publicURL.origin.utf8)
    }

    private enum TokenProblem { case malformed, unknownOrExpired }

    private func unknownToken(_ exchange: any Exchange, _ problem: TokenProblem) {
        let message =
            switch problem {
            case .malformed:
                "This is not a complete MCP URL of this gateway: the part after /mcp/ is damaged or missing. Copy the whole URL again, or ask whoever gave it to you for a new one."
            case .unknownOrExpired:
                "This MCP URL has expired or was withdrawn. Ask whoever gave it to you for a new one and replace it in your client's settings."
            }
        exchange.respond(
            .json(401, [("WWW-Authenticate", "Bearer error=\"invalid_token\"")]),
            RPC.error(id: id(exchange), code: 401, message: message))
    }

    /// The message's id. Clients show an error's sentence only if they can tell what it answers (mcp 2.3.0). Nobody who
    /// is refused has more than a short message read for it.
    private func id(_ exchange: any Exchange) -> ArraySlice<UInt8>? {
        let body = exchange.request.body
        var reader = JSONReader(exchange.input, body)
        guard !body.isEmpty, body.count <= 64 << 10, let message = try? reader.skip() else { return nil }
        return (try? RPCMessage.read(exchange.input, message))?.id.map { exchange.input[$0] }
    }

    private func secondFactorMissing(_ exchange: any Exchange) {
        let message = "This MCP URL also needs an API key: send it as `Authorization: Bearer <api key>`."
        exchange.respond(
            .json(401, [("WWW-Authenticate", "Bearer realm=\"tollgate\"")]),
            RPC.error(id: id(exchange), code: 401, message: message))
    }

    private func storeUnavailable(_ exchange: any Exchange) {
        let message = "The gateway cannot check this URL at the moment. Try again in a few seconds."
        exchange.respond(
            .json(503, [("Retry-After", "2")]), RPC.error(id: id(exchange), code: 503, message: message))
    }

    // MARK: Operations

    private func plain(_ exchange: any Exchange, _ status: Int, _ body: [UInt8], type: String = "text/plain") {
        exchange.respond(ResponseHead(status, fields: [("Content-Type", type)] + ResponseHead.common), body)
    }

    private func health(_ exchange: any Exchange, _ status: Int, _ text: String) {
        plain(exchange, status, Array("\(text)\n".utf8))
    }

    private func ready(_ exchange: any Exchange) {
        if isDraining { return health(exchange, 503, "draining") }
        if access.store.health == .connecting { return health(exchange, 503, "connecting to the store") }
        guard access.trust.outageStart(access.store.health) != nil else { return health(exchange, 200, "ok") }
        if access.trust.isInGrace(access.store.health) { return health(exchange, 200, "degraded") }
        health(exchange, 503, "the store cannot be reached")
    }

    /// What a request that is none gets.
    package static func refusal(_ refusal: Refusal) -> (head: ResponseHead, body: [UInt8]) {
        (.json(refusal.status), Management.error(refusal.status, "\(refusal.reason)").bytes)
    }
}

/// Where clients reach this gateway: the beginning of every URL that it gives out. Never taken from a request.
package struct PublicURL: Sendable {
    /// Without a slash at its end.
    package let text: String
    /// Scheme, host and port, as browsers send it.
    package let origin: String

    /// - Returns: nil for anything but an `http` or `https` URL without query and fragment.
    package init?(_ text: String) {
        let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let scheme = ["https://", "http://"].first(where: trimmed.hasPrefix) else { return nil }
        let rest = trimmed.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        guard !authority.isEmpty, trimmed.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !trimmed.contains("?"),
            !trimmed.contains("#"), !authority.contains("@")
        else { return nil }
        self.text = trimmed
        origin = (scheme + authority).lowercased()
    }
}
