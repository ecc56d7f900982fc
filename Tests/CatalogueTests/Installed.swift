// The catalogues of the binary, loaded once, and the files that they were made from.

import Catalogues
import Testing
import Wire

@testable import GatewayCore

let installed: Catalogue = {
    do { return try Catalogue(files: Catalogues.embedded) } catch { preconditionFailure("\(error)") }
}()

/// A tool and the JSON that describes it: what a request must be is worked out from the file, not from the loader.
struct Described: CustomTestStringConvertible, Sendable {
    let integration: Integration
    let tool: Tool
    /// `integration.json`.
    let product: JSON
    /// The method in its resource's file.
    let method: JSON

    var testDescription: String { tool.name }

    /// The call and its variants.
    var calls: [JSON] { [method["call"]!] + (method["variants"]?.array ?? []).map { $0["call"]! } }

    /// The entry of the table that the method was written from.
    var entry: String? {
        guard let notes = method["notes"]?.string, notes.hasPrefix("entry: ") else { return nil }
        let name = notes.dropFirst(7).prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
        return String(name.hasSuffix(".") ? name.dropLast() : name)
    }

    static let all: [Described] = describe(installed, Catalogues.embedded)

    static func describe(_ catalogue: Catalogue, _ files: [CatalogueFile]) -> [Described] {
        let parsed = files.map { (name: $0.name, json: try! JSON(parsing: $0.bytes)) }
        return catalogue.integrations.flatMap { integration in
            let own = parsed.filter { $0.name.hasPrefix("\(integration.name)/") }
            let product = own.first { $0.name.hasSuffix("/integration.json") }!.json
            return integration.tools.map { tool in
                let resource = own.first { $0.json["resource"]?.string == tool.resource }!.json
                return Described(
                    integration: integration, tool: tool, product: product,
                    method: resource["methods"]![tool.method]!)
            }
        }
    }

    /// An account in `region` that knows every id that the product's accounts can know.
    func account(in region: Region, knowing: Bool = true) -> AccountRecord {
        let context = Dictionary(
            uniqueKeysWithValues: integration.contexts.enumerated().map { ($0.element.name, "70\($0.offset)31") })
        return AccountRecord(
            id: "account", tenant: "tenant", integration: integration.name, region: region, status: .active,
            context: knowing ? context : [:], createdAt: 0, updatedAt: 0, sealedRefreshToken: [])
    }

    /// The request for `arguments`, which must pass the tool's check.
    func compose(
        _ arguments: JSON, for account: AccountRecord, position: Pagination.Position? = nil
    ) throws -> UpstreamRequest {
        switch try read(arguments) {
        case .invalid(let problems): throw Refused(problems: problems)
        case .valid(let read):
            return try RequestComposer(tool: tool, integration: integration, account: account, arguments: read)
                .compose(position: position, deadline: 1000)
        }
    }

    func read(_ arguments: JSON) throws -> Arguments.Outcome {
        let bytes = arguments.bytes
        return try Arguments.read(bytes, 0..<bytes.count, for: tool)
    }
}

/// Arguments that the tool's check refused.
struct Refused: Error, CustomStringConvertible {
    let problems: [ArgumentProblem]
    var description: String { problems.map(\.description).joined(separator: "; ") }
}

/// SplitMix64: the same cases on every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
