// A strict pull reader over a complete JSON text (RFC 8259): values are ranges, nothing is built, nothing recurses.

/// Where and why a JSON text is wrong.
package struct JSONError: Error, Equatable, Sendable {
    package let offset: Int
    package let reason: StaticString

    package init(offset: Int, reason: StaticString) {
        self.offset = offset
        self.reason = reason
    }

    package static func == (left: JSONError, right: JSONError) -> Bool { left.offset == right.offset }
}

/// Walks over the JSON text in `bytes`. Copying a reader keeps its place: a cheap bookmark.
package struct JSONReader: Sendable {
    package let bytes: [UInt8]
    package private(set) var position: Int
    package let end: Int
    /// Containers that have been entered and not left.
    private var entered = 0

    /// Nesting deeper than this is refused.
    package static let maximumDepth = 64

    package enum Kind: Sendable { case object, array, string, number, bool, null }

    package init(_ bytes: [UInt8], _ range: Range<Int>? = nil) {
        self.bytes = bytes
        position = range?.lowerBound ?? 0
        end = range?.upperBound ?? bytes.count
    }

    /// The kind of the value that comes next.
    package mutating func peek() throws(JSONError) -> Kind {
        skipSpace()
        guard position < end else { throw JSONError(offset: position, reason: "the text ends where a value is due") }
        switch bytes[position] {
        case ASCII.openBrace: return .object
        case ASCII.openBracket: return .array
        case ASCII.quote: return .string
        case ASCII.hyphen, 0x30...0x39: return .number
        case 0x74, 0x66: return .bool
        case 0x6E: return .null
        default: throw JSONError(offset: position, reason: "no value begins like this")
        }
    }

    /// Enters the object that comes next; then call `nextKey` until it returns nil.
    package mutating func enterObject() throws(JSONError) {
        try take(ASCII.openBrace)
        entered += 1
    }

    /// Enters the array that comes next; then call `nextElement` until it returns false.
    package mutating func enterArray() throws(JSONError) {
        try take(ASCII.openBracket)
        entered += 1
    }

    /// The inside of the next member's name, or nil at the object's end. Its value comes next.
    package mutating func nextKey(first: inout Bool) throws(JSONError) -> Range<Int>? {
        guard try hasNext(first: &first, ASCII.closeBrace) else {
            entered -= 1
            return nil
        }
        let key = try string()
        try take(ASCII.colon)
        return key
    }

    /// Whether another element comes next.
    package mutating func nextElement(first: inout Bool) throws(JSONError) -> Bool {
        if try hasNext(first: &first, ASCII.closeBracket) { return true }
        entered -= 1
        return false
    }

    private mutating func hasNext(first: inout Bool, _ closing: UInt8) throws(JSONError) -> Bool {
        skipSpace()
        guard position < end else { throw JSONError(offset: position, reason: "the text ends inside a value") }
        if bytes[position] == closing {
            position += 1
            return false
        }
        if !first { try take(ASCII.comma) }
        first = false
        return true
    }

    /// Reads the string that comes next and returns its inside, still escaped.
    package mutating func string() throws(JSONError) -> Range<Int> {
        try take(ASCII.quote)
        let start = position
        while position < end {
            position = endOfCharacters(bytes.span, from: position, to: end)
            guard position < end else { break }
            let byte = bytes[position]
            position += 1
            if byte == ASCII.quote { return start..<position - 1 }
            if byte == ASCII.backslash {
                try escape()
            } else if byte < 0x20 {
                throw JSONError(offset: position - 1, reason: "a control character must be escaped")
            } else if byte >= 0x80 {
                try utf8(byte)
            }
        }
        throw JSONError(offset: position, reason: "the text ends inside a string")
    }

    private mutating func escape() throws(JSONError) {
        guard position < end else { throw JSONError(offset: position, reason: "the text ends inside a string") }
        let kind = bytes[position]
        position += 1
        switch kind {
        case ASCII.quote, ASCII.backslash, ASCII.slash, 0x62, 0x66, 0x6E, 0x72, 0x74: return
        case 0x75:
            for _ in 0..<4 {
                guard position < end, bytes[position].hexValue != nil else {
                    throw JSONError(offset: position, reason: "\\u needs four hexadecimal digits")
                }
                position += 1
            }
        default: throw JSONError(offset: position - 1, reason: "no such escape")
        }
    }

    private mutating func utf8(_ lead: UInt8) throws(JSONError) {
        var decoder = UTF8Check()
        var byte = lead
        while true {
            guard decoder.accept(byte) else { throw JSONError(offset: position - 1, reason: "not UTF-8") }
            if decoder.isComplete { return }
            guard position < end else { throw JSONError(offset: position, reason: "the text ends inside a character") }
            byte = bytes[position]
            position += 1
        }
    }

    /// Skips the value that comes next, checking all of it.
    /// - Returns: where it is, without surrounding white space.
    package mutating func skip() throws(JSONError) -> Range<Int> {
        let kind = try peek()
        let start = position
        switch kind {
        case .string: _ = try string()
        case .number: try number()
        case .bool: try literal(bytes[position] == 0x74 ? "true" : "false")
        case .null: try literal("null")
        case .object, .array: try skipContainer()
        }
        return start..<position
    }

    /// Containers are skipped with one bit per level: 1 for an object, 0 for an array.
    private mutating func skipContainer() throws(JSONError) {
        var stack: UInt64 = 0
        var depth = 0
        var first = true
        try open(&stack, &depth)
        while depth > 0 {
            let inObject = stack & 1 == 1
            guard try hasNext(first: &first, inObject ? ASCII.closeBrace : ASCII.closeBracket) else {
                stack >>= 1
                depth -= 1
                first = false
                continue
            }
            if inObject {
                _ = try string()
                try take(ASCII.colon)
            }
            switch try peek() {
            case .object, .array:
                try open(&stack, &depth)
                first = true
            default: _ = try skip()
            }
        }
    }

    private mutating func open(_ stack: inout UInt64, _ depth: inout Int) throws(JSONError) {
        guard entered + depth < JSONReader.maximumDepth else {
            throw JSONError(offset: position, reason: "nested too deeply")
        }
        stack = stack << 1 | (bytes[position] == ASCII.openBrace ? 1 : 0)
        depth += 1
        position += 1
    }

    private mutating func number() throws(JSONError) {
        var scan = NumberCheck()
        while position < end, scan.accept(bytes[position]) { position += 1 }
        guard scan.isComplete else { throw JSONError(offset: position, reason: "not a number as JSON writes it") }
    }

    private mutating func literal(_ text: StaticString) throws(JSONError) {
        let range = position..<min(position + text.utf8CodeUnitCount, end)
        guard bytes.equals(range, text) else { throw JSONError(offset: position, reason: "no value begins like this") }
        position = range.upperBound
    }

    /// Checks that only white space is left.
    package mutating func finish() throws(JSONError) {
        skipSpace()
        guard position == end else { throw JSONError(offset: position, reason: "something follows the value") }
    }

    private mutating func take(_ byte: UInt8) throws(JSONError) {
        skipSpace()
        guard position < end, bytes[position] == byte else {
            throw JSONError(offset: position, reason: "another character is due here")
        }
        position += 1
    }

    private mutating func skipSpace() {
        while position < end {
            switch bytes[position] {
            case ASCII.space, ASCII.lineFeed, ASCII.carriageReturn, ASCII.tab: position += 1
            default: return
            }
        }
    }
}

