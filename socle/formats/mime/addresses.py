"""Lists of addresses: people, groups, and the faults of senders. Source: RFC 5322 §3.4 and §4.4, RFC 6532."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from socle.formats.mime.words import clean, decoded

MAX_ADDRESSES = 2000
_TOKEN = re.compile(r'\s++|"(?:[^"\\]|\\.)*+\\?"?|\[[^\]]*+\]?|[<>,;:@()]|[^\s"\[<>,;:@()]++', re.DOTALL)
_COMMENT_STEP = re.compile(r"\\.|[()]", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox. `domain` is empty when what was written has no `@`; `local` is without quotes."""

    name: str
    """For people: decoded; a comment behind the address counts as one."""
    local: str
    domain: str = ""
    route: str = field(default="", compare=False)
    """The obsolete source route, `@first,@second`."""
    written_name: str = field(default="", compare=False, repr=False)
    """Before encoded words are decoded."""

    @property
    def address(self) -> str:
        return f"{self.local}@{self.domain}" if self.domain else self.local


@dataclass(frozen=True, slots=True)
class Group:
    """Addresses under one name, perhaps none (`undisclosed-recipients:;`)."""

    name: str
    members: tuple[Address, ...]
    written_name: str = field(default="", compare=False, repr=False)


def read_addresses(value: str) -> tuple[Address | Group, ...]:
    """What the value of From, To, Cc and their like lists; at most MAX_ADDRESSES. Never fails."""
    return tuple(_Reader(value).read())


def flat(listed: tuple[Address | Group, ...]) -> tuple[Address, ...]:
    """The addresses, those of groups in their place."""
    return tuple(one for item in listed for one in (item.members if isinstance(item, Group) else (item,)))


class _Reader:
    """One pass over the tokens. `words` are those of the address being read, `None` standing for white space between."""

    def __init__(self, value: str) -> None:
        self._value = value
        self._words: list[str | None] = []
        self._comment = ""
        self._angle: str | None = None
        self._angle_route = ""
        self._group: tuple[str, list[Address]] | None = None
        self._count = 0

    def read(self) -> Iterator[Address | Group]:
        at = 0
        while at < len(self._value) and self._count < MAX_ADDRESSES:
            token = _TOKEN.match(self._value, at)
            if token is None:  # nothing matches no sign; kept so that a mistake above cannot hang
                break
            at = token.end()
            sign = token[0]
            if sign == "(":
                at, self._comment = _comment(self._value, at)
                self._words.append(None)
            elif sign == "<":
                at = self._read_angle(at)
            elif sign == "," or (sign == ";" and self._group is None):
                yield from self._finished()
            elif sign == ";":
                yield from self._finished()
                yield from self._closed()
            elif sign == ":" and self._group is None and "@" not in self._words:
                self._group = (self._phrase(), [])
                self._words, self._comment = [], ""
            elif sign not in (">", ")", ":"):
                self._words.append(None if sign.isspace() else sign)
        yield from self._finished()
        yield from self._closed()

    def _read_angle(self, at: int) -> int:
        """What stands between `<` and `>`; without an end, up to the next comma."""
        end = _angle_end(self._value, at)
        inside = self._value[at:end].strip()
        if inside.startswith("@") and ":" in inside:
            self._angle_route, _, inside = inside.partition(":")
            self._angle_route = "".join(self._angle_route.split())
        if self._angle is None or inside:
            self._angle = inside
        return end + 1 if self._value.startswith(">", end) else end

    def _finished(self) -> Iterator[Address]:
        found = self._address()
        self._words, self._comment, self._angle, self._angle_route = [], "", None, ""
        if found is None:
            return
        self._count += 1
        if self._group is None:
            yield found
        else:
            self._group[1].append(found)

    def _closed(self) -> Iterator[Group]:
        if self._group is not None:
            name, members = self._group
            self._group = None
            yield Group(decoded(name), tuple(members), clean(name))

    def _phrase(self) -> str:
        return _joined(self._words, " ")

    def _address(self) -> Address | None:
        if self._angle is not None:
            local, domain = _split(self._angle)
            written = self._phrase() or self._comment
            if not local and not domain and not written:
                return None
            return Address(decoded(written), local, domain, self._angle_route, clean(written))
        words = self._words
        if "@" not in words:
            bare = self._phrase()
            if not bare:
                return None
            return Address(decoded(self._comment), clean(bare), "", "", clean(self._comment))
        sign = len(words) - 1 - words[::-1].index("@")
        first = _start_of_local(words, sign)
        written = _joined(words[:first], " ") or self._comment
        local = _joined(words[first:sign], "")
        domain = _joined(words[sign + 1 :], "")
        return Address(decoded(written), clean(local), clean(domain), "", clean(written))


def _start_of_local(words: list[str | None], sign: int) -> int:
    """Where the local part before the `@` begins: white space ends it, but not beside a dot (obsolete syntax)."""
    at = sign
    while at > 0 and words[at - 1] is None:
        at -= 1
    while at > 0:
        word = words[at - 1]
        if word is not None:
            at -= 1
            continue
        before = at - 1
        while before > 0 and words[before - 1] is None:
            before -= 1
        left, right = (words[before - 1] or "" if before else ""), (words[at] or "")
        if not (left.endswith(".") or right.startswith(".")):
            return at
        at = before
    return 0


def _joined(words: list[str | None], space: str) -> str:
    pieces = [space if word is None else _unquoted(word) for word in words]
    text = "".join(pieces)
    return " ".join(text.split()) if space else text


def _unquoted(word: str) -> str:
    if not word.startswith('"'):
        return word
    inside = word[1:-1] if len(word) > 1 and word.endswith('"') else word[1:]
    return _ESCAPE.sub(r"\1", inside)


def _split(inside: str) -> tuple[str, str]:
    """Local part and domain of what stood between `<` and `>`, comments and white space left out."""
    words: list[str] = []
    at = 0
    while at < len(inside):
        token = _TOKEN.match(inside, at)
        if token is None:
            break
        at = token.end()
        if token[0] == "(":
            at, _ = _comment(inside, at)
        elif not token[0].isspace():
            words.append(token[0])
    if "@" not in words:
        return clean("".join(_unquoted(word) for word in words)), ""
    sign = len(words) - 1 - words[::-1].index("@")
    local, domain = ("".join(_unquoted(word) for word in part) for part in (words[:sign], words[sign + 1 :]))
    return clean(local), clean(domain)


def _comment(value: str, at: int) -> tuple[int, str]:
    """The comment that was opened before `at`: the place behind it, and its text."""
    start, depth = at, 1
    for step in _COMMENT_STEP.finditer(value, at):
        if step[0] == "(":
            depth += 1
        elif step[0] == ")":
            depth -= 1
            if depth == 0:
                return step.end(), _ESCAPE.sub(r"\1", value[start : step.start()]).strip()
    return len(value), _ESCAPE.sub(r"\1", value[start:]).strip()


def _angle_end(value: str, at: int) -> int:
    """The `>` that closes, quotes respected; without one, the next comma or the end."""
    place = at
    while place < len(value):
        token = _TOKEN.match(value, place)
        if token is None or token[0] == ">":
            return place
        if token[0] == "<":
            break
        place = token.end()
    comma = value.find(",", at)
    return comma if comma >= 0 else len(value)
