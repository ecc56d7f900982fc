// After a renewal that failed nobody asks again for a while, on any replica: an accounts server in trouble is not helped
// by more requests, and every attempt counts towards Zoho's ten in ten minutes.

import Wire

/// What the last failed renewal of an account left in the store.
struct RenewalPause: Equatable {
    /// Failures in a row.
    let failures: Int
    /// Unix milliseconds, before which nobody asks.
    let until: Int64
    /// What calls fail with until then.
    let errorClass: ErrorClass
    let message: String

    /// The first pause, in milliseconds; each further one is twice as long.
    private static let shortest: Int64 = 1_000
    private static let longest: Int64 = 60_000
    /// Zoho's window is ten minutes, but it slides.
    private static let whenThrottled: Int64 = 120_000
    /// How long the count of failures is remembered after a pause, in milliseconds.
    private static let memory: Int64 = 600_000

    /// - Parameters:
    ///   - previous: the pause before this failure, if there was one.
    ///   - random: 0 to 1, so that replicas do not all come back at once.
    init(after failure: CallFailure, previous: RenewalPause?, now: Int64, random: Double) {
        failures = (previous?.failures ?? 0) + 1
        let pause =
            failure.errorClass == .rateLimited
            ? RenewalPause.whenThrottled
            : min(RenewalPause.longest, RenewalPause.shortest << min(failures - 1, 10))
        until = now + pause + Int64(Double(pause) * 0.2 * random)
        errorClass = failure.errorClass
        message = failure.message
    }

    init?(bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes), let failures = json["failures"]?.int,
            let until = json["until"]?.int64, let message = json["message"]?.string,
            let errorClass = json["class"]?.string.flatMap(ErrorClass.init(rawValue:))
        else { return nil }
        self.failures = failures
        self.until = until
        self.errorClass = errorClass
        self.message = message
    }

    var bytes: [UInt8] {
        JSON.of([
            "failures": JSON(failures), "until": JSON(until), "class": .string(errorClass.rawValue),
            "message": .string(message),
        ]).bytes
    }

    /// When the record may be forgotten, in Unix milliseconds.
    var expiresAt: Int64 { until + RenewalPause.memory }

    /// What a call fails with while the pause lasts.
    func failure(now: Int64) -> CallFailure {
        CallFailure(errorClass, message, retryAfter: Int(max(0, until - now)))
    }
}
