// The process's one writer: commits queue up for its thread, so that no worker ever waits for a lock or a disk.

import GatewayCore
import Net

/// Where a worker can be told things from another thread.
final class WorkerDoor: @unchecked Sendable {
    let loop: Loop
    /// Read and written on `loop`'s thread only, which makes the class safe to share.
    weak var store: EmbeddedStore?

    init(loop: Loop, store: EmbeddedStore) {
        self.loop = loop
        self.store = store
    }
}

/// Writes for all workers of a process. Make one and hand it to each worker's `EmbeddedStore`; its thread ends with the
/// last of them.
///
/// Safe to share: `writing` is touched only on the writer's own thread.
package final class SQLiteWriter: @unchecked Sendable {
    /// The writer's patience and memory, in milliseconds.
    package struct Timing: Sendable {
        /// How long a commit waits in the queue, and then how long for another process's lock.
        package var deadline = 2_000
        /// How long an announcement is kept for workers and processes that have not read it.
        package var announcements = 300_000
        /// Between two sweeps of what has expired.
        package var sweep = 10_000

        /// The patience of a local disk.
        package init() {}
    }

    let path: String
    private let thread: LoopThread
    private let writing: Writing

    /// Opens the file, making it and its tables when it is new.
    ///
    /// - Throws: a sentence that names the file.
    package init(path: String, timing: Timing = Timing()) throws(SQLiteProblem) {
        self.path = path
        let database = try Schema.open(path, busyMilliseconds: timing.deadline)
        do { writing = try Writing(database: database, timing: timing) } catch { throw SQLiteProblem(path, error) }
        do { thread = try LoopThread(name: "sqlite") } catch {
            throw SQLiteProblem("The store's writer cannot be started: \(error).")
        }
        execute { writing, loop in writing.start(on: loop) }
    }

    // Every store holds the writer, so nobody waits for a commit any more.
    deinit {
        execute { writing, loop in
            writing.stop(on: loop)
            loop.stop()
        }
    }

    func add(_ door: WorkerDoor) { execute { writing, _ in writing.doors.append(door) } }

    func remove(_ door: WorkerDoor) { execute { writing, _ in writing.doors.removeAll { $0 === door } } }

    /// Commits `change` and reports to `door` under `number`, on the worker's thread.
    func submit(_ change: Change, number: Int, from door: WorkerDoor) {
        let submitted = Clocks.monotonicMilliseconds()
        execute { writing, _ in
            let result = writing.commit(change, submitted: submitted)
            door.loop.execute { door.store?.finished(number, result) }
            if case .success(true) = result, !change.announcements.isEmpty { writing.poke() }
        }
    }

    private func execute(_ work: @escaping @Sendable (Writing, Loop) -> Void) {
        let (writing, loop) = (self.writing, thread.loop)
        loop.execute { work(writing, loop) }
    }
}
