"""No health word where others may read over a shoulder or in a log: addresses, titles, notices. No hint of who wrote the tree."""

from __future__ import annotations

import re

from socle.base.notices.queries.mine import SENTENCES
from socle.formats.names import comparable
from tests.architecture.addresses import routes
from tests.architecture.tree import REPOSITORY, shown, text_of, tracked

HEALTH = re.compile(
    r"\b(maladi|malade|patholog|diagnos|allerg|cancer|tumeur|oncolog|vih\b|sida\b|hepatit|grossesse|enceinte|ivg\b|contracep"
    r"|addict|alcool|drogue|psychi|depress|diabet|asthm|epileps|traitements?\b|medicament|vaccin|ordonnance|prescri"
    r"|biolog|radiolog|imageri|irm\b|scanner\b|hospitalis|chirurg|symptom|infection|handicap|douleur|fracture|avc\b|infarctus)",
    re.IGNORECASE,
)
TITLE = re.compile(r"{% block title %}(.*?){% endblock %}|<title>(.*?)</title>", re.DOTALL)
SHOWN_IN_TITLES = {"{{ refusal.title }}", "{{ departement_of }}", "{{ wording.name }}"}
"""The only variables of a title: a refusal's own words, a département, the name of an identity provider."""
WORKSHOP = re.compile(
    r"co-authored-by|generated (?:by|with) (?:an? )?(?:ai|assistant)|language model|chatgpt|copilot|openai|anthropic"
    r"|pycharm|jetbrains|\.vscode|devcontainer",
    re.IGNORECASE,
)
"""Editors and assistants: the tree does not say by what it was written."""


def health_word(text: str) -> str:
    found = HEALTH.search(comparable(text))
    return found[0] if found else ""


def test_the_list_of_health_words_finds_them_with_and_without_accents() -> None:
    for text in ("Diagnostics", "résultats-vih", "Dépression", "ALLERGIES", "vos médicaments", "traitement en cours"):
        assert health_word(text), text
    for text in ("Votre médecin traitant", "Qui a lu mon dossier", "a-traiter", "Synthèse", "viholle"):
        assert not health_word(text), text


def test_no_address_says_a_health_word() -> None:
    assert [route.template for route in routes() if health_word(route.template.replace("-", " "))] == []


def test_no_title_says_a_health_word_or_shows_what_people_wrote() -> None:
    titles = 0
    for path in tracked(".html"):
        for found in TITLE.finditer(text_of(path)):
            title = found[1] or found[2] or ""
            titles += 1
            assert not health_word(title), shown(path)
            assert set(re.findall(r"{{.*?}}", title)) <= SHOWN_IN_TITLES, shown(path)
    assert titles > 30


def test_no_notice_says_a_health_word() -> None:
    assert SENTENCES
    assert [sentence for sentence in SENTENCES.values() if health_word(sentence)] == []


def test_no_file_tells_by_what_it_was_written() -> None:
    found = [
        shown(path, number)
        for path in tracked()
        if path.name != "test_words.py" and REPOSITORY / "requirements" not in path.parents
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if WORKSHOP.search(line)
    ]
    assert found == []
