// A loop with a thread of its own: one worker of the server, or a test's stand-in for one.

import CEpoll
import Glibc
import Synchronization

/// Starts a thread that runs `loop` until `stop()`.
package final class LoopThread: Sendable {
    package let loop: Loop
    private let thread: pthread_t
    private let isJoined = Atomic<Bool>(false)

    /// - Parameter name: at most 15 bytes, shown by `ps -L` and in profiles.
    package init(name: String) throws(SystemFailure) {
        loop = try Loop()
        let start = Unmanaged.passRetained(Start(loop: loop, name: name))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                // Balances passRetained above; the thread owns the box from here on.
                let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
                pthread_setname_np(pthread_self(), start.name)
                start.loop.run()
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw SystemFailure(call: "pthread_create", code: code)
        }
        self.thread = thread
    }

    deinit { if !isJoined.load(ordering: .relaxed) { pthread_detach(thread) } }

    /// Runs `body` as a task on the loop's thread and waits for its result.
    package func run<Value: Sendable>(_ body: @escaping @Sendable (Loop) async throws -> Value) async throws -> Value {
        let loop = self.loop
        return try await Task(executorPreference: loop) { try await body(loop) }.value
    }

    package func stop() { loop.stop() }

    /// Stops, and waits until the thread is gone: a program that exits under it would take away what it still uses.
    /// Once, and from another thread.
    package func finish() {
        precondition(!loop.isCurrent, "a thread does not wait for itself")
        stop()
        guard !isJoined.exchange(true, ordering: .relaxed) else { return }
        pthread_join(thread, nil)
    }
}

private final class Start {
    let loop: Loop
    let name: String

    init(loop: Loop, name: String) {
        self.loop = loop
        self.name = name
    }
}
