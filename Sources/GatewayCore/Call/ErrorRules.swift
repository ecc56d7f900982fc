// An integration's error rules as its catalogue states them: which bodies mean failure, and where they say why.

import Wire

package struct ErrorRules: Sendable {
    /// A body that is an error when all of `fails` hold.
    struct Envelope: Sendable {
        let fails: [Condition]
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
    private let classes: [String: ErrorClass]

    init(_ node: CatalogueNode) throws(CatalogueError) {
        try node.allow(["envelopes", "records", "partial", "codes"])
        let envelopes = try node.required("envelopes").elements().map { (node) throws(CatalogueError) in
            try Envelope(node)
        }
        records = try node.optional("records").map { (node) throws(CatalogueError) in try Records(node) }
        let partial = try (node.optional("partial")?.elements() ?? []).map { (node) throws(CatalogueError) in
            try node.allow(["when", "note"])
            return Partial(when: try Condition(try node.required("when")), note: try node.required("note").string())
        }
        plan = RulePlan(envelopes: envelopes, partial: partial)
        var classes: [String: ErrorClass] = [:]
        for (name, codes) in try node.required("codes").members() {
            guard let errorClass = ErrorClass(rawValue: name) else {
                throw codes.fail(
                    "`\(name)` is no error class.\(didYouMean(name, among: ErrorClass.allCases.map(\.rawValue)))")
            }
            for code in try codes.strings() { classes[code] = errorClass }
        }
        self.classes = classes
    }

    /// The class of an upstream's own code; nil when the catalogue does not know it.
    func errorClass(of code: String) -> ErrorClass? { classes[code] }
}

extension ErrorRules.Envelope {
    init(_ node: CatalogueNode) throws(CatalogueError) {
        try node.allow(["fails", "code", "message", "details", "status"])
        fails = try node.required("fails").elements().map { (node) throws(CatalogueError) in
            try ErrorRules.Condition(node)
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

private func bodyPaths(_ node: CatalogueNode) throws(CatalogueError) -> [BodyPath] {
    try node.elements().map { (node) throws(CatalogueError) in try bodyPath(node) }
}
