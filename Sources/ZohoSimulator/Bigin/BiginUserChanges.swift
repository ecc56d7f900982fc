// Creating, changing and deleting users. Faults of single records are told record by record, under a 2xx status.

import Wire

enum BiginUserChanges {
    private static let mostRecords = 100
    private static let writable = ["first_name", "last_name", "email", "role", "profile", "status", "time_zone"]

    static func create(_ inquiry: Inquiry, _ organisation: BiginOrganisation) -> Reply {
        with(inquiry, most: 1) { records in
            let results = records.map { create($0, organisation) }
            return answer(results, good: 201, bad: 202)
        }
    }

    /// - Parameter only: the id in the path; nil takes each record's own.
    static func update(_ inquiry: Inquiry, only id: String?, _ organisation: BiginOrganisation) -> Reply {
        with(inquiry, most: id == nil ? mostRecords : 1) { records in
            answer(records.map { update($0, id ?? $0["id"]?.string, organisation) }, good: 200, bad: 200)
        }
    }

    static func delete(_ id: String, _ organisation: BiginOrganisation) -> Reply {
        guard let user = organisation.user(id), user.status != .deleted else {
            return answer([unknown(id)], good: 200, bad: 200)
        }
        guard !user.isPrimary else {
            let fault = Reply.problem("CANNOT_DELETE", "Primary user cannot be deleted", ["id": .string(id)])
            return answer([fault], good: 200, bad: 200)
        }
        organisation.change(id) { $0.status = .deleted }
        return answer([success("User deleted", id)], good: 200, bad: 200)
    }

    // MARK: Records

    private static func create(_ record: JSON, _ organisation: BiginOrganisation) -> JSON {
        for name in ["last_name", "first_name", "email", "role", "profile"]
        where record[name]?.string?.isEmpty ?? (record[name]?.isNull ?? true) {
            return Reply.problem("MANDATORY_NOT_FOUND", "required field not found", ["api_name": .string(name)])
        }
        if let fault = fault(in: record, of: nil, organisation) { return fault }
        let id = organisation.add { id in
            var user = BiginUser(
                id: id, firstName: "", lastName: "", email: "", role: 0, profile: 0, timeZone: "Europe/Berlin")
            user.isConfirmed = false
            apply(record, to: &user)
            return user
        }
        return success("User added", id)
    }

    private static func update(_ record: JSON, _ id: String?, _ organisation: BiginOrganisation) -> JSON {
        guard let id else {
            return Reply.problem("MANDATORY_NOT_FOUND", "required field not found", ["api_name": "id"])
        }
        guard let user = organisation.user(id), user.status != .deleted else { return unknown(id) }
        if user.status == .inactive, record["status"]?.string != "active" {
            return Reply.problem("CANNOT_UPDATE", "a deactivated user cannot be updated", ["id": .string(id)])
        }
        if user.isPrimary, record["status"]?.string == "inactive" {
            return Reply.problem("NOT_ALLOWED", "the primary user cannot be deactivated", ["id": .string(id)])
        }
        if !user.isPrimary, record["time_zone"] != nil {
            return Reply.problem("NOT_ALLOWED", "only the own time zone can be changed", ["api_name": "time_zone"])
        }
        if let fault = fault(in: record, of: user, organisation) { return fault }
        organisation.change(id) { apply(record, to: &$0) }
        return success("User updated", id)
    }

    /// The first thing that is wrong with the fields of `record`.
    private static func fault(in record: JSON, of user: BiginUser?, _ organisation: BiginOrganisation) -> JSON? {
        for (name, value) in record.members ?? [] where name != "id" {
            guard writable.contains(name), let text = value.string else {
                return invalid(name, expected: writable.contains(name) ? "text" : nil)
            }
            switch name {
            case "role" where BiginDirectory.index(of: text, in: BiginDirectory.roles) == nil,
                "profile" where BiginDirectory.index(of: text, in: BiginDirectory.profiles) == nil:
                return invalid(name, expected: "bigint")
            case "email":
                guard isAddress(text) else { return invalid(name, expected: "email") }
                if let holder = organisation.holder(ofEmail: text), holder.id != user?.id {
                    return Reply.problem(
                        "DUPLICATE_DATA", "duplicate data", ["api_name": "email", "id": .string(holder.id)])
                }
            case "status" where text != "active" && text != "inactive": return invalid(name, expected: nil)
            case "last_name" where text.utf8.count > 100:
                return Reply.problem("INVALID_DATA", "invalid data", ["maximum_length": 100, "api_name": "last_name"])
            default: break
            }
        }
        return nil
    }

    private static func isAddress(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: 0x40, omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(ASCII.dot)
    }

    private static func apply(_ record: JSON, to user: inout BiginUser) {
        func text(_ name: String) -> String? { record[name]?.string }
        user.firstName = text("first_name") ?? user.firstName
        user.lastName = text("last_name") ?? user.lastName
        user.email = text("email") ?? user.email
        user.timeZone = text("time_zone") ?? user.timeZone
        user.role = text("role").flatMap { BiginDirectory.index(of: $0, in: BiginDirectory.roles) } ?? user.role
        user.profile =
            text("profile").flatMap { BiginDirectory.index(of: $0, in: BiginDirectory.profiles) } ?? user.profile
        user.status = text("status").flatMap { BiginUser.Status(rawValue: $0) } ?? user.status
    }

    // MARK: Envelopes

    private static func with(_ inquiry: Inquiry, most limit: Int, _ body: ([JSON]) -> Reply) -> Reply {
        guard let json = try? inquiry.parsedBody() else { return BiginError.unreadable }
        guard let records = json["users"]?.array, !records.isEmpty, records.allSatisfy({ $0.members != nil }) else {
            return BiginError.noRecords
        }
        guard records.count <= limit else { return BiginError.tooMany(limit) }
        return body(records)
    }

    /// - Parameter bad: the status when no record succeeded. 202 is what this family likes to say then.
    private static func answer(_ results: [JSON], good: Int, bad: Int) -> Reply {
        let succeeded = results.contains { $0["status"]?.string == "success" }
        return Reply(succeeded ? good : bad, ["users": .array(results)])
    }

    private static func success(_ message: String, _ id: String) -> JSON {
        ["code": "SUCCESS", "details": ["id": .string(id)], "message": .string(message), "status": "success"]
    }

    private static func unknown(_ id: String) -> JSON {
        Reply.problem("INVALID_DATA", "the id given seems to be invalid", ["id": .string(id)])
    }

    private static func invalid(_ name: String, expected: String?) -> JSON {
        Reply.problem(
            "INVALID_DATA", "invalid data",
            .of(["expected_data_type": expected.map { .string($0) }, "api_name": .string(name)]))
    }
}
