// What the operating system says about this process, for /metrics.

import GatewayCore
import Glibc

extension ProcessUsage {
    /// - Parameter start: Unix seconds at which the process began to serve.
    static func current(since start: Double) -> ProcessUsage {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
        return ProcessUsage(
            residentBytes: residentPages() * sysconf(Int32(_SC_PAGESIZE)),
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), openDescriptors: openDescriptors(),
            maximumDescriptors: Int(DescriptorLimit.current.rlim_cur), startTime: start)
    }

    /// The second number of /proc/self/statm (proc(5)).
    private static func residentPages() -> Int {
        guard let file = fopen("/proc/self/statm", "re") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
        let numbers = line.split(separator: CChar(UInt8(ascii: " ")))
        return numbers.dropFirst().first?.reduce(0) { $0 * 10 + Int($1) - 48 } ?? 0
    }

    private static func openDescriptors() -> Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Without `.`, `..` and the folder's own descriptor.
        return max(0, count - 3)
    }
}

/// How many descriptors the process may have: one for each client and each upstream connection.
enum DescriptorLimit {
    static var current: rlimit {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return limit
    }

    /// Raises the soft limit, often 1,024 for the sake of select(2), to what the process is allowed.
    static func raise() {
        var limit = current
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
