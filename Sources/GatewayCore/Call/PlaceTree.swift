// Places in a body as a tree to walk down, and an integration's error rules with numbers where they name places: what all
// of its tools have in common, compiled once.

/// Members by name, elements by index; some of them are kept, each in a slot of its own.
struct PlaceTree: Sendable {
    struct Node: Sendable {
        var children: [(name: [UInt8], node: Int)] = []
        /// Those among them that are called by an index in an array.
        var elements: [(index: Int, node: Int)] = []
        var slot: Int?
        var isSelected = false
    }

    /// 0 is the body's root.
    private(set) var nodes = [Node()]
    private(set) var slots: [BodyPath: Int] = [:]
    /// Steps to the deepest place that is kept.
    private(set) var deepestSlot = 0

    /// The slot of a place, which it gets if it has none.
    mutating func slot(at path: BodyPath) -> Int {
        if let known = slots[path] { return known }
        let slot = slots.count
        slots[path] = slot
        deepestSlot = max(deepestSlot, path.count)
        nodes[node(at: path)].slot = slot
        return slot
    }

    /// Marks the place of the payload.
    mutating func select(_ path: BodyPath) { nodes[node(at: path)].isSelected = true }

    private mutating func node(at path: BodyPath) -> Int {
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

    /// `[n]` in a place; nil for a member's name.
    private func elementIndex(_ step: String) -> Int? {
        step.hasPrefix("[") && step.hasSuffix("]") ? Int(step.dropFirst().dropLast()) : nil
    }
}

/// Error rules with slots where they have places.
final class RulePlan: Sendable {
    struct Condition: Sendable {
        let slot: Int
        let test: ErrorRules.Condition.Test

        init(_ condition: ErrorRules.Condition, _ places: inout PlaceTree) {
            slot = places.slot(at: condition.path)
            test = condition.test
        }
    }

    final class Envelope: Sendable {
        let fails: [Condition]
        let statusFrom: Int
        let code: [Int]
        let message: [Int]
        let details: [Int]
        let status: [Int]

        init(_ envelope: ErrorRules.Envelope, _ places: inout PlaceTree) {
            fails = envelope.fails.map { Condition($0, &places) }
            statusFrom = envelope.statusFrom
            code = envelope.code.map { places.slot(at: $0) }
            message = envelope.message.map { places.slot(at: $0) }
            details = envelope.details.map { places.slot(at: $0) }
            status = envelope.status.map { places.slot(at: $0) }
        }
    }

    struct Partial: Sendable {
        let when: Condition
        let note: String
    }

    let places: PlaceTree
    let envelopes: [Envelope]
    let partial: [Partial]
    let done: [Condition]

    init(envelopes: [ErrorRules.Envelope], partial: [ErrorRules.Partial], done: [ErrorRules.Condition]) {
        var places = PlaceTree()
        self.envelopes = envelopes.map { Envelope($0, &places) }
        self.partial = partial.map { Partial(when: Condition($0.when, &places), note: $0.note) }
        self.done = done.map { Condition($0, &places) }
        self.places = places
    }
}
