from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from matcher.errors import DataError
from matcher.geography import directory_file
from matcher.geography.location import Location, Precision, unknown_location
from matcher.geography.postcodes import Postcodes

if TYPE_CHECKING:
    from pathlib import Path

BUCKINGHAMSHIRE = "E06000060"

# The first columns of each edition, with its own names in its own order.
ONSPD_2024 = (
    '"pcd","pcd2","pcds","dointr","doterm","oscty","ced","oslaua","osward","parish","usertype",'
    '"oseast1m","osnrth1m","osgrdind","lat","long"\r\n'
    '"HP137PR","HP13 7PR","HP13 7PR","198001","","E99999999","E99999999","E06000060","E05013120",'
    '"","0","489255","0192643","1",51.62,-0.71\r\n'
    '"OX1 1BX","OX1  1BX","OX1 1BX","198001","201006","E10000025","E58001695","E07000178","",'
    '"","0","451200","0206100","1",51.75,-1.25\r\n'
    '"BT1 1AA","BT1  1AA","BT1 1AA","198001","","N99999999","N99999999","N09000003","",'
    '"","0","334000","0374000","8",54.6,-5.9\r\n'
    '"GY1 1AA","GY1  1AA","GY1 1AA","198001","","L99999999","L99999999","L99999999","",'
    '"","0","","","9",99.999999,0.0\r\n'
    '"HP137PZ","HP13 7PZ","HP13 7PZ","198001","","E99999999","E99999999","E99999999","",'
    '"","0","489000","0192000","9",99.999999,0.0\r\n'
)
NSPL_2026 = (
    "pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,gridind,oa21cd,cty25cd,ced25cd,"
    "lad26cd,lat,long\n"
    "HP137PR,HP13 7PR,HP13 7PR,198001,,0,489255,192643,1,E00,E99999999,E99999999,E06000060,51,-1\n"
    "OX1 1BX,OX1  1BX,OX1 1BX,198001,201006,0,451200,206100,1,E00,E10000025,E58,E07000178,51,-1\n"
    "HP137PY,HP13 7PY,HP13 7PY,198001,,0,489000,192000,1,E00,E99,E99,E06000060,99.999999,0\n"
)
CODE_POINT = (
    '"HP13 7PR",10,489255,192643,"E92000001","E19000003","E18000010","","E06000060","E05013120"\n'
    '"OX1 1BX",10,451200,206100,"E92000001","E19","E18","E10000025","E07000178","E05"\n'
    '"HP137PZ",90,0,0,"E92000001","E19","E18","","E06000060","E05"\n'
)
WYCOMBE = Location("HP13 7PR", 489255, 192643, BUCKINGHAMSHIRE, Precision.POSTCODE)
OXFORD = Location("OX1 1BX", 451200, 206100, "E10000025", Precision.POSTCODE)


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def pack(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in members.items():
            packed.writestr(name, text)
    return path


@pytest.mark.parametrize("text", [ONSPD_2024, NSPL_2026, CODE_POINT], ids=["ONSPD", "NSPL", "CPO"])
def test_reads_every_edition(tmp_path: Path, text: str) -> None:
    own = Postcodes.from_file(write(tmp_path / "own.csv", text))
    assert own.source == "own.csv"
    assert own.find("hp137pr") == WYCOMBE
    assert own.find("OX1 1BX") == OXFORD  # ended in 2010 where the file says so
    assert own.find("SW1A 1AA") == unknown_location("SW1A 1AA")
    buckinghamshire = own.in_authority(BUCKINGHAMSHIRE)
    assert buckinghamshire.postcodes == ("HP13 7PR",)
    assert own.in_authority("E10000025").eastings.tolist() == [451200]


def test_onspd_marks_what_has_no_reference(tmp_path: Path) -> None:
    own = Postcodes.from_file(write(tmp_path / "own.csv", ONSPD_2024))
    assert own.find("BT1 1AA") == Location("BT1 1AA", None, None, "N09000003", Precision.POSTCODE)
    assert own.find("GY1 1AA") == Location("GY1 1AA", None, None, "L99999999", Precision.POSTCODE)
    # No reference and no authority: the middle of the outcode, which is its one neighbour.
    assert own.find("HP13 7PZ") == Location(
        "HP13 7PZ", 489255, 192643, BUCKINGHAMSHIRE, Precision.OUTCODE
    )


@pytest.mark.parametrize(("text", "postcode"), [(NSPL_2026, "HP13 7PY"), (CODE_POINT, "HP13 7PZ")])
def test_latitude_99_and_quality_90_mean_no_reference(
    tmp_path: Path, text: str, postcode: str
) -> None:
    own = Postcodes.from_file(write(tmp_path / "own.csv", text))
    location = own.find(postcode)
    assert not location.known
    assert location.authority == BUCKINGHAMSHIRE


def test_reads_windows_text_and_byte_order_mark(tmp_path: Path) -> None:
    welsh = NSPL_2026.replace(",oa21cd,", ",ward name,").replace(",E00,", ",Cefn M\u00f4n,")
    assert (
        Postcodes.from_file(write(tmp_path / "windows.csv", welsh, "cp1252")).find("HP13 7PR")
        == WYCOMBE
    )
    assert (
        Postcodes.from_file(write(tmp_path / "mark.csv", NSPL_2026, "utf-8-sig")).find("HP13 7PR")
        == WYCOMBE
    )


def test_reads_the_onspd_zip_once(tmp_path: Path) -> None:
    altered = ONSPD_2024.replace("489255", "1")
    path = pack(
        tmp_path / "ONSPD_FEB_2024.zip",
        {
            "Data/ONSPD_FEB_2024_UK.csv": ONSPD_2024,
            "Data/multi_csv/ONSPD_FEB_2024_UK_HP.csv": altered,
            "Documents/LA_UA names and codes UK.csv": "LAD24CD,LAD24NM\nE06000060,Bucks\n",
            "User Guide/guide.pdf": "not a table",
        },
    )
    assert Postcodes.from_file(path).find("HP13 7PR") == WYCOMBE


def test_reads_a_zip_that_holds_only_the_areas(tmp_path: Path) -> None:
    north, south = NSPL_2026.splitlines()[1], NSPL_2026.splitlines()[2]
    header = NSPL_2026.splitlines()[0]
    path = pack(
        tmp_path / "NSPL.zip",
        {
            "Data/multi_csv/NSPL_HP.csv": f"{header}\n{north}\n",
            "Data/multi_csv/NSPL_OX.csv": f"{header}\n{south}\n",
        },
    )
    own = Postcodes.from_file(path)
    assert (own.find("HP13 7PR"), own.find("OX1 1BX")) == (WYCOMBE, OXFORD)


def test_reads_code_point_open_as_a_zip_and_as_a_folder(tmp_path: Path) -> None:
    hp, ox, _ = CODE_POINT.splitlines()
    members = {
        "Data/CSV/hp.csv": hp + "\n",
        "Data/CSV/ox.csv": ox + "\n",
        "Doc/Code-Point_Open_Column_Headers.csv": "PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC\n"
        "Postcode,Positional_quality_indicator,Eastings,Northings,Country_code,"
        "NHS_regional_HA_code,NHS_HA_code,Admin_county_code,Admin_district_code,Admin_ward_code\n",
    }
    packed = pack(tmp_path / "codepo_gb.zip", members)
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path / "codepo_gb")
    for path in (packed, tmp_path / "codepo_gb"):
        own = Postcodes.from_file(path)
        assert (own.find("HP13 7PR"), own.find("OX1 1BX")) == (WYCOMBE, OXFORD)


