// Did you mean: the nearest of some known names.

import Wire

/// - Returns: at most `limit` of `candidates`, nearest first, none further than a third of its length.
package func nearest(to name: String, among candidates: some Sequence<String>, limit: Int = 3) -> [String] {
    // A name from outside is compared only as far as any real name is long.
    let wanted = Array(name.lowercased().utf8.prefix(96))
    var scored: [(distance: Int, name: String)] = []
    for candidate in candidates {
        let other = Array(candidate.lowercased().utf8)
        let allowed = max(2, max(wanted.count, other.count) / 3)
        let contained = wanted.count >= 3 && candidate.lowercased().has(String(decoding: wanted, as: UTF8.self))
        guard contained || abs(other.count - wanted.count) <= allowed else { continue }
        let distance = contained ? 1 : editDistance(wanted, other)
        if distance <= allowed { scored.append((distance, candidate)) }
    }
    scored.sort { $0.distance == $1.distance ? $0.name < $1.name : $0.distance < $1.distance }
    // Whatever is clearly further away than the nearest is noise.
    let nearest = scored.first?.distance ?? 0
    return scored.prefix(limit).filter { $0.distance <= nearest + 1 }.map(\.name)
}

/// ` Did you mean a or b?`, or nothing.
package func didYouMean(_ name: String, among candidates: some Sequence<String>) -> String {
    let names = nearest(to: name, among: candidates)
    return names.isEmpty ? "" : " Did you mean \(names.map { "`\($0)`" }.joined(separator: " or "))?"
}

/// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var older = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    for row in 1...left.count {
        var current = [row] + [Int](repeating: 0, count: right.count)
        for column in 1...right.count {
            let cost = left[row - 1] == right[column - 1] ? 0 : 1
            current[column] = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + cost)
            if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                current[column] = min(current[column], older[column - 2] + 1)
            }
        }
        (older, previous) = (previous, current)
    }
    return previous[right.count]
}
