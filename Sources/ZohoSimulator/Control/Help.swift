// `GET /_sim/`: the control endpoint's own reference.

enum Help {
    static let text = """
        zohosim: a Zoho for tests and demonstrations. Servers are told apart by the Host header; a client that
        cannot choose it puts the name in front of the path: /_host/accounts.zoho.eu/oauth/v2/auth?...

        HOSTS   accounts.zoho.*  www.zohoapis.* (Bigin)  mail.zoho.*  meeting.zoho.*  webinar.zoho.*
          Regions us eu in au jp cn ca sa uk, and ae for Mail alone; ca is zohocloud.ca.
          The organization demo has zoid 60000000, accountId 2000008000000000001, zuids from 7000000000000, groups from
          80000000000 (the first has held messages) and zsoid 880000000; meetings from 1000000000000, webinars from
          2000000000000. The DNS of a domain whose name begins with "pending" is never right, that of one that begins
          with "late" from the second check of each kind on, all other DNS always.

        CONTROL (any Host; JSON in, JSON out)
          GET    /_sim/                this page
          GET    /_sim/requests        the last requests: number, connection, time, host, method, target,
                                       head, head_base64, body, body_base64 (?after=<number> lists later ones
                                       only)       DELETE forgets them
          GET    /_sim/counters        requests per host, refreshes per refresh token, connections, abandoned responses
          GET    /_sim/rules           rules in force      POST adds one, or an array of them      DELETE removes all
          GET    /_sim/settings        POST changes any of: expires_in, throttle, recorder, clock_offset_ms
          POST   /_sim/tokens/expire   every access token dies now
          POST   /_sim/refresh-tokens  {"token","region","org","scopes":[...]} registers, {"token","revoked":true} revokes
          POST   /_sim/codes           {"code","region","org","scopes":[...],"redirect_uri"} registers a grant code
          POST   /_sim/reset           as after the start

        A RULE (every member optional)
          "match": {"host","method","path","path_prefix","query" (part of it),"token"}
          "skip": 0, "times": 1 (0: for ever)
          "form": one of the names below
          "respond": {"status", "headers": {name: value or [values]}, and one body of "json", "body", "body_base64",
                      "records": N, "bytes": N ("key" names the list), "endless": text, "raw_base64": whole response}
                     without a body the real answer is made, and its status and headers are changed
          "delay_ms", "piece_bytes", "piece_ms", "framing": length|chunked|close, "content_length": N (a lie), "gzip": true
          "keep_open": true (after the lie as well; without it the connection closes then)
          "stall": {"after": N, "ms": M}, "break": {"after": N (-1: before the head), "reset": true}
        The first rule that meets a request acts on it. Bytes are counted in the body.

        MARKED VALUES: a path segment or query value "sim-" + name does the same without a rule.
          400 401 scope 403 404 500 500-in-400 502 html html-200 204 empty-200 truncated
          429 429-headers 429-html throttle-400 throttle-200
          200-error 200-nested 200-record 201-record 202-record 202-error partial 207 meeting-token mail-error
          On Mail's and Meeting's hosts 400 401 scope 403 404 500 429 429-headers 200-error 200-nested partial take their
          form there; a rule names it in full: mail-429, mail-429-headers, meeting-401. Only there: mail-ticket (no
          header), meeting-unauthorized (3001).
          slow-<N>ms chunked one-byte until-close break break-head break-chunked reset too-long too-short stall drip
          records-<N> bytes-<N>
          echo-<N>-<text>: a record that tells the text (N times more in `filling`), host, path and whose token it was
        Where only numbers are taken, the id 9000000000000000<nnn> stands for a name: 200 200-error, 201 html-200,
        204, 207 partial, 400, 401, 403, 404, 429, 430 429-headers, 431 throttle-200, 500, 502, 600 slow-500ms, 601 break,
        602 reset, 603 stall, 604 drip, 605 one-byte, 606 too-long, 607 too-short, 608 truncated.
        """
}
