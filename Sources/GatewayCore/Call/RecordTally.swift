// Arrays at the top of a body whose elements say each for itself whether they were done: `{"data":[{"code":…,
// "status":"error"}]}` under HTTP 200. All failed is a failure; some failed is a result that says which.

import Wire

struct RecordTally {
    private enum Member: Int { case status, code, message, details }

    private let rules: ErrorRules.Records?
    private var values: InlineArray<4, [UInt8]?> = InlineArray(repeating: nil)
    private var member: Member?
    private var capturing: (member: Member, from: Int)?
    private var inArray = false
    private var index = -1
    private(set) var sawOrdinaryElement = false
    private var succeeded = 0
    private var failures: [(index: Int, code: String?, message: String?, details: [UInt8]?)] = []
    private var failed = 0

    /// Failures beyond this many are counted, not described.
    private static let maximumDescribed = 20
    private static let maximumValue = 4 << 10

    init(rules: ErrorRules.Records?) { self.rules = rules }

    var isWatching: Bool { rules != nil }

    mutating func memberNamed(_ name: [UInt8]) {
        guard inArray, let rules else { return }
        member = rules.names.firstIndex(of: name).flatMap(Member.init)
    }

    mutating func valueBegan(_ kind: JSONScanner.Kind, _ depth: Int, _ offset: Int) {
        guard isWatching else { return }
        switch depth {
        case 1:
            inArray = kind == .array
            index = -1
        case 2 where inArray:
            index += 1
            values = InlineArray(repeating: nil)
        case 3 where inArray:
            guard let member else { return }
            values[member.rawValue] = []
            capturing = (member, offset)
            self.member = nil
        default: break
        }
    }

    mutating func valueEnded(_ kind: JSONScanner.Kind, _ depth: Int, _ bytes: [UInt8], _ position: Int) {
        switch depth {
        case 3:
            guard let capturing else { return }
            keep(bytes, capturing.from..<position, capturing.member)
            self.capturing = nil
        case 2 where inArray: judge(isObject: kind == .object)
        case 1: inArray = false
        default: break
        }
    }

    mutating func pieceEnded(_ bytes: [UInt8]) {
        guard let capturing else { return }
        keep(bytes, capturing.from..<bytes.count, capturing.member)
        self.capturing = (capturing.member, 0)
    }

    private mutating func keep(_ bytes: [UInt8], _ range: Range<Int>, _ member: Member) {
        guard let kept = values[member.rawValue]?.count else { return }
        if kept + range.count > RecordTally.maximumValue { return values[member.rawValue] = nil }
        values[member.rawValue]?.append(contentsOf: bytes[range])
    }

    /// A record may own a field called `status`: only `status` of the known words together with `code` counts.
    private mutating func judge(isObject: Bool) {
        guard let rules, isObject, let code = value(.code), let status = value(.status) else {
            sawOrdinaryElement = true
            return
        }
        if rules.failed.contains(status) {
            failed += 1
            if failures.count < RecordTally.maximumDescribed {
                let details = values[Member.details.rawValue]
                failures.append((index, code, value(.message), details.flatMap { isEmpty($0) ? nil : $0 }))
            }
        } else if rules.succeeded.contains(status) {
            succeeded += 1
        } else {
            sawOrdinaryElement = true
        }
    }

    /// A member that is null is one that is not there.
    private func value(_ member: Member) -> String? {
        values[member.rawValue].flatMap { $0.isEmpty || isNull($0) ? nil : scalar($0) }
    }

    func fault(_ rules: ErrorRules) -> UpstreamFault? {
        // Inside the array the next record may still succeed.
        guard !inArray, failed > 0, succeeded == 0, !sawOrdinaryElement, let first = failures.first else { return nil }
        let known = first.code.flatMap(rules.errorClass(of:))
        return UpstreamFault(
            errorClass: known ?? .invalidRequest, isKnown: known != nil, code: first.code,
            message: failed > 1 ? "\(failed) records failed, the first with: \(first.message ?? "")" : first.message,
            details: first.details)
    }

    var partialFailures: [(index: Int, text: String)] {
        guard failed > 0, succeeded > 0 || sawOrdinaryElement else { return [] }
        return failures.map { ($0.index, [$0.code, $0.message].compactMap { $0 }.joined(separator: ": ")) }
    }
}
