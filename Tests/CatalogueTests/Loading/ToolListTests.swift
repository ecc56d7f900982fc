// The compiled lists: their order, what compiling costs, and that servers with the same filter share one.

import Catalogues
import Foundation
import Testing
import Wire

@testable import GatewayCore

@Suite(.serialized) struct ToolListTests {
    @Test func theOrderOfToolsIsTheSameOnEveryLoad() throws {
        let files = Catalogues.embedded
        for seed in 0..<3 {
            var random = SeededGenerator(seed: UInt64(seed))
            let again = try Catalogue(files: files.shuffled(using: &random))
            #expect(again.integrations.map(\.name) == installed.integrations.map(\.name))
            for (left, right) in zip(again.integrations, installed.integrations) {
                #expect(left.tools.map(\.name) == right.tools.map(\.name))
                let filter = ToolFilter(methods: ["write"])
                let (one, other) = (again.toolSet(left, filter), installed.toolSet(right, filter))
                #expect(one.listing.plain == other.listing.plain)
                #expect(one.listing.gzip.deflated == other.listing.gzip.deflated)
            }
        }
    }

    @Test func allCataloguesCompileInAMoment() throws {
        let clock = ContinuousClock()
        var catalogue: Catalogue?
        let load = try clock.measure { catalogue = try Catalogue(files: Catalogues.embedded) }
        let loaded = try #require(catalogue)
        let render = clock.measure {
            for integration in loaded.integrations { _ = loaded.toolSet(integration, ToolFilter()) }
        }
        print("\(Described.all.count) tools: loaded in \(load), listed in \(render)")
        // Without optimisation on a busy machine; what counts is that nothing is quadratic.
        #expect(load + render < .seconds(20))
    }

    @Test func noFindingIsLeftInTheCatalogues() {
        for integration in installed.integrations { #expect(CatalogueLint.findings(integration) == []) }
    }

    @Test func tenThousandServersWithFiftyFiltersShareFiftyLists() throws {
        let catalogue = try Catalogue(files: Catalogues.embedded)
        let mail = try #require(catalogue.integration(named: "zoho_mail"))
        let filters = (0..<50).map { ToolFilter(tools: Set(mail.tools.dropFirst($0).prefix(100).map(\.name))) }
        let before = try residentBytes()
        var sets: [ToolSet] = []
        for server in 0..<10_000 {
            // As a server's record has it: a filter of its own, equal to others and not the same object.
            let names = filters[server % 50].tools.map { String(decoding: Array($0.utf8), as: UTF8.self) }
            sets.append(catalogue.toolSet(mail, ToolFilter(tools: Set(names))))
        }
        #expect(Set(sets.map(ObjectIdentifier.init)).count == 50)
        let listed = Dictionary(sets.map { (ObjectIdentifier($0), $0) }) { $1 }.values
            .reduce(0) { $0 + $1.listing.plain.count + $1.listing.gzip.deflated.count }
        let growth = try residentBytes() - before
        print("50 lists of 100 tools: \(listed >> 10) KiB; resident memory grew by \(growth >> 10) KiB")
        // Ten thousand lists would be more than 1 GB.
        #expect(listed < 50 * (300 << 10))
        #expect(growth < 200 << 20)
    }

    private func residentBytes() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return try #require(Int(fields[1])) * 4096
    }
}
