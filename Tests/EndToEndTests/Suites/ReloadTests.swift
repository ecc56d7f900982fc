// Catalogues of the operator's own, and what SIGHUP does to them.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct ReloadTests {
        private static let example = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "CatalogueTests/Example/acme_desk")

        @Test func aReloadChangesTheListAndABadCatalogueChangesNothing() throws {
            let folder = try Folder()
            let copy = URL(filePath: folder.path).appending(path: "acme_desk")
            try FileManager.default.copyItem(at: Self.example, to: copy)
            let bench = try Bench(.sqlite, settings: ["TOLLGATE_CATALOGUE_DIR": folder.path])
            defer { bench.end() }
            let gateway = bench.gateway
            let server = try gateway.makeServer(try gateway.makeAccount(integration: "acme_desk"))
            func titles() throws -> [String] {
                let list: JSON = ["jsonrpc": "2.0", "id": 1, "method": "tools/list"]
                let tools = try gateway.post(server.token, list).json["result"]?["tools"]?.array ?? []
                return tools.compactMap { $0["title"]?.string }
            }
            #expect(try titles().contains("Close a ticket"))

            let file = copy.appending(path: "tickets.json")
            let text = try String(contentsOf: file, encoding: .utf8)
            let changed = text.replacingOccurrences(of: "\"Close a ticket\"", with: "\"Close it\"")
            try changed.write(to: file, atomically: true, encoding: .utf8)
            gateway.process.signal(SIGHUP)
            // Every worker, and each connection may reach another one.
            try eventually("the list stays as it was") {
                try (0..<20).allSatisfy { _ in try titles().contains("Close it") }
            }

            try "{".write(to: file, atomically: true, encoding: .utf8)
            gateway.process.signal(SIGHUP)
            try eventually("nobody complains") { gateway.process.errors.contains("acme_desk/tickets.json: line") }
            #expect(try (0..<20).allSatisfy { _ in try titles().contains("Close it") })
            #expect(gateway.process.isRunning)
        }
    }
}
