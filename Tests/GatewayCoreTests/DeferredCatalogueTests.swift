import Testing

@testable import GatewayCore

/// What comes with the binary may be compiled behind the start; what an operator adds is judged before it.
@Suite struct DeferredCatalogueTests {
    /// The made-up product as if it came with the binary.
    private static func embedded(tickets: String = Acme.tickets) -> [CatalogueFile] {
        Acme.files(tickets: tickets).map { CatalogueFile(name: $0.name, bytes: $0.bytes, isEmbedded: true) }
    }

    private static let spoilt = Acme.tickets.replacing(#""verb":"GET""#, with: #""verb":"FETCH""#)

    @Test func whoeverNeedsADeferredCatalogueFirstHasItCompiled() throws {
        let catalogue = try Catalogue(files: DeferredCatalogueTests.embedded(), defersEmbedded: true)
        #expect(catalogue.names == ["acme_desk"])
        let desk = try #require(catalogue.integration(named: "acme_desk"))
        #expect(desk.tools.map(\.name) == Acme.desk.tools.map(\.name))
        #expect(catalogue.integrations.count == 1 && catalogue.integrations[0] === desk)
        try catalogue.complete()
        #expect(catalogue.integration(named: "acme_desk") === desk)
        #expect(catalogue.integration(named: "other") == nil)
    }

    @Test func allWhoComeAtOnceGetTheSame() async throws {
        for _ in 0..<20 {
            let catalogue = try Catalogue(files: DeferredCatalogueTests.embedded(), defersEmbedded: true)
            let found = await withTaskGroup(of: Integration?.self) { group in
                for _ in 0..<8 { group.addTask { @concurrent in catalogue.integration(named: "acme_desk") } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let first = try #require(found[0])
            #expect(found.count == 8 && found.allSatisfy { $0 === first })
        }
    }

    @Test func hostsAreKnownBeforeAnythingIsCompiled() throws {
        let files = DeferredCatalogueTests.embedded(tickets: DeferredCatalogueTests.spoilt)
        let hosts = try Catalogue(files: files, defersEmbedded: true).hosts()
        #expect(hosts == (try Acme.catalogue.hosts()))
        #expect(hosts == ["api.acme.example", "api.acme.eu", "files.acme.example", "files.acme.eu"])
    }

    @Test func aSpoiltOneIsRefusedWhenItIsCompiledAndNeverServed() throws {
        let files = DeferredCatalogueTests.embedded(tickets: DeferredCatalogueTests.spoilt)
        let catalogue = try Catalogue(files: files, defersEmbedded: true)
        let error = #expect(throws: CatalogueError.self) { try catalogue.complete() }
        #expect(error?.file == "acme_desk/tickets.json" && error?.problem.contains("FETCH") == true)
        #expect(catalogue.integration(named: "acme_desk") == nil)
        #expect(throws: CatalogueError.self) { try Catalogue(files: files) }
    }

    @Test func oneOfAnOperatorIsRefusedAtOnce() {
        let files = Acme.files(tickets: DeferredCatalogueTests.spoilt)
        let error = #expect(throws: CatalogueError.self) { try Catalogue(files: files, defersEmbedded: true) }
        #expect(error?.file == "acme_desk/tickets.json")
        // A single file of the folder is enough.
        let mixed = [DeferredCatalogueTests.embedded()[0], files[1]]
        #expect(throws: CatalogueError.self) { try Catalogue(files: mixed, defersEmbedded: true) }
    }
}
