// `/metrics` in Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats), summed over the workers.
// Labels come from closed sets only: nothing that a caller sends ever becomes one.

import Wire

/// What the operating system says about this process.
package struct ProcessUsage: Sendable {
    package var residentBytes: Int
    package var cpuSeconds: Double
    package var openDescriptors: Int
    package var maximumDescriptors: Int
    /// Unix seconds.
    package var startTime: Double

    package init(
        residentBytes: Int, cpuSeconds: Double, openDescriptors: Int, maximumDescriptors: Int, startTime: Double
    ) {
        self.residentBytes = residentBytes
        self.cpuSeconds = cpuSeconds
        self.openDescriptors = openDescriptors
        self.maximumDescriptors = maximumDescriptors
        self.startTime = startTime
    }
}

package struct MetricsPage {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Every worker's.
    let counters: [Counters]
    let isStoreUp: Bool
    let usage: ProcessUsage
    private var text: [UInt8] = []

    init(counters: [Counters], isStoreUp: Bool, usage: ProcessUsage) {
        self.counters = counters
        self.isStoreUp = isStoreUp
        self.usage = usage
    }

    private func sum(_ value: (Counters) -> Int) -> Int { counters.reduce(0) { $0 + value($1) } }

    private mutating func family(_ name: String, _ type: String, _ help: String) {
        text.append(text: "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n")
    }

    private mutating func sample(_ name: String, _ labels: String = "", _ value: some CustomStringConvertible) {
        text.append(text: labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n")
    }

    mutating func render() -> [UInt8] {
        family("tollgate_requests_total", "counter", "HTTP requests answered.")
        for route in Counters.Route.allCases {
            for statusClass in 1...5 {
                let count = sum { $0.requests(route, statusClass: statusClass) }
                sample("tollgate_requests_total", "route=\"\(route.rawValue)\",status=\"\(statusClass)xx\"", count)
            }
        }
        family("tollgate_calls_total", "counter", "Tool calls by outcome; failed_late failed after part was sent.")
        for (index, outcome) in Counters.outcomes.enumerated() {
            sample("tollgate_calls_total", "outcome=\"\(outcome)\"", sum { $0.calls(index) })
        }
        durations()
        family("tollgate_calls_in_flight", "gauge", "Tool calls under way.")
        sample("tollgate_calls_in_flight", "", sum(\.callsInFlight))
        family("tollgate_calls_refused_total", "counter", "Tool calls refused because too many were under way.")
        for limit in CallLimits.Limit.allCases {
            sample("tollgate_calls_refused_total", "limit=\"\(limit.rawValue)\"", sum { $0.refusals(limit) })
        }
        family("tollgate_token_renewals_total", "counter", "OAuth access tokens asked for.")
        for isSuccess in [true, false] {
            let label = "outcome=\"\(isSuccess ? "ok" : "failed")\""
            sample("tollgate_token_renewals_total", label, sum { $0.renewals(isSuccess: isSuccess) })
        }
        family("tollgate_store_up", "gauge", "1 while the store answers.")
        sample("tollgate_store_up", "", isStoreUp ? 1 : 0)
        process()
        return text
    }

    private mutating func durations() {
        let name = "tollgate_call_duration_seconds"
        family(name, "histogram", "From a tool call's arrival to the end of its answer.")
        var count = 0
        for (index, bound) in Counters.durationBounds.enumerated() {
            count += sum { $0.durations(index) }
            sample("\(name)_bucket", "le=\"\(Double(bound) / 1000)\"", count)
        }
        count += sum { $0.durations(Counters.durationBounds.count) }
        sample("\(name)_bucket", "le=\"+Inf\"", count)
        sample("\(name)_sum", "", Double(sum(\.durationSum)) / 1_000_000)
        sample("\(name)_count", "", count)
    }

    private mutating func process() {
        family("process_resident_memory_bytes", "gauge", "Resident memory size in bytes.")
        sample("process_resident_memory_bytes", "", usage.residentBytes)
        family("process_cpu_seconds_total", "counter", "User and system CPU time in seconds.")
        sample("process_cpu_seconds_total", "", usage.cpuSeconds)
        family("process_open_fds", "gauge", "Open file descriptors.")
        sample("process_open_fds", "", usage.openDescriptors)
        family("process_max_fds", "gauge", "File descriptors that may be open.")
        sample("process_max_fds", "", usage.maximumDescriptors)
        family("process_start_time_seconds", "gauge", "Start of the process in Unix seconds.")
        sample("process_start_time_seconds", "", usage.startTime)
    }
}
