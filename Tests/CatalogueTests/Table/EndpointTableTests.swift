// The catalogues against the table of what the products offer: nothing forgotten, nothing made up.

import Foundation
import Testing
import Wire

@testable import GatewayCore

@Suite struct EndpointTableTests {
    private let table: EndpointTable

    init() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        table = try EndpointTable(contentsOf: folder.appending(path: "endpoints.txt"))
    }

    private func tools(of row: EndpointTable.Row) -> [Described] {
        Described.all.filter { $0.integration.name == row.product && $0.entry == row.metBy ?? row.entry }
    }

    @Test func everyRowIsMetByAToolWithItsVerbPathAndHost() {
        #expect(table.rows.count > 380)
        for row in table.rows {
            let tools = tools(of: row)
            guard row.leftOut == nil else {
                #expect(tools.isEmpty, "\(row.entry) is left out and has a tool")
                continue
            }
            #expect(!tools.isEmpty, "no tool for \(row.product) \(row.entry)")
            for described in tools {
                let meets = described.calls.contains { call in
                    call["verb"]?.string == row.verb && call["host"]?.string ?? "api" == row.host
                        && call["path"]!.string!.prefix { $0 != "?" } == row.path
                }
                #expect(meets, "\(described.tool.name) calls something else than \(row.verb) \(row.path)")
            }
        }
    }

    @Test func everyToolIsInTheTable() {
        let known = Set(table.rows.filter { $0.leftOut == nil }.map { "\($0.product) \($0.entry)" })
        #expect(known.count == table.rows.count { $0.leftOut == nil }, "an entry stands in the table twice")
        for described in Described.all {
            let entry = described.entry ?? "no entry"
            #expect(known.contains("\(described.integration.name) \(entry)"), "\(described.tool.name): \(entry)")
        }
    }

    @Test func everyNameOfARowIsSentByItsTool() {
        for row in table.rows where row.leftOut == nil {
            let sent = tools(of: row).reduce(into: Set<String>()) { $0.formUnion(names($1)) }
            for name in row.required + row.optional where !row.without.contains(name) {
                let isSent = name.split(separator: ".").allSatisfy { sent.contains(String($0)) }
                #expect(isSent, "\(row.product) \(row.entry): `\(name)` is not sent")
            }
            for name in row.without { #expect(!sent.contains(name), "\(row.entry) sends `\(name)` after all") }
        }
    }

    @Test func whatTheProductRequiresIsRequired() {
        for row in table.rows where row.leftOut == nil && row.metBy == nil {
            for described in tools(of: row) {
                let open = optionalNames(described)
                for name in row.required {
                    let last = String(name.split(separator: ".").last!)
                    #expect(!open.contains(last), "\(described.tool.name) does not require `\(name)`")
                }
            }
        }
    }

    /// All that a tool may send beside the path: arguments at any depth, paging, what is fixed.
    private func names(_ described: Described) -> Set<String> {
        var names: Set<String> = []
        func add(_ schema: JSON) {
            for property in schema["properties"]?.members ?? [] {
                names.insert(property.key)
                add(property.value)
            }
            if let items = schema["items"] { add(items) }
        }
        func add(template: JSON) {
            for member in template.members ?? [] {
                names.insert(member.key)
                add(template: member.value)
            }
            for item in template.array ?? [] { add(template: item) }
        }
        for parameter in described.method["parameters"]!.array! {
            names.insert(parameter["name"]!.string!)
            add(parameter["schema"]!)
        }
        for call in described.calls {
            if let body = call["body"] { add(template: body) }
            if let query = call["path"]!.string!.split(separator: "?").dropFirst().first {
                for item in query.split(separator: "&") { names.insert(String(item.prefix { $0 != "=" })) }
            }
        }
        if let pagination = described.method["pagination"] {
            for field in ["position", "size"] { if let name = pagination[field]?.string { names.insert(name) } }
            names.formUnion(pagination["next"]?.members?.map(\.key) ?? [])
            names.formUnion(pagination["with"]?.members?.map(\.key) ?? [])
            names.formUnion(pagination["keep"]?.strings ?? [])
        }
        return names
    }

    /// Arguments that may be left out although nothing stands in for them.
    private func optionalNames(_ described: Described) -> Set<String> {
        Set(
            described.method["parameters"]!.array!.filter {
                $0["in"] != "path" && $0["required"] != true && $0["context"] == nil
            }.map { $0["name"]!.string! })
    }
}
