"""The wheel holds what it needs, nothing more, and works away from the checkout."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# One worker builds the wheel once for all of them.
pytestmark = pytest.mark.xdist_group("wheel")


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command as a stranger would: no checkout on the path, no colour, no input."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "COV_", "NEARHOME_")) or name == "NEARHOME_CACHE"
    }
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment | {"NO_COLOR": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--quiet")
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", into, ROOT, cwd=into)
    (built,) = into.glob("nearhome-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; its dependencies are those already here.

    A directory named in a .pth file is searched, but its own .pth files are not read, so
    that the editable checkout stays out of sight.
    """
    environment = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=environment)
    python = environment / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--quiet", "--python", python)
    run(*pip, "install", "--no-deps", "--no-index", wheel, cwd=environment)
    (packages,) = (environment / "lib").glob("python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return environment


def test_holds_the_packages_their_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {
        "matcher",
        "scenarios",
        "api",
    }
    assert [name for name in names if "__pycache__" in name or name.endswith(".pyc")] == []
    tracked = subprocess.run(
        ["git", "ls-files", "matcher", "scenarios", "api"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert [name for name in tracked if name not in names] == []
    assert [name for name in names if name.startswith("matcher/policies/")] != []
    assert any(name.endswith("dist-info/licenses/LICENSE") for name in names)


def test_carries_the_charts_that_the_repository_does_not(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as held:
        names = [name for name in held.namelist() if name.startswith("scenarios/report/assets/")]
        record = json.loads(held.read("scenarios/report/assets/versions.json"))
        lock = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))
        for name, package in record["packages"].items():
            locked = lock["packages"][f"node_modules/{name}"]
            assert package == {key: locked[key] for key in ("version", "integrity")}
        for name, digest in record["files"].items():
            content = held.read(f"scenarios/report/assets/{name}")
            assert hashlib.sha256(content).hexdigest() == digest
    assert len(names) == len(record["files"]) + 1
    assert {"echarts.min.js", "echarts.LICENSE.txt", "echarts.NOTICE.txt"} <= set(record["files"])


def test_a_wheel_is_made_of_the_source_distribution_without_npm(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path, cwd=ROOT)
    (packed,) = tmp_path.glob("nearhome-*.tar.gz")
    with tarfile.open(packed) as held:
        held.extractall(tmp_path, filter="data")
    (source,) = (path for path in tmp_path.glob("nearhome-*") if path.is_dir())
    # Neither the system's npm nor the Python package's can be found, nor fetched.
    monkeypatch.setenv("PATH", str(tmp_path))
    pip = (sys.executable, "-m", "pip", "--quiet", "wheel", "--no-deps", "--no-index")
    run(*pip, "--no-build-isolation", "--wheel-dir", tmp_path, source, cwd=tmp_path)
    (again,) = tmp_path.glob("nearhome-*.whl")
    with zipfile.ZipFile(again) as second, zipfile.ZipFile(wheel) as first:
        assert sorted(second.namelist()) == sorted(first.namelist())
        name = "scenarios/report/assets/echarts.min.js"
        assert second.read(name) == first.read(name)


def test_comes_from_the_wheel_and_not_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = run(
        installed / "bin" / "python", "-c", "import matcher; print(matcher.__file__)", cwd=tmp_path
    )
    assert Path(where.strip()).is_relative_to(installed)


def test_says_its_version(installed: Path, tmp_path: Path) -> None:
    version = wheel_version(installed)
    assert version in run(installed / "bin" / "nearhome", "version", cwd=tmp_path)


def test_demo_works_in_an_empty_directory_and_leaves_it_empty(
    installed: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    shown = run(installed / "bin" / "nearhome", "demo", cwd=empty)
    assert "synthetic" in shown
    assert "practice" in shown
    assert [path for path in empty.iterdir() if path.name != "out"] == []


def wheel_version(installed: Path) -> str:
    (info,) = (installed / "lib").glob("python*/site-packages/nearhome-*.dist-info")
    return info.name.removesuffix(".dist-info").removeprefix("nearhome-")
