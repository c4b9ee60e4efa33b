"""Every authority's World in this process, and the questions that the service asks of it.

Before each question the World takes in what has been committed since the last one, by
whatever process. A question asked within a unit of work that is locked is therefore answered
from exactly what that unit of work sees, but for its own changes.
"""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from api.records.bed_values import LearntBedValues
from api.records.council_policy import COUNCIL, CouncilPolicy
from api.storage.kinds import KINDS
from api.worlds.current import CurrentWorld
from api.worlds.following import BOOKED, SOURCES, Stored
from matcher.checking import check_proposal
from matcher.domain.child import Child
from matcher.domain.placement import Hold
from matcher.domain.places import postcodes_of
from matcher.engine import Engine
from matcher.geography.postcodes import Postcodes
from matcher.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from api.storage.database import Database
    from api.storage.reading import Reader
    from api.storage.work import Work
    from matcher.checking import Proposal
    from matcher.domain.record import Record
    from matcher.domain.world import World
    from matcher.explaining.explanation import Explanation
    from matcher.explaining.report import Exclusion, RankReport, RulesFailed
    from matcher.geography.location import Location
    from matcher.live.register import Known
    from matcher.lookahead.values import BedValues

_TYPES = {name: kind.type for name, kind in KINDS.items()}
_KINDS: tuple[type[Record], ...] = (*SOURCES, LearntBedValues)
MOST_CHANGES = 20_000
"""Further behind than this, a World is read anew."""


class Ranked(NamedTuple):
    """A ranking with what is kept beside it."""

    report: RankReport
    """Without excluded homes in words."""
    home_ids: tuple[str, ...]
    """Every home, in the order of the bits."""
    failed: RulesFailed
    """Which rules each home fails, as bits."""
    sequence: int
    """The authority's last change that the ranking knows of."""


