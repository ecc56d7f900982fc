// SIGTERM and SIGINT end the process in order.

import Glibc
import Net

/// Stops `loop` at the first SIGTERM or SIGINT. Call it before any other thread is started.
func stopAtSignal(_ loop: Loop) {
    // Blocked in every thread, so that they wait for sigwait below instead of killing one of them.
    var signals = stopSignals()
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    var thread = pthread_t()
    pthread_create(
        &thread, nil,
        { argument in
            // Balances passRetained below.
            let loop = Unmanaged<Loop>.fromOpaque(argument!).takeRetainedValue()
            var signals = stopSignals()
            var signal: Int32 = 0
            sigwait(&signals, &signal)
            loop.stop()
            return nil
        }, Unmanaged.passRetained(loop).toOpaque())
    pthread_detach(thread)
}

private func stopSignals() -> sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    return signals
}
