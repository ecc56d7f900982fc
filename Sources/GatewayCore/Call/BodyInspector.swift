// Looks at a body while it passes: picks out the payload, keeps the few values that the error rules ask for, counts.
// Pieces may be cut anywhere and members may come in any order; what it concludes is the same.

import Wire

package final class BodyInspector {
    private var inspection: Inspection

    package init(plan: InspectionPlan) { inspection = Inspection(plan: plan) }

    /// True once the payload's place has been seen.
    package var foundPayload: Bool { inspection.payload.isFound }
    /// The body says that there is nothing: null in the payload's place, or a success that needs none.
    var saysNothing: Bool { inspection.saysNothing }
    /// The first byte that is neither mark nor white space.
    var firstByte: UInt8? { inspection.firstByte }
    /// Elements of the list that were passed on.
    package var elementCount: Int { inspection.payload.elementCount }
    /// The list was cut at the writer's limit.
    package var isTruncated: Bool { inspection.payload.isTruncated }

    /// Takes the next piece of the body and passes the payload's bytes on.
    package func take(_ bytes: [UInt8], into writer: inout ResultWriter) throws(JSONError) {
        try inspection.take(bytes, into: &writer)
    }

    /// The body has ended.
    package func finish(into writer: inout ResultWriter) throws(JSONError) { try inspection.finish(into: &writer) }

    /// What the body says so far about failure.
    /// - Parameter status: the HTTP status that it came with.
    package func fault(under status: Int) -> UpstreamFault? { inspection.fault(under: status) }

    /// Records that failed while others succeeded, told apart by index.
    package var partialFailures: [(index: Int, text: String)] { inspection.partialFailures }

    /// Sentences about parts that failed.
    package var partialNotes: [String] { inspection.partialNotes }

    /// What the body has at a place, as text; nil for absent and for null.
    func value(at path: BodyPath) -> String? { inspection.value(at: path) }
}

/// What the inspector knows of a body so far. Apart from the class, whose members would be guarded one by one; never
/// copied, because it holds on to ten things.
private struct Inspection: ~Copyable {
    private let plan: InspectionPlan
    private var scanner: JSONScanner
    /// By slot; empty until the first one is kept.
    private var captures: [[UInt8]?] = []
    private var active: [Capture] = []
    /// Node of each open container at depth 0…3, where the plan follows it.
    private var path: InlineArray<4, Int?> = InlineArray(repeating: nil)
    private var elementIndex: InlineArray<4, Int> = InlineArray(repeating: -1)
    private var pending: Int?
    private(set) var payload: Payload
    private(set) var records: RecordTally
    /// Bytes of a byte order mark that have come; nil once the text has begun.
    private var markCount: Int? = 0
    /// The first byte that is neither mark nor white space.
    private(set) var firstByte: UInt8?

    /// One value that is being kept, from `from` in the current piece.
    private struct Capture {
        let slot: Int
        let depth: Int
        var from: Int
    }

    /// Kept values longer than this are cut off and count as absent: no code, message or flag is that long.
    private static let maximumCapture = 8 << 10

    init(plan: InspectionPlan) {
        self.plan = plan
        records = RecordTally(rules: plan.rules.records)
        payload = Payload(shape: plan.shape)
        scanner = JSONScanner(reportDepth: max(plan.deepestWatched, records.isWatching ? 3 : 0))
        pending = 0
    }

    mutating func take(_ bytes: [UInt8], into writer: inout ResultWriter) throws(JSONError) {
        var position = 0
        if markCount != nil { try skipMark(bytes, &position) }
        if firstByte == nil { firstByte = bytes[position...].first { $0 > ASCII.space } }
        while let event = try scanner.next(bytes, &position) { handle(event, bytes, position, &writer) }
        for index in active.indices {
            keep(bytes, active[index].from..<bytes.count, active[index].slot)
            active[index].from = 0
        }
        records.pieceEnded(bytes)
        payload.pieceEnded(bytes, &writer)
    }

    /// A parser may pass over a byte order mark (RFC 8259 section 8.1).
    private mutating func skipMark(_ bytes: [UInt8], _ position: inout Int) throws(JSONError) {
        let mark: InlineArray<3, UInt8> = [0xEF, 0xBB, 0xBF]
        while let count = markCount, position < bytes.count {
            guard bytes[position] == mark[count] else {
                if count > 0 { throw JSONError(offset: position, reason: "no value begins like this") }
                return markCount = nil
            }
            position += 1
            markCount = count == 2 ? nil : count + 1
        }
    }

    mutating func finish(into writer: inout ResultWriter) throws(JSONError) {
        if let event = try scanner.finish() { handle(event, [], 0, &writer) }
    }

