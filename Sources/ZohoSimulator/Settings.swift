// What the control endpoint can turn while the simulator runs.

import Net

final class Settings {
    private let loop: Loop
    /// Lifetime of new access tokens, in seconds.
    var expiresIn = 3600
    /// Whether the limit of access tokens per refresh token holds.
    var throttles = true
    var recordsRequests: Bool
    /// How far the simulated clock is ahead, so that nobody has to wait for an expiry.
    var clockOffsetMilliseconds: Int64 = 0

    init(_ loop: Loop, recordsRequests: Bool) {
        self.loop = loop
        self.recordsRequests = recordsRequests
    }

    /// Simulated Unix time in milliseconds.
    var now: Int64 { loop.unixMilliseconds + clockOffsetMilliseconds }

    func reset() {
        expiresIn = 3600
        throttles = true
        clockOffsetMilliseconds = 0
    }
}
