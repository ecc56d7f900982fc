import Glibc
import Synchronization
import Testing
import Wire

@testable import Net

/// Counts the threads that ever touched a loop's requests.
@Suite struct ThreadTests {
    private final class Threads: Sendable {
        private let seen = Mutex<(threads: Set<UInt>, steps: Int)>(([], 0))

        func record() {
            let thread = UInt(pthread_self())
            seen.withLock {
                $0.threads.insert(thread)
                $0.steps += 1
            }
        }

        var threads: Set<UInt> { seen.withLock { $0.threads } }
        var steps: Int { seen.withLock { $0.steps } }
    }

    private func inner(_ threads: Threads, _ loop: Loop) async {
        threads.record()
        await loop.sleep(milliseconds: 0)
        threads.record()
        await Task.yield()
        threads.record()
    }

    /// A program that exits must not find the thread at work any more.
    @Test func aFinishedThreadIsGone() async throws {
        for number in 0..<50 {
            let thread = try LoopThread(name: "finish-\(number)")
            _ = try await thread.run { $0.isCurrent }
            #expect(names().contains("finish-\(number)"))
            thread.finish()
            #expect(!names().contains("finish-\(number)"))
        }
    }

    /// Of this process's threads.
    private func names() -> Set<String> {
        var names: Set<String> = []
        guard let folder = opendir("/proc/self/task") else { return names }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let id = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let file = fopen("/proc/self/task/\(id)/comm", "r") else { continue }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 32)
            if fgets(&line, 32, file) != nil {
                names.insert(
                    String(decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            }
        }
        return names
    }

    @Test func noRequestEverLeavesItsThread() async throws {
        let loops = 3
        let rounds = 20
        let perLoop = 20
        let threads = (0..<loops).map { _ in Threads() }
        var servers: [TestServer] = []
        for index in 0..<loops {
            servers.append(
                try await TestServer { connection, loop in
                    threads[index].record()
                    await inner(threads[index], loop)
                    connection.begin(ResponseHead(200))
                    for _ in 0..<3 {
                        connection.write(Array("piece".utf8))
                        _ = await connection.drained(below: 1)
                        threads[index].record()
                        await withUnsafeContinuation { (waiter: UnsafeContinuation<Void, Never>) in
                            loop.atTurnEnd(Resume(waiter))
                        }
                        threads[index].record()
                    }
                    connection.end()
                })
        }
        // A round first, so that what starting costs is not counted.
        var clients: [(server: Int, client: Client)] = []
        for index in 0..<loops { for _ in 0..<perLoop { clients.append((index, try servers[index].connect())) } }
        func round() throws {
            for (_, client) in clients { client.send(get("/")) }
            for (_, client) in clients { #expect(try client.readResponse().text == "piecepiecepiece") }
        }
        try round()
        let foreign = servers.map { $0.thread.loop.foreignJobs }
        for _ in 1..<rounds { try round() }
        #expect(servers.map { $0.thread.loop.foreignJobs } == foreign)
        for index in 0..<loops {
            #expect(threads[index].threads.count == 1)
            #expect(threads[index].steps == rounds * perLoop * 10)
        }
        #expect(Set(threads.flatMap(\.threads)).count == loops)
        for server in servers { try await server.stop() }
    }
}

private final class Resume: TurnEnd {
    private let waiter: UnsafeContinuation<Void, Never>

    init(_ waiter: UnsafeContinuation<Void, Never>) { self.waiter = waiter }

    func turnEnded() { waiter.resume() }
}
