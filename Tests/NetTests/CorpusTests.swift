import Foundation
import Testing

@testable import Net

/// Every request of `Tests/Corpus/http` with the outcome that `outcomes.tsv` gives it.
@Suite struct CorpusTests {
    struct Entry: CustomTestStringConvertible {
        let name: String
        let outcome: String
        var testDescription: String { name }
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Corpus/http")

    static let entries: [Entry] = {
        guard let table = try? String(contentsOf: folder.appendingPathComponent("outcomes.tsv"), encoding: .utf8) else {
            return []
        }
        return table.split(separator: "\n").map { line in
            let columns = line.split(separator: "\t", maxSplits: 1)
            return Entry(name: String(columns[0]), outcome: columns.count > 1 ? String(columns[1]) : "")
        }
    }()

    private static var limits: ConnectionLimits {
        var limits = ConnectionLimits()
        limits.bodyBytes = 1000
        return limits
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: CorpusTests.folder.appendingPathComponent("\(name).http")))
    }

    @Test func everyFileIsListedOnceAndEveryLineHasItsFile() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: CorpusTests.folder.path)
            .filter { $0.hasSuffix(".http") }.map { String($0.dropLast(5)) }
        #expect(CorpusTests.entries.map(\.name).sorted() == files.sorted())
        #expect(files.count >= 130)
        #expect(files.filter { $0.hasPrefix("valid-") }.count >= 40)
    }

    @Test(arguments: entries) func theOutcomeIsTheSameHoweverTheBytesArrive(_ entry: Entry) throws {
        let request = try bytes(entry.name)
        let limits = CorpusTests.limits
        #expect(limits.outcome([request[...]]) == entry.outcome, "whole")
        #expect(limits.outcome(request.indices.map { request[$0...$0] }) == entry.outcome, "byte by byte")
        // Long texts are long by repetition: there a sample of the splits stands for all.
        let step = request.count > 3000 ? 101 : 1
        for split in stride(from: 1, to: request.count, by: step) {
            let outcome = limits.outcome([request[..<split], request[split...]])
            guard outcome != entry.outcome else { continue }
            Issue.record("split at \(split): \(outcome)")
            break
        }
    }
}
