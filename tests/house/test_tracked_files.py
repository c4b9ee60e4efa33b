"""What git tracks names no machine, no registry and no path of somebody's own."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Written in pieces, so that this file does not hold what it looks for.
REGISTRIES = re.compile(
    "|".join(
        name.replace(".", r"\.")
        for name in (
            "pypi" + ".org",
            "python" + "hosted.org",
            "npmjs" + ".org",
            "npmjs" + ".com",
            "yarnpkg" + ".com",
            "deb.debian" + ".org",
            "proxy.golang" + ".org",
            "conda" + ".anaconda.org",
        )
    )
    + r"|--(?:extra-)?index-"
    + "url|--find-"
    + "links",
    re.IGNORECASE,
)
LOCAL_PATH = re.compile(
    r"(?<![\w.~)}\]>*-])(?:/(?:root|work|tmp|Users|home/[a-z][a-z0-9_-]*|opt/[a-z]+)/"
    r"|/(?:root|tmp|work)\b(?!/)|[A-Z]:\\Users\\)"
)
LONGEST_LINES = 400


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def lines() -> list[tuple[str, int, str]]:
    found = []
    for name in tracked():
        content = (ROOT / name).read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8").splitlines(), start=1):
            found.append((name, number, line))
    return found


def in_a_container(name: str) -> bool:
    """Whether the paths in a file are those of the machine that it describes."""
    return name.startswith("deploy/")


def names_a_path(line: str) -> bool:
    """Whether a line names a path of somebody's machine; where it is installed is no such."""
    return LOCAL_PATH.search(line.replace("/opt/" + "nearhome/", "")) is not None


def test_no_registry_and_no_local_path_is_named() -> None:
    found = [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, number, line in lines()
        if name != "tests/house/test_tracked_files.py"
        and (REGISTRIES.search(line) or (not in_a_container(name) and names_a_path(line)))
    ]
    assert found == []


def test_the_patterns_find_what_they_are_for() -> None:
    assert REGISTRIES.search("https://" + "pypi" + ".org/simple")
    assert LOCAL_PATH.search('open("/' + 'home/alex/county")')
    assert LOCAL_PATH.search("cd /" + "tmp")
    assert not LOCAL_PATH.search("https://example.org/" + "work/list")


def test_nothing_that_make_makes_is_tracked() -> None:
    made = re.compile(r"(^|/)(\.venv|site|dist|out|__pycache__)/|\.egg-info/|(^|/)\.coverage")
    assert [name for name in tracked() if made.search(name)] == []


def test_no_python_file_is_longer_than_a_reader_can_hold() -> None:
    too_long = {
        name: count
        for name in tracked()
        if name.endswith(".py")
        and (count := len((ROOT / name).read_text(encoding="utf-8").splitlines())) > LONGEST_LINES
    }
    assert too_long == {}


def test_no_file_is_called_what_says_nothing() -> None:
    vague = re.compile(r"(^|/)(utils?|helpers?|common|misc)(\.py|/)")
    assert [name for name in tracked() if vague.search(name)] == []
