// The control endpoint under /_sim/: routes, and what the simulator tells about itself.

import Wire

/// Answers of the control endpoint. Its requests are neither recorded nor counted.
struct Control {
    let simulator: Simulator

    func answer(_ inquiry: Inquiry) -> Reply {
        // No browser page may script the simulator, whatever name it has found for this address.
        guard inquiry.text(.origin) == nil else { return failure(403, "The control endpoint is not for browsers.") }
        do throws(ControlError) {
            return try route(inquiry)
        } catch {
            return failure(400, error.sentence)
        }
    }

    private func failure(_ status: Int, _ sentence: String) -> Reply { Reply(status, ["error": .string(sentence)]) }

    private func route(_ inquiry: Inquiry) throws(ControlError) -> Reply {
        let path = inquiry.segments.dropFirst().joined(separator: "/")
        switch (inquiry.method, path) {
        case ("GET", ""):
            let head = ResponseHead(0, fields: [("Content-Type", "text/plain;charset=UTF-8")])
            return Reply(200, lines: head.fields, .bytes(Array(Help.text.utf8)))
        case ("GET", "requests"): return Reply(200, requests(after: inquiry.query["after"].flatMap { Int($0) } ?? 0))
        case ("DELETE", "requests"):
            simulator.recorder.clear()
            return Reply(200, [:])
        case ("GET", "counters"): return Reply(200, counters)
        case ("GET", "rules"): return Reply(200, rules)
        case ("POST", "rules"): return Reply(200, try addRules(try body(inquiry)))
        case ("DELETE", "rules"):
            simulator.rules.clear()
            return Reply(200, [:])
        case ("GET", "settings"): return Reply(200, settings)
        case ("POST", "settings"):
            try change(try body(inquiry))
            return Reply(200, settings)
        case ("POST", "tokens/expire"):
            simulator.tokens.expireAll()
            return Reply(200, [:])
        case ("POST", "refresh-tokens"):
            try register(refreshToken: try body(inquiry))
            return Reply(200, [:])
        case ("POST", "codes"):
            try register(code: try body(inquiry))
            return Reply(200, [:])
        case ("POST", "reset"):
            simulator.reset()
            return Reply(200, [:])
        default: return failure(404, "There is no \(inquiry.method) /_sim/\(path). GET /_sim/ lists what there is.")
        }
    }

    private func body(_ inquiry: Inquiry) throws(ControlError) -> JSON {
        do throws(JSONError) {
            return try inquiry.parsedBody()
        } catch {
            throw ControlError("The body is not JSON at byte \(error.offset): \(error.reason).")
        }
    }

    // MARK: Changing

    private func addRules(_ json: JSON) throws(ControlError) -> JSON {
        // All are read before one is added: a wrong one leaves no half of the others behind.
        var rules: [Rule] = []
        for item in json.array ?? [json] { rules.append(try Rule(item)) }
        return ["ids": .array(rules.map { JSON(simulator.rules.add($0)) })]
    }

    private func change(_ json: JSON) throws(ControlError) {
        var members = try Members(json, "settings")
        let settings = simulator.settings
        settings.expiresIn = try members.number("expires_in") ?? settings.expiresIn
        settings.throttles = try members.flag("throttle") ?? settings.throttles
        settings.recordsRequests = try members.flag("recorder") ?? settings.recordsRequests
        if let offset = try members.number("clock_offset_ms") { settings.clockOffsetMilliseconds = Int64(offset) }
        try members.finish()
    }

    private func register(refreshToken json: JSON) throws(ControlError) {
        var members = try Members(json, "refresh-token")
        guard let text = try members.text("token") else { throw ControlError("`token` is missing.") }
        let region = try region(try members.text("region"))
        let organisation = try members.text("org") ?? "demo"
        let scopes = try members.strings("scopes")
        let revokes = try members.flag("revoked") ?? false
        try members.finish()
        if revokes {
            guard simulator.tokens.revoke(text) else { throw ControlError("There is no refresh token `\(text)`.") }
        } else {
            simulator.tokens.register(RefreshToken(text, region, organisation, scopes: scopes))
        }
    }

    private func register(code json: JSON) throws(ControlError) {
        var members = try Members(json, "code")
        guard let text = try members.text("code") else { throw ControlError("`code` is missing.") }
        let code = GrantCode(
            region: try region(try members.text("region")), organisation: try members.text("org") ?? "demo",
            scopes: try members.strings("scopes"), redirect: try members.text("redirect_uri"),
            expiry: simulator.settings.now + GrantCode.lifetimeMilliseconds)
        try members.finish()
        simulator.accounts.register(text, code)
    }

    private func region(_ name: String?) throws(ControlError) -> Region {
        guard let name else { return .us }
        guard let region = Region(rawValue: name) else {
            throw ControlError("`region` must be one of \(Region.allCases.map(\.rawValue).joined(separator: " ")).")
        }
        return region
    }
}