/// The members that an object has had so far. Few are compared one by one: most objects are small, and a set each would
/// cost more than the members themselves.
private struct MemberNames {
    private var set: Set<String> = []

    /// - Returns: false for a name that one of `members`, to which all the others have been added, has.
    mutating func add(_ name: String, behind members: [(key: String, value: JSON)]) -> Bool {
        guard members.count >= 16 else { return !members.contains { $0.key == name } }
        if set.isEmpty { set = Set(members.map(\.key)) }
        return set.insert(name).inserted
    }
}

extension JSON {
    /// - Throws: where and why the text is wrong. A member name that comes twice is an error.
    package init(parsing bytes: [UInt8], _ range: Range<Int>? = nil) throws(JSONError) {
        var reader = JSONReader(bytes, range)
        self = try JSON.read(&reader, depth: 0)
        try reader.finish()
    }

    package init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }

    private static func read(_ reader: inout JSONReader, depth: Int) throws(JSONError) -> JSON {
        let kind = try reader.peek()
        guard depth < JSONReader.maximumDepth || kind != .object && kind != .array else {
            throw JSONError(offset: reader.position, reason: "nested too deeply")
        }
        switch kind {
        case .object:
            try reader.enterObject()
            var members: [(key: String, value: JSON)] = []
            var names = MemberNames()
            var first = true
            while let key = try reader.nextKey(first: &first) {
                let name = JSONText.decode(reader.bytes, key)
                guard names.add(name, behind: members) else {
                    throw JSONError(offset: key.lowerBound, reason: "this member comes twice")
                }
                members.append((name, try read(&reader, depth: depth + 1)))
            }
            return .object(members)
        case .array:
            try reader.enterArray()
            var items: [JSON] = []
            var first = true
            while try reader.nextElement(first: &first) { items.append(try read(&reader, depth: depth + 1)) }
            return .array(items)
        case .string: return .string(JSONText.decode(reader.bytes, try reader.string()))
        case .number: return .number(reader.bytes.text(try reader.skip()))
        case .bool: return .bool(reader.bytes[try reader.skip().lowerBound] == 0x74)
        case .null:
            _ = try reader.skip()
            return .null
        }
    }
}
