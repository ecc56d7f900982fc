// The command line: what `tollgate` was asked to do.

import GatewayCore
import Glibc

@main
struct Tollgate {
    static func main() {
        Signals.block()
        let arguments = Array(CommandLine.arguments.dropFirst())
        // Not on the main actor: its thread takes signals.
        Task.detached {
            do {
                try await run(arguments)
                exit(0)
            } catch {
                Log.write(.error, "\(error)")
                exit(error is UsageError ? 64 : 1)
            }
        }
        Signals.take()
    }

    private static func run(_ arguments: [String]) async throws {
        let rest = Array(arguments.dropFirst())
        if rest.contains("--help") || rest.contains("-h") { return print(help) }
        switch arguments.first {
        case "serve": try await serve(rest)
        case "demo": try await Demo.run(rest)
        case "keys": try await Keys.run(rest)
        case "webhooks": try await WebhookCommand.run(rest)
        case "catalogue": try CatalogueCommand.run(rest)
        case "--version", "version": print("tollgate \(Worker.version)")
        case "--help", "-h", "help", nil: print(help)
        case let command?: throw UsageError("There is no command `\(command)`; `tollgate --help` lists them.")
        }
    }

    private static func serve(_ arguments: [String]) async throws {
        let settings = try Settings(try Configuration(arguments: arguments))
        let signals = Signals.stream()
        let server = try await Server.start(settings)
        Log.write(
            .info,
            "listening on \(server.address) with \(settings.workers) workers, public URL \(settings.publicURL.text)")
        for await signal in signals {
            if signal == SIGHUP {
                reload(server, settings)
                continue
            }
            // Whoever presses Ctrl-C waits for the end, and no load balancer does.
            if signal == SIGTERM, settings.drainDelaySeconds > 0 {
                Log.write(.info, "SIGTERM: not ready any more, serving on for \(settings.drainDelaySeconds) s")
                await server.retire(seconds: settings.drainDelaySeconds)
            }
            Log.write(
                .info,
                "\(signal == SIGINT ? "SIGINT" : "SIGTERM"): answering what is under way, for at most \(settings.drainSeconds) s"
            )
            break
        }
        await server.drain(seconds: settings.drainSeconds)
        Log.write(.info, "stopped")
    }

    private static func reload(_ server: Server, _ settings: Settings) {
        do {
            Log.write(.info, "SIGHUP: the catalogues were loaded again, \(try server.reload(settings)) tools")
        } catch {
            Log.write(.error, "SIGHUP: the catalogues stay as they were: \(error)")
        }
    }

    private static var help: String {
        let settings = Setting.allCases.map { setting in
            let name = setting.isSecret ? "\(setting.rawValue)[_FILE]" : "\(setting.flag), \(setting.rawValue)"
            return "  \(name)\n      \(setting.help)"
        }
        return """
            tollgate turns a connected SaaS account into a secret MCP URL.

            Usage:
              tollgate serve [flags]          serve MCP and the management API
              tollgate demo [--listen ADDR]   the whole thing on this machine, with a simulated Zoho
              tollgate keys create --name NAME [--tenant TENANT] [--scopes a,b]
              tollgate keys list [--tenant TENANT]
              tollgate keys delete ID [--tenant TENANT]
              tollgate webhooks create --url URL [--tenant TENANT] [--events a,b]
              tollgate webhooks create --url-file FILE …    for a URL that is a secret itself
              tollgate webhooks list [--tenant TENANT]
              tollgate webhooks delete ID [--tenant TENANT]
              tollgate catalogue list [INTEGRATION] | show TOOL | check
              tollgate --version

            Settings, each by flag or environment variable (secrets by environment or NAME_FILE only):
            \(settings.joined(separator: "\n"))
            """
    }
}
