// Logs, each with its own way to go on.

import Wire

extension MailRoutes {
    private static let entries = 47

    mutating func addLogs() {
        let organisation = "/api/organization/{#zoid}"
        get(
            "\(organisation)/activity", "organization.audit",
            query: "searchKey startTime endTime limit lastEntityId lastIndexTime mode"
        ) { call throws(Refused) in
            if call.query("mode") == "getConstants" {
                return MailReply.success(["category": ["1001": "Organization", "1042": "Security"]])
            }
            return try MailRoutes.audit(call)
        }
        let query = "fromDateTime toDateTime searchCriteria searchKey limit isNext pageKey"
        get("\(organisation)/smtplogs", "partner.organization", query: query) { call throws(Refused) in
            try MailRoutes.deliveries(call)
        }
        get(
            "\(organisation)/accounts/reports/loginHistory", "organization.accounts",
            query: "mode accessType fromTime toTime batchSize scrollId"
        ) { call throws(Refused) in
            try MailRoutes.logins(call)
        }
    }

    private static func id(_ index: Int, _ call: MailCall) -> String {
        MailSeeds.id(.other, 700_000 + index, call.organisation.number)
    }

    private static func time(_ index: Int) -> JSON { JSON(MailSeeds.start - Int64(index) * 60_000) }

    /// Both keys of the last entry must come back; one alone is refused.
    private static func audit(_ call: MailCall) throws(Refused) -> Reply {
        let limit = try call.number("limit", 1...200, 10)
        var start = 0
        switch (call.query("lastEntityId"), call.query("lastIndexTime")) {
        case (nil, nil): break
        case (let id?, let time?):
            guard let last = (0..<entries).first(where: { self.id($0, call) == id && self.time($0).idText == time })
            else { throw Refused(MailReply.invalidInput("lastEntityId is not valid")) }
            start = last + 1
        default: throw Refused(MailReply.missing("lastIndexTime"))
        }
        let places = (0..<entries).dropFirst(start).prefix(limit)
        let records: [JSON] = places.map { index in
            [
                "entityId": .string(id(index, call)), "requestTime": time(index), "performedBy": "admin",
                "performedOn": .string("User \(index)"), "mainCategory": "Organization", "category": "User",
                "subCategory": "Role", "operationType": "Update", "operation": "Role changed", "clientIp": "192.0.2.7",
            ]
        }
        var data: JSON = ["audit": .array(records)]
        if let last = places.last, last + 1 < entries {
            data.set("lastEntityId", .string(id(last, call)))
            data.set("lastIndexTime", time(last))
        }
        return MailReply.success(data)
    }

    private static func deliveries(_ call: MailCall) throws(Refused) -> Reply {
        let limit = try call.number("limit", 1...500, 10)
        var start = 0
        if call.query("isNext") == "true" {
            let key = try call.required("pageKey")
            guard key.hasPrefix("pk-"), let place = Int(key.dropFirst(3)) else {
                throw Refused(MailReply.invalidInput("pageKey is not valid"))
            }
            start = place
        }
        let places = (0..<entries).dropFirst(start).prefix(limit)
        let records: [JSON] = places.map { index in
            [
                "messageId": .string(id(index, call)), "time": time(index), "subject": .string("Delivery \(index)"),
                "status": "delivered",
            ]
        }
        let hasNext = start + records.count < entries
        return MailReply.success([
            "response": .array(records), "hnxt": .bool(hasNext),
            "pagekey": hasNext ? .string("pk-\(start + records.count)") : .null,
        ])
    }

    private static func logins(_ call: MailCall) throws(Refused) -> Reply {
        _ = try call.required("mode")
        let size = try call.number("batchSize", 1...1000, 20)
        let start = call.query("scrollId").flatMap { Int($0.dropFirst(3)) } ?? 0
        let places = (0..<entries).dropFirst(start).prefix(size)
        let records: [JSON] = places.map { index in
            ["emailAddress": .string("user\(index)@\(MailSeeds.domain)"), "loginTime": time(index), "ip": "192.0.2.7"]
        }
        var data: JSON = ["loginRecords": .array(records)]
        if start + size < entries { data.set("scrollId", .string("sc-\(start + size)")) }
        return MailReply.success(data)
    }
}
