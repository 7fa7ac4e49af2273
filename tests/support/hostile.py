"""What somebody may send who means harm, or whose program is broken: by name, as raw JSON or raw bytes."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

# Each stands in the place of one field; they are JSON texts, for some can be written in no other way.
VALUES: Mapping[str, str] = {
    "nothing": "null",
    "no text": '""',
    "only blanks": r'" \u00a0\u2003 "',
    "NUL": r'"a\u0000b"',
    "a lone surrogate": r'"a\ud800b"',
    "surrogates the wrong way round": r'"\udc00\ud800"',
    "a noncharacter": r'"\uffff\ufdd0"',
    "control characters": r'"a\u0007\u001b[2J\u009b\u007f"',
    "a second line": r'"a\r\nBcc: everybody@example.org"',
    "the line separator": r'"a\u2028b"',
    "text that turns": r'"\u202etxt.exe\u202c\u2066"',
    "marks piled up": json.dumps("e" + "\u0301" * 3000),
    "a long text": json.dumps("x" * 200_000),
    "a long text beyond the first plane": json.dumps("🎓" * 50_000),
    "a formula": '"=HYPERLINK(\\"http://example.org\\")"',
    "a path": '"../../../etc/passwd"',
    "an operator": '{"$ne": null}',
    "a field with a dot": '{"a.b": 1, "": 2, "$where": "1"}',
    "digits of another script": '"٢٠٢٧-٠٣-٠١"',
    "an integer beyond 64 bits": str(2**63),
    "an integer below 64 bits": str(-(2**63) - 1),
    "an integer of 400 digits": "9" * 400,
    "an integer of 5,000 digits": "9" * 5000,
    "a number beyond all": "1e400",
    "not a number": "NaN",
    "infinity": "-Infinity",
    "a fraction": "0.1",
    "minus zero": "-0.0",
    "less than nothing": "-1",
    "true": "true",
    "a list": "[[[]]]",
    "a deep list": "[" * 500 + "]" * 500,
    "the first moment": '"0001-01-01T00:00:00"',
    "the last moment": '"9999-12-31T23:59:59.999999"',
    "the first moment, far east": '"0001-01-01T00:00:00+14:00"',
    "the last moment, far west": '"9999-12-31T23:59:59-12:00"',
    "the first day": '"0001-01-01"',
    "the last day": '"9999-12-31"',
    "a day that is not there": '"2027-02-30"',
    "an hour that is not there": '"2027-03-28T03:30"',
    "a number of seconds": "99999999999999",
    "a number of seconds long ago": "-99999999999999",
}
BODIES: Mapping[str, bytes] = {
    "nothing": b"",
    "half a thing": b"{",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"text"',
    "a number": b"9" * 5000,
    "no UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "Amal"}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a surrogate as bytes": b'{"name": "\xed\xa0\x80"}',
    "NUL bytes": b"\x00" * 100,
    "a deep list": b"[" * 100_000,
    "a deep thing": b'{"a":' * 100_000,
    "the same field twice": b'{"name": "a", "name": {"name": "b"}}',
    "a million fields": json.dumps({f"f{number}": number for number in range(20_000)}).encode(),
}
CONTENT_TYPES = (
    "",
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "application/json; charset=no-such",
    "application/problem+json",
    "application/",
    "ä",
)
# As they stand in an address.
STEPS: Mapping[str, str] = {
    "NUL": "%00",
    "a slash": "a%2Fb",
    "the way up": "..%2F..%2Fetc",
    "no UTF-8": "%FF%FE",
    "a surrogate": "%ED%A0%80",
    "beyond the first plane": "%F0%9F%8E%93" * 30,
    "a long one": "x" * 3000,
    "an operator": "$ne",
    "a quote": "'%20OR%201=1%20--",
    "a line": "a%0D%0AX-Evil:%201",
    "a star": "*",
    "a colon": ":",
    "a percent sign": "%25",
    "twice encoded": "%2500",
    "a blank": "%20",
    "a question mark": "%3F",
    "a number": "9" * 400,
}

_HOLE = '"hole"'


def with_one_hostile_field(body: Any) -> Iterator[tuple[str, bytes]]:
    """The body again and again, each time with one of its fields replaced; and with one that is not known."""
    for name, holed in _holed(body):
        for kind, value in VALUES.items():
            yield f"{name} is {kind}", json.dumps(holed).replace(_HOLE, value).encode()
    if isinstance(body, dict):
        yield "one field more", json.dumps({**body, "is_admin": True, "__proto__": {}}).encode()


def _holed(body: Any) -> Iterator[tuple[str, Any]]:
    """The body with a hole in the place of each of its fields, by the field's name."""
    pairs = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in pairs:
        for name, inside in (("", "hole"), *_holed(value)):
            holed: Any = dict(body) if isinstance(body, dict) else list(body)
            holed[key] = inside
            yield f"{key}.{name}".rstrip("."), holed
