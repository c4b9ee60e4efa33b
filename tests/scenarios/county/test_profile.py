from __future__ import annotations

import csv

import pytest

from matcher.errors import DataError, UsageError
from scenarios.county import profile_from_statistics, shipped_profile
from scenarios.county.profile import england
from scenarios.county.statistics import DFE, MARGINALS, OFSTED


def test_every_shipped_figure_has_a_source_and_a_year(profile):
    assert profile.children == 522
    for target in profile.targets:
        assert target.source
        assert target.year == 2025
    for name, assumption in profile.assumptions.items():
        assert assumption.source, name
        assert assumption.year, name
        assert assumption.unit, name


def test_published_marginals_of_children_add_up_to_all_of_them(profile):
    for marginal in MARGINALS[:-1]:
        assert sum(profile.counts(marginal, 522).values()) == 522, marginal


def test_suppressed_figures_share_what_the_published_ones_leave(profile):
    counts = profile.counts("Category of need", 522)
    assert counts["N3. Parental illness or disability"] + counts["N7. Low income"] == 3
    published = {t.category: t.number for t in profile.marginal("Category of need")}
    assert published["N7. Low income"] is None


def test_children_s_homes_are_those_registered_there_and_around(profile):
    own = [r for r in profile.registered if r.authority == profile.authority]
    assert sum(r.homes for r in own) == 15
    assert sum(r.homes * r.places for r in own if r.sector.value == "PR1") == 15
    assert len(profile.adjoining) == 9


def test_england_is_all_the_authorities_that_look_after_children():
    assert 150 <= len(england()) <= 153
    assert sum(area.children for area in england()) == pytest.approx(81_770, rel=0.01)


def test_an_authority_without_shipped_figures_is_told_what_to_do():
    with pytest.raises(UsageError, match="Download the statistics"):
        shipped_profile("E10000025")


def write(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)


@pytest.fixture
def download(tmp_path, profile):
    """The figures of the shipped profile, in the columns in which they are published."""
    header = ["time_period", "geographic_level", "region_name", "la_name", "new_la_code",
              "cla_group", "characteristic", "number", "percentage"]  # fmt: skip
    place = ["Local authority", "South East", "Buckinghamshire", "E06000060"]
    rows = [[2025, *place, "Age group", "Total", 522, 100]]
    for target in profile.targets:
        if target.marginal in MARGINALS:
            number = "c" if target.number is None else target.number
            rows.append([2025, *place, target.marginal, target.category, number, "z"])
    rows.append([2024, *place, "Age group", "Total", 520, 100])
    rows.append([2025, "Local authority", "South East", "Slough", "E06000039",
                 "Age group", "Total", 173, 100])  # fmt: skip
    write(tmp_path / "cla.csv", header, rows)
    other = ["URN", "Provision type", "Local authority", "Sector", "Places",
             "Short-break-only children's home", "Latest full inspection date",
             "Overall experiences and progress of children and young people"]  # fmt: skip
    write(
        tmp_path / "providers.csv",
        other,
        [
            [
                1,
                "Children's home",
                "Buckinghamshire",
                "Local Authority",
                5,
                "",
                "01/02/2023",
                "Good",
            ],
            [2, "Children's home", "Slough", "Local Authority", 4, "", "01/02/2023", "Good"],
            [3, "Independent Fostering Agency", "Slough", "Private", "", "", "", "Good"],
            [4, "Children's home", "Leeds", "Private", 4, "", "01/02/2023", "Outstanding"],
        ],
    )
    return tmp_path


def test_a_profile_is_read_from_the_user_s_own_download(download, profile):
    read = profile_from_statistics(download, "E06000060")
    assert read.children == 522
    assert read.name == "Buckinghamshire"
    assert read.year == 2025
    assert read.registered_year == 2023
    for marginal in MARGINALS:
        assert {t.category: t.number for t in read.marginal(marginal)} == {
            t.category: t.number for t in profile.marginal(marginal)
        }
    assert [(r.authority, r.sector.value, r.places) for r in read.registered] == [
        ("E06000039", "PR2", 4),
        ("E06000060", "PR1", 5),
    ]


def test_a_missing_publication_is_named(tmp_path):
    with pytest.raises(DataError, match="Children looked after in England"):
        profile_from_statistics(tmp_path, "E06000060")


def test_a_missing_list_of_providers_is_named(download):
    (download / "providers.csv").unlink()
    with pytest.raises(DataError, match="social care data in England"):
        profile_from_statistics(download, "E06000060")


def test_an_authority_that_is_not_in_the_publication_is_named(download):
    with pytest.raises(DataError, match="E99999999"):
        profile_from_statistics(download, "E99999999")


def test_the_publications_are_named_as_their_publishers_name_them():
    assert DFE.startswith("DfE")
    assert OFSTED.startswith("Ofsted")
