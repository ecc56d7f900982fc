// Things of one kind that an organisation has, as JSON, in their order.

import Wire

struct Records {
    /// The member that tells one from another.
    let key: String
    private(set) var items: [JSON]

    init(_ key: String, _ items: [JSON] = []) {
        self.key = key
        self.items = items
    }

    private func place(_ id: String) -> Int? { items.firstIndex { $0[key]?.idText == id } }

    subscript(_ id: String) -> JSON? { place(id).map { items[$0] } }

    func first(where member: String, is text: String) -> JSON? {
        let wanted = text.lowercased()
        return items.first { $0[member]?.idText?.lowercased() == wanted }
    }

    mutating func append(_ item: JSON) { items.append(item) }

    /// - Returns: false when there is no such record.
    @discardableResult
    mutating func change(_ id: String, _ change: (inout JSON) -> Void) -> Bool {
        guard let place = place(id) else { return false }
        change(&items[place])
        return true
    }

    mutating func changeAll(_ change: (inout JSON) -> Void) {
        for place in items.indices { change(&items[place]) }
    }

    /// - Returns: what was removed.
    @discardableResult
    mutating func remove(_ id: String) -> JSON? { place(id).map { items.remove(at: $0) } }

    mutating func removeAll(where isUnwanted: (JSON) -> Bool) { items.removeAll(where: isUnwanted) }
}

extension JSON {
    /// Ids come as strings and as bare numbers.
    var idText: String? {
        switch self {
        case .string(let text): text
        case .number(let digits): digits
        default: nil
        }
    }

    /// Sets the members of `other`, except those named.
    mutating func merge(_ other: JSON, except names: [String] = []) {
        for (key, value) in other.members ?? [] where !names.contains(key) { set(key, value) }
    }
}
