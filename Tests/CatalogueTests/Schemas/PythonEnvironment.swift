// A Python environment under `.build` with the packages that judge schemas; the first use makes it.

import Foundation
import Wire

enum PythonEnvironment {
    /// The SDK brings jsonschema along.
    private static let packages = ["mcp==2.3.0", "jsonschema==4.26.0"]

    struct Trouble: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs a script beside these tests with one JSON value in a file; it prints one.
    static func run(_ script: String, _ input: JSON) async throws -> JSON {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let package = tests.deletingLastPathComponent().deletingLastPathComponent().path
        let python = try await interpreter("\(package)/.build/schema-check")
        let folder = NSTemporaryDirectory() + "tollgate-schemas-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(input.bytes).write(to: URL(filePath: "\(folder)/input.json"))
        return try JSON(
            parsing: try await output(of: [python, tests.appending(path: script).path, "\(folder)/input.json"], folder))
    }

    private static func interpreter(_ environment: String) async throws -> String {
        let python = "\(environment)/bin/python"
        // Written last: a half-made environment is made again.
        let marker = "\(environment)/packages.txt"
        let wanted = packages.joined(separator: "\n")
        if (try? String(contentsOfFile: marker, encoding: .utf8)) != wanted {
            let folder = NSTemporaryDirectory()
            _ = try await output(of: ["/usr/bin/env", "python3", "-m", "venv", "--clear", environment], folder)
            _ = try await output(
                of: [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"] + packages, folder)
            try wanted.write(toFile: marker, atomically: true, encoding: .utf8)
        }
        return python
    }

    private static func output(of words: [String], _ folder: String) async throws -> [UInt8] {
        let name = "\(folder)/\(UUID().uuidString)"
        for ending in ["out", "err"] { try Data().write(to: URL(filePath: "\(name).\(ending)")) }
        defer { for ending in ["out", "err"] { try? FileManager.default.removeItem(atPath: "\(name).\(ending)") } }
        let process = Process()
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: "\(name).out"))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: "\(name).err"))
        let code: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        guard code == 0 else {
            let errors = (try? String(contentsOfFile: "\(name).err", encoding: .utf8)) ?? ""
            throw Trouble(description: "`\(words.joined(separator: " "))` ended with \(code): \(errors.suffix(2000))")
        }
        return Array(try Data(contentsOf: URL(filePath: "\(name).out")))
    }
}
