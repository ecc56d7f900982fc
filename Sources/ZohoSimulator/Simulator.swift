// The simulator itself: finds out who is asked, asks there, and sends the answer well or as badly as was wished.
// Everything lives on one loop's thread.

import Net
import Wire

package final class Simulator: RequestHandler {
    private let loop: Loop
    private let data: SimulatorData
    private let products: [any Product]
    let settings: Settings
    let tokens: TokenBook
    let accounts: AccountsServer
    let rules = RuleBook()
    let sites: [String: Site]
    var recorder = Recorder()
    private(set) var counters = Counters()
    private var listeners: [Listener] = []

    package init(loop: Loop, data: SimulatorData = SimulatorData()) {
        self.loop = loop
        self.data = data
        settings = Settings(loop, recordsRequests: data.recordsRequests)
        tokens = TokenBook(settings)
        accounts = AccountsServer(clients: data.clients, tokens: tokens, settings: settings)
        products = [
            Bigin(tokens: tokens, usersPerOrganisation: data.usersPerOrganisation),
            Mail(tokens: tokens, settings: settings, usersPerOrganisation: data.usersPerOrganisation),
            Meeting(.meeting, tokens: tokens, usersPerOrganisation: data.usersPerOrganisation),
            Meeting(.webinar, tokens: tokens, usersPerOrganisation: data.usersPerOrganisation),
        ]
        var sites: [String: Site] = [:]
        for region in Region.allCases {
            sites[region.accountsHost] = Site(.accounts, region)
            for product in products {
                if let host = product.host(in: region) { sites[host] = Site(.product(product), region) }
            }
        }
        self.sites = sites
        seed()
    }

    /// Begins to serve on `address`.
    /// - Returns: the address with the port that the kernel chose when 0 was asked for.
    package func listen(on address: SocketAddress) throws(SystemFailure) -> SocketAddress {
        var limits = ConnectionLimits()
        // Uploads are bounded by the products, not here.
        limits.bodyBytes = 64 << 20
        limits.idleMilliseconds = 600_000
        let listener = try Listener(loop: loop, address: address, limits: limits, handler: self)
        listeners.append(listener)
        return listener.address
    }

    /// Stops accepting and closes idle connections.
    package func close() {
        for listener in listeners { listener.drain {} }
        listeners = []
    }

    var openConnections: Int { listeners.reduce(0) { $0 + $1.connectionCount } }
    var acceptedConnections: Int { listeners.reduce(0) { $0 + $1.acceptedCount } }

    private func seed() {
        for grant in data.grants {
            tokens.register(
                RefreshToken(grant.refreshToken, grant.region, grant.organisation, scopes: grant.scopes))
        }
    }

    /// As after the start, except for the connections.
    func reset() {
        settings.reset()
        settings.recordsRequests = data.recordsRequests
        tokens.clear()
        accounts.reset()
        for product in products { product.reset() }
        for site in sites.values { site.requests = 0 }
        rules.clear()
        recorder.clear()
        counters = Counters()
        seed()
    }

    // MARK: Requests

    package func handle(_ connection: Connection) async {
        let inquiry = Inquiry(connection)
        if inquiry.segments.first == "_sim" { return send(Control(simulator: self).answer(inquiry), on: connection) }
        counters.requests += 1
        if settings.recordsRequests {
            recorder.record(inquiry, connection: connection.number, time: loop.unixMilliseconds)
        }
        let site = sites[inquiry.host]
        site?.requests += 1
        if !rules.isEmpty, let rule = rules.take(inquiry) {
            let reply = rule.applied(to: rule.trouble.reply ?? answer(inquiry, site))
            return await send(reply, rule.trouble.behaviour, for: inquiry, on: connection)
        }
        if let trouble = markedTrouble(inquiry, site), let reply = trouble.reply {
            return await send(reply, trouble.behaviour, for: inquiry, on: connection)
        }
        send(echo(inquiry, site) ?? answer(inquiry, site), on: connection, compressed: inquiry.acceptsGzip)
    }

    private func markedTrouble(_ inquiry: Inquiry, _ site: Site?) -> Trouble? {
        guard case .product(let product) = site?.kind else { return nil }
        return Trouble.marked(inquiry, product.family, sample: product.sample)
    }

    /// nil where no echo is asked for. Whose token does not count gets the answer that everybody gets.
    private func echo(_ inquiry: Inquiry, _ site: Site?) -> Reply? {
        guard let site, case .product(let product) = site.kind, let echo = Echo(inquiry),
            let token = try? tokens.check(inquiry.accessToken, in: site.region)
        else { return nil }
        let body = product.family.single(echo.record(inquiry, token))
        return Reply(200, lines: Reply.jsonLines, .document(Document(body.bytes)))
    }

    private func answer(_ inquiry: Inquiry, _ site: Site?) -> Reply {
        guard let site else {
            counters.requestsToUnknownHosts += 1
            let sentence = "No simulated server has the name `\(inquiry.host)`. GET /_sim/ tells more."
            return Reply(404, ["error": .string(sentence)])
        }
        return switch site.kind {
        case .accounts: accounts.answer(inquiry, in: site.region)
        case .product(let product): product.answer(inquiry, in: site.region)
        }
    }

    // MARK: Answers

    private func send(_ reply: Reply, on connection: Connection, compressed: Bool = false) {
        switch reply.body {
        case .bytes(let body): connection.respond(ResponseHead(reply.status, lines: reply.lines), [], then: body)
        case .document(let document):
            if compressed, let body = document.compressed {
                let head = ResponseHead(reply.status, lines: reply.lines + Reply.compressedLine)
                connection.respond(head, [], then: body)
            } else {
                connection.respond(ResponseHead(reply.status, lines: reply.lines), [], then: document.plain)
            }
        case .generated, .endless, .compressed: preconditionFailure("a body without end is delivered, not sent")
        }
    }

    private func send(
        _ reply: Reply, _ behaviour: Behaviour, for inquiry: Inquiry, on connection: Connection
    ) async {
        counters.troubledResponses += 1
        if behaviour.isPlain, reply.body.isWhole {
            return send(reply, on: connection, compressed: inquiry.acceptsGzip)
        }
        switch await Delivery(loop, connection, behaviour).send(reply) {
        case .complete: counters.delivered += 1
        case .brokenOff: counters.brokenOff += 1
        case .clientGone:
            counters.abandon(inquiry, connection: connection.number, time: loop.unixMilliseconds)
        }
    }

    package func refused(_ refusal: Refusal) -> (head: ResponseHead, body: [UInt8]) {
        let body = ["error": .string("\(refusal.reason)")] as JSON
        return (ResponseHead(refusal.status, lines: Reply.jsonLines), body.bytes)
    }
}
