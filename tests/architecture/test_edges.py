"""What only a few modules may do: build an Actor, read the clock, catch everything, start SQL outside doors."""

from __future__ import annotations

import ast

from tests.architecture.tree import calls, modules, named, nodes, roots, shown, target, tracked

ACTORS = {
    "socle.base.access.actor": "the visitor and the platform itself",
    "socle.base.signin.session": "the cookie's session",
    "socle.base.signin.tokens": "the bearer token's actor, as it was given",
    "socle.base.signin.linking": "the person who asks which spaces are theirs",
    "socle.base.signin.queries.software": "a software alone",
    "socle.deploy.story.loading": "the demo's documents, deposited by whom the story says",
}
"""The edges that know who asks (ARCHITECTURE.md, Doors)."""
CLOCKS = {
    "socle.clock": "the only reader",
    "socle.base.audit.partitions": "partitions follow the real time, whatever `--as-of` says",
    "socle.base.audit.seal": "so do seals",
}
CATCH_ALL = {
    "socle.deploy.worker": 2,  # a task of the worker, a reaction: both are tried again
    "socle.deploy.wsgi": 1,  # the edge of the web process
    "socle.interfaces.fhir.wsgi": 1,  # the edge of the wire
}
"""How many times a module may catch any failure; each says why on its line."""
READS_CLOCK = {
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "django.utils.timezone.now",
    "django.utils.timezone.localdate",
    "django.utils.timezone.localtime",
    "uuid.uuid1",
}
"""Durations (`time.monotonic`, `time.perf_counter`) are no clock."""
ANY = {"Exception", "BaseException"}


def test_actors_are_built_at_the_edges_only() -> None:
    built = {
        named(path): shown(path, call.lineno)
        for path in modules("socle")
        for call, name in calls(path)
        if name == "socle.base.access.actor.Actor" or (named(path) == "socle.base.access.actor" and name.endswith(".Actor"))
    }
    assert set(built) == set(ACTORS), sorted(set(built) ^ set(ACTORS))


def test_the_clock_is_read_in_one_place() -> None:
    found = {
        named(path): shown(path, call.lineno) for path in modules("socle") for call, name in calls(path) if name in READS_CLOCK
    }
    assert set(found) == set(CLOCKS), sorted(found.values())


def test_nobody_catches_everything_but_the_edges_of_a_process() -> None:
    found: dict[str, int] = {}
    for path in (*modules("socle"), *modules("simulators"), *modules("tools"), *modules("bench")):
        for node in nodes(path):
            if isinstance(node, ast.ExceptHandler) and (node.type is None or _names(node.type) & ANY):
                found[named(path)] = found.get(named(path), 0) + 1
            if isinstance(node, ast.Call) and target(node.func, path) == "contextlib.suppress":
                assert not {name for one in node.args for name in _names(one)} & ANY, shown(path, node.lineno)
    assert found == CATCH_ALL


def test_sql_outside_doors_has_a_listed_reason_used_in_few_places() -> None:
    """`sql_allowed` is called with a literal reason of `doors.EXCEPTIONS`, and never by a page, a wire or a service."""
    from socle.base.access.doors import EXCEPTIONS

    used = set()
    for path in modules("socle"):
        for call, name in calls(path):
            if name != "socle.base.access.doors.sql_allowed":
                continue
            assert isinstance(call.args[0], ast.Constant), shown(path, call.lineno)
            used.add(call.args[0].value)
            assert not named(path).startswith(("socle.portal", "socle.interfaces", "socle.record")), shown(path, call.lineno)
    assert used <= EXCEPTIONS
    assert EXCEPTIONS - used <= {"tests"}


def test_simulators_and_product_meet_on_sockets_only() -> None:
    assert [shown(path) for path in modules("socle") if "simulators" in roots(path)] == []
    assert [shown(path) for path in modules("simulators") if "socle" in roots(path)] == []


def test_no_product_module_knows_the_tests_or_the_benches() -> None:
    told = {"tests", "bench", "tools", "pytest"}
    assert [shown(path) for path in (*modules("socle"), *modules("simulators")) if roots(path) & told] == []


def test_no_python_warning_is_silenced_in_the_product() -> None:
    silenced = [
        shown(path, call.lineno)
        for path in tracked(".py")
        if path.parts[-1] != "conftest.py"
        for call, name in calls(path)
        if name in {"warnings.filterwarnings", "warnings.simplefilter"}
    ]
    assert silenced == []


def _names(node: ast.expr) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
