// Waiting without holding the loop up.

extension Loop {
    /// Resumes on the loop's thread after `milliseconds`.
    package func sleep(milliseconds: Int) async {
        var timer: Timer?
        await withUnsafeContinuation { (waiter: UnsafeContinuation<Void, Never>) in
            let made = Timer { waiter.resume() }
            timer = made
            arm(made, milliseconds: milliseconds)
        }
        // The heap holds an armed timer; this keeps it only for the compiler's sake.
        _ = timer
    }
}
