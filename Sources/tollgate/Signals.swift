// Signals as values. They are blocked in every thread and taken by the main one, which does nothing else.

import Glibc
import Synchronization

enum Signals {
    /// Where they go; without anybody who listens they end the process.
    private static let listener = Mutex<AsyncStream<Int32>.Continuation?>(nil)

    /// Call it before any other thread is started: threads inherit what is blocked.
    static func block() {
        var set = handled
        pthread_sigmask(SIG_BLOCK, &set, nil)
        // A client that leaves while it is being written to is an ordinary event.
        signal(SIGPIPE, SIG_IGN)
    }

    /// The signals that come from now on, in order.
    static func stream() -> AsyncStream<Int32> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        listener.withLock { $0 = continuation }
        return stream
    }

    /// The main thread's work. An asynchronous `main` would leave that thread to libdispatch, which parks it with no
    /// signal blocked (sigsuspend in _dispatch_sigsuspend), and the first SIGTERM would end the process there.
    static func take() -> Never {
        var set = handled
        while true {
            var signal: Int32 = 0
            guard sigwait(&set, &signal) == 0 else { continue }
            listener.withLock { listener in
                guard let listener else { exit(128 + signal) }
                listener.yield(signal)
            }
        }
    }

    private static var handled: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, signal) }
        return set
    }
}
