// www.zohoapis.*/bigin/v2: routes, scopes and parameters. What users there are is `BiginOrganisation`'s.

import Wire

final class Bigin: Product {
    private let tokens: TokenBook
    private let usersPerOrganisation: Int
    private let roles = Document((["roles": .array(BiginDirectory.roles.map(\.detail))] as JSON).bytes)
    private let profiles = Document((["profiles": .array(BiginDirectory.profiles.map(\.detail))] as JSON).bytes)
    private var organisations: [String: BiginOrganisation] = [:]

    init(tokens: TokenBook, usersPerOrganisation: Int) {
        self.tokens = tokens
        self.usersPerOrganisation = usersPerOrganisation
    }

    let family = Family.bigin

    /// Bigin's own table of data centres has no row for the United Kingdom, nor for the Emirates.
    func host(in region: Region) -> String? { region == .uk || region == .ae ? nil : region.apiHost }

    func reset() { organisations = [:] }

    func sample() -> Reply { .generatedSample }

    func organisation(_ name: String) -> BiginOrganisation {
        if let known = organisations[name] { return known }
        let new = BiginOrganisation(name: name, number: organisations.count, users: usersPerOrganisation)
        organisations[name] = new
        return new
    }

    func answer(_ inquiry: Inquiry, in region: Region) -> Reply {
        guard inquiry.segments.starts(with: ["bigin", "v2"]), let route = Route(inquiry.segments.dropFirst(2)) else {
            return BiginError.urlPattern
        }
        let token: AccessToken
        do throws(TokenBook.Fault) {
            token = try tokens.check(inquiry.accessToken, in: region)
        } catch .absent {
            return BiginError.noToken
        } catch {
            return BiginError.badToken
        }
        guard let operation = Operation(inquiry.method, route) else { return BiginError.method }
        guard token.allows(anyOf: operation.scopes) else { return BiginError.scope }
        let allowed: [String] = operation.isList ? ["type", "page", "per_page"] : []
        for field in inquiry.query.items where !allowed.contains(field.name) {
            return BiginError.unknownParameter(field.name)
        }
        var reply = perform(operation, inquiry, organisation(token.grant.organisation))
        if reply.status != 204 { reply.lines = token.lines }
        return reply
    }

    private func perform(_ operation: Operation, _ inquiry: Inquiry, _ organisation: BiginOrganisation) -> Reply {
        switch operation {
        case .list: return list(inquiry, organisation)
        case .get(let id):
            guard id.utf8.allSatisfy(\.isDigit) else { return BiginError.invalidID }
            guard let body = organisation.single(id) else { return .empty(204) }
            return Bigin.ready(body)
        case .create: return BiginUserChanges.create(inquiry, organisation)
        case .update(let id): return BiginUserChanges.update(inquiry, only: id, organisation)
        case .updateMany: return BiginUserChanges.update(inquiry, only: nil, organisation)
        case .delete(let id): return BiginUserChanges.delete(id, organisation)
        case .organisation: return Bigin.ready(organisation.overview)
        case .roles: return Bigin.ready(roles)
        case .profiles: return Bigin.ready(profiles)
        }
    }

    private static func ready(_ body: Document) -> Reply { Reply(200, lines: Reply.jsonLines, .document(body)) }

    private func list(_ inquiry: Inquiry, _ organisation: BiginOrganisation) -> Reply {
        func number(_ name: String, _ range: ClosedRange<Int>, _ fallback: Int) -> Int? {
            guard let text = inquiry.query[name] else { return fallback }
            return Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
        let kind = inquiry.query["type"] ?? "AllUsers"
        guard organisation.users.first?.isOf(kind: kind) != nil else { return BiginError.parameter("type") }
        guard let page = number("page", 1...1_000_000, 1) else { return BiginError.parameter("page") }
        guard let size = number("per_page", 1...200, 200) else { return BiginError.parameter("per_page") }
        let answer = organisation.page(kind: kind, page: page, size: size)
        return answer.isEmpty ? .empty(204) : Bigin.ready(answer.body)
    }
}

/// Paths that exist.
private enum Route {
    case users
    case user(String)
    case organisation, roles, profiles

    init?(_ segments: ArraySlice<String>) {
        let first = segments.first
        let second = segments.dropFirst().first
        switch (first, second, segments.count) {
        case ("users", nil, 1): self = .users
        case ("users", let id?, 2): self = .user(id)
        case ("org", nil, 1): self = .organisation
        case ("settings", "roles", 2): self = .roles
        case ("settings", "profiles", 2): self = .profiles
        default: return nil
        }
    }
}

/// What can be done there, and the scopes of which one is needed.
private enum Operation {
    case list, create, updateMany
    case get(String)
    case update(String)
    case delete(String)
    case organisation, roles, profiles

    init?(_ method: String, _ route: Route) {
        switch (method, route) {
        case ("GET", .users): self = .list
        case ("POST", .users): self = .create
        case ("PUT", .users): self = .updateMany
        case ("GET", .user(let id)): self = .get(id)
        case ("PUT", .user(let id)): self = .update(id)
        case ("DELETE", .user(let id)): self = .delete(id)
        case ("GET", .organisation): self = .organisation
        case ("GET", .roles): self = .roles
        case ("GET", .profiles): self = .profiles
        default: return nil
        }
    }

    var isList: Bool { if case .list = self { true } else { false } }

    var scopes: [String] {
        switch self {
        case .list, .get: ["ZohoBigin.users.ALL", "ZohoBigin.users.READ"]
        case .create: ["ZohoBigin.users.ALL", "ZohoBigin.users.CREATE"]
        case .update, .updateMany: ["ZohoBigin.users.ALL", "ZohoBigin.users.UPDATE"]
        case .delete: ["ZohoBigin.users.ALL", "ZohoBigin.users.DELETE"]
        case .organisation: ["ZohoBigin.org.ALL", "ZohoBigin.org.READ"]
        case .roles: ["ZohoBigin.settings.ALL", "ZohoBigin.settings.roles.ALL", "ZohoBigin.settings.roles.READ"]
        case .profiles:
            ["ZohoBigin.settings.ALL", "ZohoBigin.settings.profiles.ALL", "ZohoBigin.settings.profiles.READ"]
        }
    }
}
