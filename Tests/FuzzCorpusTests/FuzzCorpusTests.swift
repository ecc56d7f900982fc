import Foundation
import Testing

/// What fuzzing has found and what it takes to get everywhere, checked without a fuzzer. A failure's file goes into
/// `Tests/Corpus/fuzz-…`, named after what was wrong.
@Suite struct FuzzCorpusTests {
    struct Entry: CustomTestStringConvertible, Sendable {
        let folder: String
        let name: String
        var testDescription: String { "\(folder)/\(name)" }
    }

    private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Corpus")

    private static func entries(_ folder: String) -> [Entry] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: corpus.appendingPathComponent(folder).path)
        return (names ?? []).sorted().map { Entry(folder: folder, name: $0) }
    }

    private func bytes(_ entry: Entry) throws -> [UInt8] {
        Array(try Data(contentsOf: Self.corpus.appendingPathComponent(entry.folder).appendingPathComponent(entry.name)))
    }

    @Test(arguments: ["fuzz-head", "fuzz-json", "fuzz-answer", "fuzz-response"]) func theCorpusIsThere(_ folder: String)
    {
        #expect(Self.entries(folder).count > 20)
    }

    @Test(arguments: entries("fuzz-head")) func requestsAreReadAlikeHoweverTheyArrive(_ entry: Entry) throws {
        let failure = HeadProperty.failure(try bytes(entry))
        #expect(failure == nil)
    }

    @Test(arguments: entries("fuzz-json")) func allReadersAgreeOnJSON(_ entry: Entry) throws {
        let failure = JSONProperty.failure(try bytes(entry))
        #expect(failure == nil)
    }

    @Test(arguments: entries("fuzz-answer")) func everyAnswerIsOneValidMessage(_ entry: Entry) throws {
        let failure = AnswerProperty.failure(try bytes(entry))
        #expect(failure == nil)
    }

    @Test(arguments: entries("fuzz-response")) func answersAreReadAlikeHoweverTheyArrive(_ entry: Entry) throws {
        let failure = ResponseProperty.failure(try bytes(entry))
        #expect(failure == nil)
    }
}
