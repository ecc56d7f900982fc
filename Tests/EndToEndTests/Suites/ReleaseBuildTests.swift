// The program as it is shipped: small, alone, quick to start. Building it takes minutes the first time;
// `swift test --skip ReleaseBuildTests` leaves it out.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct ReleaseBuildTests {
        private func run(_ program: String, _ arguments: [String], _ folder: Folder) throws -> String {
            let process = try ChildProcess(program, arguments, folder: folder, name: "tool")
            _ = try process.exitCode()
            return process.output
        }

        @Test func theShippedProgramIsSmallAloneAndQuick() throws {
            let folder = try Folder()
            let program = try ShippedProgram.path(folder)
            let size = try #require(
                try FileManager.default.attributesOfItem(atPath: program)[.size] as? Int)
            note("size of the binary: \(Double(size / 1000) / 1000) MB")
            #expect(size <= 10_000_000)
            let libraries = try run("ldd", [program], folder)
            #expect(libraries.contains("libcurl"))
            for name in ["Foundation", "libswift", "libicu", "libBlocksRuntime", "libxml2"] {
                #expect(!libraries.contains(name), "\(name):\n\(libraries)")
            }
            let symbols = try run("nm", ["-D", program], folder)
            #expect(!symbols.contains("Foundation"))
            let bytes = try Data(contentsOf: URL(fileURLWithPath: program))
            #expect(
                bytes.range(of: Data("NSURLSession".utf8)) == nil
                    && bytes.range(of: Data("FoundationEssentials".utf8)) == nil)

            for kind in StoreKind.allCases {
                let bench = try Bench(kind, workers: 2, program: program)
                defer { bench.end() }
                // The first start may wait for the disk; the rest are what an operator sees.
                var times = [bench.gateway.startTime]
                var idle = try settled(bench.gateway.process)
                for _ in 0..<4 {
                    let again = try Bench(kind, workers: 2, program: program)
                    times.append(again.gateway.startTime)
                    idle = max(idle, try settled(again.gateway.process))
                    again.end()
                }
                let best = times.sorted()[times.count / 2] * 1000
                note("\(kind): ready after \(milliseconds(best)) (median of 5), idle \(idle / 1024) kB resident")
                #expect(idle <= 20 << 20)
                let server = try bench.makeServer()
                let page = try bench.gateway.call(server.token, "list_all_zoho_bigin_users")
                #expect(page.payload?["result_count"] == 200)
                bench.gateway.process.signal(SIGTERM)
                #expect(try bench.gateway.process.exitCode() == 0)
            }
        }

        /// Resident memory once start-up has given back what only it needed, or what it is after two seconds.
        private func settled(_ process: ChildProcess) throws -> Int {
            let end = ContinuousClock.now + .seconds(2)
            while try process.memory() > 20 << 20, ContinuousClock.now < end {}
            return try process.memory()
        }

        /// Cheap enough to be seen at every run: nobody has imported Foundation.
        @Test func noFoundationInTheDebugBuildEither() throws {
            let folder = try Folder()
            for name in ["tollgate", "zohosim"] {
                let libraries = try run("ldd", [try Products.path(name)], folder)
                #expect(libraries.contains("libc.so"))
                #expect(!libraries.contains("Foundation"), "\(libraries)")
            }
        }
    }
}
