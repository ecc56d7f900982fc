// Roles and profiles: the same in every organisation, as they are when Bigin is new plus a few of a company's own.

import Wire

enum BiginDirectory {
    struct Entry {
        let id: String
        let name: String
        let detail: JSON

        /// As other records refer to it.
        var reference: JSON { ["name": .string(name), "id": .string(id)] }
    }

    static let roles: [Entry] = [
        role(31151, "CEO", nil, admin: true),
        role(31157, "Manager", 31151, admin: false),
        role(31163, "Sales – Région Île-de-France", 31157, admin: false),
        role(31169, "Support", 31157, admin: false),
        role(31175, "Partner", 31157, admin: false),
    ]

    static let profiles: [Entry] = [
        profile(26011, "Administrator", custom: false),
        profile(26014, "Standard", custom: false),
        profile(26017, "Read only", custom: true),
    ]

    static func index(of id: String, in entries: [Entry]) -> Int? { entries.firstIndex { $0.id == id } }

    private static func identifier(_ number: Int) -> String { "60000000000000\(number)" }

    private static func role(_ number: Int, _ name: String, _ superior: Int?, admin: Bool) -> Entry {
        Entry(
            id: identifier(number), name: name,
            detail: [
                "display_label": .string(name), "forecast_manager": .null, "share_with_peers": .bool(admin),
                "name": .string(name), "description": .null, "id": .string(identifier(number)),
                "reporting_to": superior.map {
                    ["name": $0 == 31151 ? "CEO" : "Manager", "id": .string(identifier($0))]
                }
                    ?? .null,
                "admin_user": .bool(admin),
            ])
    }

    private static func profile(_ number: Int, _ name: String, custom: Bool) -> Entry {
        Entry(
            id: identifier(number), name: name,
            detail: [
                "display_label": .string(name), "created_time": .null, "modified_time": .null,
                "custom": .bool(custom), "name": .string(name), "modified_by": .null,
                "description": .string("\(name) profile"), "id": .string(identifier(number)), "created_by": .null,
            ])
    }
}
