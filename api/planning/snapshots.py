"""A World as one file: what a job is made from, kept so that it can be made again."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from matcher.intake import read_world, write_world

if TYPE_CHECKING:
    from matcher.domain.world import World

WORLD = "world.zip"
POLICY = "policy.json"
"""What counted for how much in the authority when a job was first begun."""
BED_VALUES = "bed-values.json"
"""What beds were worth to others then, where that was learnt."""
_SAME_TIME = (1980, 1, 1, 0, 0, 0)
"""The same World makes the same file."""


def packed(world: World) -> bytes:
    """Return a World as a zip file of its tables.

    Parameters
    ----------
    world
        Of pseudonyms.
    """
    with TemporaryDirectory(prefix="nearhome-") as folder:
        write_world(world, Path(folder) / "world")
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
            for path in sorted((Path(folder) / "world").iterdir()):
                file.writestr(
                    zipfile.ZipInfo(path.name, _SAME_TIME),
                    path.read_bytes(),
                    zipfile.ZIP_DEFLATED,
                )
    return target.getvalue()


def unpack(content: bytes, folder: Path) -> None:
    """Write the tables of a packed World into a folder.

    Parameters
    ----------
    content
        As :func:`packed` returns it.
    folder
        Where to; made when it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        for name in file.namelist():
            (folder / Path(name).name).write_bytes(file.read(name))


def unpacked(content: bytes) -> World:
    """Return a packed World.

    Parameters
    ----------
    content
        As :func:`packed` returns it.
    """
    with TemporaryDirectory(prefix="nearhome-") as folder:
        unpack(content, Path(folder))
        return read_world(Path(folder))
