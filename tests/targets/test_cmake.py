"""The C target: its build file, and another project that uses the kernels."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from derive.language import vector
from derive.loops.ir import Accumulate, Element, Loop, Name, Store
from derive.targets.c import TARGET
from derive.targets.templates import environment
from tests import zoo
from tests.targets.compiled import built, need, write_all


@pytest.mark.parametrize("shared", ["OFF", "ON"])
def test_cmake_builds_and_installs(tmp_path: Path, shared: str) -> None:
    cmake, pkg_config, compiler = need("cmake"), need("pkg-config"), need("cc")
    source, place = tmp_path / "source", tmp_path / "place"
    source.mkdir()
    write_all(source, zoo.COUNT, zoo.NORMALISED)
    for step in (
        [cmake, "-S", source, "-B", tmp_path / "build", f"-DBUILD_SHARED_LIBS={shared}", "-DCMAKE_INSTALL_LIBDIR=lib",
         f"-DCMAKE_INSTALL_PREFIX={place}"],
        [cmake, "--build", tmp_path / "build"],
        [cmake, "--install", tmp_path / "build"],
    ):  # fmt: skip
        done = subprocess.run(list(map(str, step)), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "use.c").write_text(USE)
    flags = subprocess.run(
        [pkg_config, "--cflags", "--libs", "--static", "derive"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PKG_CONFIG_PATH": str(place / "lib/pkgconfig")},
    ).stdout.split()
    program = tmp_path / "use"
    subprocess.run([compiler, tmp_path / "use.c", *flags, f"-Wl,-rpath,{place / 'lib'}", "-o", program], check=True)
    assert subprocess.run([program], check=False).returncode == 0


USE = """
#include <zoo.h>
#include <derive.h>

int main(void) {
    const float x[2] = {1.0f, 1.0f};
    float out[2];
    return derive_zoo_normalised_f32(1, 2, x, 2, 1.0f, out, 2) != DERIVE_OK || out[0] != 0.5f;
}
"""

PROJECT = """
cmake_minimum_required(VERSION 3.14)
project(use LANGUAGES C)
<how>
add_executable(use use.c)
target_link_libraries(use derive::derive)
"""


@pytest.mark.parametrize("how", ["find_package(derive 0.1 REQUIRED)", "add_subdirectory(source)"])
def test_another_project_uses_the_kernels(tmp_path: Path, how: str) -> None:
    cmake, _ = need("cmake"), need("cc")
    (tmp_path / "source").mkdir()
    write_all(tmp_path / "source", zoo.COUNT, zoo.NORMALISED)
    (tmp_path / "use.c").write_text(USE)
    (tmp_path / "CMakeLists.txt").write_text(PROJECT.replace("<how>", how))
    place = tmp_path / "place"
    installed = [
        [cmake, "-S", tmp_path / "source", "-B", tmp_path / "made"],
        [cmake, "--build", tmp_path / "made"],
        [cmake, "--install", tmp_path / "made", "--prefix", place],
    ]
    using = [
        [cmake, "-S", tmp_path, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={place}"],
        [cmake, "--build", tmp_path / "build"],
        [tmp_path / "build" / "use"],
    ]
    for step in [*(installed if "find_package" in how else []), *using]:
        done = subprocess.run(list(map(str, step)), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    newer = tmp_path / "CMakeLists.txt"
    newer.write_text(PROJECT.replace("<how>", "find_package(derive 0.2 REQUIRED)"))
    asked = [cmake, "-S", tmp_path, "-B", tmp_path / "newer", f"-DCMAKE_PREFIX_PATH={place}"]
    done = subprocess.run(list(map(str, asked)), capture_output=True, text=True, check=False)
    assert done.returncode != 0 and ("0.1.0" in done.stderr) == ("find_package" in how)


@pytest.mark.parametrize("name", ["INFINITY", "NULL", "NAN", "DERIVE_LANES", "derive_x", "SIZE_MAX"])
def test_an_input_named_like_a_macro_gets_another_name(name: str) -> None:
    """An underscore behind it would not help: the printer once went on adding them for ever."""
    what = vector(name)
    text = "".join(
        TARGET.formula_files(
            built(zoo.program("macro", (what,), (zoo.VALUE,), Loop("k", (Accumulate("total", Element(name, "k")),)),
                              Store("value", (), Name("total")))),
            environment(),
        ).values()
    )  # fmt: skip
    assert f"v_{name}" in text
