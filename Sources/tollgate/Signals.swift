// Signals as values. They are blocked in every thread and taken by one that waits for nothing else.

import Glibc

enum Signals {
    /// Call it before any other thread is started: threads inherit what is blocked.
    static func block() {
        var set = handled
        pthread_sigmask(SIG_BLOCK, &set, nil)
        // A client that leaves while it is being written to is an ordinary event.
        signal(SIGPIPE, SIG_IGN)
    }

    /// The signals that come, in order.
    static func stream() -> AsyncStream<Int32> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        let box = Unmanaged.passRetained(Box(continuation))
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { argument in
                // Balances passRetained; the thread lives as long as the process.
                let box = Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue()
                var set = Signals.handled
                while true {
                    var signal: Int32 = 0
                    if sigwait(&set, &signal) == 0 { box.continuation.yield(signal) }
                }
            }, box.toOpaque())
        pthread_detach(thread)
        return stream
    }

    private final class Box {
        let continuation: AsyncStream<Int32>.Continuation
        init(_ continuation: AsyncStream<Int32>.Continuation) { self.continuation = continuation }
    }

    private static var handled: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, signal) }
        return set
    }
}
