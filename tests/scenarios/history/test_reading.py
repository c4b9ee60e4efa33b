"""Files are known by their columns, years by their dates, and every row is accounted for."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.errors import DataError, UsageError
from scenarios.history.findings import Rule
from scenarios.history.history import read_history
from scenarios.history.sources import parse_day
from scenarios.history.tables import TableName, recognise
from tests.scenarios.history.returns import EPISODES, HEADER, a_return, episode, header, write


def counts(history):
    return {rule.code: count for rule, count in history.findings.counts.items()}


def test_tables_are_known_by_their_columns_whatever_their_order_and_case():
    assert recognise([each.lower() for each in reversed(EPISODES)]).name is TableName.EPISODES
    assert recognise(HEADER).name is TableName.HEADER
    assert recognise(["CHILD", "SEX", "DOB", "DUC"]).name is TableName.UASC
    assert recognise(["CHILD", "DOB", "IN_TOUCH", "ACTIV", "ACCOM"]).name is TableName.OC3
    assert recognise(["name", "colour"]) is None


@pytest.mark.parametrize(
    "text", ["01/04/2024", "2024-04-01", "2024-04-01 00:00:00", "2024-04-01T00:00:00", "1/4/2024"]
)
def test_dates_are_read_as_in_the_united_kingdom(text):
    assert parse_day(text) == date(2024, 4, 1)


@pytest.mark.parametrize("text", ["04/13/2024", "31/02/2024", "zz/04/2024", "01/04/24", "0"])
def test_what_is_no_date_is_none(text):
    assert parse_day(text) is None


def test_the_collection_year_comes_from_the_dates_and_not_from_any_name(tmp_path):
    a_return(
        tmp_path / "1999",
        [episode("A", "05/04/2020", "01/09/2020"), episode("B", "01/06/2019")],
    )
    history = read_history(tmp_path)
    assert history.years == (2021,)
    assert history.first_day == date(2020, 4, 1)
    assert history.last_day == date(2021, 3, 31)


def test_one_slip_of_a_date_does_not_move_the_year_and_is_told_of(tmp_path):
    rows = [episode(f"C{i}", "01/05/2020", "01/09/2020") for i in range(20)]
    a_return(tmp_path, [*rows, episode("X", "01/03/2021", "01/04/2021")])
    history = read_history(tmp_path)
    assert history.years == (2021,)
    [finding] = [each for each in history.findings.listed if each.rule is Rule.DATE_OUTSIDE_YEAR]
    assert (finding.file, finding.row) == ("a.csv", 22)


def test_a_flat_folder_of_several_years_is_sorted_by_dates_and_children(tmp_path):
    for year, child in ((2020, "A"), (2021, "B")):
        rows = [episode(child, f"05/05/{year - 1}", f"01/09/{year - 1}")]
        write(tmp_path / f"e{9999 - year}.csv", EPISODES, rows)
        write(tmp_path / f"h{9999 - year}.csv", HEADER, [header(child)])
    history = read_history(tmp_path)
    assert history.years == (2020, 2021)
    for each, child in zip(history.returns, "AB", strict=True):
        assert each.rows(TableName.HEADER)["CHILD"].tolist() == [child]
    assert "NO_HEADER" not in counts(history)


def test_an_extract_of_many_years_is_one_return(tmp_path):
    rows = [episode(f"C{y}", f"05/05/{y}", f"01/09/{y}") for y in range(2015, 2020)]
    history = read_history(a_return(tmp_path, rows))
    assert history.years == (2016, 2017, 2018, 2019, 2020)
    assert counts(history)["FILE_SEVERAL_YEARS"] == 1


def test_a_missing_year_between_others_is_told_of(tmp_path):
    for year in (2018, 2020):
        a_return(tmp_path / str(year), [episode("A", f"05/05/{year - 1}", f"01/09/{year - 1}")])
    history = read_history(tmp_path)
    assert history.years == (2018, 2020)
    assert counts(history)["YEAR_MISSING"] == 1


def test_a_year_that_is_not_over_ends_with_the_last_date_in_it(tmp_path):
    rows = [
        episode(f"C{i}", f"{1 + i % 28:02d}/{4 + i // 28:02d}/2020", f"{1 + i % 28:02d}/10/2020")
        for i in range(100)
    ]
    history = read_history(a_return(tmp_path, rows))
    assert history.last_day == date(2020, 10, 28)
    assert counts(history)["YEAR_PARTIAL"] == 1
    few = read_history(a_return(tmp_path / "few", rows[:3]).parent / "few")
    assert few.last_day == date(2021, 3, 31)


def test_odd_encodings_delimiters_and_empty_rows_are_read(tmp_path):
    text = ";".join(EPISODES) + "\n\n" + ";".join(episode("Zoë", "05/05/2020", "06/06/2020")) + "\n"
    (tmp_path / "e.csv").write_bytes(text.encode("cp1252"))
    bom = ",".join(HEADER) + "\r\n" + ",".join(header("Zoë")) + "\r\n"
    (tmp_path / "h.csv").write_bytes(b"\xef\xbb\xbf" + bom.encode("utf-8"))
    history = read_history(tmp_path)
    assert history.episodes["child"].tolist() == ["Zoë"]
    assert history.episodes["row"].tolist() == [3]
    assert "NO_HEADER" not in counts(history)


def test_files_that_cannot_be_used_are_named_and_the_rest_is_read(tmp_path):
    a_return(tmp_path, [episode("A", "05/05/2020")])
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "other.csv").write_text("name,colour\nx,y\n")
    (tmp_path / "near.csv").write_text(",".join(EPISODES).replace("DECOM", "START") + "\n1\n")
    (tmp_path / "not.csv").write_bytes(b"PK\x03\x04 a workbook")
    (tmp_path / "broken.xml").write_text("<ROOT><CHILD>")
    history = read_history(tmp_path)
    assert counts(history)["FILE_EMPTY"] == 1
    assert counts(history)["FILE_UNKNOWN"] == 2
    assert counts(history)["FILE_UNREADABLE"] == 2
    said = " ".join(each.sentence for each in history.findings.listed)
    assert "near.csv: the columns are those of no table of the return (nearest is Episodes" in said
    assert "of which DECOM is missing" in said


XML = """<?xml version="1.0"?>
<SSDA903>
 <CHILD>
  <HEADER>
   <CHILDID>A</CHILDID><SEX>1</SEX><DOB>2010-01-01</DOB><ETHNIC>WBRI</ETHNIC><DUC>2028-01-01</DUC>
   <AREVIEW><REVIEW>2020-06-01</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>
  </HEADER>
  <EPISODE><DECOM>2020-05-05</DECOM><RNE>S</RNE><LS>V2</LS><CIN>N1</CIN><PL>U6</PL>
   <PLACE_PROVIDER>PR1</PLACE_PROVIDER><DEC>2020-07-01</DEC><REC>X1</REC></EPISODE>
  <EPISODE><DECOM>2020-07-01</DECOM><RNE>P</RNE><LS>V2</LS><CIN>N1</CIN><PL>K2</PL>
   <PLACE_PROVIDER>PR4</PLACE_PROVIDER></EPISODE>
 </CHILD>
