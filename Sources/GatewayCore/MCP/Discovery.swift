// Discovery mode: three tools that find, describe and call all others, for models that cannot take hundreds of schemas.

import Wire

/// The three tools over one tool set.
package final class Discovery: Sendable {
    enum Name: String {
        case search = "search_tools"
        case schema = "get_tool_schema"
        case call = "call_tool"
    }

    private let tools: [Tool]
    private let words: [Words]

    /// What a tool is found by, in lower case.
    private struct Words: Sendable {
        let name: Set<String>
        let resource: Set<String>
        let tags: Set<String>
        let title: Set<String>
        let description: Set<String>
        let arguments: Set<String>
    }

    private static let defaultResults = 10
    private static let maximumResults = 25
    private static let maximumSchemas = 5

    init(tools: [Tool]) {
        self.tools = tools
        words = tools.map { tool in
            Words(
                name: Set(Discovery.split(tool.name)), resource: Set(Discovery.split(tool.resource)),
                tags: Set(tool.tags.flatMap(Discovery.split)), title: Set(Discovery.split(tool.title)),
                description: Set(Discovery.split(tool.description)),
                arguments: Set(tool.parameters.flatMap { Discovery.split($0.name) }))
        }
    }

    /// Words of letters and digits, in lower case, without a plural's s.
    private static func split(_ text: String) -> [String] {
        text.lowercased().split { !($0.isLetter || $0.isNumber) }.map { word in
            word.count > 3 && word.hasSuffix("s") && !word.hasSuffix("ss") ? String(word.dropLast()) : String(word)
        }
    }

    // MARK: The three tools as they are listed

    static let listing: [JSON] = [
        tool(
            .search, "Search tools",
            "Finds tools of this account by words: what you want to do, the thing it is about, an argument's name. Returns names, titles, descriptions and argument names, best match first. Begin here.",
            [
                "query": [
                    "type": "string", "minLength": 1, "maxLength": 500,
                    "description": "Words, for example \"list users\" or \"spam allow list\".",
                ],
                "limit": [
                    "type": "integer", "minimum": 1, "maximum": 25,
                    "description": "How many tools to return at most; 10 when omitted.",
                ],
            ], required: ["query"], isRead: true),
        tool(
            .schema, "Get tool schemas",
            "Returns the full input schemas of one to five tools that search_tools found. Read a tool's schema before calling it with call_tool.",
            [
                "names": [
                    "type": "array", "minItems": 1, "maxItems": 5, "items": ["type": "string"],
                    "description": "Exact tool names, from search_tools.",
                ]
            ],
            required: ["names"], isRead: true),
        tool(
            .call, "Call a tool",
            "Calls a tool that search_tools found, with arguments that fit the schema from get_tool_schema, and returns its answer. What it changes depends on the tool that is called.",
            [
                "name": ["type": "string", "description": "Exact tool name, from search_tools."],
                "arguments": [
                    "type": "object",
                    "description": "The tool's arguments by name; may be left out for a tool without any.",
                ],
            ], required: ["name"], isRead: false),
    ]

    private static func tool(
        _ name: Name, _ title: String, _ description: String, _ properties: JSON, required: [String], isRead: Bool
    ) -> JSON {
        [
            "name": .string(name.rawValue), "title": .string(title), "description": .string(description),
            "inputSchema": [
                "type": "object", "properties": properties, "required": .array(required.map(JSON.string)),
                "additionalProperties": false,
            ],
            "annotations": [
                "title": .string(title), "readOnlyHint": .bool(isRead), "destructiveHint": .bool(!isRead),
                "idempotentHint": .bool(isRead), "openWorldHint": .bool(!isRead),
            ],
        ]
    }

    // MARK: Answers

    /// - Returns: the text of the result, or what is wrong with the arguments.
    func search(_ arguments: JSON) -> Result<JSON, ArgumentProblem> {
        guard let query = arguments["query"]?.string else {
            return .failure(ArgumentProblem(path: "query", problem: "missing; expected a string"))
        }
        let limit = arguments["limit"]?.int ?? Discovery.defaultResults
        guard (1...Discovery.maximumResults).contains(limit) else {
            return .failure(
                ArgumentProblem(path: "limit", problem: "expected an integer from 1 to \(Discovery.maximumResults)"))
        }
        let wanted = Set(Discovery.split(query))
        let scored = tools.indices.map { (score: score(wanted, words[$0]), tool: tools[$0]) }.filter { $0.score > 0 }
        let best = scored.sorted { $0.score == $1.score ? $0.tool.name < $1.tool.name : $0.score > $1.score }.prefix(
            limit)
        let found = best.map { item -> JSON in
            [
                "name": .string(item.tool.name), "title": .string(item.tool.title),
                "description": .string(item.tool.description),
                "arguments": .array(
                    item.tool.input.properties.map { .string($0.isRequired ? "\($0.name) (required)" : $0.name) }),
            ]
        }
        return .success([
            "result": .array(found), "result_count": JSON(found.count), "tools_searched": JSON(tools.count),
        ])
    }

    /// A word counts most where it says most about a tool; a word that is only begun counts a little.
    private func score(_ wanted: Set<String>, _ words: Words) -> Int {
        var score = 0
        for word in wanted {
            let exact = [
                (words.name, 12), (words.resource, 8), (words.tags, 6), (words.title, 5), (words.arguments, 3),
                (words.description, 2),
            ]
            for (field, weight) in exact {
                if field.contains(word) {
                    score += weight
                } else if word.count >= 4, field.contains(where: { $0.hasPrefix(word) }) {
                    score += weight / 3
                }
            }
        }
        return score
    }

    func schemas(_ arguments: JSON) -> Result<JSON, ArgumentProblem> {
        guard let names = arguments["names"]?.strings, (1...Discovery.maximumSchemas).contains(names.count) else {
            return .failure(
                ArgumentProblem(
                    path: "names", problem: "expected an array of 1 to \(Discovery.maximumSchemas) tool names"))
        }
        var found: [JSON] = []
        for (index, name) in names.enumerated() {
            guard let tool = tools.first(where: { $0.name == name }) else {
                let hint = didYouMean(name, among: tools.map(\.name))
                return .failure(
                    ArgumentProblem(path: "names[\(index)]", problem: "there is no tool \(name.prefix(100)).\(hint)"))
            }
            found.append([
                "name": .string(tool.name), "description": .string(tool.description), "inputSchema": tool.input.json,
            ])
        }
        return .success(["result": .array(found)])
    }
}

extension ArgumentProblem: Error {}

extension RPC {
    /// What a discovery tool found, or what was wrong with its arguments.
    static func discovered(_ id: ArraySlice<UInt8>, _ outcome: Result<JSON, ArgumentProblem>) -> [UInt8] {
        switch outcome {
        case .success(let found):
            RPC.result(id: id, ["content": [["type": "text", "text": .string(found.text)]], "isError": false])
        case .failure(let problem):
            RPC.result(id: id, ["content": [["type": "text", "text": .string("\(problem)")]], "isError": true])
        }
    }
}
