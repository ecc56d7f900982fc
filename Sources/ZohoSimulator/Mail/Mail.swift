// mail.zoho.*/api: finds the route, looks at token, scope and parameters, and leaves the rest to the route.

import Wire

final class Mail: Product {
    private let tokens: TokenBook
    private let settings: Settings
    private let usersPerOrganisation: Int
    private let routes = Mail.makeRoutes()
    private var organisations: [String: MailOrganisation] = [:]

    let family = Family.mail

    init(tokens: TokenBook, settings: Settings, usersPerOrganisation: Int) {
        self.tokens = tokens
        self.settings = settings
        self.usersPerOrganisation = usersPerOrganisation
    }

    func host(in region: Region) -> String? { region.mailHost }

    func reset() { organisations = [:] }

    func sample() -> Reply { MailReply.success([MailSeeds.folder(0, organisation: 0)]) }

    private func organisation(_ name: String) -> MailOrganisation {
        if let known = organisations[name] { return known }
        let new = MailOrganisation(name: name, users: usersPerOrganisation)
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
        let route: RouteTable<MailCall>.Route
        let values: [String: String]
        switch routes.find(inquiry.method, inquiry.segments) {
        case .nothing: throw Refused(MailReply.unknownPath)
        case .otherMethods: throw Refused(MailReply.wrongMethod)
        case .route(let found, values: let places): (route, values) = (found, places)
        }
        let token = try token(inquiry, region)
        guard route.scopes.isEmpty || token.allows(anyOf: route.scopes) else { throw Refused(MailReply.scope) }
        for item in inquiry.query.items where !route.query.contains(item.name) {
            throw Refused(MailReply.extraParameter(item.name))
        }
        let call = MailCall(
            inquiry: inquiry, organisation: organisation(token.grant.organisation), values: values, now: settings.now)
        try call.checkIdentity()
        return try route.handle(call)
    }

    private func token(_ inquiry: Inquiry, _ region: Region) throws(Refused) -> AccessToken {
        do throws(TokenBook.Fault) {
            return try tokens.check(inquiry.accessToken, in: region)
        } catch .absent {
            throw Refused(MailReply.noToken)
        } catch {
            throw Refused(MailReply.badToken)
        }
    }

    private static func makeRoutes() -> RouteTable<MailCall> {
        var routes = MailRoutes()
        routes.addOrganisation()
        routes.addSpam()
        routes.addDomains()
        routes.addGroups()
        routes.addUsers()
        routes.addPolicies()
        routes.addAccounts()
        routes.addFoldersAndLabels()
        routes.addMessages()
        routes.addTasks()
        routes.addBookmarks()
        routes.addNotes()
        routes.addLogs()
        return routes.table
    }
}

/// Collects routes; the files beside this one say which.
struct MailRoutes {
    private(set) var table = RouteTable<MailCall>()

    typealias Handler = RouteTable<MailCall>.Handler

    /// - Parameters:
    ///   - area: the scope without `ZohoMail.` and without the operation.
    ///   - query: names of query parameters, separated by spaces.
    private mutating func add(
        _ method: String, _ path: String, _ area: String, _ query: String, _ handle: @escaping Handler
    ) {
        let scopes = area.split(separator: " ").flatMap { Scopes.sufficient("ZohoMail.\($0)", method) }
        table.add(
            .init(
                method: method, pattern: PathPattern(path), scopes: scopes,
                query: query.split(separator: " ").map { String($0) }, handle: handle))
    }

    mutating func get(_ path: String, _ area: String, query: String = "", _ handle: @escaping Handler) {
        add("GET", path, area, query, handle)
    }

    mutating func post(_ path: String, _ area: String, query: String = "", _ handle: @escaping Handler) {
        add("POST", path, area, query, handle)
    }

    mutating func put(_ path: String, _ area: String, query: String = "", _ handle: @escaping Handler) {
        add("PUT", path, area, query, handle)
    }

    mutating func delete(_ path: String, _ area: String, query: String = "", _ handle: @escaping Handler) {
        add("DELETE", path, area, query, handle)
    }
}
