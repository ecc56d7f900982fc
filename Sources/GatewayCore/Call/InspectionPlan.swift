// What to look for in the body of one tool's answer, compiled once: the places that the error rules name, the place of
// the payload, and the member that says whether there is more.

import Wire

package final class InspectionPlan: Sendable {
    struct Node: Sendable {
        var children: [(name: [UInt8], node: Int)] = []
        /// Those among them that are called by an index in an array.
        var elements: [(index: Int, node: Int)] = []
        var slot: Int?
        var isSelected = false
    }

    /// The error rules with slots where they have places.
    struct Condition: Sendable {
        let slot: Int
        let test: ErrorRules.Condition.Test
    }

    struct Envelope: Sendable {
        let fails: [Condition]
        let statusFrom: Int
        let code: [Int]
        let message: [Int]
        let details: [Int]
        let status: [Int]
    }

    struct Partial: Sendable {
        let when: Condition
        let note: String
    }

    let envelopes: [Envelope]
    let partial: [Partial]
    let done: [Condition]
    /// 0 is the body's root.
    let nodes: [Node]
    let slots: Int
    let rules: ErrorRules
    let shape: ResponseShape
    let isRead: Bool
    private let slotsByPath: [BodyPath: Int]
    /// Values deeper than this mean nothing to anybody and are only checked.
    let deepestWatched: Int

    package init(rules: ErrorRules, shape: ResponseShape, pagination: Pagination?, isRead: Bool) {
        self.rules = rules
        self.shape = shape
        self.isRead = isRead
        var nodes = [Node()]
        func node(at path: BodyPath) -> Int {
            var current = 0
            for name in path {
                let bytes = Array(name.utf8)
                if let known = nodes[current].children.first(where: { $0.name == bytes }) {
                    current = known.node
                } else {
                    nodes.append(Node())
                    nodes[current].children.append((bytes, nodes.count - 1))
                    if let index = elementIndex(name) { nodes[current].elements.append((index, nodes.count - 1)) }
                    current = nodes.count - 1
                }
            }
            return current
        }
        var slotsByPath: [BodyPath: Int] = [:]
        for path in rules.paths + (pagination?.paths ?? []) where slotsByPath[path] == nil {
            let slot = slotsByPath.count
            slotsByPath[path] = slot
            nodes[node(at: path)].slot = slot
        }
        nodes[node(at: shape.path)].isSelected = true
        self.nodes = nodes
        self.slotsByPath = slotsByPath
        slots = slotsByPath.count
        func compiled(_ condition: ErrorRules.Condition) -> Condition {
            Condition(slot: slotsByPath[condition.path]!, test: condition.test)
        }
        func compiled(_ paths: [BodyPath]) -> [Int] { paths.map { slotsByPath[$0]! } }
        envelopes = rules.envelopes.map {
            Envelope(
                fails: $0.fails.map(compiled), statusFrom: $0.statusFrom, code: compiled($0.code),
                message: compiled($0.message), details: compiled($0.details), status: compiled($0.status))
        }
        partial = rules.partial.map { Partial(when: compiled($0.when), note: $0.note) }
        done = rules.done.map(compiled)
        deepestWatched = max(slotsByPath.keys.map(\.count).max() ?? 0, shape.path.count + 1)
    }

    func slot(_ path: BodyPath) -> Int { slotsByPath[path]! }

    func child(of node: Int, named name: [UInt8]) -> Int? { nodes[node].children.first { $0.name == name }?.node }

    func child(of node: Int, at index: Int) -> Int? { nodes[node].elements.first { $0.index == index }?.node }
}

/// `[n]` in a place; nil for a member's name.
private func elementIndex(_ step: String) -> Int? {
    step.hasPrefix("[") && step.hasSuffix("]") ? Int(step.dropFirst().dropLast()) : nil
}

/// A failure that a body told.
package struct UpstreamFault: Equatable, Sendable {
    package var errorClass: ErrorClass
    /// The class follows from what the upstream said; otherwise the HTTP status tells more.
    package var isKnown = true
    package var code: String?
    package var message: String?
    /// JSON as the upstream wrote it.
    package var details: [UInt8]?
}
