// The address of a Redis server: every form that counts, and a sentence for every one that does not.

import Testing

@testable import RedisClient

@Suite struct RedisURLTests {
    struct Good: Sendable {
        let text: String
        var user: String?
        var password: String?
        var host = "redis.example"
        var port: UInt16 = 6379
        var database = 0
    }

    @Test(arguments: [
        Good(text: "redis://redis.example"),
        Good(text: "redis://redis.example/"),
        Good(text: "REDIS://redis.example:1/15", port: 1, database: 15),
        Good(text: "redis://127.0.0.1:65535", host: "127.0.0.1", port: 65_535),
        Good(text: "redis://[::1]", host: "::1"),
        Good(text: "redis://[2001:db8::1]:7000/2", host: "2001:db8::1", port: 7_000, database: 2),
        Good(text: "redis://:secret@redis.example", password: "secret"),
        Good(text: "redis://ada:secret@redis.example:1/3", user: "ada", password: "secret", port: 1, database: 3),
        Good(text: "redis://a%40b:p%3A%2F%25%C3%A9@redis.example", user: "a@b", password: "p:/%é"),
        Good(text: "redis://ada:with@and:colon@[::1]:1", user: "ada", password: "with@and:colon", host: "::1", port: 1),
    ])
    func aGoodURLIsTakenApart(_ good: Good) throws {
        let url = try RedisURL(good.text)
        #expect(url.user == good.user)
        #expect(url.password == good.password.map { RedisURL.Password($0) })
        #expect(url.host == good.host)
        #expect(url.port == good.port)
        #expect(url.database == good.database)
    }

    @Test(arguments: [
        ("", "The Redis URL must have the form redis://[user:password@]host[:port][/db]."),
        ("localhost:6379", "The Redis URL must have the form redis://[user:password@]host[:port][/db]."),
        ("redis:localhost", "The Redis URL must have the form redis://[user:password@]host[:port][/db]."),
        ("http://localhost", "The Redis URL must begin with redis://."),
        ("rediss://localhost", "rediss:// cannot be used: this hiredis has no TLS."),
        ("redis://", "The Redis URL names no host."),
        ("redis:///1", "The Redis URL names no host."),
        ("redis://:6379", "The Redis URL names no host."),
        ("redis://a:b@", "The Redis URL names no host."),
        ("redis://[::1", "The IPv6 address of the Redis URL lacks its closing bracket."),
        ("redis://[redis]", "The brackets of the Redis URL must hold an IPv6 address and nothing else."),
        ("redis://[::1]x", "The brackets of the Redis URL must hold an IPv6 address and nothing else."),
        ("redis://::1", "An IPv6 address in the Redis URL must be in brackets."),
        ("redis://a b", "The host of the Redis URL has a character that no host name has."),
        ("redis://rédis", "The host of the Redis URL has a character that no host name has."),
        ("redis://h:", "The port of the Redis URL must be a number from 1 to 65535."),
        ("redis://h:0", "The port of the Redis URL must be a number from 1 to 65535."),
        ("redis://h:65536", "The port of the Redis URL must be a number from 1 to 65535."),
        ("redis://h:+1", "The port of the Redis URL must be a number from 1 to 65535."),
        ("redis://h/one", "The path of the Redis URL must be a database number, such as /0."),
        ("redis://h/1/2", "The path of the Redis URL must be a database number, such as /0."),
        ("redis://h/-1", "The path of the Redis URL must be a database number, such as /0."),
        ("redis://h?db=1", "The Redis URL must not have a query or a fragment."),
        ("redis://h#1", "The Redis URL must not have a query or a fragment."),
        ("redis://ada@h", "Before the @ of the Redis URL goes user:password, or :password without a user."),
        ("redis://ada:@h", "The password of the Redis URL is empty."),
        ("redis://:%zz@h", "The user or password of the Redis URL has a broken percent-encoding."),
        ("redis://:%4@h", "The user or password of the Redis URL has a broken percent-encoding."),
        ("redis://:%ff@h", "The user or password of the Redis URL has a broken percent-encoding."),
    ])
    func aBadURLIsRefusedWithASentence(_ text: String, _ sentence: String) {
        #expect(throws: RedisURLProblem(sentence)) { try RedisURL(text) }
    }

    @Test func thePasswordCannotBePrinted() throws {
        let url = try RedisURL("redis://ada:hunter2@redis.example")
        var dumped = ""
        dump(url, to: &dumped)
        for text in ["\(url)", String(reflecting: url), dumped, "\(url.password!)", String(reflecting: url.password!)] {
            #expect(!text.contains("hunter2"))
            // As bytes: 104 is the h.
            #expect(!text.contains("104"))
        }
    }

    @Test func waitsGrowToTwoSecondsAndAreSpread() {
        var backoff = Backoff()
        let waits = (0..<200).map { _ in backoff.next() }
        for (attempt, wait) in waits.enumerated() {
            #expect((1...min(2_000, 50 << min(attempt, 10))).contains(wait))
        }
        #expect(Set(waits).count > 100)
        backoff.succeeded()
        #expect(backoff.next() <= 50)
    }
}
