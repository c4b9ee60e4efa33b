"""The rules that rows and files of a return are held to, and what is done about each."""

from __future__ import annotations

from enum import Enum, StrEnum


class Outcome(StrEnum):
    """What was done about a finding."""

    REFUSED = "file not read"
    SET_ASIDE = "row set aside"
    MERGED = "row merged with another"
    CORRECTED = "used, corrected"
    NOTED = "used as it stands"


class Rule(Enum):
    """A rule that rows and files are held to."""

    outcome: Outcome
    sentence: str
    advice: str

    FILE_UNREADABLE = (
        Outcome.REFUSED,
        "the file cannot be read",
        "Save it anew as CSV (UTF-8) or as the XML of the return.",
    )
    FILE_EMPTY = (
        Outcome.NOTED,
        "the file holds no rows",
        "Nothing to do if there is nothing to return in this table.",
    )
    FILE_UNKNOWN = (
        Outcome.REFUSED,
        "the columns are those of no table of the return",
        "Give the columns of the guide, or leave the file out.",
    )
    FILE_WITHOUT_YEAR = (
        Outcome.NOTED,
        "which collection year the table belongs to cannot be told from its rows",
        "Put it in a folder with the episodes of its year.",
    )
    FILE_SEVERAL_YEARS = (
        Outcome.NOTED,
        "the episodes span several collection years, so it is read as an extract",
        "Nothing to do; who is missing from a single year cannot be told from an extract.",
    )
    YEAR_TWICE = (
        Outcome.NOTED,
        "two files hold the episodes of one collection year",
        "Both are read; where they differ the later in order of names stands.",
    )
    YEAR_MISSING = (
        Outcome.NOTED,
        "there is no return for a collection year between others",
        "Add it: starts, leavers and moves of that year are known only in part.",
    )
    YEAR_PARTIAL = (
        Outcome.NOTED,
        "nothing happens in the last weeks of the newest year, so it is taken not to be over",
        "Nothing to do if the return was drawn before 31 March; the last day known is the last "
        "date in it.",
    )
    ROW_BROKEN = (Outcome.SET_ASIDE, "the row cannot be divided into cells", "Correct the row.")
    ROW_SHORT = (Outcome.NOTED, "the row has fewer cells than the header", "Check the row.")
    ROW_LONG = (Outcome.NOTED, "the row has more cells than the header", "Check the row.")
    CHILD_EMPTY = (Outcome.SET_ASIDE, "there is no child identifier", "Fill in CHILD.")
    DECOM_MISSING = (
        Outcome.SET_ASIDE,
        "the episode has no date on which it began, or one that is no date",
        "Fill in DECOM as DD/MM/YYYY.",
    )
    DATE_UNREADABLE = (
        Outcome.CORRECTED,
        "the text is no date and is taken as not given",
        "Write it as DD/MM/YYYY.",
    )
    DATES_REVERSED = (
        Outcome.SET_ASIDE,
        "the episode ends before it begins",
        "Correct DECOM or DEC.",
    )
    DATE_OUTSIDE_YEAR = (
        Outcome.NOTED,
        "a date lies outside the collection year of the file",
        "Check the date.",
    )
    BEFORE_BIRTH = (
        Outcome.NOTED,
        "the episode begins before the child was born",
        "Check DECOM and the date of birth.",
    )
    CODE_UNKNOWN = (
        Outcome.NOTED,
        "is not a code of this column",
        "Correct it; it counts as not known.",
    )
    CODE_OF_ANOTHER_YEAR = (
        Outcome.NOTED,
        "is a code that may not be returned for this collection year",
        "Check it; it is used as it stands.",
    )
    CODE_EMPTY = (
        Outcome.NOTED,
        "a code that every episode needs is not given",
        "Fill it in; it counts as not known.",
    )
    EPISODE_REPEATED = (
        Outcome.MERGED,
        "the same episode stands twice in one file",
        "Remove one of the two.",
    )
    EPISODE_CONTRADICTED = (
        Outcome.MERGED,
        "two rows of one file begin on the same day for one child and differ",
        "Keep the right one; the one that ends later was used.",
    )
    EPISODE_CONTINUED = (
        Outcome.MERGED,
        "the episode is returned again by a later year, as it should be while it is open",
        "Nothing to do.",
    )
    EPISODE_CHANGED = (
        Outcome.MERGED,
        "a later year returns the episode with other values",
        "Check which is right; the later return was used.",
    )
    END_CONTRADICTED = (
        Outcome.MERGED,
        "a later year returns the episode with another end",
        "Check which is right; the later return was used.",
    )
    EPISODES_OVERLAP = (
        Outcome.CORRECTED,
        "the episode ends after the child's next one begins",
        "Correct DEC; it was taken to end when the next began.",
    )
    OPEN_BEFORE_ANOTHER = (
        Outcome.CORRECTED,
        "the episode has no end, and another of the child begins after it",
        "Fill in DEC; it was taken to end when the next began.",
    )
    GAP_IN_CARE = (
        Outcome.CORRECTED,
        "the episode ended with X1, so care went on, but the next begins days later",
        "Add the episode between; the placement was taken to go on.",
    )
    START_WITHIN_CARE = (
        Outcome.NOTED,
        "the episode starts care (S) on the day on which another ended with X1",
        "Check RNE and REC; care was taken to go on.",
    )
    NO_START = (
        Outcome.NOTED,
        "the child's first episode known here does not start care (S), so when care began is "
        "not known",
        "Add earlier returns.",
    )
    BACK_WITHOUT_START = (
        Outcome.NOTED,
        "the child had left care and is back in an episode that does not start care (S)",
        "Check REC of the one before and RNE of this one.",
    )
    REASON_ON_OPEN = (
        Outcome.CORRECTED,
        "the episode has no end, but a reason for its end",
        "Empty REC and REASON_PLACE_CHANGE, or fill in DEC; the reason was not used.",
    )
    END_WITHOUT_REASON = (
        Outcome.NOTED,
        "the episode has an end, but no reason (REC)",
        "Fill in REC.",
    )
    OVER_18 = (
        Outcome.CORRECTED,
        "the episode goes on after the 18th birthday",
        "Fill in DEC; it was taken to end on the birthday.",
    )
    NOT_RETURNED = (
        Outcome.NOTED,
        "the episode was open, and the next year's return does not have the child",
        "Add the child to that return; care was taken to go on.",
    )
    LOST = (
        Outcome.CORRECTED,
        "the episode was open, and no return of the two years after or later has the child",
        "Fill in DEC; it was taken to end with the last year that returned the child, or in the "
        "middle of missing years after it.",
    )
    LATE = (
        Outcome.NOTED,
        "the episode began in an earlier year whose return does not have the child",
        "Add the child to that return.",
    )
    NO_HEADER = (
        Outcome.NOTED,
        "no header has the child, so age and sex are not known",
        "Add the child to the header.",
    )
    HEADER_REPEATED = (
        Outcome.MERGED,
        "the child stands twice in one header",
        "Remove one of the two.",
    )
    HEADER_AGAIN = (
        Outcome.MERGED,
        "the header of another year has the child too, as it should be",
        "Nothing to do.",
    )
    HEADER_CHANGED = (
        Outcome.MERGED,
        "the headers of two years differ in the child's sex or date of birth",
        "Check which is right; the later return was used.",
    )
    HEADER_ALONE = (
        Outcome.NOTED,
        "no episode has the child, which is right for care leavers",
        "Nothing to do if the child is in OC3.",
    )
    SHORT_BREAK_WITHIN_CARE = (
        Outcome.NOTED,
        "a short-break status (V3, V4) stands within a period of other care",
        "Check LS; the period counts as care throughout.",
    )
    SHORT_BREAK_LONG = (
        Outcome.NOTED,
        "a single short break (V3) lasts longer than 17 days",
        "Check LS and DEC: longer stays are care of their own.",
    )
    TEMPORARY_LONG = (
        Outcome.NOTED,
        "a temporary placement lasts longer than its code allows",
        "Check PLACE and DEC (T1 6 weeks, T3 3 weeks, T4 7 days).",
    )
    MOVE_WITHOUT_REASON_CODE = (
        Outcome.NOTED,
        "the placement changed in an episode that is said to change the legal status only (L)",
        "Check RNE; it was not counted as a move.",
    )
    PARENT_PROVIDER = (
        Outcome.NOTED,
        "the provider does not go with the placement (P1 goes with PR0 and only with it)",
        "Check PLACE and PLACE_PROVIDER.",
    )
    POSTCODE_UNKNOWN = (
        Outcome.NOTED,
        "the postcode is in no directory, so the distance is not known",
        "Correct it.",
    )
    DISTANCE_DIFFERS = (
        Outcome.NOTED,
        "the distance returned is not that between the two postcodes",
        "Check both postcodes; the distance was worked out anew.",
    )
    NO_EPISODES = (
        Outcome.NOTED,
        "the row is about a child whom no episode has",
        "Check the identifier.",
    )

    def __init__(self, outcome: Outcome, sentence: str, advice: str) -> None:
        self.outcome = outcome
        self.sentence = sentence
        self.advice = advice

    @property
    def code(self) -> str:
        """Its name, as the report and the reference give it."""
        return self.name
