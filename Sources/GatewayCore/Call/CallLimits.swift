// How many calls may be under way at once: beyond it they are refused at once rather than queued, so that one account
// cannot hold everybody else up, nor a slow upstream fill the gateway's memory.

import Wire

/// Calls under way on one worker.
package final class CallLimits {
    /// What a call was too many for.
    package enum Limit: String, CaseIterable, Sendable {
        case account, host
    }

    private let perAccount: Int
    private let perHost: Int
    private var accounts: [String: Int] = [:]
    private var hosts: [String: Int] = [:]

    /// - Parameters:
    ///   - perAccount: calls of one connected account.
    ///   - perHost: calls to one upstream host, over all accounts.
    package init(perAccount: Int, perHost: Int) {
        self.perAccount = perAccount
        self.perHost = perHost
    }

    /// Takes a place for a call; `leave` gives it back.
    /// - Returns: the limit that has no place left, and then nothing was taken.
    func enter(account: String, host: String) -> Limit? {
        guard CallLimits.take(&accounts[account, default: 0], perAccount) else { return .account }
        guard CallLimits.take(&hosts[host, default: 0], perHost) else {
            leave(account)
            return .host
        }
        return nil
    }

    func leave(account: String, host: String) {
        leave(account)
        // Hosts stay: there are no more of them than the catalogues name.
        hosts[host, default: 1] -= 1
    }

    private static func take(_ count: inout Int, _ limit: Int) -> Bool {
        guard count < limit else { return false }
        count += 1
        return true
    }

    /// Accounts without a call are forgotten; there may be very many.
    private func leave(_ account: String) {
        guard let place = accounts.index(forKey: account) else { return }
        if accounts.values[place] > 1 { accounts.values[place] -= 1 } else { accounts.remove(at: place) }
    }

    func failure(_ limit: Limit, _ title: String) -> CallFailure {
        let what =
            switch limit {
            case .account: "This account has \(perAccount) calls under way"
            case .host: "\(title) has \(perHost) calls of this gateway under way"
            }
        return CallFailure(
            .unavailable, "\(what), as many as are allowed at once; nothing was sent. Try again in a second.",
            retryAfter: 1000)
    }
}
