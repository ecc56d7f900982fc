// Checking JSON against a schema without building it: every problem is found in one walk.

import Wire

/// One thing that is wrong with an argument.
package struct ArgumentProblem: Equatable, Sendable, CustomStringConvertible {
    /// Where, e.g. `users[2].email`; empty for the whole.
    package let path: String
    package let problem: String

    package init(path: String, problem: String) {
        self.path = path
        self.problem = problem
    }

    package var description: String { path.isEmpty ? problem : "`\(path)`: \(problem)" }
}

extension Schema {
    /// Problems beyond this many are not listed: a model mends a few at a time.
    package static let maximumProblems = 20

    /// Checks the value that comes next in `reader`, which must be valid JSON, and moves past it.
    package func check(_ reader: inout JSONReader, path: String, _ problems: inout [ArgumentProblem]) throws(JSONError)
    {
        let found = try reader.peek()
        func complain(_ text: String) {
            Schema.add(text, path, &problems)
        }
        switch (kind, found) {
        case (.object, .object): _ = try checkObject(&reader, path: path, &problems)
        case (.array, .array): return try checkArray(&reader, path: path, &problems)
        case (.string, .string):
            let range = try reader.string()
            if isBounded { checkText(JSONText.decode(reader.bytes, range), complain) }
        case (.integer, .number), (.number, .number):
            checkNumber(reader.bytes.text(try reader.skip()), complain)
        case (.string, .number) where isIdentifier:
            let text = reader.bytes.text(try reader.skip())
            if !text.utf8.allSatisfy(\.isDigit) {
                complain("expected an id of digits, got the number \(Schema.shown(text))")
            }
        case (.boolean, .bool): _ = try reader.skip()
        case (_, .null) where isNullable: _ = try reader.skip()
        default:
            let value = reader.bytes.text(try reader.skip())
            complain("expected \(expectation), got \(Schema.name(found)) \(Schema.shown(value))")
        }
    }

    /// Checks the value that comes next like `check`, for a schema of an object.
    /// - Returns: where the value of each property is; nil for one that has not come.
    func checkMembers(
        _ reader: inout JSONReader, _ problems: inout [ArgumentProblem]
    ) throws(JSONError) -> [Range<Int>?] {
        guard try reader.peek() == .object else {
            try check(&reader, path: "", &problems)
            return []
        }
        return try checkObject(&reader, path: "", &problems)
    }

    private static func add(_ problem: String, _ path: String, _ problems: inout [ArgumentProblem]) {
        guard problems.count < maximumProblems else { return }
        problems.append(ArgumentProblem(path: String(path.prefix(200)), problem: problem))
    }

    private func checkObject(
        _ reader: inout JSONReader, path: String, _ problems: inout [ArgumentProblem]
    ) throws(JSONError) -> [Range<Int>?] {
        var places: [Range<Int>?] = Array(repeating: nil, count: properties.count)
        var others: Set<String> = []
        var first = true
        func inner(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
        try reader.enterObject()
        while let key = try reader.nextKey(first: &first) {
            if let index = JSONText.index(of: key, in: reader.bytes, among: propertyNames) {
                if places[index] != nil {
                    Schema.add("given twice", inner(properties[index].name), &problems)
                    _ = try reader.skip()
                } else {
                    _ = try reader.peek()
                    let start = reader.position
                    try properties[index].schema.check(&reader, path: inner(properties[index].name), &problems)
                    places[index] = start..<reader.position
                }
                continue
            }
            _ = try reader.skip()
            let name = JSONText.decode(reader.bytes, key)
            if !others.insert(name).inserted {
                Schema.add("given twice", inner(name), &problems)
            } else if !allowsOtherProperties, problems.count < Schema.maximumProblems {
                let hint = didYouMean(name, among: properties.map(\.name))
                Schema.add("there is no such argument.\(hint)", inner(name), &problems)
            }
        }
        for (index, property) in properties.enumerated() where property.isRequired && places[index] == nil {
            Schema.add("missing; expected \(property.schema.expectation)", inner(property.name), &problems)
        }
        return places
    }

    private func checkArray(
        _ reader: inout JSONReader, path: String, _ problems: inout [ArgumentProblem]
    ) throws(JSONError) {
        var count = 0
        var first = true
        try reader.enterArray()
        while try reader.nextElement(first: &first) {
            if let items {
                try items.check(&reader, path: "\(path)[\(count)]", &problems)
            } else {
                _ = try reader.skip()
            }
            count += 1
        }
        if count < minimumLength || count > maximumLength {
            let bounds = maximumLength == .max ? "at least \(minimumLength)" : "\(minimumLength) to \(maximumLength)"
            Schema.add("expected \(bounds) elements, got \(count)", path, &problems)
        }
    }

    /// Whether not every string will do.
    private var isBounded: Bool { !allowed.isEmpty || minimumLength > 0 || maximumLength < .max }

    private func checkText(_ text: String, _ complain: (String) -> Void) {
        if !allowed.isEmpty, !allowed.contains(text) {
            return complain(
                "expected \(expectation), got \"\(Schema.shown(text))\".\(didYouMean(text, among: allowed))")
        }
        let length = text.unicodeScalars.count
        if length < minimumLength { complain("expected at least \(minimumLength) characters, got \(length)") }
        if length > maximumLength { complain("expected at most \(maximumLength) characters, got \(length)") }
    }

    private func checkNumber(_ digits: String, _ complain: (String) -> Void) {
        // What overflows, such as 1e400, is infinite, and that is its own rounding.
        guard let value = Double(digits), value.isFinite, kind == .number || value == value.rounded() else {
            return complain("expected \(expectation), got \(Schema.shown(digits))")
        }
        if let minimum, value < minimum { complain("expected \(expectation), got \(Schema.shown(digits))") }
        if let maximum, value > maximum { complain("expected \(expectation), got \(Schema.shown(digits))") }
    }

    /// What the schema wants, in words.
    package var expectation: String {
        if !allowed.isEmpty {
            let shown = allowed.prefix(24).map { "\"\($0)\"" }.joined(separator: ", ")
            return "one of \(shown)\(allowed.count > 24 ? " …" : "")"
        }
        let article = kind == .object || kind == .array || kind == .integer ? "an" : "a"
        let noun = isIdentifier ? "an id as a string" : "\(article) \(kind.rawValue)"
        func whole(_ number: Double) -> String {
            number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
        }
        switch (minimum, maximum) {
        case (let low?, let high?): return "\(noun) from \(whole(low)) to \(whole(high))"
        case (let low?, nil): return "\(noun) of at least \(whole(low))"
        case (nil, let high?): return "\(noun) of at most \(whole(high))"
        case (nil, nil): return noun
        }
    }

    private static func name(_ kind: JSONReader.Kind) -> String {
        switch kind {
        case .object: "an object"
        case .array: "an array"
        case .string: "the string"
        case .number: "the number"
        case .bool: "the boolean"
        case .null: "the value"
        }
    }

    /// Enough of a value to recognise it.
    private static func shown(_ text: String) -> String { text.count > 60 ? "\(text.prefix(60))…" : text }
}
