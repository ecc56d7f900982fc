// Fresh access tokens: renewed ahead of their end, once per account over all requests and all replicas.

import Crypto
import Wire

package final class AccessTokens {
    private let access: Access
    private let upstream: any Upstream
    private let clock: any Clock
    private let client: OAuthClient?
    /// Where an owner reconnects an account; shown in messages.
    private let dashboard: String
    private let counters: Counters
    private let outbox: Outbox
    /// Of this worker; see `isUsable`.
    private let salt = UInt64.random(in: .min ... .max)
    private var flights: [String: Flight] = [:]

    private typealias Outcome = Result<AccessToken, CallFailure>

    /// Requests of one account that wait for the same renewal.
    private final class Flight {
        private var waiters: [CheckedContinuation<Outcome, Never>] = []
        private var outcome: Outcome?

        func wait() async -> Outcome {
            await withCheckedContinuation { continuation in
                // Getting here may have taken a turn of the executor, in which the renewal ended.
                if let outcome { continuation.resume(returning: outcome) } else { waiters.append(continuation) }
            }
        }

        func end(_ outcome: Outcome) {
            self.outcome = outcome
            for waiter in waiters { waiter.resume(returning: outcome) }
            waiters = []
        }
    }

    /// A rejected token younger than this is not renewed: Zoho gives ten in ten minutes, and a fresh token that is
    /// refused will not be accepted for being fresher.
    private static let minimumAge: Int64 = 60_000
    /// The renewal's lock in the store, in milliseconds: a replica that dies with it holds the others up no longer, and
    /// they have renewed within ten seconds. Longer than the accounts server is waited for.
    private static let lockLifetime: Int64 = 9_000

    package init(
        access: Access, upstream: any Upstream, clock: any Clock, client: OAuthClient?, dashboard: String,
        counters: Counters, outbox: Outbox
    ) {
        self.access = access
        self.upstream = upstream
        self.clock = clock
        self.client = client
        self.dashboard = dashboard
        self.counters = counters
        self.outbox = outbox
    }

    /// A token to use now.
    /// - Parameter rejected: a token that the upstream has just refused; it is not given again.
    package func token(
        for account: AccountRecord, rejecting rejected: AccessToken? = nil
    ) async throws(CallFailure) -> AccessToken {
        guard account.status != .needsReauth else { throw needsReauth(account) }
        let known = try await shared(account)
        if let known, isUsable(known, rejected, account) { return known }
        if let rejected, clock.unixMilliseconds - rejected.issuedAt < AccessTokens.minimumAge {
            throw CallFailure(
                .tokenInvalid, "The upstream refuses an access token that was issued less than a minute ago.")
        }
        if let flight = flights[account.id] { return try await flight.wait().get() }
        let flight = Flight()
        flights[account.id] = flight
        let outcome: Outcome
        do throws(CallFailure) {
            outcome = .success(try await renew(account, rejected, known))
        } catch {
            outcome = .failure(error)
        }
        flights[account.id] = nil
        flight.end(outcome)
        return try outcome.get()
    }

    /// Renews the token of an account now, unless it is so young that another one would be refused.
    package func renewNow(_ account: AccountRecord) async throws(CallFailure) {
        let known = try await stored(account)
        if let known, clock.unixMilliseconds - known.issuedAt < AccessTokens.minimumAge { return }
        _ = try await token(for: account, rejecting: known)
    }

    /// Renewal begins 60 to 180 s before the end, at a moment that differs between accounts, workers and replicas: the
    /// first to find it due renews for all.
    private func isUsable(_ token: AccessToken, _ rejected: AccessToken?, _ account: AccountRecord) -> Bool {
        let ahead = 60_000 + Int64(((UInt64(token.expiresAt) ^ salt) &* 0x9E37_79B9_7F4A_7C15) >> 47) % 120_000
        // A short-lived token would otherwise be renewed all the time.
        let margin = min(ahead, (token.expiresAt - token.issuedAt) / 4)
        return clock.unixMilliseconds < token.expiresAt - margin && token.secret != rejected?.secret
    }

    /// Renewal is early: a failure is no reason to fail while the old token still works.
    private func renew(
        _ account: AccountRecord, _ rejected: AccessToken?, _ old: AccessToken?
    ) async throws(CallFailure) -> AccessToken {
        do throws(CallFailure) {
            return try await renew(account, rejected)
        } catch {
            guard rejected == nil, let old, clock.unixMilliseconds < old.expiresAt - 5_000,
                error.errorClass != .needsReauth
            else {
                throw error
            }
            return old
        }
    }

    private func renew(_ account: AccountRecord, _ rejected: AccessToken?) async throws(CallFailure) -> AccessToken {
        let fence = SecureRandom.bytes(16)
        let lock = StoreKey.refreshLock(account.id)
        let giveUp = clock.unixMilliseconds + AccessTokens.lockLifetime + 2_000
        while true {
            if let shared = try await stored(account), isUsable(shared, rejected, account) { return shared }
            let now = clock.unixMilliseconds
            if let pause = try await pause(account), now < pause.until { throw pause.failure(now: now) }
            let taken = try await commit(
                Change(
                    conditions: [.absent(key: lock)],
                    writes: [.put(key: lock, value: fence, expiresAt: now + AccessTokens.lockLifetime)]))
            if taken { break }
            guard now < giveUp else {
                throw CallFailure(
                    .unavailable, "Another replica is renewing the connection and has not finished.", retryAfter: 1000)
            }
            await clock.sleep(milliseconds: 50)
        }
        do throws(CallFailure) {
            // Between the look and the lock another replica may have finished.
            if let shared = try await stored(account), isUsable(shared, rejected, account) {
                await release(lock, fence)
                return shared
            }
            return try await refresh(account, lock, fence)
        } catch {
            await release(lock, fence)
            throw error
        }
    }

    /// The token that all replicas share, as far as this worker knows.
    private func shared(_ account: AccountRecord) async throws(CallFailure) -> AccessToken? {
        do { return try await access.accessTokens.value(for: account.id) } catch { throw CallFailure.storeUnavailable }
    }

    /// The same, asked of the store itself.
    private func stored(_ account: AccountRecord) async throws(CallFailure) -> AccessToken? {
        do {
            let bytes = try await access.store.value(of: StoreKey.accessToken(account.id))
            return bytes.flatMap { AccessToken(bytes: $0, account: account.id, secret: access.secret) }
        } catch {
            throw CallFailure.storeUnavailable
        }
    }

    private func commit(_ change: Change) async throws(CallFailure) -> Bool {
        do { return try await access.store.commit(change) } catch { throw CallFailure.storeUnavailable }
    }

    /// Best effort: a lock that stays behind dies by itself.
    private func release(_ lock: String, _ fence: [UInt8]) async {
        _ = try? await access.store.commit(
            Change(conditions: [.equals(key: lock, value: fence)], writes: [.delete(key: lock)]))
    }

    private func refresh(_ account: AccountRecord, _ lock: String, _ fence: [UInt8]) async throws(CallFailure)
        -> AccessToken
    {
        guard let client else {
            throw CallFailure(
                .unavailable,
                "This gateway has no OAuth client: its operator must set TOLLGATE_ZOHO_CLIENT_ID and TOLLGATE_ZOHO_CLIENT_SECRET."
            )
        }
        guard let refreshToken = access.secret.open(account.sealedRefreshToken, binding: account.refreshBinding) else {
            throw CallFailure(.unavailable, "The account's credentials were sealed under another TOLLGATE_SECRET.")
        }
        let issuedAt = clock.unixMilliseconds
        let answer: AccountsServer.Answer
        do throws(CallFailure) {
            answer = try await ask(AccountsServer.refreshRequest(client, account.region, refreshToken: refreshToken))
        } catch {
            counters.renewed(isSuccess: false)
            throw await paused(account, error, lock, fence)
        }
        if case .token = answer { counters.renewed(isSuccess: true) } else { counters.renewed(isSuccess: false) }
        switch answer {
        case .token(let secret, let lifetime):
            let token = AccessToken(secret: secret, issuedAt: issuedAt, expiresAt: issuedAt + Int64(lifetime) * 1000)
            let key = StoreKey.accessToken(account.id)
            // A lock lost meanwhile means that another replica went on without us: its token is the shared one, and
            // ours is good for this worker all the same.
            _ = try await commit(
                Change(
                    conditions: [.equals(key: lock, value: fence)],
                    writes: [
                        .put(
                            key: key, value: token.bytes(account: account.id, secret: access.secret),
                            expiresAt: token.expiresAt),
                        .delete(key: lock), .delete(key: StoreKey.renewalPause(account.id)),
                    ], announcements: [key]))
            return token
        case .revoked: throw try await markNeedsReauth(account)
        case .misconfigured(let error):
            throw CallFailure(
                .unavailable,
                "Zoho does not accept this gateway's OAuth client in the region \(account.region.rawValue) (\(error)): its operator must correct it."
            )
        case .throttled:
            let failure = CallFailure(
                .rateLimited,
                "Zoho gives out no more access tokens for this account at the moment (ten in ten minutes). Try again in ten minutes.",
                retryAfter: 600_000)
            throw await paused(account, failure, lock, fence)
        case .failed(let error):
            let failure = CallFailure(
                .unavailable, "Zoho's accounts server could not renew the connection (\(error)). Try again in a moment."
            )
            throw await paused(account, failure, lock, fence)
        }
    }

    private func pause(_ account: AccountRecord) async throws(CallFailure) -> RenewalPause? {
        do {
            return try await access.store.value(of: StoreKey.renewalPause(account.id)).flatMap(
                RenewalPause.init(bytes:))
        } catch {
            throw CallFailure.storeUnavailable
        }
    }

    /// Gives the lock back and keeps everybody from asking again for a while. Best effort, like the lock's release.
    /// - Returns: `failure`.
    private func paused(
        _ account: AccountRecord, _ failure: CallFailure, _ lock: String, _ fence: [UInt8]
    ) async -> CallFailure {
        let random = Double(SecureRandom.bytes(1)[0]) / 255
        let pause = RenewalPause(
            after: failure, previous: try? await self.pause(account), now: clock.unixMilliseconds, random: random)
        _ = try? await access.store.commit(
            Change(
                conditions: [.equals(key: lock, value: fence)],
                writes: [
                    .delete(key: lock),
                    .put(key: StoreKey.renewalPause(account.id), value: pause.bytes, expiresAt: pause.expiresAt),
                ]))
        return failure
    }

    private func ask(_ request: UpstreamRequest) async throws(CallFailure) -> AccountsServer.Answer {
        let call = upstream.start(request)
        do throws(UpstreamFailure) {
            let head = try await call.head()
            var body: [UInt8] = []
            // The answer is a few hundred bytes; whatever is longer is not the token endpoint's.
            while body.count < 64 << 10, try await call.read(into: &body) {}
            call.cancel()
            return AccountsServer.read(status: head.status, body: body)
        } catch {
            throw CallFailure(
                .unavailable, "Zoho's accounts server could not be reached (\(error.sentence)). Try again in a moment.")
        }
    }

    /// - Returns: what the call fails with, now and until somebody reconnects the account.
    private func markNeedsReauth(_ account: AccountRecord) async throws(CallFailure) -> CallFailure {
        let key = StoreKey.account(account.id)
        do throws(StoreFailure) {
            // The record is read again: only the status is ours to change, and whoever changes it tells of it.
            if let before = try await access.store.value(of: key), var current = AccountRecord(bytes: before),
                current.status != .needsReauth
            {
                current.status = .needsReauth
                current.updatedAt = clock.unixMilliseconds
                let event = try await outbox.writes(.authenticationError, current)
                let isOurs = try await access.store.commit(
                    Change(
                        conditions: [.equals(key: key, value: before)],
                        writes: [.put(key: key, value: current.bytes, expiresAt: nil)] + event, announcements: [key]))
                if isOurs { outbox.posted() }
            }
        } catch {
            throw CallFailure.storeUnavailable
        }
        return needsReauth(account)
    }

    private func needsReauth(_ account: AccountRecord) -> CallFailure {
        CallFailure(
            .needsReauth,
            "The connection to this account was withdrawn: its owner must connect it again at \(dashboard). Calls fail until then.",
            hint: "Sign in at \(dashboard) and reconnect the account \(account.id).")
    }
}

extension AccountRecord {
    /// What the sealed refresh token is bound to: copied into another account's record it does not open.
    package var refreshBinding: String { "refresh token of \(id)" }
}
