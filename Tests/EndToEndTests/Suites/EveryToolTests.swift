// Every tool of every catalogue, called in every region that its product has: what the upstream got is what the catalogue says.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct EveryToolTests {
        private static let catalogues = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/Catalogues")

        private func file(_ integration: String, _ name: String) throws -> JSON {
            let url = Self.catalogues.appending(path: "\(integration)/\(name).json")
            return try JSON(parsing: [UInt8](try Data(contentsOf: url)))
        }

        /// The smallest value that fits a schema.
        private func value(_ schema: JSON) -> JSON {
            if let first = schema["enum"]?.array?.first { return first }
            let type = schema["type"]?.string ?? schema["type"]?.array?.first?.string
            switch type {
            case "integer", "number": return schema["minimum"] ?? 1
            case "boolean": return true
            case "array":
                let element = value(schema["items"] ?? ["type": "string"])
                return .array(Array(repeating: element, count: max(1, schema["minItems"]?.int ?? 1)))
            case "object":
                let required = schema["required"]?.strings ?? []
                let members = (schema["properties"]?.members ?? []).filter { required.contains($0.key) }
                return .object(members.map { ($0.key, value($0.value)) })
            // Base64 as well as an id: four digits are both.
            default: return .string(String(repeating: "7", count: max(4, schema["minLength"]?.int ?? 4)))
            }
        }

        private func check(_ seen: JSON, _ call: JSON, host: String, _ tool: String) throws {
            let target = (seen["target"]?.string ?? "").split(separator: "?", maxSplits: 1).map(String.init)
            let expected = (call["path"]?.string ?? "").split(separator: "?", maxSplits: 1).map(String.init)
            #expect(seen["host"]?.string == host, "\(tool)")
            #expect(seen["method"]?.string == call["verb"]?.string, "\(tool)")
            let segments = target[0].split(separator: "/", omittingEmptySubsequences: false)
            let template = expected[0].split(separator: "/", omittingEmptySubsequences: false)
            #expect(segments.count == template.count, "\(tool): \(target[0])")
            for (segment, wanted) in zip(segments, template) where !wanted.hasPrefix("{") {
                #expect(segment == wanted, "\(tool): \(target[0])")
            }
            if expected.count > 1 { #expect(target.last?.hasPrefix(expected[1]) == true, "\(tool): \(target)") }
            let head = seen["head"]?.string ?? ""
            #expect(head.contains("\r\nAuthorization: Zoho-oauthtoken 1000."), "\(tool)")
            // A mode decides what a call does: it is fixed, and it is sent.
            if let mode = call["body"]?["mode"]?.string, !mode.hasPrefix("$") {
                let body = try JSON(parsing: seen["body"]?.string ?? "")
                #expect(body["mode"]?.string == mode, "\(tool)")
            }
            if call["body"] != nil { #expect(head.contains("\r\nContent-Type: application/json"), "\(tool)") }
        }

        @Test(.timeLimit(.minutes(5)), arguments: ["zoho_mail", "zoho_bigin", "zoho_meeting"])
        func theUpstreamGetsWhatTheCatalogueSays(_ integration: String) throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let hosts = try file(integration, "integration")["hosts"]
            let regions = (hosts?["api"]?.members ?? []).map(\.key)
            var files: [String: JSON] = [:]
            for region in regions {
                let account = try bench.gateway.makeAccount(region: region, integration: integration)
                let server = try bench.gateway.makeServer(account)
                let answer = try bench.gateway.manage("GET", "/integrated-account/\(account)/tools")
                let tools = try #require(try answer.json["result"]?.array)
                for tool in tools {
                    let name = tool["name"]?.string ?? ""
                    let resource = tool["resource"]?.string ?? ""
                    if files[resource] == nil { files[resource] = try file(integration, resource) }
                    let call = try #require(files[resource]?["methods"]?[tool["method"]?.string ?? ""]?["call"])
                    let host = hosts?[call["host"]?.string ?? "api"]?[region]?.string ?? ""
                    try bench.simulator.clear()
                    _ = try bench.gateway.call(server.token, name, value(tool["inputSchema"] ?? [:]))
                    let seen = try bench.simulator.requests().last {
                        $0["host"]?.string?.hasPrefix("accounts.") == false
                    }
                    try check(try #require(seen, "\(name) sent nothing"), call, host: host, name)
                }
            }
        }
    }
}
