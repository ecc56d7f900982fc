// One tool: a method of a resource, with everything that a call of it needs, frozen at load.

import Wire

/// Where an argument goes in the upstream request.
package enum ParameterPlace: String, CaseIterable, Sendable {
    case path, query, body
}

/// One argument of a tool.
package struct Parameter: Sendable {
    /// The argument's name.
    package let name: String
    /// The upstream's name for it; differs from `name` only where two would clash.
    package let wireName: String
    package let place: ParameterPlace
    package let schema: Schema
    package let isRequired: Bool
    /// The account's context value that is used when the argument is omitted.
    package let context: String?
}

/// How a list is paged. Cursors travel sealed; styles differ only in how the next request is made from this answer.
package struct Pagination: Sendable {
    package enum Style: String, CaseIterable, Sendable {
        /// `page=N`, counted from `first`.
        case page
    }

    package let style: Style
    package let positionName: String
    package let sizeName: String
    package let first: Int
    package let defaultSize: Int
    package let maximumSize: Int
    /// Member that says whether there is more, e.g. `info.more_records`; nil where a full page has to be taken for it.
    package let more: [String]?
}

/// What the answer of a call is and where in the body it stands.
package struct ResponseShape: Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// An array, answered as `{"result":[…],"next_cursor":…,"result_count":n}`.
        case list
        /// One value, answered as it is.
        case record
        /// The whole body, answered as it is.
        case body
    }

    package let kind: Kind
    /// Member names from the body's root; empty for the root itself.
    package let path: [String]
    /// The first element of the array at `path` is meant.
    package let isFirstElement: Bool
}

/// A tool as it is listed and called.
package final class Tool: Sendable {
    package let name: String
    package let title: String
    package let description: String
    package let resource: String
    package let method: String
    package let verb: String
    package let hostName: String
    package let parameters: [Parameter]
    package let pagination: Pagination?
    package let response: ResponseShape
    /// Alternatives; each is a set of scopes that suffices.
    package let scopes: [[String]]
    package let tags: Set<String>
    package let input: Schema
    /// Milliseconds for one call; nil for the server's own setting.
    package let timeout: Int?
    let path: PathTemplate
    let body: BodyTemplate?
    let inspection: InspectionPlan

    /// Reads change nothing upstream: they may be cancelled when the client leaves.
    package var isRead: Bool { verb == "GET" }

    init(
        name: String, title: String, description: String, resource: String, method: String, verb: String,
        hostName: String, parameters: [Parameter], pagination: Pagination?, response: ResponseShape,
        scopes: [[String]], tags: Set<String>, input: Schema, timeout: Int?, path: PathTemplate, body: BodyTemplate?,
        errors: ErrorRules
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.resource = resource
        self.method = method
        self.verb = verb
        self.hostName = hostName
        self.parameters = parameters
        self.pagination = pagination
        self.response = response
        self.scopes = scopes
        self.tags = tags
        self.input = input
        self.timeout = timeout
        self.path = path
        self.body = body
        inspection = InspectionPlan(rules: errors, shape: response, more: pagination?.more, isRead: verb == "GET")
    }

    /// The tool as `tools/list` shows it to clients of the revisions before 2026-07-28.
    package var listing: JSON {
        [
            "name": .string(name), "title": .string(title), "description": .string(description),
            "inputSchema": input.json,
            "annotations": [
                "title": .string(title), "readOnlyHint": .bool(isRead),
                "destructiveHint": .bool(method == "delete" || verb == "DELETE"),
                "idempotentHint": .bool(verb != "POST" && verb != "PATCH"), "openWorldHint": true,
            ],
        ]
    }
}
