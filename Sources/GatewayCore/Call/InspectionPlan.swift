// What to look for in the body of one tool's answer, compiled once: the places that the error rules name, the place of
// the payload, and the member that says whether there is more.

import Wire

package final class InspectionPlan: Sendable {
    let places: PlaceTree
    let rules: ErrorRules
    let shape: ResponseShape
    let isRead: Bool
    /// Values deeper than this mean nothing to anybody and are only checked.
    let deepestWatched: Int

    package init(rules: ErrorRules, shape: ResponseShape, pagination: Pagination?, isRead: Bool) {
        self.rules = rules
        self.shape = shape
        self.isRead = isRead
        var places = rules.plan.places
        for path in pagination?.paths ?? [] { _ = places.slot(at: path) }
        places.select(shape.path)
        self.places = places
        deepestWatched = max(places.deepestSlot, shape.path.count + 1)
    }

    var nodes: [PlaceTree.Node] { places.nodes }
    var slots: Int { places.slots.count }
    var envelopes: [RulePlan.Envelope] { rules.plan.envelopes }
    var done: [RulePlan.Condition] { rules.plan.done }
    var partial: [RulePlan.Partial] { rules.plan.partial }

    func slot(_ path: BodyPath) -> Int { places.slots[path]! }

    func child(of node: Int, named name: [UInt8]) -> Int? { nodes[node].children.first { $0.name == name }?.node }

    func child(of node: Int, at index: Int) -> Int? { nodes[node].elements.first { $0.index == index }?.node }
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
