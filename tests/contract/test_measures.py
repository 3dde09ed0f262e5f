"""Every sentence of the page of measures is proven by tests that are there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
ROW = re.compile(r"^\| (?P<holds>[^|]+) \| (?P<proofs>[^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")
COUNTING = "service/escalations/reports/test_counting.py", "test_every_count_is_what_the_histories_say"


def test_every_sentence_is_proven() -> None:
    page = (ROOT / "docs" / "measures.md").read_text()
    rows = [row for row in ROW.finditer(page) if row["holds"] not in {"what holds", "---"}]
    assert len(rows) > 50
    unproven = [row["holds"] for row in rows if not NAMED.search(row["proofs"]) and "counting" not in row["proofs"]]
    assert not unproven
    named = {*NAMED.findall(page), COUNTING}
    missing = [f"{path}::{test}" for path, test in sorted(named) if test not in functions_in(TESTS / path)]
    assert not missing


def functions_in(path: Path) -> set[str]:
    """The names of what a file defines."""
    nodes = ast.walk(ast.parse(path.read_text()))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
