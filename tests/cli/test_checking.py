"""Any byte that is out of step is found, and the command that mends it is named."""

from __future__ import annotations

from pathlib import Path

from derive.targets.registry import ON_REQUEST
from tests.cli.checkouts import Checkout, tree


def change_a_byte(place: Path) -> None:
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    place.write_bytes(bytes(content))


def test_in_step(checkout: Checkout) -> None:
    done = checkout.run("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "generated: in step with its formulas and templates"


def test_a_hand_edit_is_shown_with_the_command_that_mends_it(checkout: Checkout) -> None:
    victim = sorted((checkout.generated / "c").glob("*.c"))[0]
    victim.write_text(victim.read_text() + "/* a hand edit */\n")
    done = checkout.run("check")
    assert done.returncode == 1
    assert f"generated/c/{victim.name}: was edited by hand" in done.stdout
    assert "  -/* a hand edit */" in done.stdout
    assert done.stdout.splitlines()[-1] == "to mend: derive build"
    assert checkout.run("build").returncode == 0
    assert checkout.run("check").returncode == 0


def test_the_command_that_mends_names_the_language(checkout: Checkout) -> None:
    victim = sorted((checkout.generated / "c").glob("*.c"))[0]
    victim.write_text("edited\n")
    done = checkout.run("check", "--lang", "zh")
    assert done.stdout.splitlines()[-1] == "to mend: derive build --lang zh"


def test_an_orphan_is_found(checkout: Checkout) -> None:
    (checkout.generated / "c" / "mine.c").write_text("int mine;\n")
    done = checkout.run("check")
    assert done.returncode == 1
    assert "generated/c/mine.c: no formula makes it" in done.stdout
    assert "to mend: move away" in done.stdout


def test_one_byte_of_every_generated_file(checkout: Checkout) -> None:
    """All at once, and each is named."""
    files = [checkout.generated / path for path in tree(checkout.generated)]
    for place in files:
        change_a_byte(place)
    done = checkout.run("check")
    assert done.returncode == 1
    for place in files:
        assert f"{place.relative_to(checkout.folder)}: " in done.stdout


def test_one_byte_of_every_formula_file(checkout: Checkout) -> None:
    files = sorted((checkout.folder / "derive" / "formulas").glob("*.py"))
    for place in files:
        place.write_bytes(place.read_bytes() + b"\n")
    done = checkout.run("check")
    assert done.returncode == 1
    for place in files:
        assert f"{place.relative_to(checkout.folder).as_posix()}: changed since the build" in done.stdout


def test_one_byte_of_every_template(checkout: Checkout) -> None:
    """But of those of a target that is only made on request."""
    templates = checkout.folder / "templates"
    files = [
        p for p in sorted(templates.rglob("*")) if p.is_file() and p.relative_to(templates).parts[0] not in ON_REQUEST
    ]
    assert files
    for place in files:
        place.write_bytes(place.read_bytes() + b"\n")
    done = checkout.run("check")
    assert done.returncode == 1
    for place in files:
        assert f"{place.relative_to(checkout.folder).as_posix()}: changed since the build" in done.stdout
    assert checkout.run("build").returncode == 0
    assert checkout.run("check").returncode == 0
