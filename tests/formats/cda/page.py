"""What a page made of our HTML really holds, as an HTML parser sees it."""

from __future__ import annotations

from html.parser import HTMLParser

from socle.formats.cda.rendering import ATTRIBUTES, CLASSES, TAGS, VOID_TAGS

_ROLES = {"group"}
_WORD_TAGS = {"strong", "em", "sub", "sup", "ins", "del", "span", "a"}


class Page(HTMLParser):
    """Elements, ids and links of a piece of HTML; `faults` lists whatever is outside the closed list or wrongly nested."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.media: list[str] = []
        self.headings: list[tuple[str, str]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        if self._open:
            self.faults.append(f"left open: {self._open}")

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in _WORD_TAGS:
            self.words.append(" ")
        if tag not in TAGS:
            self.faults.append(f"tag {tag}")
        for name, value in attrs:
            self._attribute(tag, name, value or "")
        if tag not in VOID_TAGS:
            self._open.append(tag)
        if tag in {"p", "a"} and tag in self._open[:-1]:
            self.faults.append(f"{tag} in {tag}")
        if "p" in self._open[:-1] and tag in {"div", "p", "ul", "ol", "table", "figure", "section"}:
            self.faults.append(f"{tag} in p")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name not in ATTRIBUTES["*"] | ATTRIBUTES.get(tag, frozenset()):
            self.faults.append(f"attribute {tag}@{name}")
        match name:
            case "class":
                if value not in CLASSES:
                    self.faults.append(f"class {value}")
            case "id":
                self.ids.append(value)
                if not value.startswith("cda-") or any(sign.isspace() for sign in value):
                    self.faults.append(f"id {value}")
            case "href":
                self.links.append(value)
                if not value.startswith("#cda-"):
                    self.faults.append(f"link {value}")
            case "data-media":
                self.media.append(value)
            case "role":
                if value not in _ROLES:
                    self.faults.append(f"role {value}")
            case "tabindex":
                if value != "0":
                    self.faults.append(f"tabindex {value}")
            case "scope":
                if value not in {"col", "row"}:
                    self.faults.append(f"scope {value}")
            case "colspan" | "rowspan":
                if not value.isdigit() or not 2 <= int(value) <= 100:
                    self.faults.append(f"span {value}")

    def handle_endtag(self, tag: str) -> None:
        if tag not in _WORD_TAGS:
            self.words.append(" ")
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"end of {tag}")

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._open and self._open[-1] in TAGS and self._open[-1].startswith("h") and self._open[-1][1:].isdigit():
            self.headings.append((self._open[-1], data))

    def handle_comment(self, data: str) -> None:
        self.faults.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.faults.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.faults.append("processing instruction")


def page_of(html: str) -> Page:
    """The page, once everything in it is known to be inside the closed list, ids unique and links leading to them."""
    page = Page(html)
    assert page.faults == []
    assert len(page.ids) == len(set(page.ids))
    assert set(page.links) <= {f"#{identity}" for identity in page.ids}
    return page
