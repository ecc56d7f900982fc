// Which paths a product has, what may be done there and with which scopes.

/// An answer that ends a request early.
struct Refused: Error {
    let reply: Reply
    init(_ reply: Reply) { self.reply = reply }
}

struct RouteTable<Call> {
    typealias Handler = (Call) throws(Refused) -> Reply

    struct Route {
        let method: String
        let pattern: PathPattern
        /// One of these is needed; none for all tokens.
        let scopes: [String]
        /// Query parameters that it knows.
        let query: [String]
        let handle: Handler
    }

    enum Finding {
        case route(Route, values: [String: String])
        case otherMethods
        case nothing
    }

    private var routes: [Int: [Route]] = [:]

    mutating func add(_ route: Route) { routes[route.pattern.count, default: []].append(route) }

    func find(_ method: String, _ segments: [String]) -> Finding {
        var best: (route: Route, values: [String: String])?
        var isKnown = false
        for route in routes[segments.count] ?? [] where route.pattern.literals > best?.route.pattern.literals ?? -1 {
            guard let values = route.pattern.values(in: segments) else { continue }
            isKnown = true
            if route.method == method { best = (route, values) }
        }
        if let best { return .route(best.route, values: best.values) }
        return isKnown ? .otherMethods : .nothing
    }
}
