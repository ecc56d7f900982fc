// An integration's error rules as its catalogue states them: which bodies mean failure, and where they say why.

import Wire

/// A place in a body: member names from the root, `[n]` for an element.
typealias BodyPath = [String]

package struct ErrorRules: Sendable {
    /// A body that is an error when all of `fails` hold.
    struct Envelope: Sendable {
        let fails: [Condition]
        /// Places to look for each fact; the first that is there counts.
        let code: [BodyPath]
        let message: [BodyPath]
        let details: [BodyPath]
    }

    struct Condition: Sendable {
        enum Test: Sendable {
            case exists
            case equals([String])
            case atLeast(Int)
        }
        let path: BodyPath
        let test: Test
    }

    /// Elements of an array at the top that say each for itself whether they were done.
    struct Records: Sendable {
        let status: String
        let failed: Set<String>
        let succeeded: Set<String>
        let code: String
        let message: String
        let details: String
    }

    let envelopes: [Envelope]
    let records: Records?
    private let classes: [String: ErrorClass]

    init(_ node: CatalogueNode) throws(CatalogueError) {
        try node.allow(["envelopes", "records", "codes"])
        envelopes = try node.required("envelopes").elements().map { (node) throws(CatalogueError) in try Envelope(node)
        }
        records = try node.optional("records").map { (node) throws(CatalogueError) in try Records(node) }
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

    /// All places that the rules look at.
    var paths: [BodyPath] {
        envelopes.flatMap { $0.fails.map(\.path) + $0.code + $0.message + $0.details }
    }
}

extension ErrorRules.Envelope {
    init(_ node: CatalogueNode) throws(CatalogueError) {
        try node.allow(["fails", "code", "message", "details"])
        fails = try node.required("fails").elements().map { (node) throws(CatalogueError) in
            try ErrorRules.Condition(node)
        }
        code = try bodyPaths(node.required("code"))
        message = try bodyPaths(node.required("message"))
        details = try bodyPaths(node.required("details"))
    }
}

extension ErrorRules.Condition {
    init(_ node: CatalogueNode) throws(CatalogueError) {
        try node.allow(["at", "exists", "equals", "at_least"])
        path = try bodyPath(node.required("at"))
        if let values = node.optional("equals") {
            test = .equals(try values.strings())
        } else if let minimum = node.optional("at_least") {
            test = .atLeast(try minimum.int())
        } else {
            guard try node.required("exists").bool() else { throw node.fail("`exists` can only be true") }
            test = .exists
        }
    }
}

extension ErrorRules.Records {
    init(_ node: CatalogueNode) throws(CatalogueError) {
        try node.allow(["status", "failed", "succeeded", "code", "message", "details"])
        status = try node.required("status").string()
        failed = Set(try node.required("failed").strings())
        succeeded = Set(try node.required("succeeded").strings())
        code = try node.required("code").string()
        message = try node.required("message").string()
        details = try node.required("details").string()
    }
}

private func bodyPaths(_ node: CatalogueNode) throws(CatalogueError) -> [BodyPath] {
    try node.elements().map { (node) throws(CatalogueError) in try bodyPath(node) }
}

private func bodyPath(_ node: CatalogueNode) throws(CatalogueError) -> BodyPath {
    let path = try node.string().split(separator: ".").map(String.init)
    guard (1...3).contains(path.count) else { throw node.fail("a place is one to three members deep") }
    return path
}
