// The README's table of errors and the classes that there are.

import Foundation
import Testing

@testable import GatewayCore

@Suite struct ErrorClassTests {
    /// Class to code, as the README's table has it.
    private func documented() throws -> [String: Int] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let lines = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8).split(separator: "\n")
        let head = try #require(lines.firstIndex { $0.hasPrefix("| code | class |") })
        var codes: [String: Int] = [:]
        for line in lines[(head + 2)...].prefix(while: { $0.hasPrefix("|") }) {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            try #require(cells.count == 3, "\(line)")
            for name in cells[1].split(separator: ",") {
                let name = name.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
                #expect(codes.updateValue(Int(cells[0]) ?? 0, forKey: name) == nil, "\(name) is there twice")
            }
            #expect(!cells[2].isEmpty)
        }
        return codes
    }

    @Test func theREADMEHasEveryClassWithItsCodeAndNoOther() throws {
        let classes = Dictionary(uniqueKeysWithValues: ErrorClass.allCases.map { ($0.rawValue, $0.status) })
        #expect(try documented() == classes)
    }

    @Test func everyAdviceIsASentenceOfItsOwn() {
        #expect(Set(ErrorClass.allCases.map(\.advice)).count == ErrorClass.allCases.count)
        for advice in ErrorClass.allCases.map(\.advice) { #expect(advice.hasSuffix(".")) }
    }
}
