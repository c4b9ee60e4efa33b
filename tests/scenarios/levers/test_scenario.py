"""Scenario files: what they say, what is refused and how, and the outlooks they make."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from matcher.errors import PolicyError, ScenarioError
from matcher.intake import write_world
from scenarios.changes import BlockStarts, HomeOpens
from scenarios.county import make_county
from scenarios.scenario import (
    TODAY,
    new_scenario_text,
    outlooks_of,
    parse_scenario,
    read_scenario,
)

small_county = cache(make_county)


@pytest.fixture(autouse=True)
def _make_each_county_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.scenario.make_county", small_county)


SMALL = "size = 1.0", "size = 0.1"


def small_text() -> str:
    text = new_scenario_text()
    assert SMALL[0] in text
    return text.replace(*SMALL)


def test_the_new_scenario_reads_as_the_three_of_the_strategies() -> None:
    scenario = parse_scenario(new_scenario_text())
    assert [variant.name for variant in scenario.variants] == [
        "A four-bed home in the south",
        "Twenty more carers",
        "Six block beds",
    ]
    home, carers, beds = (variant.levers[0] for variant in scenario.variants)
    assert (home.kind, home.beds, home.near) == ("open_childrens_home", 4, "south")  # type: ignore[attr-defined]
    assert (carers.kind, carers.households) == ("recruit_carers", 20)  # type: ignore[attr-defined]
    assert (beds.kind, beds.beds) == ("block_beds", 6)  # type: ignore[attr-defined]
    assert (scenario.start, scenario.years, scenario.size) == (date(2025, 4, 1), 5, 1.0)
    assert scenario.levers == ()


def test_the_new_scenario_still_reads_with_its_notes_made_lines() -> None:
    kept = []
    for line in small_text().splitlines():
        bare = line.removeprefix("# ")
        optional = re.match(r'# (\[\[|[\w."]+ = )', line)
        kept.append(bare if optional and not bare.startswith(("world", "returns")) else line)
    scenario = parse_scenario("\n".join(kept))
    assert [lever.kind for lever in scenario.levers] == ["inflation"]
    assert [lever.kind for lever in scenario.variants[2].levers] == [
        "block_beds",
        "open_childrens_home",
    ]
    assert scenario.assumptions == {
        "staying_put.share": 0.55,
        "cost.unplaced_weekly_pence": 900_000.0,
    }
    assert scenario.until == {"near_home_rate": 0.5, "yearly_cost": 100_000.0}


def test_outlooks_have_today_first_and_share_what_is_decided() -> None:
    text = small_text().replace(
        "# [[base.lever]]\n# kind = \"inflation\"\n# percent_a_year = 3.0",
        "[[base.lever]]\nkind = \"inflation\"\npercent_a_year = 3.0",
    ).replace('# "staying_put.share" = 0.55', "staying_put.share = 0.55")  # fmt: skip
    outlooks = outlooks_of(parse_scenario(text))
    assert list(outlooks) == [
        TODAY,
        "A four-bed home in the south",
        "Twenty more carers",
        "Six block beds",
    ]
    today = outlooks[TODAY]
    assert len(today.changes) == 1
    assert all(set(today.changes) <= set(each.changes) for each in outlooks.values())
    assert all(each.world is today.world for each in outlooks.values())
    assert all(each.assumptions.value("staying_put.share") == 0.55 for each in outlooks.values())
    opened = [c for c in outlooks["Twenty more carers"].changes if isinstance(c, HomeOpens)]
    assert len(opened) == 20
    assert sum(c.home.terms == opened[0].home.terms for c in opened) == 10
    blocks = [c for c in outlooks["Six block beds"].changes if isinstance(c, BlockStarts)]
    assert [block.agreement.block_beds for block in blocks] == [6]


def test_a_lever_without_a_date_holds_from_the_first_day_of_the_scenario() -> None:
    text = (
        'name = "x"\nsize = 0.1\nstart = 2026-04-01\n[[variant]]\nname = "a"\n[[variant.lever]]\n'
        'kind = "open_childrens_home"\nnear = "south"\nbeds = 4\nweekly_running_pounds = 1\n'
    )
    (change,) = outlooks_of(parse_scenario(text))["a"].changes
    assert change.starts == date(2026, 4, 1)


def test_a_file_is_read_with_its_own_data_and_policy_beside_it(tmp_path: Path) -> None:
    write_world(small_county(size=0.1), tmp_path / "data")
    policy = Path("matcher/policies/balanced.toml").read_text(encoding="utf-8")
    (tmp_path / "ours.toml").write_text(policy.replace('name = "balanced"', 'name = "ours"'),
                                        encoding="utf-8")  # fmt: skip
    file = tmp_path / "scenario.toml"
    file.write_text(
        'name = "x"\nworld = "data"\npolicy = "ours.toml"\n[[variant]]\nname = "a"\n'
        '[[variant.lever]]\nkind = "inflation"\npercent_a_year = 2\n',
        encoding="utf-8",
    )
    scenario = read_scenario(file)
    assert scenario.first_day == date(2025, 4, 1)
    outlooks = outlooks_of(scenario)
    assert outlooks[TODAY].policy.name == "ours"
    assert outlooks[TODAY].world.data_hash == small_county(size=0.1).data_hash


HEAD = 'name = "x"\nsize = 0.1\n'
VARIANT = '[[variant]]\nname = "a"\n[[variant.lever]]\n'
FINE = VARIANT + 'kind = "inflation"\npercent_a_year = 2\n'

FAULTS = [
    # the text, the line, and the beginning of what is said
    ("name = south", 1, "this is not TOML: write text in quotes"),
    ('name = "x"\nstart = 2025-02-30', 2, "this is not TOML: there is no such day"),
    ('name = "x"\nname = "y"', 2, "this is not TOML: this key stands here twice"),
    ('name = "x', 1, "this is not TOML: "),
    ("size = 1.0\n" + FINE, 1, "a scenario needs 'name'"),
    (HEAD + "yeers = 3\n" + FINE, 3, "'yeers' is not a key of a scenario. Did you mean 'years'?"),
    (HEAD + "years = 40\n" + FINE, 3, "a scenario: years = 40 is out of range. Give 1 to 20"),
    (HEAD + 'start = "soon"\n' + FINE, 3, 'a scenario: start = "soon" is not a day. Write it'),
    (HEAD + "start = 2025-03-31\n" + FINE, 3, "the synthetic county is of 31 March 2025, so"),
    (HEAD + 'authority = "Bucks"\n' + FINE, 3, 'a scenario: authority = "Bucks" is not the ONS'),
    (HEAD + 'authority = "E08000035"\n' + FINE, 3, "Near Home comes with no figures for the"),
    (HEAD + 'policy = "practise"\n' + FINE, 3, "there is no policy 'practise'. Did you mean 'prac"),
    (HEAD + 'policy = "none.toml"\n' + FINE, 3, "There is no file none.toml. Give the path of"),
    (HEAD + 'world = "."\n' + FINE, 2, "'size' is of the synthetic county, and 'world' names"),
    ('name = "x"\nworld = "nowhere"\n' + FINE, 2, "there is nothing at nowhere. Correct the path"),
    (HEAD + 'returns = "nowhere"\n' + FINE, 3, "there is nothing at nowhere. Correct the path"),
    (HEAD, 1, "there is no variant to compare with today. Write [[variant]]"),
    (HEAD + '[[variant]]\nname = "a"\n', 3, "this variant changes nothing. Write [[variant.lever"),
    (HEAD + '[variant]\nname = "a"\n', 3, "there is no variant to compare with today. Write"),
    (HEAD + FINE.replace('"a"', '"Today"'), 4, '"Today" is what the base is called. Choose'),
    (HEAD + FINE.replace('"a"', '""'), 4, "give the variant a name of at most 60"),
    (HEAD + FINE + FINE.replace('"a"', '"A"'), 9, 'two variants are called "A". Rename one'),
    (HEAD + FINE.replace("name", "nmae"), 4, "'nmae' is not a key of [[variant]]. Did you mean"),
    (HEAD + "[[base]]\nx = 1\n" + FINE, 3, "write [[base.lever]] above each lever of the base"),
    (HEAD + "[base]\nx = 1\n" + FINE, 4, "'x' is not a key of [base]. Its keys are lever."),
    (HEAD + VARIANT.replace("[[variant.lever]]", "[variant.lever]") + 'kind = "x"', 5,
     "write [[variant.lever]], with two brackets"),
    (HEAD + VARIANT + "beds = 3\n", 5, "this lever has no 'kind'. 'nearhome scenario levers'"),
    (HEAD + VARIANT + 'kind = "block_bed"\n', 6,
     "there is no lever of the kind 'block_bed'. Did you mean 'block_beds'?"),
    (HEAD + VARIANT + "kind = 3\n", 6, "there is no lever of the kind 3."),
    (HEAD + VARIANT + 'kind = "inflation"\n', 5, "inflation needs 'percent_a_year' (per cent a"),
    (HEAD + VARIANT + 'kind = "inflation"\npercent_a_yaer = 3\npercent_a_year = 3\n', 7,
     "'percent_a_yaer' is not a key of inflation. Did you mean 'percent_a_year'?"),
    (HEAD + VARIANT + 'kind = "inflation"\npercent_a_year = "three"\n', 7,
     'inflation: percent_a_year = "three" is not a number. Give one, -10 to 50 per cent a year.'),
    (HEAD + VARIANT + 'kind = "inflation"\npercent_a_year = true\n', 7,
     "inflation: percent_a_year is not a matter of true or false."),
    (HEAD + VARIANT + 'kind = "recruit_carers"\nhouseholds = 2.5\n', 7,
     "recruit_carers: households = 2.5 is not a whole number. Give one, 1 to 500 homes."),
    (HEAD + VARIANT + 'kind = "recruit_carers"\nhouseholds = 2\nprofiles = "any"\n', 8,
     'recruit_carers: profiles = "any" is not a list. Write it in brackets, as in profiles = '),
    (HEAD + VARIANT + 'kind = "recruit_carers"\nhouseholds = 2\nprofiles = ["over_ten"]\n', 8,
     'recruit_carers: profiles: "over_ten" is not possible. Did you mean \'over_tens\'?'),
    (HEAD + VARIANT + 'kind = "recruit_carers"\nhouseholds = 2\narea = 7\n', 8,
     'recruit_carers: area = 7 is not text. Write it in quotes, as in area = "..."'),
    (HEAD + VARIANT + 'kind = "change_fees"\npercent = 2\nnew_only = "maybe"\n', 8,
     'change_fees: new_only = "maybe" is neither true nor false.'),
    (HEAD + VARIANT + 'kind = "inflation"\npercent_a_year = 2\nstarts = 2025-01-01\n', 8,
     "inflation starts on 1 January 2025, before the scenario does on 1 April 2025. Write a day"),
    (HEAD + "years = 1\n" + VARIANT + 'kind = "inflation"\npercent_a_year = 2\n'
     "starts = 2027-01-01\n", 9, "inflation starts on 1 January 2027, after the scenario is over"),
    (HEAD + VARIANT + 'kind = "inflation"\npercent_a_year = 2\nends = 2025-01-01\n', 8,
     "inflation ends on 1 January 2025, before the scenario starts on 1 April 2025."),
    (HEAD + VARIANT + 'kind = "inflation"\npercent_a_year = 2\nstarts = 2026-03-01\n'
     "ends = 2026-02-01\n", 5, "inflation: 'ends' (2026-02-01) is before 'starts' (2026-03-01)"),
    (HEAD + VARIANT + 'kind = "close_home"\nhome_id = "H-0001"\nends = 2026-02-01\n', 5,
     "close_home: close a home cannot be undone: remove 'ends'."),
    (HEAD + "[assumptions]\nstaying_put.share = 3\n" + FINE, 4,
     "The assumption staying_put.share cannot be 3"),
    (HEAD + '[assumptions]\n"staying_put.shar" = 0.5\n' + FINE, 4,
     "there is no assumption 'staying_put.shar'. Did you mean 'staying_put.share'?"),
    (HEAD + '[assumptions]\nstaying_put.share = "half"\n' + FINE, 4,
     "staying_put.share is a number (share of children who turn 18"),
    (HEAD + "until = 0.5\n" + FINE, 3, "write until = { near_home_rate = 0.5 }: measures and"),
    (HEAD + "until = { near_home_rat = 0.5 }\n" + FINE, 3,
     "there is no measure 'near_home_rat' to narrow. Did you mean 'near_home_rate'?"),
    (HEAD + FINE + "[until]\nyearly_cost = 1\nnear_home_rate = true\n", 10,
     "the half-width asked of near_home_rate is a number, not True."),
    (HEAD + "until = { near_home_rate = 0 }\n" + FINE, 3,
     "the half-width asked of near_home_rate is 0; give one above 0, and finite."),
    (HEAD + "until = { near_home_rate = inf }\n" + FINE, 3,
     "the half-width asked of near_home_rate is inf; give one above 0, and finite."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "says"), FAULTS, ids=[each[2][:40] for each in FAULTS])
def test_every_fault_is_named_with_line_and_fix(text: str, line: int, says: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, origin="s.toml")
    assert caught.value.exit_code == 5
    assert [each for each in caught.value.faults if each.startswith(f"s.toml, line {line}: {says}")]
    if "world" not in text and "nmae" not in text:
        assert len(caught.value.faults) == 1


def levers(*written: str) -> str:
    """A scenario with one variant of these levers, from line 5 on."""
    head = HEAD + '[[variant]]\nname = "a"\n'
    return head + "".join(f"[[variant.lever]]\n{each}\n" for each in written)


CLOSE = 'kind = "close_home"\nhome_id = "H-0001"'
FAIL = 'kind = "provider_fails"\nprovider_id = "P-002"\nstarts = 2026-04-01'
OPEN = 'kind = "open_childrens_home"\nnear = "south"\nbeds = 4\nweekly_running_pounds = 1'

CONTRADICTIONS = [
    ((CLOSE, CLOSE), "the same close_home stands twice. Remove one"),
    ((CLOSE, CLOSE + "\nstarts = 2026-01-01"), "home H-0001 closes twice. Remove one"),
    ((FAIL, FAIL.replace("2026", "2027")), "provider P-002 fails twice"),
    ((OPEN, OPEN.replace("4", "5")), "two open_childrens_home with the same place and label"),
    ((CLOSE, 'kind = "hold_homes"\nhome_ids = ["H-0001"]'), "home H-0001 closes from the start on"),
    (
        (FAIL, 'kind = "negotiate_discount"\nprovider_ids = ["P-002"]\ndiscount_percent = 3'),
        "provider P-002 fails from 1 April 2026 on, and negotiate_discount counts on it after that",
    ),
    (
        ('kind = "change_policy"\npolicy = "balanced"', 'kind = "change_policy"\nspot_percent = 9'),
        "two change_policy hold at the same time and set the same. End the first",
    ),
    (
        ('kind = "set_budgets"\nweekly_pounds = 9', 'kind = "set_budgets"\nweekly_pounds = 8'),
        "two set_budgets hold at the same time",
    ),
    (
        (
            'kind = "cap_provider_share"\nshare_percent = 9',
            'kind = "cap_provider_share"\nshare_percent = 8',
        ),
        "two cap_provider_share hold at the same time",
    ),
]


@pytest.mark.parametrize(("written", "says"), CONTRADICTIONS, ids=[c[1] for c in CONTRADICTIONS])
@pytest.mark.parametrize("turned", [False, True])
def test_contradictions_are_named_with_both_lines(
    written: tuple[str, ...], says: str, turned: bool
) -> None:
    text = levers(*(reversed(written) if turned else written))
    second = [at for at, line in enumerate(text.splitlines(), 1) if line == "[[variant.lever]]"][1]
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, origin="s.toml")
    (sentence,) = caught.value.faults
    assert sentence.startswith(f"s.toml, line {second}: contradicts line 5: ")
    assert says.replace("from the start", "from") in sentence.replace("from the start", "from")


def test_the_base_contradicts_a_variant_too() -> None:
    text = HEAD + f"[[base.lever]]\n{CLOSE}\n" + VARIANT + CLOSE + "\nstarts = 2026-01-01"
    with pytest.raises(ScenarioError, match="line 8: contradicts line 3: home H-0001 closes twice"):
        parse_scenario(text)


@pytest.mark.parametrize(
    "written",
    [
        (FAIL, 'kind = "negotiate_discount"\nprovider_ids = ["P-002"]\ndiscount_percent = 3\n'
         "ends = 2026-03-31"),
        ('kind = "change_policy"\nspot_percent = 9',
         'kind = "change_policy"\nnear_home_points = 9'),
        ('kind = "change_policy"\npolicy = "balanced"\nends = 2026-03-31',
         'kind = "change_policy"\npolicy = "practice"\nstarts = 2026-04-01'),
        (OPEN, OPEN + '\nlabel = "second"'),
        ('kind = "inflation"\npercent_a_year = 2', 'kind = "inflation"\npercent_a_year = 3'),
    ],
)  # fmt: skip
def test_what_can_both_be_meant_is_not_refused(written: tuple[str, ...]) -> None:
    assert len(parse_scenario(levers(*written)).variants[0].levers) == 2


def test_every_fault_is_told_at_once_in_the_order_of_lines() -> None:
    text = levers('kind = "inflation"\npercent_a_year = 99', 'kind = "x"', CLOSE, CLOSE)
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text + "[nonsense]\n", origin="s.toml")
    lines = [int(each.split("line ")[1].split(":")[0]) for each in caught.value.faults]
    assert lines == sorted(lines)
    assert len(lines) == 4


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ('kind = "close_home"\nhome_id = "H-9999"', "close_home: There is no home 'H-9999'"),
        (OPEN.replace("south", "Atlantis"), 'open_childrens_home: "Atlantis" is not a place'),
        ('kind = "lose_carers"\nhouseholds = 99', "lose_carers: 99 homes asked for"),
    ],
)
def test_a_lever_that_does_not_suit_the_data_has_its_line(written: str, says: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        outlooks_of(parse_scenario(levers(written), origin="s.toml"))
    assert str(caught.value).startswith(f"s.toml, line 5: {says}")


def test_a_block_of_a_provider_that_has_failed_is_refused() -> None:
    world = small_county(size=0.1)
    home = next(h for h in world.homes.values() if h.setting.value == "childrens_home")
    text = levers(
        f'kind = "provider_fails"\nprovider_id = "{home.provider_id}"\nstarts = 2026-04-01',
        f'kind = "block_beds"\nbeds = 1\nweekly_pounds_a_bed = 9\nhome_ids = ["{home.home_id}"]',
    )
    with pytest.raises(ScenarioError, match=r"which fails on 1 April 2026\. End the block before"):
        outlooks_of(parse_scenario(text))


def test_a_start_before_the_councils_own_data_is_refused(tmp_path: Path) -> None:
    write_world(small_county(size=0.1), tmp_path / "data")
    text = 'name = "x"\nworld = "data"\nstart = 2024-01-01\n' + FINE
    scenario = parse_scenario(text, origin="s.toml", folder=tmp_path)
    with pytest.raises(ScenarioError, match=r"s.toml, line 3: the data is of 31 March 2025"):
        outlooks_of(scenario)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="'nearhome scenario new"):
        read_scenario(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match="cannot be read as a UTF-8 text file"):
        read_scenario(tmp_path / "binary.toml")


def test_a_policy_that_does_not_hold_together_is_told(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('name = "ours"\n', encoding="utf-8")
    text = HEAD + 'policy = "ours.toml"\n' + FINE
    with pytest.raises((ScenarioError, PolicyError), match="Field required"):
        parse_scenario(text, folder=tmp_path)
