// The members of a record, read where they stand: a token that is not in the cache pays for this with each call, and a
// tree would cost it three times as much.

import Wire

/// The top-level members of a JSON object, by name.
struct RecordFields {
    private let bytes: [UInt8]
    private var members: [(name: Range<Int>, value: Range<Int>)] = []

    /// - Returns: nil for what is no JSON object.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        members.reserveCapacity(12)
        do throws(JSONError) {
            var reader = JSONReader(bytes)
            var first = true
            try reader.enterObject()
            while let name = try reader.nextKey(first: &first) { members.append((name, try reader.skip())) }
            try reader.finish()
        } catch {
            return nil
        }
    }

    private func value(_ name: StaticString) -> Range<Int>? {
        for member in members where bytes.equals(member.name, name) { return member.value }
        return nil
    }

    /// A string.
    func text(_ name: StaticString) -> String? {
        guard let value = value(name), bytes[value.lowerBound] == ASCII.quote else { return nil }
        return JSONText.decode(bytes, value.lowerBound + 1..<value.upperBound - 1)
    }

    /// A whole number of at most 18 digits.
    func number(_ name: StaticString) -> Int64? {
        guard let value = value(name), (1...18).contains(value.count) else { return nil }
        var number: Int64 = 0
        for index in value {
            guard bytes[index].isDigit else { return nil }
            number = 10 * number + Int64(bytes[index] - ASCII.zero)
        }
        return number
    }

    /// A value of any kind; an empty object without looking into it.
    func json(_ name: StaticString) -> JSON? {
        guard let value = value(name) else { return nil }
        let isEmptyObject = value.count == 2 && bytes[value.lowerBound] == ASCII.openBrace
        return isEmptyObject ? .object([]) : try? JSON(parsing: bytes, value)
    }
}
