// Names of tools: the verbs' patterns and the singular of a resource's name.

import Wire

/// The naming rules of tools.
package enum Naming {
    /// A method's tool name. Verbs other than the five standard ones are named as they are.
    package static func tool(integration: String, resource: String, singular: String, method: String) -> String {
        switch method {
        case "list": "list_all_\(integration)_\(resource)"
        case "get": "get_single_\(integration)_\(singular)_by_id"
        case "create": "create_a_\(integration)_\(singular)"
        case "update": "update_a_\(integration)_\(singular)_by_id"
        case "delete": "delete_a_\(integration)_\(singular)_by_id"
        default: "\(integration)_\(resource)_\(method)"
        }
    }

    /// What every client accepts: `[a-zA-Z0-9_-]{1,64}`.
    package static func isAcceptable(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x5F || $0 == 0x2D }
    }

    /// Lower-case words joined by single underscores, as resources and methods are named.
    package static func isIdentifier(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0.isLower || $0.isDigit || $0 == 0x5F } && name.utf8.first!.isLower
            && !name.hasSuffix("_") && !name.has("__")
    }

    /// The singular of the last word: `group_policies` → `group_policy`.
    package static func singular(of name: String) -> String {
        guard let cut = name.lastIndex(of: "_") else { return singularWord(name) }
        return name[...cut] + singularWord(String(name[name.index(after: cut)...]))
    }

    private static let unchanging: Set<String> = [
        "status", "analysis", "access", "address", "business", "process", "progress", "news", "settings", "series",
        "species", "spam", "moderation", "antispam", "storage", "dns", "sms", "dkim", "bonus", "campus", "bus", "gas",
        "virus", "census", "focus", "alias", "bias", "canvas", "basis", "axis", "crisis", "me",
    ]
    private static let irregular = [
        "people": "person", "children": "child", "men": "man", "women": "woman", "indices": "index",
        "criteria": "criterion", "media": "medium", "data": "data", "analyses": "analysis", "statuses": "status",
        "aliases": "alias", "movies": "movie", "cookies": "cookie", "responses": "response", "licenses": "license",
        "databases": "database", "houses": "house", "cases": "case", "uses": "use", "bases": "base", "buses": "bus",
        "phases": "phase", "courses": "course", "purchases": "purchase", "expenses": "expense", "caches": "cache",
        "axes": "axis", "crises": "crisis", "shoes": "shoe", "lives": "life", "leaves": "leaf", "shelves": "shelf",
    ]

    private static func singularWord(_ word: String) -> String {
        if unchanging.contains(word) { return word }
        if let known = irregular[word] { return known }
        guard word.count > 3, word.hasSuffix("s"), !word.hasSuffix("ss"), !word.hasSuffix("us"), !word.hasSuffix("is")
        else {
            return word
        }
        if word.hasSuffix("ies") { return String(word.dropLast(3)) + "y" }
        for ending in ["sses", "shes", "ches", "xes", "zes", "oes"] where word.hasSuffix(ending) {
            return String(word.dropLast(2))
        }
        return String(word.dropLast())
    }
}
