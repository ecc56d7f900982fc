// Ids that an account knows about itself: read from the upstream when the account is connected, or else when a call
// first needs one, and kept.

import Wire

extension AccountRecord {
    /// Whether it has every id that `tool` needs and `arguments` leave out.
    func knows(all tool: Tool, _ arguments: Arguments) -> Bool {
        for (index, parameter) in tool.parameters.enumerated() where arguments.values[index] == nil {
            if let name = parameter.context, context[name] == nil { return false }
        }
        return true
    }
}

struct AccountContext {
    let access: Access
    let upstream: any Upstream
    let tokens: AccessTokens
    let integration: Integration
    let clock: any Clock

    /// The account with every id that `tool` needs and `arguments` leave out, as far as the upstream tells them.
    func completed(
        _ account: AccountRecord, for tool: Tool, _ arguments: Arguments
    ) async throws(CallFailure) -> AccountRecord {
        var account = account
        for (parameter, value) in zip(tool.parameters, arguments.values) {
            guard value == nil, let name = parameter.context, account.context[name] == nil,
                let source = integration.contexts.first(where: { $0.name == name }),
                let found = try await read(source, account, FailureText(integration: integration, tool: tool))
            else { continue }
            account.context[name] = found
            try await keep(name, found, account)
        }
        return account
    }

    /// The account with every id that its product has, as far as the upstream tells them.
    /// - Parameter again: also those that are known already; one that cannot be read any more keeps its value.
    func read(_ account: AccountRecord, again: Bool) async throws(CallFailure) -> AccountRecord {
        var account = account
        let text = FailureText(integration: integration, tool: nil)
        for source in integration.contexts where again || account.context[source.name] == nil {
            guard let found = try await read(source, account, text), found != account.context[source.name] else {
                continue
            }
            account.context[source.name] = found
            try await keep(source.name, found, account)
        }
        return account
    }

    /// - Returns: nil where the account may not see it or the answer does not have it: then the caller has to tell it.
    private func read(
        _ source: ContextSource, _ account: AccountRecord, _ text: FailureText
    ) async throws(CallFailure) -> String? {
        var rejected: AccessToken?
        while true {
            let token = try await tokens.token(for: account, rejecting: rejected)
            do throws(CallFailure) {
                return try await read(source, account, text, token)
            } catch {
                switch error.errorClass {
                case .tokenInvalid where rejected == nil: rejected = token
                case .invalidRequest, .scopeMissing, .permissionDenied, .notFound: return nil
                default: throw error
                }
            }
        }
    }

    private func read(
        _ source: ContextSource, _ account: AccountRecord, _ text: FailureText, _ token: AccessToken
    ) async throws(CallFailure) -> String? {
        guard let host = integration.host(source.hostName, account.region) else { return nil }
        let request = UpstreamRequest(
            method: "GET", host: host, target: source.target,
            fields: [
                "Accept: application/json", "User-Agent: tollgate",
                "Authorization: \(integration.authorizationScheme) \(token.secret.text)",
            ], deadline: 10_000)
        let call = upstream.start(request)
        let head: UpstreamHead
        var body: [UInt8] = []
        do throws(UpstreamFailure) {
            head = try await call.head()
            // Such answers are a few kilobytes; of a longer one nothing is kept.
            while body.count < 256 << 10, try await call.read(into: &body) {}
            call.cancel()
        } catch {
            throw CallFailure(
                .unavailable,
                "\(integration.title) could not be asked for the account's `\(source.name)`: \(error.sentence).")
        }
        let json = try? JSON(parsing: body)
        let rateLimit = RateLimit(head: head, now: clock.unixMilliseconds)
        if let failure = text.failure(head, json == nil ? nil : fault(body, under: head.status), rateLimit) {
            throw failure
        }
        guard let json else {
            throw text.broken("sent no JSON when it was asked for the account's `\(source.name)`", status: head.status)
        }
        return source.value(in: json)
    }

    /// What the error rules say about a body that is JSON.
    private func fault(_ body: [UInt8], under status: Int) -> UpstreamFault? {
        let shape = ResponseShape(kind: .body, path: [])
        let inspector = BodyInspector(
            plan: InspectionPlan(rules: integration.errors, shape: shape, pagination: nil, isRead: true))
        var writer = ResultWriter(id: [], limit: 0)
        try? inspector.take(body, into: &writer)
        try? inspector.finish(into: &writer)
        return inspector.fault(under: status)
    }

    /// Best effort: what was not kept is read again by the next call.
    private func keep(_ name: String, _ value: String, _ account: AccountRecord) async throws(CallFailure) {
        let key = StoreKey.account(account.id)
        do throws(StoreFailure) {
            guard let before = try await access.store.value(of: key), var current = AccountRecord(bytes: before) else {
                return
            }
            current.context[name] = value
            current.updatedAt = clock.unixMilliseconds
            _ = try await access.store.commit(
                Change(
                    conditions: [.equals(key: key, value: before)],
                    writes: [.put(key: key, value: current.bytes, expiresAt: nil)], announcements: [key]))
        } catch {
            throw CallFailure.storeUnavailable
        }
    }
}

extension ContextSource {
    var target: String {
        let segments = path.segments.map { segment in
            if case .literal(let text) = segment { "/\(text)" } else { "" }
        }
        return segments.joined() + (path.fixedQuery.isEmpty ? "" : "?\(path.fixedQuery)")
    }

    /// The id in an answer: a string, or a number's digits.
    func value(in json: JSON) -> String? {
        var current = json
        for step in at {
            if step.hasPrefix("["), let index = Int(step.dropFirst().dropLast()) {
                guard let items = current.array, items.indices.contains(index) else { return nil }
                current = items[index]
            } else {
                guard let member = current[step] else { return nil }
                current = member
            }
        }
        switch current {
        case .string(let text): return text.isEmpty ? nil : text
        case .number(let digits): return digits
        default: return nil
        }
    }
}
