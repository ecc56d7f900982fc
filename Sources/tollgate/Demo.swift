// `tollgate demo`: the gateway on an embedded store, with a simulated Zoho behind it, one account and one server, and
// what to paste where. Needs neither network nor privileges and leaves nothing behind.

import Crypto
import CurlClient
import GatewayCore
import Glibc
import Net
import Wire
import ZohoSimulator

enum Demo {
    static func run(_ arguments: [String]) async throws {
        var configuration = try Configuration(arguments: arguments, allowing: [.listen, .workers])
        let signals = Signals.stream()
        let folder = try temporaryFolder()
        defer { remove(folder) }
        let zoho = SimulatorData()
        let simulator = try await RunningSimulator.start(data: zoho)
        let apiKey = Token(generating: .apiKey).revealed
        configuration.set(.store, "sqlite:\(folder)/demo.sqlite")
        configuration.set(.secret, Base64.encode(SecureRandom.bytes(32)))
        configuration.set(.bootstrapAPIKey, apiKey)
        configuration.set(.zohoClientID, zoho.clients[0].id)
        configuration.set(.zohoClientSecret, zoho.clients[0].secret)
        configuration.set(.upstreamOverride, "*=http://\(simulator.address)")
        for unused in [Setting.publicURL, .caFile, .catalogueDirectory] { configuration.set(unused, nil) }
        let server = try await Server.start(try Settings(configuration))
        let url = try await makeServer(server.address.fromThisMachine, apiKey)
        print(welcome(url: url, gateway: server.address.fromThisMachine, simulator: simulator.address, apiKey: apiKey))
        // Into a pipe as well: whoever waits for the URL must see it.
        fflush(nil)
        for await signal in signals where signal != SIGHUP { break }
        print("\nStopping; the demo's data is removed.")
        await server.drain(seconds: 2)
        await simulator.stop()
    }

    /// Connects the simulator's account and makes a server on it, through the same API that everybody uses.
    private static func makeServer(_ address: SocketAddress, _ apiKey: String) async throws -> String {
        let thread = try LoopThread(name: "demo")
        defer { thread.stop() }
        return try await thread.run { loop in
            var settings = CurlSettings()
            settings.overrides = try UpstreamOverride.parse("*=http://\(address)")
            let client = try CurlUpstream(loop: loop, settings: settings)
            func post(_ path: String, _ body: JSON) async throws -> JSON {
                let call = client.start(
                    UpstreamRequest(
                        method: "POST", host: "localhost", target: path,
                        fields: ["Authorization: Bearer \(apiKey)", "Content-Type: application/json"], body: body.bytes,
                        deadline: 5000))
                let head = try await call.head()
                var answer: [UInt8] = []
                while try await call.read(into: &answer) {}
                let json = try JSON(parsing: answer)
                guard head.status == 201 else {
                    throw UsageError("The demo could not be set up: \(json["message"]?.string ?? "")")
                }
                return json
            }
            // The bootstrap key is made by the workers in the background.
            var account: JSON?
            for _ in 0..<50 {
                account = try? await post(
                    "/integrated-account",
                    [
                        "integration": "zoho_bigin", "region": "us",
                        "credentials": ["refresh_token": .string(SimulatorData.demoRefreshToken(.us))],
                    ])
                if account != nil { break }
                await loop.sleep(milliseconds: 20)
            }
            let id = account?["id"]?.string ?? ""
            let server = try await post("/integrated-account/\(id)/mcp", ["name": "Demo of Zoho Bigin"])
            return server["url"]?.string ?? ""
        }
    }

    private static func welcome(url: String, gateway: SocketAddress, simulator: SocketAddress, apiKey: String) -> String
    {
        """
        Tollgate runs on \(gateway), with a simulated Zoho on \(simulator). Stop it with Ctrl-C; it leaves nothing behind.

        The MCP URL of a simulated Zoho Bigin account (keep such a URL as secret as a password):

          \(url)

        Try it:

          curl -s \(url) \\
            -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \\
            -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_all_zoho_bigin_users","arguments":{"limit":2}}}'

        Claude Code, on this machine:

          claude mcp add --transport http bigin-demo \(url)

        Claude Desktop (claude_desktop_config.json), on this machine:

          {"mcpServers": {"bigin-demo": {"command": "npx", "args": ["-y", "mcp-remote", "\(url)"]}}}

        ChatGPT by the Agents SDK for Python, on this machine:

          from agents.mcp import MCPServerStreamableHttp
          server = MCPServerStreamableHttp(params={"url": "\(url)"})

        Claude and ChatGPT on the web connect from their own machines: they need a gateway with a public HTTPS address
        (TOLLGATE_PUBLIC_URL). There, paste the URL as a custom connector, without authentication.

        The management API's key for this demo:

          curl -s http://\(gateway)/integrated-account -H 'Authorization: Bearer \(apiKey)'
        """
    }

    private static func temporaryFolder() throws -> String {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/tollgate-demo-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw UsageError(
                "No folder for the demo's data could be made in \(base): \(String(cString: strerror(errno))).")
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func remove(_ folder: String) {
        for name in ["demo.sqlite", "demo.sqlite-wal", "demo.sqlite-shm"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }
}