</SSDA903>
"""


def test_the_xml_form_says_what_the_csv_form_says(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "return.xml").write_text(XML)
    a_return(
        tmp_path / "c",
        [
            episode("A", "05/05/2020", "01/07/2020", rec="X1"),
            episode("A", "01/07/2020", rne="P", place="K2", provider="PR4"),
        ],
    )
    from_xml, from_csv = (read_history(tmp_path / each) for each in "xc")
    columns = ["child", "decom", "dec", "rne", "place", "provider", "rec", "placement"]
    assert from_xml.episodes[columns].equals(from_csv.episodes[columns])
    assert from_xml.children.equals(from_csv.children)
    assert from_xml.table(TableName.UASC)["CHILD"].tolist() == ["A"]
    assert from_xml.table(TableName.REVIEWS)["CHILD"].tolist() == ["A"]


def test_xml_that_declares_entities_is_refused(tmp_path):
    a_return(tmp_path, [episode("A", "05/05/2020")])
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x><CHILD><y>&a;</y></CHILD></x>'
    (tmp_path / "bomb.xml").write_text(bomb)
    assert counts(read_history(tmp_path))["FILE_UNREADABLE"] == 1


def test_nothing_to_read_says_what_to_do(tmp_path):
    with pytest.raises(UsageError, match="no folder"):
        read_history(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="no CSV or XML"):
        read_history(tmp_path)
    write(tmp_path / "h.csv", HEADER, [header("A")])
    with pytest.raises(DataError, match="no episodes"):
        read_history(tmp_path)
    write(tmp_path / "e.csv", EPISODES, [episode("", "05/05/2020"), episode("A", "never")])
    with pytest.raises(DataError, match=r"no (row|episodes)"):
        read_history(tmp_path)


def test_every_row_is_used_merged_or_set_aside(tmp_path):
    a_return(
        tmp_path / "one",
        [
            episode("A", "05/05/2019"),
            episode("", "05/05/2019"),
            episode("B", "soon"),
            episode("C", "05/05/2019", "04/05/2019"),
            episode("D", "05/05/2019", "06/05/2019"),
            episode("D", "05/05/2019", "06/05/2019"),
        ],
    )
    a_return(tmp_path / "two", [episode("A", "05/05/2019", "01/06/2020")])
    history = read_history(tmp_path)
    for (_, table), count in history.row_counts.items():
        assert count.rows == count.used + count.merged + count.set_aside, table
    one = history.row_counts["one/a.csv", "episodes"]
    assert (one.rows, one.used, one.merged, one.set_aside) == (6, 1, 2, 3)
    assert history.row_counts["two/a.csv", "episodes"].used == 1
    assert counts(history)["DATES_REVERSED"] == 1
    assert counts(history)["DECOM_MISSING"] == 1
    assert counts(history)["CHILD_EMPTY"] >= 1
    assert counts(history)["EPISODE_REPEATED"] == 1


def test_no_sentence_repeats_a_postcode_or_a_child(tmp_path):
    rows = [episode("SECRETCHILD", "05/05/2020", home="HP20 1UA", post="QQ99 9ZZ", place="XX")]
    history = read_history(a_return(tmp_path, rows))
    said = " ".join(each.sentence for each in history.findings.listed)
    assert "XX" in said
    assert "SECRET" not in said
    assert "QQ99" not in said
