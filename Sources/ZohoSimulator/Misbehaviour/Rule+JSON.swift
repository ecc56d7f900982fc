// Rules as they are written: strict, so that a test's typing error is a sentence and not a test that passes.

import Wire

/// A control request that makes no sense, in a sentence.
struct ControlError: Error {
    let sentence: String
    init(_ sentence: String) { self.sentence = sentence }
}

/// Reads the members of an object one by one and knows which were not read.
struct Members {
    private var rest: [(key: String, value: JSON)]
    private let place: String

    init(_ json: JSON, _ place: String) throws(ControlError) {
        guard let members = json.members else { throw ControlError("`\(place)` must be an object.") }
        rest = members
        self.place = place
    }

    mutating func take(_ key: String) -> JSON? {
        guard let index = rest.firstIndex(where: { $0.key == key }) else { return nil }
        let value = rest.remove(at: index).value
        return value.isNull ? nil : value
    }

    mutating func text(_ key: String) throws(ControlError) -> String? {
        guard let value = take(key) else { return nil }
        guard let text = value.string else { throw ControlError("`\(place).\(key)` must be a string.") }
        return text
    }

    mutating func number(_ key: String, atLeast least: Int = 0) throws(ControlError) -> Int? {
        guard let value = take(key) else { return nil }
        guard let number = value.int, number >= least, number <= 1 << 50 else {
            throw ControlError("`\(place).\(key)` must be a whole number of at least \(least).")
        }
        return number
    }

    mutating func flag(_ key: String) throws(ControlError) -> Bool? {
        guard let value = take(key) else { return nil }
        guard let flag = value.bool else { throw ControlError("`\(place).\(key)` must be true or false.") }
        return flag
    }

    mutating func strings(_ key: String) throws(ControlError) -> [String]? {
        guard let value = take(key) else { return nil }
        guard let strings = value.strings else { throw ControlError("`\(place).\(key)` must be an array of strings.") }
        return strings
    }

    func finish() throws(ControlError) {
        if let unknown = rest.first { throw ControlError("`\(place).\(unknown.key)` is not known here.") }
    }
}

extension Rule {
    init(_ json: JSON) throws(ControlError) {
        var members = try Members(json, "rule")
        if let match = members.take("match") { condition = try Condition(match) }
        skip = try members.number("skip") ?? 0
        let count = try members.number("times") ?? 1
        times = count == 0 ? nil : count
        if let form = try members.text("form") {
            guard let named = Trouble.named(form, sample: { Reply.generatedSample }) else {
                throw ControlError("`rule.form`: there is no form `\(form)`. GET /_sim/ lists them.")
            }
            trouble = named
        }
        if let answer = members.take("respond") { try readAnswer(answer) }
        try readBehaviour(&members)
        try members.finish()
    }

    private mutating func readAnswer(_ json: JSON) throws(ControlError) {
        var members = try Members(json, "respond")
        status = try members.number("status", atLeast: 100)
        var fields: [(String, String)] = []
        for (name, value) in members.take("headers")?.members ?? [] {
            for value in value.strings ?? [value.string ?? value.text] { fields.append((name, value)) }
        }
        lines = ResponseHead(0, fields: fields).fields
        let key = try members.text("key") ?? "users"
        var body: ReplyBody?
        if let json = members.take("json") { body = .bytes(json.bytes) }
        if let text = try members.text("body") { body = .bytes(Array(text.utf8)) }
        if let text = try members.text("body_base64") { body = .bytes(try Rule.decoded(text)) }
        if let text = try members.text("endless") { body = .endless(Array(text.utf8)) }
        if let count = try members.number("records") { body = .generated(GeneratedList(key: key, records: count)) }
        if let count = try members.number("bytes") { body = .generated(GeneratedList(key: key, bytes: count)) }
        if let text = try members.text("raw_base64") {
            body = .bytes(try Rule.decoded(text))
            trouble.behaviour.isRaw = true
        }
        try members.finish()
        guard let body else { return }
        let isTyped = fields.contains { $0.0.lowercased() == "content-type" }
        trouble.reply = Reply(status ?? 200, lines: isTyped ? Reply.serverLine : Reply.jsonLines, body)
    }

    private static func decoded(_ text: String) throws(ControlError) -> [UInt8] {
        guard let bytes = Base64.decode(text) else { throw ControlError("`respond` has a body that is not base64.") }
        return bytes
    }

    private mutating func readBehaviour(_ members: inout Members) throws(ControlError) {
        var behaviour = trouble.behaviour
        behaviour.delayMilliseconds = try members.number("delay_ms") ?? behaviour.delayMilliseconds
        behaviour.pieceBytes = try members.number("piece_bytes", atLeast: 1) ?? behaviour.pieceBytes
        behaviour.pieceMilliseconds = try members.number("piece_ms") ?? behaviour.pieceMilliseconds
        behaviour.claimedLength = try members.number("content_length") ?? behaviour.claimedLength
        behaviour.liesOn = try members.flag("keep_open") ?? behaviour.liesOn
        behaviour.compresses = try members.flag("gzip") ?? behaviour.compresses
        if let text = try members.text("framing") {
            guard let framing = Behaviour.Framing(rawValue: text) else {
                throw ControlError("`rule.framing` must be length, chunked or close.")
            }
            behaviour.framing = framing
        }
        if let stall = members.take("stall") {
            var members = try Members(stall, "stall")
            behaviour.stall = .init(
                after: try members.number("after") ?? 0, milliseconds: try members.number("ms") ?? 3_600_000)
            try members.finish()
        }
        if let breaking = members.take("break") {
            var members = try Members(breaking, "break")
            behaviour.breakOff = .init(
                after: try members.number("after", atLeast: -1) ?? 0, resets: try members.flag("reset") ?? false)
            try members.finish()
        }
        trouble.behaviour = behaviour
    }
}

extension Condition {
    fileprivate init(_ json: JSON) throws(ControlError) {
        var members = try Members(json, "match")
        host = try members.text("host")
        method = try members.text("method")
        path = try members.text("path")
        pathPrefix = try members.text("path_prefix")
        query = try members.text("query")
        token = try members.text("token")
        try members.finish()
    }
}
