// The running gateway: all workers, from the first listener to the last answer.

import CStartUp
import Catalogues
import GatewayCore
import Glibc
import Net
import SQLiteStore

struct Server: Sendable {
    private let threads: [LoopThread]
    private let workers: [Worker]
    let address: SocketAddress

    /// Loads the catalogues, opens the store and starts every worker.
    static func start(_ settings: Settings) async throws -> Server {
        let catalogue = try Catalogue(
            files: try Catalogues.files(addingFrom: settings.catalogueDirectory), defersEmbedded: true)
        try checkOverrides(settings, catalogue)
        DescriptorLimit.raise()
        var writer: SQLiteWriter?
        if case .sqlite(let path) = settings.store { writer = try SQLiteWriter(path: path) }
        var threads: [LoopThread] = []
        var workers: [Worker] = []
        let shared = Shared(
            settings: settings, catalogue: catalogue, writer: writer,
            counters: (0..<settings.workers).map { _ in Counters() },
            startTime: Double(time(nil)))
        var wakeCourier: (@Sendable () -> Void)?
        for index in 0..<settings.workers {
            let thread = try LoopThread(name: "worker-\(index)")
            let wake = wakeCourier
            let worker = try await thread.run { loop in
                try Worker(shared, index: index, on: loop, wakeCourier: wake)
            }
            if index == 0 { wakeCourier = { thread.loop.execute { worker.wakeCourier() } } }
            threads.append(thread)
            workers.append(worker)
        }
        // Not before the workers serve: readiness does not wait for it, and hardly any request comes before its end.
        try catalogue.complete()
        tollgate_release_start_up_memory()
        return Server(threads: threads, workers: workers, address: settings.listen)
    }

    /// An override for a host that no catalogue names would never be used: a misspelt one must not go unnoticed.
    private static func checkOverrides(_ settings: Settings, _ catalogue: Catalogue) throws {
        let hosts = try catalogue.hosts().union(AccountsServer.hosts)
        for override in settings.curl.overrides {
            guard override.host == "*" || hosts.contains(override.host) else {
                throw UsageError(
                    "TOLLGATE_UPSTREAM_OVERRIDE: no catalogue and no accounts server has the host \(override.host).\(didYouMean(override.host, among: hosts))"
                )
            }
            Log.write(
                .warning,
                "UPSTREAM OVERRIDE: calls to \(override.host == "*" ? "every host" : override.host) go to \(override.scheme.rawValue)://\(override.address):\(override.port) with real tokens; this is for tests only"
            )
        }
    }

    /// Loads the catalogues again and puts them in place everywhere; a bad one changes nothing.
    /// - Throws: a sentence that names file and field.
    func reload(_ settings: Settings) throws -> Int {
        let catalogue = try Catalogue(files: try Catalogues.files(addingFrom: settings.catalogueDirectory))
        for (thread, worker) in zip(threads, workers) { thread.loop.execute { worker.install(catalogue) } }
        return catalogue.integrations.reduce(0) { $0 + $1.tools.count }
    }

    /// Is not ready any more and serves all the same: a load balancer stops sending only when it has noticed. Whatever
    /// it sends on an open connection just when that closes is lost, because it must not be sent twice.
    func retire(seconds: Int) async {
        for (thread, worker) in zip(threads, workers) {
            thread.loop.execute { worker.retire() }
        }
        try? await Task.sleep(for: .seconds(seconds))
    }

    /// Lets requests under way finish, for at most `seconds`.
    func drain(seconds: Int) async {
        let (drained, signal) = AsyncStream.makeStream(of: Void.self)
        for (thread, worker) in zip(threads, workers) {
            thread.loop.execute { worker.drain { signal.yield() } }
        }
        let deadline = Task {
            try? await Task.sleep(for: .seconds(seconds))
            signal.finish()
        }
        var left = workers.count
        for await _ in drained {
            left -= 1
            if left == 0 { break }
        }
        deadline.cancel()
        for thread in threads { thread.stop() }
    }
}
