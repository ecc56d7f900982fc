// What the control endpoint reports.

import Wire

extension Control {
    var settings: JSON {
        let settings = simulator.settings
        return [
            "expires_in": JSON(settings.expiresIn), "throttle": .bool(settings.throttles),
            "recorder": .bool(settings.recordsRequests), "clock_offset_ms": JSON(settings.clockOffsetMilliseconds),
        ]
    }

    var rules: JSON {
        [
            "rules": .array(
                simulator.rules.rules.map { rule in
                    .of(["id": JSON(rule.id), "hits": JSON(rule.hits), "remaining": rule.times.map { JSON($0) }])
                })
        ]
    }

    /// - Parameter number: what has been seen before; only later requests are listed.
    func requests(after number: Int) -> JSON {
        let kept = simulator.recorder.requests
        return [
            "kept": JSON(kept.count),
            "requests": .array(
                kept.filter { $0.number > number }.map { request in
                    [
                        "number": JSON(request.number), "connection": JSON(request.connection),
                        "time": .string(Timestamp.iso8601(unixMilliseconds: request.time)),
                        "host": .string(request.host), "method": .string(request.method),
                        "target": .string(request.target),
                        "head": .string(String(decoding: request.head, as: UTF8.self)),
                        "head_base64": .string(Base64.encode(request.head)),
                        "body": .string(String(decoding: request.body, as: UTF8.self)),
                        "body_base64": .string(Base64.encode(request.body)),
                    ]
                }),
        ]
    }

    var counters: JSON {
        let counters = simulator.counters
        let hosts = simulator.sites.filter { $0.value.requests > 0 }.sorted { $0.key < $1.key }
        let grants = simulator.tokens.grants.values.filter { $0.refreshes > 0 }.sorted { $0.text < $1.text }
        return [
            "requests": JSON(counters.requests),
            "requests_per_host": .object(hosts.map { ($0.key, JSON($0.value.requests)) }),
            "requests_to_unknown_hosts": JSON(counters.requestsToUnknownHosts),
            "refreshes": .object(grants.map { ($0.text, JSON($0.refreshes)) }),
            "open_connections": JSON(simulator.openConnections),
            "accepted_connections": JSON(simulator.acceptedConnections),
            "troubled": JSON(counters.troubledResponses), "broken_off": JSON(counters.brokenOff),
            "delivered": JSON(counters.delivered),
            "abandoned": JSON(counters.abandonedCount),
            "last_abandoned": .array(
                counters.abandoned.map { response in
                    [
                        "method": .string(response.method), "host": .string(response.host),
                        "path": .string(response.path), "connection": JSON(response.connection),
                        "time": .string(Timestamp.iso8601(unixMilliseconds: response.time)),
                    ]
                }),
        ]
    }
}
