"""What `/metrics` tells of this process."""

from __future__ import annotations

from socle.base.signin import refusals
from socle.deploy import metrics
from socle.deploy.environment import Environment


def test_refused_sign_ins_are_counted_by_code(installation: Environment) -> None:
    before = refusals.counts().get("code-d-essai", 0)
    refusals.count("code-d-essai")
    lines = metrics.text().splitlines()
    [counted] = [line for line in lines if line.startswith("socle_sign_ins_refused_total{") and 'code="code-d-essai"' in line]
    assert counted.endswith(f" {before + 1}")
    assert "socle_database_up 1" in lines
