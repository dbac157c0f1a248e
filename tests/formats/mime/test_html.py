"""HTML of mails: a closed list goes out, whatever comes in."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.formats import mime
from socle.formats.mime.html import ATTRIBUTES, LINK_REL, LINK_SCHEMES, LONGEST, MOST_ENTITIES, MOST_TAGS, TAGS
from tests.corpora import shared


class Page(HTMLParser):
    """What a reader of the output finds."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.others: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)


def assert_closed(html: str, pictures: frozenset[str] = frozenset()) -> None:
    page = Page(html)
    assert page.others == []
    for tag, attributes in page.tags:
        assert tag in TAGS
        allowed = ATTRIBUTES.get(tag, frozenset()) | ATTRIBUTES["*"]
        assert set(attributes) <= (allowed | {"rel", "target"} if tag == "a" else allowed)
        if tag == "a":
            assert attributes["rel"] == LINK_REL
            assert attributes["target"] == "_blank"
            if "href" in attributes:
                assert attributes["href"].lower().partition(":")[0] in LINK_SCHEMES
        assert "src" not in attributes or attributes["src"] in pictures


def test_what_stays_and_what_goes() -> None:
    cleaned = mime.clean_html(
        '<style>p{display:none}</style><p style="position:fixed" class="x" id="y" onclick="z()" hidden>Bonjour <b>vous</b></p>'
        '<script>alert(1)</script><iframe src="https://x.fr">in</iframe>'
        '<form action="https://x.fr"><input name="a"><button>ok</button></form>'
        "<table><tr><td colspan=2 width=9000>1</td></tr></table><!-- c --><svg><script>1</script></svg>"
    )
    assert cleaned.html == '<p>Bonjour <b>vous</b></p>ok<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>'
    assert cleaned.blocked == 0


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://sante.fr/a?b=1", True),
        ("mailto:a@x.fr", True),
        ("tel:+33199000000", True),
        ("HTTPS://sante.fr", True),
        ("javascript:alert(1)", False),
        (" jAvAsCrIpT:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("//x.fr/a", False),
        ("/pro/signature", False),
        ("cid:p", False),
        ("ftp://x.fr", False),
        ("", False),
    ],
)
def test_links_are_to_the_web_or_a_mailbox_and_never_into_our_pages(href: str, kept: bool) -> None:
    cleaned = mime.clean_html(f'<a href="{href}">lien</a>').html
    assert_closed(cleaned)
    assert "lien" in cleaned
    assert ("href=" in cleaned) is kept


def test_pictures_show_only_when_they_came_with_the_message() -> None:
    html = '<img src="cid:p1" alt="a"><img src="CID:p1"><img src="cid:p2" alt="b">'
    html += '<img src="https://x.fr/t.gif"><img src="data:image/png;base64,AAAA">'
    cleaned = mime.clean_html(html, {"p1": "/pro/images/1"})
    assert cleaned.html == '<img src="/pro/images/1" alt="a"><img src="/pro/images/1"><img alt="b"><img><img>'
    assert cleaned.blocked >= 2
    assert_closed(cleaned.html, frozenset({"/pro/images/1"}))


def test_vectors_of_dompurify_come_out_of_the_closed_list() -> None:
    vectors = json.loads((shared("corpora/security/html") / "sanitiser-vectors.json").read_text("utf-8"))
    assert len(vectors) > 100
    for vector in vectors:
        once = mime.clean_html(vector["payload"]).html
        assert_closed(once)
        assert_closed(mime.clean_html(once).html)


@given(st.text(st.sampled_from("<>/=\"' abp!-&;:\n\0é"), max_size=200))
def test_any_text_comes_out_of_the_closed_list(text: str) -> None:
    assert_closed(mime.clean_html(text).html)
    mime.text_of_html(text)


@pytest.mark.parametrize(
    "html",
    ["x" * (LONGEST + 1), "<p>a" * (MOST_TAGS + 1), "&" * (MOST_ENTITIES + 1), "<b>" * 9000 + "</i>" * 9000],
    ids=["size", "tags", "entities", "crossed"],
)
def test_what_is_too_much_to_clean_is_shown_as_text(html: str) -> None:
    cleaned = mime.clean_html(html)
    assert cleaned.as_text
    assert_closed(cleaned.html)
    assert not mime.clean_html("<p>a</p>").as_text


def test_a_large_picture_inside_the_html_does_not_count() -> None:
    cleaned = mime.clean_html('<p>a</p><img src="data:image/png;base64,' + "A" * LONGEST + '">')
    assert not cleaned.as_text
    assert cleaned.html == "<p>a</p><img>"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Bonjour <b>vous</b></p><p>Fin</p>", "Bonjour vous\n\nFin"),
        ("a<br>b<div>c</div>", "a\nb\nc"),
        ("<head><title>t</title><style>s</style></head>x<script>y</script>z", "xz"),
        ("<script>never ended", ""),
        ("1 &lt; 2 &eacute;&nbsp;&#8364;", "1 < 2 é €"),
        ("<!-- <b>no</b> -->yes<!-- open", "yes"),
        ("a\n  b", "a b"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        ("a < b", "a < b"),
        ("", ""),
    ],
)
def test_words_of_html(html: str, text: str) -> None:
    assert mime.text_of_html(html) == text
