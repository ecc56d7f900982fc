// Processes of a test: started with their output in files, killed by their own id and nobody else's, never left behind.

import Foundation
import Synchronization

struct Trouble: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

final class ChildProcess: Sendable {
    let id: pid_t
    let outputPath: String
    let errorPath: String
    /// The exit code once it has been collected; a signal's number below zero.
    private let ending = Mutex<Int32?>(nil)

    /// - Parameter environment: all of it; nothing of the test's own is passed on but `PATH`.
    init(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], folder: Folder,
        name: String
    ) throws {
        outputPath = "\(folder.path)/\(name).out"
        errorPath = "\(folder.path)/\(name).err"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errorPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        // Sockets of other tests must not live on in here. Closing what is not open is no error.
        for descriptor in Int32(3)..<512 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A test runner may have blocked or ignored what these processes are to be sent.
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let words = ChildProcess.guarded([program] + arguments)
        let environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""].merging(environment) { $1 }
        var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var id = pid_t()
        let code = posix_spawnp(&id, words[0], &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw Trouble("\(program) cannot be started: \(String(cString: strerror(code))).") }
        self.id = id
    }

    deinit { stop() }

    /// Has the kernel end the process if the test runner crashes. The command replaces itself: the id stays.
    private static func guarded(_ words: [String]) -> [String] {
        let guardian = "/usr/bin/setpriv"
        guard FileManager.default.isExecutableFile(atPath: guardian) else { return words }
        return [guardian, "--pdeathsig", "KILL", "--"] + words
    }

    var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? "" }
    var isRunning: Bool { collect(WNOHANG) == nil }

    func signal(_ number: Int32) {
        guard isRunning else { return }
        kill(id, number)
    }

    /// Ends it at once; does nothing when it has ended.
    func stop() {
        signal(SIGKILL)
        _ = collect(0)
    }

    /// Waits for its end.
    func exitCode(within seconds: Double = 20) throws -> Int32 {
        try eventually(within: seconds, "process \(id) has not ended: \(errors.suffix(500))") { !isRunning }
        return collect(0)!
    }

    private func collect(_ options: Int32) -> Int32? {
        ending.withLock { ending in
            if let ending { return ending }
            var status: Int32 = 0
            guard waitpid(id, &status, options) == id else { return nil }
            let signal = status & 0x7F
            ending = signal == 0 ? (status >> 8) & 0xFF : -signal
            return ending
        }
    }

    /// A line of `/proc/PID/status` in bytes, such as `VmRSS`.
    func memory(_ line: String = "VmRSS") throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
        let found = status.split(separator: "\n").first { $0.hasPrefix("\(line):") }
        guard let found,
            let kilobytes = found.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
        else { throw Trouble("/proc/\(id)/status has no \(line).") }
        return kilobytes << 10
    }
}

/// A folder for one test; gone with its last user.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "tollgate-e2e-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The programs that the package builds, next to the test bundle.
enum Products {
    static let folder: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (bundle as NSString).deletingLastPathComponent
    }()

    /// Where `Package.swift` is.
    static let package: String = {
        var url = URL(fileURLWithPath: #filePath)
        while !FileManager.default.fileExists(atPath: url.appendingPathComponent("Package.swift").path), url.path != "/"
        {
            url.deleteLastPathComponent()
        }
        return url.path
    }()

    static func path(_ name: String) throws -> String {
        let path = "\(folder)/\(name)"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Trouble("\(path) is missing: `swift build` makes it, and so does plain `swift test`.")
        }
        return path
    }
}

// MARK: Time

/// Monotonic seconds.
func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Unix milliseconds, as the gateway and the stores count them.
func wallMilliseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1e6
}

/// Looks again and again until `condition` holds.
/// - Returns: seconds that it took.
@discardableResult
func eventually(
    within seconds: Double = 10, _ complaint: @autoclosure () -> String = "it never happened",
    _ condition: () throws -> Bool
) throws -> Double {
    let start = now()
    while try !condition() {
        guard now() - start < seconds else { throw Trouble("After \(seconds) s: \(complaint())") }
        usleep(500)
    }
    return now() - start
}
