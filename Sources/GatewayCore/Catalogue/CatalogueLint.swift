// What a loaded catalogue may still do badly to the models that read it.

import Wire

package enum CatalogueLint {
    /// A description longer than this costs more tokens than it saves mistakes.
    private static let maximumDescription = 700
    /// The schema of one tool, in bytes.
    private static let maximumSchema = 16 << 10

    /// One sentence for each finding, beginning with the tool's name.
    package static func findings(_ integration: Integration) -> [String] {
        var findings: [String] = []
        var descriptions: [String: String] = [:]
        var titles: [String: String] = [:]
        let names = Set(integration.tools.map(\.name))
        for tool in integration.tools {
            func find(_ problem: String) { findings.append("\(tool.name): \(problem)") }
            if let twin = descriptions.updateValue(tool.name, forKey: tool.description) {
                find("described like \(twin)")
            }
            if let twin = titles.updateValue(tool.name, forKey: tool.title) { find("has the title of \(twin)") }
            if !(40...maximumDescription).contains(tool.description.count) {
                find("its description has \(tool.description.count) characters; 40 to \(maximumDescription) are useful")
            }
            if tool.input.json.bytes.count > maximumSchema { find("its schema is larger than \(maximumSchema) bytes") }
            for unknown in mentionedTools(tool.description, integration.name) where !names.contains(unknown) {
                find("mentions the tool \(unknown), which does not exist.\(didYouMean(unknown, among: names))")
            }
            for text in [tool.title, tool.description] + texts(tool.input.json)
            where text.unicodeScalars.contains(where: isHidden) {
                find("has an invisible or direction-changing character")
            }
            for path in undescribed(tool.input, "") { find("the argument `\(path)` has no description") }
        }
        for hint in integration.errors.hints.map(\.hint) {
            for unknown in mentionedTools(hint, integration.name) where !names.contains(unknown) {
                findings.append(
                    "a hint mentions the tool \(unknown), which does not exist.\(didYouMean(unknown, among: names))")
            }
        }
        return findings
    }

    private static func undescribed(_ schema: Schema, _ path: String) -> [String] {
        schema.properties.flatMap { property -> [String] in
            let inner = path.isEmpty ? property.name : "\(path).\(property.name)"
            let own = (property.schema.json["description"]?.string ?? "").count < 3 ? [inner] : []
            return own + undescribed(property.schema, inner)
                + (property.schema.items.map { undescribed($0, "\(inner)[]") } ?? [])
        }
    }

    /// Words of a description that are shaped like tool names of the integration.
    private static func mentionedTools(_ text: String, _ integration: String) -> [String] {
        text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init).filter { word in
            word.has("\(integration)_") && word != integration
        }
    }

    private static func texts(_ json: JSON) -> [String] {
        switch json {
        case .string(let text): [text]
        case .array(let items): items.flatMap(texts)
        case .object(let members): members.flatMap { [$0.key] + texts($0.value) }
        default: []
        }
    }

    /// Tag characters, direction overrides, zero-width characters: text that a person does not see and a model reads.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF, 0xE0000...0xE007F:
            true
        default: false
        }
    }
}
