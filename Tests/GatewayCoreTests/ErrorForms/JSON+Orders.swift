// The same JSON text written in other ways: members in other orders, white space wherever it may be.

import Wire

extension JSON {
    /// This value with the members of its objects in other orders, itself first. One object after the other goes
    /// through all orders (beyond four members: all rotations), and then all of them are reversed at once.
    var orders: [JSON] {
        var orders = [self] + ordersOfOne
        orders.append(reversed)
        var seen: Set<[UInt8]> = []
        return orders.filter { seen.insert($0.bytes).inserted }
    }

    private var ordersOfOne: [JSON] {
        switch self {
        case .array(let items):
            return items.indices.flatMap { index in
                items[index].ordersOfOne.map { item in
                    var changed = items
                    changed[index] = item
                    return .array(changed)
                }
            }
        case .object(let members):
            let own = members.count <= 4 ? permutations(members) : rotations(members)
            let inner = members.indices.flatMap { index in
                members[index].value.ordersOfOne.map { value in
                    var changed = members
                    changed[index].value = value
                    return JSON.object(changed)
                }
            }
            return own.map(JSON.object) + inner
        default: return []
        }
    }

    /// The same value with the members of every object in the opposite order.
    var reversed: JSON {
        switch self {
        case .array(let items): .array(items.map(\.reversed))
        case .object(let members): .object(members.reversed().map { ($0.key, $0.value.reversed) })
        default: self
        }
    }

    /// The same value with white space wherever it may be inside.
    var spaced: String {
        switch self {
        case .array(let items): "[ \(items.map(\.spaced).joined(separator: "\t,\n"))\r\n]"
        case .object(let members):
            "{\n \(members.map { "\(JSON.string($0.key).text) : \($0.value.spaced)" }.joined(separator: " , ")) }"
        default: text
        }
    }
}

private func permutations<Element>(_ items: [Element]) -> [[Element]] {
    guard items.count > 1 else { return [items] }
    return items.indices.flatMap { index in
        var rest = items
        let first = rest.remove(at: index)
        return permutations(rest).map { [first] + $0 }
    }
}

private func rotations<Element>(_ items: [Element]) -> [[Element]] {
    items.indices.map { Array(items[$0...] + items[..<$0]) }
}