def test_code_point_open_with_its_header_pasted_in(tmp_path: Path) -> None:
    header = (
        "Postcode,Positional_quality_indicator,Eastings,Northings,Country_code,"
        "NHS_regional_HA_code,NHS_HA_code,Admin_county_code,Admin_district_code,Admin_ward_code\n"
    )
    own = Postcodes.from_file(write(tmp_path / "own.csv", header + CODE_POINT))
    assert own.find("HP13 7PR") == WYCOMBE


def test_first_of_two_rows_for_a_postcode_counts(tmp_path: Path) -> None:
    repeated = CODE_POINT + CODE_POINT.replace("489255", "400000")
    own = Postcodes.from_file(write(tmp_path / "own.csv", repeated))
    assert own.find("HP13 7PR") == WYCOMBE
    assert len(own.letter("H")) == 2


def test_a_directory_without_districts_knows_no_authority(tmp_path: Path) -> None:
    text = "postcode,easting,northing\nHP13 7PR,489255,192643\n\nHP13 7PX,0,0\n"
    own = Postcodes.from_file(write(tmp_path / "own.csv", text))
    assert own.find("HP13 7PR") == Location("HP13 7PR", 489255, 192643, None, Precision.POSTCODE)
    assert own.find("HP13 7PX").precision is Precision.OUTCODE


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not a postcode directory.*Found: nothing"),
        ("name,age\nSam,12\n", "is not a postcode directory.*Found: name, age"),
        ("%PDF-1.7\x00\x01binary", "is not a postcode directory"),
        (NSPL_2026.splitlines()[0], "holds no postcodes"),
        (
            "pcds,east1m,north1m\nHP13 7ZZZ,1,2\n",
            'own.csv, row 2, column pcds: "HP13 7ZZZ" is not a full postcode',
        ),
        ("pcds,east1m,north1m\nHP13,1,2\n", "is not a full postcode"),
        (
            "pcds,east1m,north1m\nHP13 7PR,abc,2\n",
            'row 2, column east1m: "abc 2" is not a number of metres',
        ),
        ("pcds,east1m,north1m\nHP13 7PR,inf,2\n", "is not a number of metres"),
        ("pcds,east1m,north1m\nHP13 7PR,nan,2\n", "is not a number of metres"),
        ("pcds,east1m,north1m\nHP13 7PR,-5,2\n", "is not a place on the National Grid"),
        ("pcds,east1m,north1m\nHP13 7PR,489255,9192643\n", "is not a place on the National Grid"),
        ("pcds,east1m,north1m\nHP13 7PR,1\n", "row 2, .* is not a whole row"),
        (CODE_POINT + '"HP13 7ZZZ",10,1,2,,,,,,\n', "row 4, column number 1"),
        ('pcds,east1m,north1m\n"' + "x" * 200_000, "cannot be read: field larger"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = write(tmp_path / "own.csv", text)
    with pytest.raises(DataError, match=sentence):
        Postcodes.from_file(path)


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no file"):
        Postcodes.from_file(tmp_path / "missing.csv")
    with pytest.raises(DataError, match="cannot be unpacked"):
        Postcodes.from_file(write(tmp_path / "text.zip", "not a zip"))
    with pytest.raises(DataError, match="is not a postcode directory"):
        Postcodes.from_file(pack(tmp_path / "empty.zip", {"readme.txt": "nothing"}))
    cut = pack(tmp_path / "cut.zip", {"a.csv": NSPL_2026 * 50})
    damaged = bytearray(cut.read_bytes())
    damaged[60:90] = bytes(30)
    cut.write_bytes(bytes(damaged))
    with pytest.raises(DataError, match="cannot be unpacked"):
        Postcodes.from_file(cut)


def test_a_zip_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory_file, "MOST_BYTES", 1_000)
    path = pack(tmp_path / "bomb.zip", {"a.csv": NSPL_2026 * 50})
    with pytest.raises(DataError, match="unpacks to more than 1,000 bytes"):
        Postcodes.from_file(path)


