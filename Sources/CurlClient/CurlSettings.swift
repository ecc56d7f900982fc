// What the operator may say about upstream connections, with its bounds.

internal import CCurl

/// Settings of one worker's HTTP client.
package struct CurlSettings: Sendable {
    /// PEM file of further trusted authorities, beside the system's.
    package var caFile: String?
    /// Where connections go instead; the first that names the host counts, before `*`.
    package var overrides: [UpstreamOverride] = []
    /// Name resolution, TCP and TLS together. A call that cannot connect in time is `unreachable`.
    package var connectTimeoutMilliseconds = 5_000
    /// Connections to one host, per worker. Further calls wait for one within their own deadline.
    package var connectionsPerHost = 1024
    /// Connections kept for reuse, per worker, those in use included; the one that is idle longest goes first.
    package var idleConnections = 1024
    /// Offers HTTP/2 by ALPN.
    package var http2 = CurlSettings.pausesStreamsApart

    package init() {}

    /// Before 8.1 libcurl cannot hold back one HTTP/2 stream: a paused one goes on growing inside of it, up to the
    /// 32 MiB of its window, as often as another stream of the connection is read (measured: 33 MB with 7.88, for one
    /// slow client). HTTP/1.1 costs more sockets and less CPU.
    package static var pausesStreamsApart: Bool {
        curl_version_info(CURLVERSION_FIRST).pointee.version_num >= 0x080100
    }
}

/// Why a client could not be made, as a sentence for the operator.
package struct CurlSetupFailure: Error, Equatable, CustomStringConvertible {
    package let description: String
}
