// `tollgate webhooks`: where a tenant is told of events. A command and not a call of the management API, because the
// gateway will connect to whatever URL it is given, from inside the operator's network.

import GatewayCore
import Net
import Wire

enum WebhookCommand {
    static func run(_ arguments: [String]) async throws {
        let command = try StoreCommand(arguments, flags: ["--url", "--url-file", "--events"])
        switch (command.words.first, command.words.count) {
        case ("create", 1): try await create(command)
        case ("list", 1): try await list(command)
        case ("delete", 2): try await delete(command, id: command.words[1])
        default: throw UsageError("Usage: tollgate webhooks create --url URL | list | delete ID")
        }
    }

    private static func create(_ command: StoreCommand) async throws {
        let url = try url(command)
        let events = try events(command["--events"])
        let secret = WebhookSecret()
        let id = try await command.withStore { store, loop in
            let webhooks = try await TenantWebhooks(command.tenant, in: store)
            let webhook = Webhook(
                url, secret: secret, events: events, sealedUnder: command.secret, now: loop.unixMilliseconds)
            guard let change = webhooks.adding(webhook) else {
                throw UsageError(
                    "The tenant \(command.tenant) has \(TenantWebhooks.limit) webhooks, and may have no more; delete one first."
                )
            }
            guard try await store.commit(change) else { throw changedMeanwhile(command) }
            return webhook.id
        }
        print(
            "Webhook \(id) of the tenant \(command.tenant) to \(url.origin), its signing secret shown this once:\n\(secret.revealed)"
        )
    }

    private static func list(_ command: StoreCommand) async throws {
        let webhooks = try await command.withStore { store, _ in
            try await TenantWebhooks(command.tenant, in: store).all
        }
        for webhook in webhooks {
            let events = webhook.events.map(\.rawValue).joined(separator: ",")
            print(
                "\(webhook.id)  \(Timestamp.iso8601(unixMilliseconds: webhook.createdAt))  \(webhook.origin)  \(events)"
            )
        }
        if webhooks.isEmpty { print("The tenant \(command.tenant) has no webhooks.") }
    }

    private static func delete(_ command: StoreCommand, id: String) async throws {
        let isFound = try await command.withStore { store, _ in
            let webhooks = try await TenantWebhooks(command.tenant, in: store)
            guard webhooks[id] != nil else { return false }
            guard try await store.commit(webhooks.removing(id)) else { throw changedMeanwhile(command) }
            return true
        }
        guard isFound else { throw UsageError("The tenant \(command.tenant) has no webhook \(id).") }
        print("Webhook \(id) deleted; what was not delivered to it yet is dropped.")
    }

    private static func url(_ command: StoreCommand) throws -> WebhookURL {
        let text: String
        switch (command["--url"], command["--url-file"]) {
        case (let url?, nil): text = url
        case (nil, let path?): text = try Configuration.text(ofFile: path, namedBy: "--url-file")
        default:
            throw UsageError(
                "tollgate webhooks create needs --url URL, or --url-file FILE for a URL that is a secret itself.")
        }
        let url: WebhookURL
        do { url = try WebhookURL(text) } catch { throw UsageError("\(error)") }
        if command["--url"] != nil, url.hasQuery {
            throw UsageError(
                "A URL with a query would show in the process list; give it in a file with --url-file FILE.")
        }
        return url
    }

    private static func events(_ text: String?) throws(UsageError) -> [WebhookEvent] {
        guard let text else { return WebhookEvent.allCases }
        var events: [WebhookEvent] = []
        for name in text.split(separator: ",") {
            guard let event = WebhookEvent(rawValue: String(name)) else {
                let known = WebhookEvent.allCases.map(\.rawValue)
                let hint = didYouMean(String(name), among: known)
                throw UsageError("There is no event `\(name)`.\(hint) Known are \(known.joined(separator: ", ")).")
            }
            if !events.contains(event) { events.append(event) }
        }
        guard !events.isEmpty else { throw UsageError("--events names no event.") }
        return events
    }

    private static func changedMeanwhile(_ command: StoreCommand) -> UsageError {
        UsageError("Somebody else changed the webhooks of the tenant \(command.tenant) at this moment; try again.")
    }
}
