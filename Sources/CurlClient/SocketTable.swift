// curl's sockets on the loop. A connection stays registered between transfers: curl adds and removes its socket for
// each, which would be two epoll_ctl per call.

internal import CCurl
import Glibc
import Net

/// The sockets of one multi handle, by descriptor.
final class SocketTable {
    private final class Entry: Watcher {
        let descriptor: Int32
        /// Opened by us: curl tells when it closes it. Others (the resolver's) are closed without a word.
        let isOurs: Bool
        /// What curl wants to know now.
        var interest: Readiness = []
        /// What the loop is watching for; nil when it does not watch.
        var watched: Readiness?
        unowned let table: SocketTable

        init(_ descriptor: Int32, isOurs: Bool, table: SocketTable) {
            self.descriptor = descriptor
            self.isOurs = isOurs
            self.table = table
        }

        func ready(_ readiness: Readiness) { table.ready(self, readiness) }
    }

    private let loop: Loop
    private var entries: [Entry?] = []
    /// Called with a descriptor and CURL_CSELECT bits.
    var onReady: (Int32, Int32) -> Void = { _, _ in }

    init(loop: Loop) { self.loop = loop }

    /// Connections that are open, idle ones included.
    var count: Int { entries.count { $0?.isOurs == true } }

    // MARK: curl's callbacks

    static let changed: curl_socket_callback = { _, descriptor, what, table, _ in
        Unmanaged<SocketTable>.fromOpaque(table!).takeUnretainedValue().change(descriptor, what)
        return 0
    }

    static let open: curl_opensocket_callback = { table, _, address in
        let table = Unmanaged<SocketTable>.fromOpaque(table!).takeUnretainedValue()
        let address = address!.pointee
        let flags = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.family, address.socktype | flags, address.protocol)
        if descriptor >= 0 { table.opened(descriptor) }
        return descriptor
    }

    static let close: curl_closesocket_callback = { table, descriptor in
        Unmanaged<SocketTable>.fromOpaque(table!).takeUnretainedValue().closed(descriptor)
        return Glibc.close(descriptor)
    }

    // MARK: State

    private func opened(_ descriptor: Int32) {
        while entries.count <= Int(descriptor) { entries.append(nil) }
        // A stranger had this number and was closed behind our back.
        if entries[Int(descriptor)] != nil { closed(descriptor) }
        entries[Int(descriptor)] = Entry(descriptor, isOurs: true, table: self)
    }

    private func closed(_ descriptor: Int32) {
        guard Int(descriptor) < entries.count, let entry = entries[Int(descriptor)] else { return }
        unwatch(entry)
        entries[Int(descriptor)] = nil
    }

    private func change(_ descriptor: Int32, _ what: Int32) {
        while entries.count <= Int(descriptor) { entries.append(nil) }
        let entry = entries[Int(descriptor)] ?? Entry(descriptor, isOurs: false, table: self)
        entries[Int(descriptor)] = entry
        entry.interest = Readiness(curlPoll: what)
        if entry.isOurs {
            if !entry.interest.isEmpty {
                watch(entry)
            } else if fcntl(descriptor, F_GETFD) < 0 {
                // One that was not connected yet: curl closes it and tells nobody (cf_socket_close in lib/cf-socket.c).
                closed(descriptor)
            }
        } else if what == CURL_POLL_REMOVE {
            closed(descriptor)
        } else {
            // The number may have gone to another file since; registering anew is right in both cases.
            unwatch(entry)
            watch(entry)
        }
    }

    private func watch(_ entry: Entry) {
        guard entry.watched != entry.interest else { return }
        if entry.watched == nil {
            loop.watch(entry.descriptor, entry.interest, entry)
        } else {
            loop.change(entry.descriptor, entry.interest)
        }
        entry.watched = entry.interest
    }

    private func unwatch(_ entry: Entry) {
        guard entry.watched != nil else { return }
        loop.unwatch(entry.descriptor)
        entry.watched = nil
    }

    private func ready(_ entry: Entry, _ readiness: Readiness) {
        // Nobody reads here now: an idle connection that the server closed, or a paused transfer whose next bytes came.
        // epoll would report that for ever.
        guard !entry.interest.isEmpty else {
            return unwatch(entry)
        }
        // An error is for curl to find by reading or writing; CURL_CSELECT_ERR alone would hide its cause.
        let seen = readiness.contains(.readable) || readiness.contains(.writable) ? readiness : entry.interest
        let bits = (seen.contains(.readable) ? CURL_CSELECT_IN : 0) | (seen.contains(.writable) ? CURL_CSELECT_OUT : 0)
        onReady(entry.descriptor, bits)
    }
}

extension Readiness {
    fileprivate init(curlPoll what: Int32) {
        switch what {
        case CURL_POLL_IN: self = .readable
        case CURL_POLL_OUT: self = .writable
        case CURL_POLL_INOUT: self = [.readable, .writable]
        default: self = []
        }
    }
}
