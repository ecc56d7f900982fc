// Published MCP clients for Python, in an environment of their own that the first use makes.

import Foundation
import Synchronization
import Wire

enum PythonClients {
    static let packages = ["mcp==2.3.0", "fastmcp==4.1.2"]

    /// The environment's interpreter.
    private static let python = Mutex<String?>(nil)

    /// Runs one of the scripts in `Clients`; it prints one JSON object.
    static func run(_ script: String, _ arguments: [String], folder: Folder, within seconds: Double = 120) throws
        -> JSON
    {
        let process = try ChildProcess(
            try interpreter(folder),
            ["\(Products.package)/Tests/EndToEndTests/Clients/\(script)"] + arguments,
            environment: ["HOME": folder.path, "PYTHONDONTWRITEBYTECODE": "1", "FASTMCP_CHECK_FOR_UPDATES": "off"],
            folder: folder, name: "python")
        let code = try process.exitCode(within: seconds)
        guard code == 0, let line = process.output.split(separator: "\n").last else {
            throw Trouble("\(script) ended with \(code):\n\(process.errors.suffix(3000))")
        }
        return try JSON(parsing: Array(line.utf8))
    }

    private static func interpreter(_ folder: Folder) throws -> String {
        try python.withLock { known in
            if let known { return known }
            let environment = "\(Products.package)/.build/mcp-clients"
            let made = "\(environment)/bin/python"
            // Written last: a half-made environment is made again.
            let marker = "\(environment)/packages.txt"
            let wanted = packages.joined(separator: "\n")
            if (try? String(contentsOfFile: marker, encoding: .utf8)) != wanted {
                try run(["python3", "-m", "venv", "--clear", environment], folder)
                try run([made, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"] + packages, folder)
                try wanted.write(toFile: marker, atomically: true, encoding: .utf8)
            }
            known = made
            return made
        }
    }

    private static func run(_ words: [String], _ folder: Folder) throws {
        let process = try ChildProcess(
            words[0], Array(words.dropFirst()), environment: ProcessInfo.processInfo.environment, folder: folder,
            name: "setup")
        guard try process.exitCode(within: 300) == 0 else {
            throw Trouble(
                "The Python clients (\(packages.joined(separator: ", "))) could not be installed in .build/mcp-clients: `\(words.joined(separator: " "))` failed. Is PyPI reachable? \(process.errors.suffix(1000))"
            )
        }
    }
}
