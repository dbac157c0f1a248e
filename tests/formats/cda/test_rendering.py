"""Narrative to HTML: what a reader gets, and what can never come out whatever the document says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socle.formats import cda
from tests.formats.cda.page import page_of


def document(narrative: str, title: str = "Conclusion", more: str = "") -> cda.Document:
    return cda.parse(
        (
            '<ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody><component><section>'
            f'<code code="55110-1"/><title>{title}</title><text>{narrative}</text>{more}'
            "</section></component></structuredBody></component></ClinicalDocument>"
        ).encode()
    )


def html(narrative: str, **given: str) -> str:
    """The HTML inside the `div` of the section's text."""
    rendered = cda.render(document(narrative, **given))
    page_of(rendered)
    return rendered.partition('<div class="cda-text">')[2].rpartition("</div></section>")[0]


@pytest.mark.parametrize(
    ("narrative", "expected"),
    [
        ("texte &amp; &lt;b&gt;", "texte &amp; &lt;b&gt;"),
        ("a<br/>b", "a<br>b"),
        ("<paragraph>a</paragraph><paragraph styleCode='Bold'>b</paragraph>", "<p>a</p><p><strong>b</strong></p>"),
        ("<content styleCode='Italics'>a</content>", "<em>a</em>"),
        ("<content styleCode='BoldItalics'>a</content>", "<strong><em>a</em></strong>"),
        ("<content styleCode='Underline'>a</content>", '<span class="cda-underline">a</span>'),
        ("<content styleCode='xSecret'>a</content>", "a"),
        ("<content ID='p 1'>a</content>", '<span id="cda-p_20_1">a</span>'),
        ("<content revised='delete'>a</content>", "<del>a</del>"),
        ("H<sub>2</sub>O<sup>+</sup>", "H<sub>2</sub>O<sup>+</sup>"),
        ("<list><item>a</item><item>b</item></list>", "<ul><li>a</li><li>b</li></ul>"),
        ("<list listType='ordered'><item>a</item></list>", "<ol><li>a</li></ol>"),
        ("<list><caption>c</caption><item>a</item></list>", '<p class="cda-caption">c</p><ul><li>a</li></ul>'),
        ("<list><item><caption>c</caption>a</item></list>", '<ul><li><span class="cda-caption">c</span> a</li></ul>'),
        ("<content ID='n'>x</content><linkHtml href='#n'>a</linkHtml>", '<span id="cda-n">x</span><a href="#cda-n">a</a>'),
        ("<linkHtml href='#perdu'>a</linkHtml>", "a"),
        ("<linkHtml href='http://exemple.fr/x'>a</linkHtml>", '<span class="cda-link">a (http://exemple.fr/x)</span>'),
        ("<linkHtml href='javascript:alert(1)'>a</linkHtml>", '<span class="cda-link">a</span>'),
        ("<footnote ID='f'>a</footnote><footnoteRef IDREF='f'/>",
         '<span class="cda-note" id="cda-f"> [a]</span><a href="#cda-f">note</a>'),
        ("<content ID='n'/><linkHtml href='#n'>a<linkHtml href='#n'>b</linkHtml></linkHtml>",
         '<span id="cda-n"></span><a href="#cda-n">ab</a>'),
        ("<content><paragraph>a</paragraph></content>", '<span class="cda-block">a</span>'),
        ("<script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script>", '<span class="cda-block">alert(1)</span>'),
    ],
)  # fmt: skip
def test_one_construct(narrative, expected):
    assert html(narrative) == expected


def test_table():
    rendered = html(
        "<table border='1' width='100%' style='color:red'><caption>Doses</caption>"
        "<thead><tr><th>Jour</th><td>Dose</td><th/></tr></thead>"
        "<tbody><tr ID='l1'><th>Lundi</th><td colspan='2' align='center' styleCode='Bold'>1 <br/> g</td></tr>"
        "<tr><td colspan='5000' rowspan='-2'><paragraph>a</paragraph></td></tr></tbody>"
        "<tr><td styleCode='Bold'>fin</td></tr></table>"
    )
    assert rendered == (
        '<div class="cda-table" tabindex="0" role="group" aria-label="Tableau : Doses"><table><caption>Doses</caption>'
        '<thead><tr><th scope="col">Jour</th><th scope="col">Dose</th><td></td></tr></thead>'
        '<tbody><tr id="cda-l1"><th scope="row">Lundi</th><td colspan="2">1 <br> g</td></tr>'
        "<tr><td><p>a</p></td></tr></tbody>"
        "<tbody><tr><td><strong>fin</strong></td></tr></tbody></table></div>"
    )


