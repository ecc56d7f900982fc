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
        guard accounts[account, default: 0] < perAccount else { return .account }
        guard hosts[host, default: 0] < perHost else { return .host }
        accounts[account, default: 0] += 1
        hosts[host, default: 0] += 1
        return nil
    }

    func leave(account: String, host: String) {
        CallLimits.decrease(&accounts, account)
        CallLimits.decrease(&hosts, host)
    }

    /// Accounts without a call are forgotten; there may be very many.
    private static func decrease(_ counts: inout [String: Int], _ key: String) {
        let left = counts[key, default: 1] - 1
        counts[key] = left > 0 ? left : nil
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
