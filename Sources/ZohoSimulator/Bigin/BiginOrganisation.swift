// The state of one Bigin organisation: its users, and the answers already rendered from them.

import Wire

final class BiginOrganisation {
    let name: String
    /// Tells this organisation's ids from those of others.
    private let number: Int
    private(set) var users: [BiginUser] = []
    private var places: [String: Int] = [:]
    private var emails: [String: Int] = [:]
    private var singles: [String: Document] = [:]
    private var pages: [String: Page] = [:]

    struct Page {
        let body: Document
        let isEmpty: Bool
    }

    /// Rendered pages that are kept; more begin anew.
    private static let keptPages = 256

    init(name: String, number: Int, users count: Int) {
        self.name = name
        self.number = number
        // An organisation without its owner does not exist.
        for index in 0..<max(1, count) { append(SeededUsers.user(index, organisation: number)) }
    }

    private func append(_ user: BiginUser) {
        places[user.id] = users.count
        if user.status != .deleted { emails[user.email.lowercased()] = users.count }
        users.append(user)
    }

    // MARK: Reading

    func user(_ id: String) -> BiginUser? { places[id].map { users[$0] } }

    func holder(ofEmail email: String) -> BiginUser? { emails[email.lowercased()].map { users[$0] } }

    /// The answer to a read of one user; nil when there is none (any more).
    func single(_ id: String) -> Document? {
        if let ready = singles[id] { return ready }
        guard let user = user(id), user.status != .deleted else { return nil }
        let body: JSON = ["users": [render(user)]]
        let document = Document(body.bytes)
        singles[id] = document
        return document
    }

    func page(kind: String, page: Int, size: Int) -> Page {
        let key = "\(kind) \(page) \(size)"
        if let ready = pages[key] { return ready }
        let matching = users.filter { $0.isOf(kind: kind) == true }
        let shown = matching.dropFirst((page - 1) * size).prefix(size)
        let body: JSON = [
            "users": .array(shown.map(render)),
            "info": [
                "per_page": JSON(size), "count": JSON(shown.count), "page": JSON(page),
                "more_records": .bool(page * size < matching.count),
            ],
        ]
        if pages.count >= BiginOrganisation.keptPages { pages = [:] }
        let ready = Page(body: Document(body.bytes), isEmpty: shown.isEmpty)
        pages[key] = ready
        return ready
    }

    private func render(_ user: BiginUser) -> JSON { user.json(BiginDirectory.roles, BiginDirectory.profiles) }

    // MARK: Changing

    /// Adds a user under a new id, which is returned.
    func add(_ make: (String) -> BiginUser) -> String {
        let user = make(SeededUsers.id(users.count, organisation: number))
        append(user)
        pages = [:]
        return user.id
    }

    func change(_ id: String, _ change: (inout BiginUser) -> Void) {
        guard let place = places[id] else { return }
        emails[users[place].email.lowercased()] = nil
        change(&users[place])
        if users[place].status != .deleted { emails[users[place].email.lowercased()] = place }
        singles[id] = nil
        pages = [:]
    }

    // MARK: The organisation itself

    private(set) lazy var overview = Document(
        ([
            "org": [
                [
                    "country": "Germany", "photo_id": .null, "city": "Hamburg", "description": .null,
                    "mc_status": false, "gapps_enabled": false, "domain_name": .string("\(name).nordwind.example"),
                    "translation_enabled": false, "street": "Speicherstraße 12", "alias": .null,
                    "currency": "Euro - EUR", "id": .string(SeededUsers.id(900_001, organisation: number)),
                    "state": .null, "fax": .null, "employee_count": .null, "zip": "20457", "website": .null,
                    "currency_symbol": "€", "mobile": .null, "currency_locale": "de_DE",
                    "primary_zuid": "700000000000123457", "zia_portal_id": .null, "time_zone": "Europe/Berlin",
                    "zgid": .string(String(20_000_000_000 + number)), "country_code": "DE",
                    "license_details": [
                        "paid_expiry": "2027-11-20T00:00:00+01:00", "users_license_purchased": JSON(users.count + 50),
                        "trial_type": .null, "trial_expiry": .null, "paid": true, "paid_type": "premier",
                    ],
                    "phone": .null, "company_name": "Nordwind Logistik GmbH & Co. KG", "privacy_settings": false,
                    "primary_email": .string(users.first?.email ?? ""), "iso_code": "EUR",
                ]
            ]
        ] as JSON).bytes)
}
