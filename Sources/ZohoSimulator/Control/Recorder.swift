// Keeps the last requests as they came, for tests that ask what really went over the wire.

struct RecordedRequest {
    /// Its place in the order of arrival, from 1.
    let number: Int
    let connection: Int
    /// Unix milliseconds.
    let time: Int64
    let host: String
    let method: String
    let target: String
    fileprivate(set) var head: [UInt8]
    fileprivate(set) var body: [UInt8]
}

/// A ring bounded by count and by bytes.
struct Recorder {
    static let mostRequests = 1_000
    static let mostBytes = 16 << 20

    private var ring: [RecordedRequest] = []
    /// Requests at the ring's front that have been emptied; removed in bulk, so that dropping one is cheap.
    private var dropped = 0
    private var bytes = 0
    private var lastNumber = 0

    var requests: ArraySlice<RecordedRequest> { ring[dropped...] }

    mutating func record(_ inquiry: Inquiry, connection: Int, time: Int64) {
        lastNumber += 1
        let target = inquiry.queryText.isEmpty ? inquiry.path : "\(inquiry.path)?\(inquiry.queryText)"
        let request = RecordedRequest(
            number: lastNumber, connection: connection, time: time, host: inquiry.host, method: inquiry.method,
            target: target, head: Array(inquiry.headBytes), body: Array(inquiry.body))
        ring.append(request)
        bytes += request.head.count + request.body.count
        while requests.count > Recorder.mostRequests || bytes > Recorder.mostBytes, let oldest = requests.first {
            bytes -= oldest.head.count + oldest.body.count
            ring[dropped].head = []
            ring[dropped].body = []
            dropped += 1
        }
        if dropped >= Recorder.mostRequests || dropped == ring.count { compact() }
    }

    private mutating func compact() {
        ring.removeFirst(dropped)
        dropped = 0
    }

    mutating func clear() { self = Recorder() }
}
