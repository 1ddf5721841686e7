"""Programs as text: every statement and every operation of the zoo is said."""

from __future__ import annotations

import re

import pytest

from derive.loops.ir import Program
from derive.targets.text import passes_text, program_text
from tests.zoo import ZOO


@pytest.mark.parametrize("program", ZOO, ids=lambda program: program.name)
def test_every_program_can_be_said(program: Program) -> None:
    text = program_text(program)
    assert text.startswith(f"{program.name}(")
    assert {output.name for output in program.outputs} <= set(re.findall(r"store (\w+)", text))
    assert not re.search(r"Call\(|Name\(|Number\(|Element\(", text)


def test_a_pass_that_changed_nothing_says_so() -> None:
    assert passes_text([("one", ZOO[0]), ("two", ZOO[0]), ("three", ZOO[1])]).count("the same") == 1
