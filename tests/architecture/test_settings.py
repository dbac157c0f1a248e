"""Every environment variable that the product reads is told to the operator, and no other (docs/operations/install.md)."""

from __future__ import annotations

import ast
import re

from tests.architecture.tree import REPOSITORY, calls, modules, nodes, text_of

PAGE = REPOSITORY / "docs" / "operations" / "install.md"
INNER = {"SOCLE_STRICT_TEMPLATES": "for tests: a hole in a page raises"}
NAME = re.compile(r"SOCLE_[A-Z][A-Z_]*[A-Z](?![A-Z_*])")
_READERS = {"os.environ.get", "os.environ.setdefault", "os.getenv"}


def read_by_code() -> set[str]:
    """Names that the code asks the environment for, families spelled out by the settings that hold them."""
    found: set[str] = set()
    for path in modules("socle"):
        for call, name in calls(path):
            if name in _READERS or name.endswith((".variables.get", "._port")):
                found |= {one.value for one in call.args if isinstance(one, ast.Constant) and NAME.fullmatch(str(one.value))}
        for node in nodes(path):
            if (
                isinstance(node, ast.Subscript)
                and ast.unparse(node.value) == "os.environ"
                and isinstance(node.slice, ast.Constant)
            ):
                found.add(str(node.slice.value))
    return found | _ports() | _families()


def _ports() -> set[str]:
    from socle.deploy.environment import PORTS

    return {name for name, _ in PORTS.values()}


def _families() -> set[str]:
    from django.conf import settings

    insi = {f"SOCLE_INSI_{name.upper()}" for name in settings.SOCLE_INSI}
    return insi | {f"SOCLE_{prefix}_{name.upper()}" for prefix, names in settings.SOCLE_OPENID.items() for name in names}


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    read = read_by_code()
    assert len(read) > 20
    told = set(NAME.findall(text_of(PAGE)))
    assert sorted(read - told - set(INNER)) == []
    assert sorted(told - read) == []


def test_variables_of_the_contract_have_the_defaults_that_it_names() -> None:
    from socle.deploy.environment import PORTS, Profile, read

    assert dict(PORTS.values()) == {
        "SOCLE_HTTP_PORT": 8000,
        "SOCLE_LIVE_PORT": 8001,
        "SOCLE_SMTP_PORT": 2525,
        "SOCLE_SUBMISSION_PORT": 2587,
        "SOCLE_IMAP_PORT": 2143,
        "SOCLE_MLLP_PORT": 2575,
    }
    bare = read({})
    assert (bare.profile, bare.data.name, bare.database_url) == (Profile.PRODUCTION, "var", "")