class Worlds:
    """Every authority's World in this process.

    Parameters
    ----------
    database
        Where records are stored.
    policy
        What counts for how much, unless a question says otherwise.
    postcodes
        Where postcodes lie; the directory that comes with Near Home unless given.
    synthetic
        Whether the people are invented; then every answer says so.
    """

    def __init__(
        self,
        database: Database,
        *,
        policy: Policy | str = "balanced",
        postcodes: Postcodes | None = None,
        synthetic: bool = False,
    ) -> None:
        self._database = database
        self._policy = Policy.named(policy) if isinstance(policy, str) else policy
        self._postcodes = postcodes
        self._synthetic = synthetic
        self._lock = Lock()
        self._worlds: dict[str, CurrentWorld] = {}

    # Questions ----------------------------------------------------------------------------

    def rank(
        self,
        work: Work,
        referral_id: str,
        *,
        policy: Policy | str | None = None,
        top: int = 10,
        supposing: Sequence[Known] = (),
    ) -> Ranked:
        """Return the best homes for the children of a referral.

        Parameters
        ----------
        work
            Whose World, and on which day.
        referral_id
            A referral whose children wait.
        policy
            The council's own unless given.
        top
            At most this many options, 1 to 1,000.
        supposing
            Records of the World to be taken as otherwise for this question, such as a child
            with another wish.

        Raises
        ------
        NotFoundError
            If no such referral waits.
        PolicyError
            If there is no policy of that name.
        UsageError
            If ``top`` is out of range.
        """
        with self._asked(work) as current, current.supposing(*supposing):
            found = current.rank(self.which(policy, work), referral_id, top=top)
            return Ranked(
                report=found.report,
                home_ids=current.home_ids(),
                failed=found.failed,
                sequence=current.sequence,
            )

    def explain(
        self,
        work: Work,
        referral_id: str,
        home_id: str,
        *,
        policy: Policy | str | None = None,
    ) -> Explanation:
        """Return why a home is, or is not, offered for a referral.

        Raises
        ------
        NotFoundError
            If no such referral waits, or there is no such home.
        """
        with self._asked(work) as current:
            return current.engine(self.which(policy, work)).explain(referral_id, home_id)

    def exclusions(
        self,
        work: Work,
        referral_id: str,
        *,
        sequence: int,
        as_known_at: datetime,
        today: date,
        policy: Policy | str | None = None,
        after: int = 0,
        limit: int = 50,
    ) -> tuple[Exclusion, ...]:
        """Return some of the homes that a ranking excluded, in words, as things stood then.

        Parameters
        ----------
        work, referral_id, policy
            As for the ranking.
        sequence, as_known_at
            The last change that it knew of, and when it was made.
        today
            Its date.
        after, limit
            How many to pass over, and at most how many then: those that fail fewest rules
            come first.

        Raises
        ------
        NotFoundError
            If no such referral waited then.
        """
        with self._asked(work) as current:
            if current.changed_at <= sequence and today == work.today:
                engine = current.engine(self.which(policy, work))
                return engine.exclusions(referral_id, after=after, limit=limit)
        world = self.world_as_of(work, as_known_at, today=today)
        engine = Engine(world, self.which(policy, work.as_of(as_known_at)))
        return engine.exclusions(referral_id, after=after, limit=limit)

    def recheck(
        self,
        work: Work,
        home_of: Mapping[str, str],
        *,
        policy: Policy | str | None = None,
        without_bookings: Iterable[str] = (),
        supposing: Sequence[Known] = (),
    ) -> Proposal:
        """Return what the rules say now of a placement that people have chosen.

        The rules' plain judges are asked, without the arrays that rankings are made with.
        Ask it after :meth:`Work.lock`, and nothing can come between it and the commit.

        Parameters
        ----------
        work
            Whose World, and on which day.
        home_of
            The home of each child.
        policy
            The council's own unless given.
        without_bookings
            Bookings to leave out: the beds that are reserved for these children.
        supposing
            Records to be taken as otherwise, such as those that this unit of work changes.

        Raises
        ------
        NotFoundError
            If a child neither lives anywhere nor waits, or there is no such home.
        """
        reserved = [(Hold, f"{BOOKED}{each}") for each in without_bookings]
        with self._asked(work) as current, current.supposing(*supposing, without=reserved):
            return check_proposal(current.view, self.which(policy, work), home_of)

    def world(self, work: Work, *, also: Iterable[str] = ()) -> World:
        """Return the World of today as a value of its own, for work that takes longer.

        It holds pseudonyms only.

        Parameters
        ----------
        work
            Whose.
        also
            Children to have in it even if they neither live anywhere nor wait now, for looking
            back; one who is not stored any more is left out.

        Raises
        ------
        DataError
            If a record names another that is not there.
        """
        with self._asked(work) as current:
            world = current.frozen()
        left = sorted(set(also) - world.children.keys())
        gone = [held.record for each in left if (held := work.maybe(Child, each)) is not None]
        if not gone:
            return world
        postcodes = {postcode for child in gone for postcode in postcodes_of(child)}
        everybody = {**world.children, **{child.child_id: child for child in gone}}
        return world.replace(
            children=dict(sorted(everybody.items())),
            locations={**world.locations, **self.locate(sorted(postcodes))},
        )

    def world_as_of(self, work: Work, instant: datetime, *, today: date) -> World:
        """Return a World as it was known at a moment.

        Parameters
        ----------
        work
            Whose.
        instant
            When it was known.
        today
            The date of the World.
        """
        stored = _read(work.as_of(instant), today)
        return stored.world(authority=work.authority, locate=self.locate, synthetic=self._synthetic)

    def prepare(self, work: Work) -> None:
        """Read an authority's World, so that the first question does not wait for it.

        Parameters
        ----------
        work
            Whose.
        """
        with self._asked(work):
            return

    def forget(self, authority: str) -> None:
        """Read an authority's World anew when it is next asked for."""
        with self._lock:
            self._worlds.pop(authority, None)

    # Keeping up ---------------------------------------------------------------------------

    @contextmanager
    def _asked(self, work: Work) -> Iterator[CurrentWorld]:
        """Give the World as it is now to one thread."""
        current = self._worlds.get(work.authority)
        if current is None:
            with self._lock:
                current = self._worlds.get(work.authority)
                if current is None:
                    current = self._worlds[work.authority] = self._begin(work)
        with current.lock:
            upto, changes = self._database.changes(
                work.authority, after=current.sequence, kinds=_KINDS
            )
            if len(changes) > MOST_CHANGES:
                self.forget(work.authority)
                with self._asked(work) as anew:
                    yield anew
                return
            try:
                if upto != current.sequence:
                    current.follow(changes, upto=upto, kinds=_TYPES)
                current.set_today(work.today)
            except Exception:
                # Half of a change is worse than none: the next question reads it all anew.
                self.forget(work.authority)
                raise
            yield current

    def _begin(self, work: Work) -> CurrentWorld:
        sequence = work.sequence
        return CurrentWorld(
            work.authority,
            _read(work, work.today),
            sequence=sequence,
            policy=self._policy,
            values=self.bed_values(work),
            locate=self.locate,
            synthetic=self._synthetic,
        )

    def locate(self, postcodes: Iterable[str]) -> Mapping[str, Location]:
        """Return where postcodes lie, those that are known.

        Parameters
        ----------
        postcodes
            Of children, homes and schools.
        """
        if self._postcodes is None:
            self._postcodes = Postcodes.default()
        return self._postcodes.find_all(postcodes)

    def policy(self, reader: Reader) -> Policy:
        """Return what counts for how much in an authority: its own policy, where it has one.

        Parameters
        ----------
        reader
            Of the authority's records, now or as they were known.
        """
        held = reader.maybe(CouncilPolicy, COUNCIL)
        return self._policy if held is None else held.record.policy

    def bed_values(self, reader: Reader) -> BedValues | None:
        """Return what beds are worth in an authority; None where nothing was learnt.

        Parameters
        ----------
        reader
            Of the authority's records, now or as they were known.
        """
        held = reader.maybe(LearntBedValues, COUNCIL)
        return None if held is None else held.record.values

    def which(self, policy: Policy | str | None, reader: Reader) -> Policy:
        """Return a policy as it is asked for.

        Parameters
        ----------
        policy
            Itself, or the name of a shipped one; None for the council's own.
        reader
            Of the authority's records.

        Raises
        ------
        PolicyError
            If there is none of that name.
        """
        if isinstance(policy, Policy):
            return policy
        own = self.policy(reader)
        return own if policy is None or policy == own.name else Policy.named(policy)


def _read(reader: Reader, today: date) -> Stored:
    stored = Stored(today)
    for kind in SOURCES:
        for held in reader.find(kind):
            stored.put(held.record)
    return stored