    private mutating func handle(
        _ event: JSONScanner.Event, _ bytes: [UInt8], _ position: Int, _ writer: inout ResultWriter
    ) {
        switch event {
        case .key:
            let depth = scanner.depth
            let key = scanner.key
            if depth <= 4 {
                if let parent = path[depth - 1] { pending = plan.child(of: parent, named: key) } else { pending = nil }
            }
            if depth == 3 { records.memberNamed(key) }
        case .begin(let kind):
            let isContainer = kind == .object || kind == .array
            let depth = scanner.depth - (isContainer ? 1 : 0)
            let node = nodeOfValue(depth)
            if isContainer, depth <= 3 {
                path[depth] = node
                elementIndex[depth] = kind == .array ? 0 : -1
            }
            if let slot = node.flatMap({ plan.nodes[$0].slot }) {
                if captures.isEmpty { captures = Array(repeating: nil, count: plan.slots) }
                captures[slot] = []
                active.append(Capture(slot: slot, depth: depth, from: position - 1))
            }
            payload.valueBegan(
                kind, depth, isSelected: node.map { plan.nodes[$0].isSelected } ?? false, position - 1, &writer)
            records.valueBegan(kind, depth, position - 1)
        case .end(let kind):
            let depth = scanner.depth
            while let capture = active.last, capture.depth == depth {
                keep(bytes, capture.from..<position, capture.slot)
                active.removeLast()
            }
            payload.valueEnded(depth, bytes, position, &writer)
            records.valueEnded(kind, depth, bytes, position)
            if plan.isRead, records.sawOrdinaryElement { scanner.reportDepth = plan.deepestWatched }
        }
    }

    /// The plan's node for the value that begins now: by the name before it, or by its index in an array.
    private mutating func nodeOfValue(_ depth: Int) -> Int? {
        defer { pending = nil }
        guard depth > 0, depth <= 4, elementIndex[depth - 1] >= 0 else { return pending }
        let index = elementIndex[depth - 1]
        elementIndex[depth - 1] += 1
        return path[depth - 1].flatMap { plan.child(of: $0, at: index) }
    }

    private mutating func keep(_ bytes: [UInt8], _ range: Range<Int>, _ slot: Int) {
        guard let kept = captures[slot]?.count else { return }
        if kept + range.count > Inspection.maximumCapture { return captures[slot] = nil }
        captures[slot]?.append(contentsOf: bytes[range])
    }

    // MARK: Conclusions

    func fault(under status: Int) -> UpstreamFault? {
        for envelope in plan.envelopes where status >= envelope.statusFrom && envelope.fails.allSatisfy({ holds($0) }) {
            if let fault = fault(envelope) { return fault }
        }
        return records.fault(plan.rules)
    }

    private func fault(_ envelope: RulePlan.Envelope) -> UpstreamFault? {
        let rules = plan.rules
        let codes = texts(envelope.code)
        let messages = texts(envelope.message)
        // Nothing but the HTTP status said that this is an error, and the body has nothing to add.
        if envelope.fails.isEmpty, codes.isEmpty, messages.isEmpty { return nil }
        // Some put the name that is known beside a number that is not, or into the message.
        let known = (codes + messages).first { rules.errorClass(of: $0) != nil }
        let named = known.flatMap(rules.errorClass(of:)) ?? messages.lazy.compactMap(rules.errorClass(saying:)).first
        let status = texts(envelope.status).first.flatMap { Int($0) }
        return UpstreamFault(
            errorClass: named ?? status.map(ErrorClass.of) ?? .invalidRequest, isKnown: named != nil,
            code: known ?? codes.first, message: messages.first,
            details: firstValue(envelope.details).flatMap { scalar($0) == messages.first ? nil : $0 })
    }

    var partialFailures: [(index: Int, text: String)] {
        // What was read are data, whatever members they have, unless every element says that it failed.
        plan.isRead && records.sawOrdinaryElement ? [] : records.partialFailures
    }

    var partialNotes: [String] { plan.partial.filter { holds($0.when) }.map(\.note) }

    var saysNothing: Bool { payload.isNull || plan.done.contains { holds($0) } }

    func value(at path: BodyPath) -> String? {
        guard let value = captured(plan.slot(path)), !isNull(value) else { return nil }
        return scalar(value)
    }

    /// The value of a slot once all of it has come: half a value means something else, or nothing.
    private func captured(_ slot: Int) -> [UInt8]? {
        captures.isEmpty || active.contains { $0.slot == slot } ? nil : captures[slot]
    }

    private func holds(_ condition: RulePlan.Condition) -> Bool {
        guard let value = captured(condition.slot), !isNull(value) else { return false }
        switch condition.test {
        case .exists: return true
        case .notEmpty: return !isEmpty(value) && !["0", "false"].contains(value.text)
        case .equals(let texts): return texts.contains(scalar(value))
        case .atLeast(let minimum): return Int(scalar(value)).map { $0 >= minimum } ?? false
        }
    }

    /// The strings and numbers of `slots`.
    private func texts(_ slots: [Int]) -> [String] {
        slots.compactMap { slot in
            guard let value = captured(slot), let first = value.first else { return nil }
            return first == ASCII.quote || first.isDigit || first == ASCII.hyphen ? scalar(value) : nil
        }
    }

    private func firstValue(_ slots: [Int]) -> [UInt8]? {
        for slot in slots {
            if let value = captured(slot), !isEmpty(value) { return value }
        }
        return nil
    }
}

/// Whether a captured value is `null`, which is as good as absent.
func isNull(_ value: [UInt8]) -> Bool { value.equals(0..<value.count, "null") }

/// A captured scalar as text: a string without its quotes, anything else as it was written.
func scalar(_ value: [UInt8]) -> String {
    guard value.count >= 2, value.first == ASCII.quote else { return value.text(0..<value.count) }
    return JSONText.decode(value, 1..<value.count - 1)
}

/// Whether a captured value says nothing: null, or an array, object or string without anything in it.
func isEmpty(_ value: [UInt8]) -> Bool {
    if value.first == ASCII.quote { return value.count <= 2 }
    return value.isEmpty || isNull(value) || ["[]", "{}"].contains(value.filter { $0 > ASCII.space }.text)
}