def test_media_is_a_placeholder_for_the_page():
    media = (
        "<entry><observationMedia classCode='OBS' moodCode='EVN' ID='courbe'>"
        "<value mediaType='image/png' representation='B64'>AAEC</value></observationMedia></entry>"
    )
    narrative = "<renderMultiMedia referencedObject='courbe'><caption>Courbe</caption></renderMultiMedia>"
    assert html(narrative, more=media) == '<figure class="cda-media" data-media="courbe"><figcaption>Courbe</figcaption></figure>'
    (found,) = document(narrative, more=media).attachments
    assert (found.id, found.content, found.section_code) == ("courbe", b"\x00\x01\x02", "55110-1")
    absent = html("<renderMultiMedia referencedObject='courbe'/>")
    assert absent == ('<figure class="cda-media"><figcaption>Fichier annoncé par le document, mais absent</figcaption></figure>')


def test_headings_follow_the_sections():
    inner = "<component><section><code code='1' displayName='Sans titre écrit'/></section></component>"
    found = document("a", more=inner)
    assert page_of(cda.render(found)).headings == [("h2", "Conclusion"), ("h3", "Sans titre écrit")]
    assert page_of(cda.render(found, heading=4)).headings == [("h4", "Conclusion"), ("h5", "Sans titre écrit")]
    assert page_of(cda.render(found, heading=6)).headings == [("h6", "Conclusion"), ("h6", "Sans titre écrit")]


def test_an_id_given_twice_stands_once():
    page = page_of(cda.render(document("<content ID='a'>1</content><content ID='a'>2</content><linkHtml href='#a'>l</linkHtml>")))
    assert page.ids == ["cda-a"]
    assert page.links == ["#cda-a"]


def test_anchors_of_distinct_ids_are_distinct():
    assert cda.anchor("a-1.B") == "cda-a-1.B"
    assert len({cda.anchor(identity) for identity in ("a b", "a_b", "a_20_b", "a\u00a0b", "a")}) == 5


def test_a_file_as_body_has_no_section():
    found = cda.parse(
        b'<ClinicalDocument xmlns="urn:hl7-org:v3"><component><nonXMLBody>'
        b'<text mediaType="application/pdf" representation="B64">JVBERi0=</text></nonXMLBody></component></ClinicalDocument>'
    )
    assert cda.render(found) == ""
    assert cda.text(found) == []
    assert [(part.place.value, part.content) for part in found.attachments] == [("nonXMLBody", b"%PDF-")]


class TestPlainText:
    def test_blocks_and_cells_are_apart(self):
        found = document(
            "a<br/>b <content>c</content>\n d<paragraph>e</paragraph><table><tr><td>f</td><td>g</td></tr></table>"
            "<list><item>h</item><item>i</item></list>",
            more="<component><section><title>Suite</title><text>j</text></section></component>",
        )
        assert cda.text(found) == [
            cda.SectionText("55110-1", "Conclusion", "a\nb c d\ne\nf g\nh\ni", 1),
            cda.SectionText("", "Suite", "j", 2),
        ]

    def test_references(self):
        found = document("<table><tr ID='l'><td>f</td><td ID='c'>g</td></tr></table>")
        assert found.narrative.words("#l") == "f g"
        assert found.narrative.words("#c") == "g"
        assert found.narrative.words("c") == "g"  # the sign is forgotten in published examples
        assert found.narrative.words("#inconnu") == found.narrative.words("#") == found.narrative.words("") == ""


def _one_of(names: str) -> st.SearchStrategy[str]:
    return st.sampled_from(names.split(","))


NAMES = _one_of(
    "content,paragraph,list,item,table,thead,tbody,tr,td,th,caption,br,sub,sup,linkHtml,footnote,footnoteRef,"
    "renderMultiMedia,script,style,img,svg,iframe,a,text"
)
HOSTILE = st.sampled_from(
    ["", "a", "#a", "javascript:alert(1)", "http://exemple.fr", "\"'><script>alert(1)</script>", "Bold", "é 1", "ordered", "2"]
)
ATTRIBUTE_NAMES = _one_of("ID,href,styleCode,style,onclick,class,src,referencedObject,IDREF,listType,colspan,scope,revised,align")


def markup(draw, depth: int = 0) -> str:
    name = draw(NAMES)
    attributes = draw(st.dictionaries(ATTRIBUTE_NAMES, HOSTILE, max_size=3))
    escaped = {key: value.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;") for key, value in attributes.items()}
    inside = "".join(markup(draw, depth + 1) for _ in range(draw(st.integers(0, 3 if depth < 4 else 0))))
    words = draw(st.sampled_from(["", "texte", "&lt;script&gt;alert(1)&lt;/script&gt;", "&amp;lt;", "]]&gt;"]))
    return f"<{name} " + " ".join(f'{key}="{value}"' for key, value in escaped.items()) + f">{words}{inside}</{name}>{words}"


@settings(max_examples=400, deadline=None)
@given(st.composite(markup)())
def test_any_narrative_stays_inside_the_closed_list(narrative):
    rendered = cda.render(document(narrative))
    page_of(rendered)
    for name in ("style=", "onclick=", "src=", "<script", "<img", "<svg", "<iframe"):
        assert name not in rendered
