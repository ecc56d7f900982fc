// One tool: a method of a resource, with everything that a call of it needs, frozen at load.

import Wire

/// Where an argument goes in the upstream request.
package enum ParameterPlace: String, CaseIterable, Sendable {
    case path, query, body, file
}

/// One argument of a tool. A class, because calls pass it around.
package final class Parameter: Sendable {
    /// The argument's name.
    package let name: String
    /// The upstream's name for it.
    package let wireName: String
    package let place: ParameterPlace
    package let schema: Schema
    package let isRequired: Bool
    /// The account's context value that is used when the argument is omitted.
    package let context: String?
    /// For a file: the argument that holds its name.
    let fileName: String?

    init(
        name: String, wireName: String, place: ParameterPlace, schema: Schema, isRequired: Bool, context: String?,
        fileName: String?
    ) {
        self.name = name
        self.wireName = wireName
        self.place = place
        self.schema = schema
        self.isRequired = isRequired
        self.context = context
        self.fileName = fileName
    }
}

/// A tool as it is listed and called.
package final class Tool: Sendable {
    /// Another call, chosen by an argument's value.
    struct Variant: Sendable {
        let parameter: Int
        let values: Set<String>
        let call: CallTemplate
    }

    /// What is said about a tool, beside how it is called.
    struct Documentation: Sendable {
        let title: String
        let description: String
        /// nil for what follows from the verb.
        let isDestructive: Bool?
        let isIdempotent: Bool?
    }

    package let name: String
    package let resource: String
    package let method: String
    package let parameters: [Parameter]
    /// Their names as UTF-8.
    let parameterNames: [[UInt8]]
    package let pagination: Pagination?
    package let response: ResponseShape
    /// Alternatives; each is a set of scopes that suffices.
    package let scopes: [[String]]
    package let tags: Set<String>
    package let input: Schema
    /// Milliseconds for one call; nil for the server's own setting.
    package let timeout: Int?
    /// Payload bytes above which an answer ends early; nil for the server's own setting.
    package let maximumResponse: Int?
    let documentation: Documentation
    let call: CallTemplate
    let variants: [Variant]
    private let errors: ErrorRules
    private let plan: InspectionPlan

    package var title: String { documentation.title }
    package var description: String { documentation.description }

    /// Reads change nothing upstream: they may be cancelled when the client leaves.
    package var isRead: Bool { call.verb == "GET" && variants.allSatisfy { $0.call.verb == "GET" } }

    init(
        name: String, resource: String, method: String, documentation: Documentation, call: CallTemplate,
        variants: [Variant], parameters: [Parameter], pagination: Pagination?, response: ResponseShape,
        scopes: [[String]], tags: Set<String>, input: Schema, timeout: Int?, maximumResponse: Int?,
        errors: ErrorRules
    ) {
        self.name = name
        self.resource = resource
        self.method = method
        self.documentation = documentation
        self.call = call
        self.variants = variants
        self.parameters = parameters
        parameterNames = parameters.map { Array($0.name.utf8) }
        self.pagination = pagination
        self.response = response
        self.scopes = scopes
        self.tags = tags
        self.input = input
        self.timeout = timeout
        self.maximumResponse = maximumResponse
        self.errors = errors
        plan = InspectionPlan(rules: errors, shape: response, pagination: pagination, isRead: call.verb == "GET")
    }

    /// `GET /bigin/v2/users/{user_id}`, for people.
    package var requestLine: String {
        let path = call.path.segments.map { segment in
            switch segment {
            case .literal(let text): "/\(text)"
            case .parameter(let name, let suffix): "/{\(name)}\(suffix)"
            }
        }
        return "\(call.verb) \(path.joined())\(call.path.fixedQuery.isEmpty ? "" : "?\(call.path.fixedQuery)")"
    }

    /// What to look for in an answer; where the payload's place depends on an argument, made for this one.
    func inspection(_ arguments: Arguments) -> InspectionPlan {
        guard let key = response.keyArgument, let index = parameters.firstIndex(where: { $0.name == key }),
            let value = arguments.values[index]
        else { return plan }
        let name = String(decoding: arguments.text(value), as: UTF8.self)
        return InspectionPlan(rules: errors, shape: response.keyed(by: name), pagination: pagination, isRead: isRead)
    }

    /// The tool as `tools/list` shows it to clients of the revisions before 2026-07-28.
    package func listing(structured: Bool) -> JSON {
        let isDestructive = documentation.isDestructive ?? (call.verb == "DELETE")
        let isIdempotent = documentation.isIdempotent ?? (call.verb != "POST" && call.verb != "PATCH")
        return .of([
            "name": .string(name), "title": .string(title), "description": .string(description),
            "inputSchema": input.json, "outputSchema": structured ? response.outputSchema : nil,
            "annotations": [
                "title": .string(title), "readOnlyHint": .bool(isRead),
                "destructiveHint": .bool(isDestructive && !isRead),
                "idempotentHint": .bool(isIdempotent), "openWorldHint": true,
            ],
        ])
    }
}
