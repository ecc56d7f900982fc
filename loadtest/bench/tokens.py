"""Tokens and records in Tollgate's stored form, made in bulk.

The form is not written down twice: one server is made through the management API, and its record is copied under
further tokens. Only the token's grammar and its keyed digest are repeated here, and checked against that server.
"""

import hashlib
import hmac
import json
import random
import sqlite3
import zlib

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def new_tokens(count, seed=1):
    """`tgm_`, 43 random characters, and their CRC-32 in base 62."""
    source = random.Random(seed)
    for _ in range(count):
        text = "".join(source.choices(ALPHABET, k=43))
        rest, digits = zlib.crc32(text.encode()), ""
        for _ in range(6):
            digits = ALPHABET[rest % 62] + digits
            rest //= 62
        yield "tgm_" + text + digits


class Digests:
    """Store keys of tokens under one TOLLGATE_SECRET (HKDF, RFC 5869; HMAC-SHA-256)."""

    def __init__(self, secret):
        extracted = hmac.digest(b"tollgate", secret, "sha256")
        self.key_id = hmac.digest(extracted, b"key id\x01", "sha256")[:4].hex()
        self.key = hmac.digest(extracted, b"token digest\x01", "sha256")

    def store_key(self, token):
        return f"token:{self.key_id}:{hmac.digest(self.key, token.encode(), 'sha256').hex()}"


def uuid_like(number):
    return f"01900000-0000-7000-8000-{number:012x}"


def clones(record, digests, tokens):
    """Store key and value per token, each a server of its own on the account of `record`."""
    template = json.loads(record)
    template["id"], template["token_key"] = "@id@", "@key@"
    head, middle, tail = _split(json.dumps(template, separators=(",", ":")))
    for number, token in enumerate(tokens):
        key = digests.store_key(token)
        parts = {"@id@": uuid_like(number), "@key@": key}
        yield key, uuid_like(number), head[0] + parts[head[1]] + middle[0] + parts[middle[1]] + tail


def _split(text):
    at = {mark: text.index(mark) for mark in ("@id@", "@key@")}
    first, second = sorted(at, key=at.get)
    return (
        (text[: at[first]], first),
        (text[at[first] + len(first) : at[second]], second),
        text[at[second] + len(second) :],
    )


def _command(*parts):
    encoded = [part.encode() for part in parts]
    return b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in encoded)


def fill_redis(surroundings, record, digests, tokens, whole=False):
    """Writes the records by `redis-cli --pipe`; `whole` also by their id, as the management API does."""
    stream = bytearray()
    for key, ident, value in clones(record, digests, tokens):
        stream += _command("SET", key, value)
        if whole:
            stream += _command("SET", f"server:{ident}", value)
        if len(stream) > 64 << 20:
            surroundings.redis_cli("--pipe", stdin=bytes(stream))
            stream.clear()
    if stream:
        surroundings.redis_cli("--pipe", stdin=bytes(stream))


def fill_sqlite(path, record, digests, tokens):
    with sqlite3.connect(path) as database:
        database.executemany(
            "INSERT INTO kv(key, value, expires_at) VALUES (?, ?, NULL)",
            ((key, value.encode()) for key, _, value in clones(record, digests, tokens)),
        )
    database.close()


def fill_lua(surroundings, tokens, grant):
    """The same for the nginx and Lua gateway: SHA-256 of the token, and what it grants."""
    stream, value = bytearray(), json.dumps(grant)
    for token in tokens:
        stream += _command("SET", "lua:token:" + hashlib.sha256(token.encode()).hexdigest(), value)
    surroundings.redis_cli("--pipe", stdin=bytes(stream))
