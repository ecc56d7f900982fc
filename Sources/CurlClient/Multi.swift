// curl's multi handle on a loop: it says which sockets and which moment it waits for, and is told when they come.

internal import CCurl
import Net

/// One multi handle. All calls into curl go through here, and none is made from inside one of its callbacks.
final class Multi: TurnEnd {
    private let raw: UnsafeMutableRawPointer
    /// TLS sessions, which curl would otherwise keep per easy handle.
    let share: UnsafeMutableRawPointer
    let sockets: SocketTable
    private let loop: Loop
    private lazy var timer = Timer { [unowned self] in act(noSocket, 0) }
    private var isActing = false
    private var isDueAtTurnEnd = false
    /// The loop may still hold this for a turn's end that comes after `close`.
    private var isClosed = false

    init(loop: Loop, settings: CurlSettings) throws(CurlSetupFailure) {
        guard let raw = curl_multi_init(), let share = curl_share_init() else {
            throw CurlSetupFailure(description: "libcurl is out of memory.")
        }
        self.raw = raw
        self.share = share
        self.loop = loop
        sockets = SocketTable(loop: loop)
        tollgate_share_data(share, CURL_LOCK_DATA_SSL_SESSION)
        tollgate_multi_set_long(raw, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX)
        tollgate_multi_set_long(raw, CURLMOPT_MAX_HOST_CONNECTIONS, settings.connectionsPerHost)
        tollgate_multi_set_long(raw, CURLMOPT_MAXCONNECTS, settings.idleConnections)
        tollgate_multi_set_pointer(raw, CURLMOPT_SOCKETDATA, Unmanaged.passUnretained(sockets).toOpaque())
        tollgate_multi_set_socket(raw, SocketTable.changed)
        tollgate_multi_set_pointer(raw, CURLMOPT_TIMERDATA, Unmanaged.passUnretained(self).toOpaque())
        tollgate_multi_set_timer(raw, Multi.timerChanged)
        sockets.onReady = { [unowned self] descriptor, bits in act(descriptor, bits) }
    }

    /// Easy handles must be gone: they hold on to `share`.
    func close() {
        isClosed = true
        curl_multi_cleanup(raw)
        curl_share_cleanup(share)
        loop.disarm(timer)
    }

    func add(_ easy: UnsafeMutableRawPointer) -> Bool { curl_multi_add_handle(raw, easy) == CURLM_OK }

    func remove(_ easy: UnsafeMutableRawPointer) { curl_multi_remove_handle(raw, easy) }

    func turnEnded() {
        isDueAtTurnEnd = false
        guard !isClosed else { return }
        act(noSocket, 0)
    }

    private func act(_ descriptor: Int32, _ bits: Int32) {
        var running: Int32 = 0
        isActing = true
        curl_multi_socket_action(raw, descriptor, bits, &running)
        isActing = false
        var left: Int32 = 0
        while let message = curl_multi_info_read(raw, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let code = tollgate_message_result(message)
            EasyHandle.of(easy).finished(code)
        }
    }

    // curl forgets a timer when it has told about it, and so does ours: it fires once.
    private static let timerChanged: curl_multi_timer_callback = { _, milliseconds, multi in
        Unmanaged<Multi>.fromOpaque(multi!).takeUnretainedValue().schedule(milliseconds)
        return 0
    }

    /// Zero means "soon, but not from in here": when transfers were added or resumed, at the end of this turn, which
    /// spares an epoll_wait; when curl asks while it acts, in the next turn, so that it cannot keep us from the others.
    private func schedule(_ milliseconds: Int) {
        if milliseconds < 0 {
            loop.disarm(timer)
        } else if milliseconds == 0, !isActing {
            guard !isDueAtTurnEnd else { return }
            isDueAtTurnEnd = true
            loop.atTurnEnd(self)
        } else {
            loop.arm(timer, milliseconds: milliseconds)
        }
    }
}

/// CURL_SOCKET_TIMEOUT, a macro of a macro in C.
private let noSocket: Int32 = -1
