import Glibc
import Testing
import Wire

@testable import ZohoSimulator

/// Every call that the catalogues can make has an answer here: a route, and the parameters that it sends.
@Suite struct CatalogueTests {
    private struct Call {
        let host: String
        let verb: String
        let path: String
        let query: [String]
        let body: JSON
    }

    private static let unforeseen: [String?] = [
        "URL_RULE_NOT_CONFIGURED", "INVALID_METHOD", "EXTRA_PARAM_FOUND", "LESS_THAN_MIN_OCCURANCE",
        "JSON_PARSE_ERROR", "PARAM_MISSING", "INVALID_JSON",
    ]

    /// Values at the places of paths, so that most of what is named exists.
    private static let places = [
        "zoid": Zoho.zoid, "zsoid": Zoho.zsoid, "accountId": Zoho.account, "zuid": "7000000000003",
        "zgid": "80000000000", "groupId": "80000000000", "domainName": "nordwind.example",
        "folderId": MailSeeds.id(.folder, 0, 0), "messageId": MailSeeds.id(.message, 0, 0),
        "labelId": MailSeeds.id(.label, 0, 0), "policyId": MailSeeds.id(.policy, 0, 0),
        "taskId": MailSeeds.id(.entity, 20_000, 0), "meetingKey": "1000000000000", "webinarKey": "2000000000000",
        "userId": "6400000000000000000", "departmentId": "6400000000000700000",
    ]

    private static func text(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return bytes
    }

    private static func calls(_ integration: String) throws -> [Call] {
        let sources = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let folder = "/\(sources)/Sources/Catalogues/\(integration)"
        guard let directory = opendir(folder) else { throw ClientFailure(what: folder) }
        defer { closedir(directory) }
        var calls: [Call] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasSuffix(".json"), name != "integration.json" else { continue }
            for (_, method) in try JSON(parsing: text("\(folder)/\(name)"))["methods"]?.members ?? [] {
                calls.append(call(method, integration))
            }
        }
        return calls
    }

    private static func call(_ method: JSON, _ integration: String) -> Call {
        let call = method["call"]
        let host = integration == "zoho_mail" ? "mail.zoho.eu" : "\(call?["host"]?.string ?? "meeting").zoho.eu"
        let parameters = (method["parameters"]?.array ?? []).filter { $0["in"] == "query" }
        var query = parameters.compactMap { ($0["as"] ?? $0["name"])?.string }
        if let paging = method["pagination"] {
            query += [paging["position"], paging["size"]].compactMap { $0?.string }
            query += (paging["next"]?.members ?? []).map(\.key) + (paging["keep"]?.strings ?? [])
        }
        let given = method["parameters"]?.array ?? []
        return Call(
            host: host, verb: call?["verb"]?.string ?? "", path: call?["path"]?.string ?? "", query: query,
            body: body(call?["body"] ?? "$arguments", given.filter { $0["in"] == "body" }))
    }

    /// The call's template with a value for every argument.
    private static func body(_ template: JSON, _ parameters: [JSON]) -> JSON {
        func argument(_ name: String) -> JSON {
            value(parameters.first { $0["name"]?.string == name }?["schema"] ?? [:], name)
        }
        switch template {
        case "$arguments":
            return .object(parameters.compactMap { $0["name"]?.string }.map { ($0, argument($0)) })
        case .string(let text) where text.hasPrefix("$"): return argument(String(text.dropFirst()))
        case .object(let members): return .object(members.map { ($0.key, body($0.value, parameters)) })
        case .array(let items): return .array(items.map { body($0, parameters) })
        default: return template
        }
    }

    private static func value(_ schema: JSON, _ name: String) -> JSON {
        if let choice = schema["enum"]?.array?.first { return choice }
        if let known = places[name] { return .string(known) }
        switch schema["type"]?.string {
        case "integer", "number": return schema["minimum"] ?? 1
        case "boolean": return false
        case "array": return [value(schema["items"] ?? [:], name)]
        case "object":
            return .object((schema["properties"]?.members ?? []).map { ($0.key, value($0.value, $0.key)) })
        default: return .string("new-\(name)@nordwind.example")
        }
    }

    private static func filled(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).map { piece in
            guard piece.hasPrefix("{"), let end = piece.firstIndex(of: "}") else { return String(piece) }
            let name = String(piece[..<end].dropFirst())
            return (places[name] ?? "1") + piece[end...].dropFirst()
        }.joined(separator: "/")
    }

    @Test(arguments: ["zoho_mail", "zoho_meeting"]) func everyCallHasARoute(_ integration: String) async throws {
        try await Zoho.run { zoho in
            let token = try zoho.accessToken()
            let calls = try CatalogueTests.calls(integration)
            #expect(calls.count > 40)
            for call in calls {
                let fields = Set(call.query).sorted().map { "\($0)=1" }.joined(separator: "&")
                let mark = call.path.contains("?") ? "&" : "?"
                let target = CatalogueTests.filled(call.path) + (fields.isEmpty ? "" : mark + fields)
                let client = try zoho.connect()
                let body = call.verb == "GET" ? nil : call.body.text
                client.send(Zoho.request(call.verb, call.host, target, token: token, body: body))
                let response = try client.readResponse()
                // Made-up ids may be refused; addresses, parameters and bodies of the catalogue may not.
                let json = try? response.json
                let code = json?["data"]?["errorCode"]?.string ?? json?["error"]?["key"]?.string
                #expect(
                    !CatalogueTests.unforeseen.contains(code),
                    "\(call.verb) \(call.host)\(target): \(response.text)")
                #expect(response["Content-Type"]?.hasPrefix("text/html") != true, "\(call.verb) \(call.host)\(target)")
            }
        }
    }
}
