// Integrations from an operator's folder: the README's example, and what is refused with the file and the field.

import Catalogues
import Foundation
import Testing
import Wire

@testable import GatewayCore

@Suite struct FolderTests {
    private static let example = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Example").path

    // MARK: The example

    private func loaded() throws -> (catalogue: Catalogue, files: [CatalogueFile]) {
        let files = try Catalogues.files(addingFrom: FolderTests.example)
        return (try Catalogue(files: files), files)
    }

    @Test func theExampleStandsBesideWhatIsBuiltIn() throws {
        let (catalogue, files) = try loaded()
        #expect(catalogue.integrations.map(\.name) == ["acme_desk", "zoho_bigin", "zoho_mail", "zoho_meeting"])
        #expect(files.count == Catalogues.embedded.count + 2)
        let desk = try #require(catalogue.integration(named: "acme_desk"))
        #expect(desk.tools.map(\.name) == ["list_all_acme_desk_tickets", "acme_desk_tickets_close"])
        #expect(desk.regions == [.us, .eu])
        #expect(try catalogue.hosts().isSuperset(of: ["api.acme.example", "api.eu.acme.example"]))
        #expect(CatalogueLint.findings(desk) == [])
        let listing = String(decoding: catalogue.toolSet(desk, ToolFilter()).listing.plain, as: UTF8.self)
        #expect(listing.contains("acme_desk_tickets_close") && listing.contains("next_cursor"))
    }

    @Test func theExampleComposesItsRequests() throws {
        let (catalogue, files) = try loaded()
        let described = Described.describe(catalogue, files).filter { $0.integration.name == "acme_desk" }
        let account = described[0].account(in: .eu)
        let list = try described[0].compose(["state": "open", "limit": 10], for: account)
        #expect(list.method == "GET" && list.host == "api.eu.acme.example" && list.body == nil)
        #expect(list.target == "/v1/desks/70031/tickets?state=open&per_page=10")
        let close = try described[1].compose(["ticket_id": 4711, "note": "Done"], for: account)
        #expect(close.method == "POST" && close.target == "/v1/tickets/4711/events")
        #expect(try close.taken() == .json(["event": "close", "note": "Done"]))
        let silent = try described[1].compose(["ticket_id": "4711"], for: account)
        #expect(try silent.taken() == .json(["event": "close"]))
    }

    @Test func aFolderOfABuiltInNameTakesItsPlace() throws {
        let folder = try Folder()
        for file in try Catalogues.files(addingFrom: FolderTests.example) where file.name.hasPrefix("acme_desk/") {
            let text = String(decoding: file.bytes, as: UTF8.self).replacing("acme_desk", with: "zoho_bigin")
            try folder.write(file.name.replacing("acme_desk", with: "zoho_bigin"), text)
        }
        let catalogue = try Catalogue(files: try Catalogues.files(addingFrom: folder.path))
        #expect(catalogue.integrations.count == 3)
        #expect(catalogue.integration(named: "zoho_bigin")?.title == "Acme Desk")
    }

    @Test func withoutAFolderThereIsWhatIsBuiltIn() throws {
        #expect(try Catalogues.files(addingFrom: nil).map(\.name) == Catalogues.embedded.map(\.name))
    }

    @Test func onlyJSONFilesOfFoldersThatAreNotHiddenAreRead() throws {
        let folder = try Folder()
        try folder.write(".git/config.json", "not JSON")
        try folder.write("empty/README.md", "not JSON")
        try folder.write("empty/.hidden.json", "not JSON")
        #expect(try Catalogues.files(addingFrom: folder.path).count == Catalogues.embedded.count)
    }

    // MARK: Refusals

    /// The sentence with which a folder is refused.
    private func refusal(_ path: String) throws -> CatalogueError {
        try #require(throws: CatalogueError.self) { try Catalogue(files: try Catalogues.files(addingFrom: path)) }
    }

