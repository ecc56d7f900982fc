// An integration's error rules as its catalogue states them: which bodies mean failure, and where they say why.

import Wire

package struct ErrorRules: Sendable {
    /// A body that is an error when all of `fails` hold.
    struct Envelope: Sendable {
        let fails: [Condition]
        /// Only under an HTTP status of at least this: such a body means failure because the status does.
        let statusFrom: Int
        /// Places to look for each fact; the first that is there counts.
        let code: [BodyPath]
        let message: [BodyPath]
        let details: [BodyPath]
        /// Where the body itself names an HTTP status.
        let status: [BodyPath]
    }

    /// An answer in which a part failed.
    struct Partial: Sendable {
        let when: Condition
        let note: String
    }

    /// What helps against one failure, in place of the advice that its class gives.
    struct Hint: Sendable {
        let codes: Set<String>
        /// Parts of messages, in lower case.
        let texts: [String]
        let hint: String
    }

    struct Condition: Sendable {
        enum Test: Sendable {
            case exists
            case notEmpty
            case equals([String])
            case atLeast(Int)
        }
        let path: BodyPath
        let test: Test
    }

    /// Elements of an array at the top that say each for itself whether they were done.
    final class Records: Sendable {
        /// Members that hold the status, the code, the message and the details, in this order.
        let names: [[UInt8]]
        let failed: Set<String>
        let succeeded: Set<String>

        init(_ node: CatalogueNode) throws(CatalogueError) {
            try node.allow(["status", "failed", "succeeded", "code", "message", "details"])
            names = try ["status", "code", "message", "details"].map { (name) throws(CatalogueError) in
                Array(try node.required(name).string().utf8)
            }
            failed = Set(try node.required("failed").strings())
            succeeded = Set(try node.required("succeeded").strings())
        }
    }

    let records: Records?
    let plan: RulePlan
    let hints: [Hint]
    private let classes: [String: ErrorClass]
    /// Parts of messages, in lower case.
    private let texts: [(text: String, errorClass: ErrorClass)]

    init(_ node: CatalogueNode) throws(CatalogueError) {
        try node.allow(["envelopes", "records", "partial", "done", "codes", "texts", "hints"])
        let envelopes = try node.required("envelopes").elements().map { (node) throws(CatalogueError) in
            try Envelope(node)
        }
        records = try node.optional("records").map { (node) throws(CatalogueError) in try Records(node) }
        let partial = try (node.optional("partial")?.elements() ?? []).map { (node) throws(CatalogueError) in
            try node.allow(["when", "note"])
            return Partial(when: try Condition(try node.required("when")), note: try node.required("note").string())
        }
        let done = try (node.optional("done")?.elements() ?? []).map { (node) throws(CatalogueError) in
            try Condition(node)
        }
        plan = RulePlan(envelopes: envelopes, partial: partial, done: done)
        hints = try (node.optional("hints")?.elements() ?? []).map { (node) throws(CatalogueError) in try Hint(node) }
        classes = Dictionary(try byClass(node.required("codes"))) { $1 }
        let texts = node.optional("texts")
        for (_, parts) in try texts?.members() ?? [] { _ = try lowerCase(parts) }
        self.texts = try texts.map { (node) throws(CatalogueError) in try byClass(node) } ?? []
    }

    /// The class of an upstream's own code; nil when the catalogue does not know it.
    func errorClass(of code: String) -> ErrorClass? { classes[code] }

    /// The class of a failure whose code says nothing; nil when its message says nothing either.
    func errorClass(saying message: String) -> ErrorClass? {
        if texts.isEmpty { return nil }
        let message = message.lowercased()
        return texts.first { message.has($0.text) }?.errorClass
    }

    func hint(code: String?, message: String?) -> String? {
        let message = message?.lowercased()
        return hints.first { hint in
            code.map(hint.codes.contains) == true
                || message.map { text in hint.texts.contains { text.has($0) } } == true
        }?.hint
    }
}

extension ErrorRules.Envelope {
    init(_ node: CatalogueNode) throws(CatalogueError) {
        try node.allow(["fails", "status_from", "code", "message", "details", "status"])
        fails = try (node.optional("fails")?.elements() ?? []).map { (node) throws(CatalogueError) in
            try ErrorRules.Condition(node)
        }
        statusFrom = try node.optional("status_from")?.int() ?? 0
        guard !fails.isEmpty || statusFrom >= 400 else {
            throw node.fail("without `fails` every answer were an error; `status_from` must then be 400 or more")
        }
        code = try bodyPaths(node.required("code"))
        message = try bodyPaths(node.required("message"))
        details = try bodyPaths(node.required("details"))
        status = try node.optional("status").map { (node) throws(CatalogueError) in try bodyPaths(node) } ?? []
    }
}

extension ErrorRules.Condition {
    init(_ node: CatalogueNode) throws(CatalogueError) {
        try node.allow(["at", "exists", "not_empty", "equals", "at_least"])
        path = try bodyPath(node.required("at"))
        if let values = node.optional("equals") {
            test = .equals(try values.strings())
        } else if let minimum = node.optional("at_least") {
            test = .atLeast(try minimum.int())
        } else if let flag = node.optional("not_empty") {
            guard try flag.bool() else { throw flag.fail("`not_empty` can only be true") }
            test = .notEmpty
        } else {
            guard try node.required("exists").bool() else { throw node.fail("`exists` can only be true") }
            test = .exists
        }
    }
}

extension ErrorRules.Hint {
    init(_ node: CatalogueNode) throws(CatalogueError) {
        try node.allow(["codes", "texts", "hint"])
        codes = Set(try node.optional("codes")?.strings() ?? [])
        texts = try node.optional("texts").map { (node) throws(CatalogueError) in try lowerCase(node) } ?? []
        hint = try node.required("hint").string()
    }
}

private func bodyPaths(_ node: CatalogueNode) throws(CatalogueError) -> [BodyPath] {
    try node.elements().map { (node) throws(CatalogueError) in try bodyPath(node) }
}

/// What belongs to each class, by the class's name.
private func byClass(_ node: CatalogueNode) throws(CatalogueError) -> [(String, ErrorClass)] {
    var entries: [(String, ErrorClass)] = []
    for (name, texts) in try node.members() {
        guard let errorClass = ErrorClass(rawValue: name) else {
            throw texts.fail(
                "`\(name)` is no error class.\(didYouMean(name, among: ErrorClass.allCases.map(\.rawValue)))")
        }
        for text in try texts.strings() { entries.append((text, errorClass)) }
    }
    return entries
}

/// Parts of messages, which are compared in lower case.
private func lowerCase(_ node: CatalogueNode) throws(CatalogueError) -> [String] {
    try node.elements().map { (node) throws(CatalogueError) in
        let text = try node.string()
        guard text == text.lowercased(), !text.isEmpty else { throw node.fail("a part of a message is in lower case") }
        return text
    }
}