def test_own_file_is_read_once_until_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "own.csv", NSPL_2026)
    cache = tmp_path / "cache"
    assert Postcodes.from_file(path, cache_dir=cache).find("HP13 7PR") == WYCOMBE
    read = directory_file.read_directory_file

    def refuse(path: Path) -> None:
        raise AssertionError(f"read {path.name} again")

    monkeypatch.setattr(directory_file, "read_directory_file", refuse)
    again = Postcodes.from_file(path, cache_dir=cache)
    assert (again.find("HP13 7PR"), again.find("OX1 1BX")) == (WYCOMBE, OXFORD)
    assert again.in_authority(BUCKINGHAMSHIRE).postcodes == ("HP13 7PR",)

    monkeypatch.setattr(directory_file, "read_directory_file", read)
    write(path, NSPL_2026.replace("489255", "4892550")[:-1] + "\n")
    with pytest.raises(DataError, match="is not a place"):
        Postcodes.from_file(path, cache_dir=cache)
    write(path, NSPL_2026.replace("489255", "4892").replace("192643", "19264"))
    assert Postcodes.from_file(path, cache_dir=cache).find("HP13 7PR").easting == 4892
    for letter in cache.rglob("H.npy"):
        letter.unlink()
        letter.write_bytes(b"damaged")
    assert Postcodes.from_file(path, cache_dir=cache).find("HP13 7PR").easting == 4892


def test_own_folder_is_cached_and_a_cache_in_the_way_is_no_error(tmp_path: Path) -> None:
    folder = tmp_path / "codepo"
    folder.mkdir()
    write(folder / "hp.csv", CODE_POINT)
    in_the_way = write(tmp_path / "file", "not a folder")
    for cache in (tmp_path / "cache", tmp_path / "cache", in_the_way):
        assert Postcodes.from_file(folder, cache_dir=cache).find("HP13 7PR") == WYCOMBE
    with pytest.raises(DataError, match="There is no file"):
        Postcodes.from_file(tmp_path / "missing.csv", cache_dir=tmp_path / "cache")