    /// The example with one change.
    private func refusal(_ file: String, _ old: String, _ new: String) throws -> CatalogueError {
        let folder = try Folder()
        for name in ["integration.json", "tickets.json"] {
            var text = try String(contentsOfFile: "\(FolderTests.example)/acme_desk/\(name)", encoding: .utf8)
            if name == file {
                #expect(text.contains(old), "the example has no \(old)")
                text = text.replacingOccurrences(of: old, with: new)
            }
            try folder.write("acme_desk/\(name)", text)
        }
        return try refusal(folder.path)
    }

    @Test func aFolderThatIsNotThereIsNamed() throws {
        let error = try refusal("/no/such/folder")
        #expect(error.description == "/no/such/folder: cannot be opened as a folder: No such file or directory")
    }

    @Test func aFileWhereAFolderIsDueIsNamed() throws {
        let folder = try Folder()
        try folder.write("integration.json", "{}")
        let error = try refusal(folder.path)
        #expect(error.description.hasSuffix("/integration.json: cannot be opened as a folder: Not a directory"))
        #expect(error.description.hasPrefix("/"))
    }

    @Test func aFolderWhereAFileIsDueIsNamed() throws {
        let folder = try Folder()
        try folder.write("acme_desk/integration.json/x.json", "{}")
        let error = try refusal(folder.path)
        #expect(error.description == "acme_desk/integration.json: cannot be read: Is a directory")
    }

    @Test func aFolderWithoutItsMainFileIsNamed() throws {
        let folder = try Folder()
        try folder.write("acme_desk/tickets.json", "{}")
        #expect(
            try refusal(folder.path).description == "acme_desk/tickets.json: there is no integration.json beside it")
    }

    @Test(arguments: [
        ("tickets.json", #""resource": "tickets","#, #""resource": "tickets",,"#, "acme_desk/tickets.json: line 2: "),
        ("integration.json", "{\n", "\u{FEFF}{\n", "acme_desk/integration.json: line 1: "),
        (
            "integration.json", #""title""#, #""titel""#,
            "acme_desk/integration.json: titel: no such field. Did you mean `title`"
        ),
        (
            "integration.json", #""kind": "zoho_oauth""#, #""kind": "api_key""#,
            "acme_desk/integration.json: authentication.kind: "
        ),
        (
            "integration.json", #""kind": "zoho_oauth", "#, "",
            "acme_desk/integration.json: authentication: `kind` is missing"
        ),
        ("integration.json", "api.eu.acme.example", "127.0.0.1/x", "acme_desk/integration.json: hosts.api.eu: "),
        (
            "tickets.json", #""idempotent": true"#, #""idempotnt": true"#,
            "acme_desk/tickets.json: methods.close.idempotnt: no such field. Did you mean `idempotent`"
        ),
        ("tickets.json", #""note": "$note""#, #""note": "$notes""#, "acme_desk/tickets.json: methods.close"),
        (
            "tickets.json", #""maxLength": 2000"#, #""maxLength": "2000""#,
            "acme_desk/tickets.json: methods.close.parameters[1].schema.maxLength: an integer is due here"
        ),
        ("tickets.json", #""tags": ["support"]"#, #""tags": ["suport"]"#, "acme_desk/tickets.json: tags: "),
        (
            "tickets.json", "/v1/tickets/{ticket_id}/events", "/v1/tickets/{ticket}/events",
            "acme_desk/tickets.json: methods.close: the path names"
        ),
        (
            "tickets.json", "/v1/desks/{desk_id}/tickets", "/v1/desks/{desk_id}/tickets?state=open",
            "acme_desk/tickets.json: methods.list: "
        ),
        (
            "tickets.json", "/v1/desks/{desk_id}/tickets", "/v1/desks/{desk_id}/tickets?per_page=7",
            "acme_desk/tickets.json: methods.list: "
        ),
    ])
    func aMistakeIsAnsweredWithFileAndField(_ file: String, _ old: String, _ new: String, _ sentence: String) throws {
        let error = try refusal(file, old, new)
        #expect(error.description.hasPrefix(sentence), "\(error.description)")
        #expect(error.problem.count > 10)
    }
}

/// A folder for one test; gone with its last user.
private final class Folder {
    let path = NSTemporaryDirectory() + "tollgate-catalogues-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
        let file = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }
}
