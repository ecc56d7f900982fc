// Tests here block: in sockets, in waiting for processes, in tight polls. They do so on a thread of their own, so that
// neither they hold up the other tests' thread pool nor the pool their measurements.

import Foundation
import Testing

/// One thread that runs jobs one after the other and never ends: processes that it starts die with it at the latest.
final class OwnThread: TaskExecutor, @unchecked Sendable {
    static let shared = OwnThread()

    private let condition = NSCondition()
    private var jobs: [UnownedJob] = []

    private init() {
        let thread = Thread { [self] in
            while true { next().runSynchronously(on: asUnownedTaskExecutor()) }
        }
        thread.name = "end-to-end"
        thread.stackSize = 8 << 20
        thread.start()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        condition.lock()
        jobs.append(job)
        condition.signal()
        condition.unlock()
    }

    private func next() -> UnownedJob {
        condition.lock()
        defer { condition.unlock() }
        while jobs.isEmpty { condition.wait() }
        return jobs.removeFirst()
    }
}

/// Runs a suite's tests on `OwnThread`.
struct OnOwnThread: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        try await withTaskExecutorPreference(OwnThread.shared) { try await function() }
    }
}

extension Trait where Self == OnOwnThread {
    static var onOwnThread: OnOwnThread { OnOwnThread() }
}

/// Everything that starts processes: one test at a time, or their measurements would be of each other.
@Suite(.serialized, .onOwnThread) struct EndToEnd {}
