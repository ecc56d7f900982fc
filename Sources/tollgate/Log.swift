// Events of the process on standard error, one line each: time, level, sentence. No request, no secret.

import Glibc
import Wire

enum Log {
    enum Level: String {
        case info, warning, error
    }

    static func write(_ level: Level, _ sentence: String) {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let stamp = Timestamp.iso8601(unixMilliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
        let line = Array("\(stamp) \(level.rawValue) \(sentence)\n".utf8)
        // One write, so that lines of different threads do not mix.
        _ = line.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
    }
}
