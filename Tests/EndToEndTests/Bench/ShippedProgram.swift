// The program as it is shipped, for what a debug build is too slow or too large for. Building it takes minutes the first
// time, in a build folder of its own: the test's own is in use.

import Foundation
import Synchronization

enum ShippedProgram {
    private static let built = Mutex<String?>(nil)

    /// Its path, up to date with the sources.
    static func path(_ folder: Folder) throws -> String {
        try built.withLock { known in
            if let known { return known }
            let scratch = "\(Products.package)/.build/shipped"
            let process = try ChildProcess(
                "swift",
                [
                    "build", "-c", "release", "--product", "tollgate", "--static-swift-stdlib", "-Xlinker", "-s",
                    "--package-path", Products.package, "--scratch-path", scratch,
                ], environment: ProcessInfo.processInfo.environment, folder: folder, name: "build")
            let start = now()
            guard try process.exitCode(within: 1800) == 0 else {
                throw Trouble("The release build failed:\n\(process.output.suffix(2000))\(process.errors.suffix(2000))")
            }
            note("release build in \(Int(now() - start)) s")
            let path = "\(scratch)/release/tollgate"
            known = path
            return path
        }
    }
}
