// meeting.zoho.* and webinar.zoho.*: one API under two names, each with scopes and webinars of its own.

import Wire

final class Meeting: Product {
    enum Brand: String {
        case meeting, webinar

        /// `ZohoMeeting` and `ZohoWebinar` begin the scopes.
        var scopes: String { self == .meeting ? "ZohoMeeting" : "ZohoWebinar" }
    }

    private let brand: Brand
    private let tokens: TokenBook
    private let usersPerOrganisation: Int
    private let routes: RouteTable<MeetingCall>
    private var organisations: [String: MeetingOrganisation] = [:]

    let family = Family.meeting

    init(_ brand: Brand, tokens: TokenBook, usersPerOrganisation: Int) {
        self.brand = brand
        self.tokens = tokens
        self.usersPerOrganisation = usersPerOrganisation
        var routes = MeetingRoutes(brand)
        routes.addPeople()
        routes.addSessions()
        routes.addRecordings()
        routes.addRegistrations()
        if brand == .webinar { routes.addReports() }
        self.routes = routes.table
    }

    func host(in region: Region) -> String? { brand == .meeting ? region.meetingHost : region.webinarHost }

    func reset() { organisations = [:] }

    func sample() -> Reply { Reply(200, ["representation": [MeetingSeeds(organisation: 0).department(0)]]) }

    private func organisation(_ name: String) -> MeetingOrganisation {
        if let known = organisations[name] { return known }
        let new = MeetingOrganisation(name: name, users: usersPerOrganisation)
        organisations[name] = new
        return new
    }

    func answer(_ inquiry: Inquiry, in region: Region) -> Reply {
        do throws(Refused) {
            return try route(inquiry, region)
        } catch {
            return error.reply
        }
    }

    private func route(_ inquiry: Inquiry, _ region: Region) throws(Refused) -> Reply {
        guard case .route(let route, let values) = routes.find(inquiry.method, inquiry.segments) else {
            return .html(404)
        }
        guard let token = try? tokens.check(inquiry.accessToken, in: region) else {
            throw Refused(MeetingReply.badToken)
        }
        guard token.allows(anyOf: route.scopes) else { throw Refused(MeetingReply.scope) }
        let call = MeetingCall(
            inquiry: inquiry, organisation: organisation(token.grant.organisation), values: values, region: region)
        if let zsoid = values["zsoid"], zsoid != call.organisation.zsoid {
            throw Refused(MeetingReply.wrongOrganisation(inquiry.path))
        }
        return try route.handle(call)
    }
}

struct MeetingRoutes {
    let brand: Meeting.Brand
    private(set) var table = RouteTable<MeetingCall>()

    init(_ brand: Meeting.Brand) { self.brand = brand }

    /// - Parameter areas: scopes without product and operation, separated by spaces; one of them is enough.
    mutating func add(
        _ method: String, _ path: String, _ areas: String,
        _ handle: @escaping RouteTable<MeetingCall>.Handler
    ) {
        let scopes = areas.split(separator: " ").flatMap { Scopes.sufficient("\(brand.scopes).\($0)", method) }
        table.add(
            .init(method: method, pattern: PathPattern(path), scopes: scopes, query: [], handle: handle))
    }
}

/// One request, and how its parts are read.
struct MeetingCall {
    let inquiry: Inquiry
    let organisation: MeetingOrganisation
    let values: [String: String]
    let region: Region

    subscript(_ name: String) -> String { values[name] ?? "" }

    func required(_ name: String) throws(Refused) -> String {
        guard let text = inquiry.query[name], !text.isEmpty else { throw Refused(MeetingReply.missing(name)) }
        return text
    }

    func body(_ root: String) throws(Refused) -> JSON {
        guard let json = try? inquiry.parsedBody() else { throw Refused(MeetingReply.unreadable) }
        guard let inner = json[root] else { throw Refused(MeetingReply.missing(root)) }
        return inner
    }

    private func number(_ name: String, _ fallback: Int) -> Int {
        inquiry.query[name].flatMap { Int($0) } ?? fallback
    }

    private func count() throws(Refused) -> Int {
        let count = number("count", 20)
        guard count <= 100 else { throw Refused(MeetingReply.tooMany(inquiry.path)) }
        return max(1, count)
    }

    /// `index` is the number of a page.
    func page(_ items: [JSON], first: Int) throws(Refused) -> [JSON] {
        let count = try count()
        return Array(items.dropFirst(max(0, number("index", first) - first) * count).prefix(count))
    }

    /// `index` is the number of an entry, from 1.
    func run(_ items: [JSON]) throws(Refused) -> [JSON] {
        let count = try count()
        return Array(items.dropFirst(max(0, number("index", 1) - 1)).prefix(count))
    }

    /// The same where both are demanded.
    func demandedRun(_ items: [JSON]) throws(Refused) -> [JSON] {
        _ = try required("index")
        _ = try required("count")
        return try run(items)
    }
}
