// endpoints.txt, read: what the products offer, apart from how the catalogues say it.

import Foundation

struct EndpointTable {
    struct Row {
        let product: String
        let entry: String
        let host: String
        let verb: String
        let path: String
        let required: [String]
        let optional: [String]
        var leftOut: String?
        var metBy: String?
        var without: Set<String> = []
    }

    let rows: [Row]

    struct Malformed: Error {
        let line: String
    }

    init(contentsOf url: URL) throws {
        let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
        rows = try lines.filter { !$0.hasPrefix("#") }.map { try Row(String($0)) }
    }
}

extension EndpointTable.Row {
    fileprivate init(_ line: String) throws {
        let cells = line.components(separatedBy: " | ")
        guard (8...9).contains(cells.count), ["high", "medium"].contains(cells[2]) else {
            throw EndpointTable.Malformed(line: line)
        }
        func names(_ cell: String) -> [String] { cell == "-" ? [] : cell.components(separatedBy: " ") }
        (product, entry, host, verb, path) = (cells[0], cells[1], cells[3], cells[4], cells[5])
        (required, optional) = (names(cells[6]), names(cells[7]))
        guard cells.count == 9 else { return }
        let parts = cells[8].split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        guard parts.count == 2, parts[1].count > 10 else { throw EndpointTable.Malformed(line: line) }
        if parts[0] == "left out" {
            leftOut = parts[1]
        } else if parts[0].hasPrefix("met by ") {
            metBy = String(parts[0].dropFirst(7))
        } else if parts[0].hasPrefix("without ") {
            without = Set(parts[0].dropFirst(8).components(separatedBy: ", "))
        } else {
            throw EndpointTable.Malformed(line: line)
        }
    }
}
