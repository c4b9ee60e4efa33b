"""Who acts: a person, another system or a job, with what they may do."""

from __future__ import annotations

from enum import StrEnum

from matcher.domain.record import AuthorityCode, Identifier, Record, SortedSet


class Role(StrEnum):
    """What somebody does in the placements service."""

    OFFICER = "officer"
    MANAGER = "manager"
    COMMISSIONER = "commissioner"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """The role as people write it."""
        return {"officer": "placement officer"}.get(self.value, self.value)


class ActorKind(StrEnum):
    """What sort of thing acts."""

    USER = "user"
    CLIENT = "client"
    JOB = "job"


class Permission(StrEnum):
    """One thing that somebody may do. Which state allows it is asked elsewhere."""

    READ_CHILDREN = "read_children"
    WRITE_CHILDREN = "write_children"
    READ_NAMES = "read_names"
    LOOK_UP_NAME = "look_up_name"
    WRITE_NAMES = "write_names"
    READ_HOMES = "read_homes"
    WRITE_HOMES = "write_homes"
    CONFIRM_VACANCIES = "confirm_vacancies"
    READ_AGREEMENTS = "read_agreements"
    WRITE_AGREEMENTS = "write_agreements"
    READ_BUDGETS = "read_budgets"
    WRITE_BUDGETS = "write_budgets"
    PLACE_HOLDS = "place_holds"
    LIFT_HOLDS = "lift_holds"
    GRANT_EXEMPTIONS = "grant_exemptions"
    WRITE_CONSORTIA = "write_consortia"
    READ_REFERRALS = "read_referrals"
    WRITE_REFERRALS = "write_referrals"
    SEARCH_HOMES = "search_homes"
    OPEN_ROUTES = "open_routes"
    REQUEST_OFFERS = "request_offers"
    CHOOSE_HOME = "choose_home"
    COMPLETE_TASKS = "complete_tasks"
    APPROVE_OUT_OF_AREA = "approve_out_of_area"
    APPROVE_FUNDING = "approve_funding"
    WRITE_PLACEMENTS = "write_placements"
    RECORD_ALLEGATIONS = "record_allegations"
    CORRECT_RECORDS = "correct_records"
    READ_TARGETS = "read_targets"
    WRITE_TARGETS = "write_targets"
    WAIVE_ORDERS = "waive_orders"
    RUN_ASSIGNMENTS = "run_assignments"
    RUN_SCENARIOS = "run_scenarios"
    READ_JOBS = "read_jobs"
    IMPORT_DATA = "import_data"
    EXPORT_DATA = "export_data"
    EXPORT_CHILD = "export_child"
    READ_AUDIT = "read_audit"
    MANAGE_RETENTION = "manage_retention"
    MANAGE_USERS = "manage_users"
    MANAGE_CLIENTS = "manage_clients"
    GRANT_NAMES = "grant_names"
    MANAGE_SETTINGS = "manage_settings"
    USE_SESSION = "use_session"

    @property
    def label(self) -> str:
        """The permission as people write it."""
        return _LABELS[self]


_LABELS = {
    Permission.READ_CHILDREN: "read children's records, by pseudonym",
    Permission.WRITE_CHILDREN: "write children's records",
    Permission.READ_NAMES: "read any child's name, address and free text",
    Permission.LOOK_UP_NAME: "look up the name of a child, where it is permitted",
    Permission.WRITE_NAMES: "write children's names and addresses",
    Permission.READ_HOMES: "read homes, providers, vacancies and who lives there",
    Permission.WRITE_HOMES: "write homes, providers and residents",
    Permission.CONFIRM_VACANCIES: "confirm vacancies",
    Permission.READ_AGREEMENTS: "read agreements and fees",
    Permission.WRITE_AGREEMENTS: "write agreements and fees",
    Permission.READ_BUDGETS: "read budgets",
    Permission.WRITE_BUDGETS: "write budgets",
    Permission.PLACE_HOLDS: "put a hold on a home or a provider",
    Permission.LIFT_HOLDS: "lift a hold",
    Permission.GRANT_EXEMPTIONS: "record exemptions",
    Permission.WRITE_CONSORTIA: "offer beds to a consortium",
    Permission.READ_REFERRALS: "read referrals, searches, offers and placements",
    Permission.WRITE_REFERRALS: "write and submit referrals",
    Permission.SEARCH_HOMES: "search and rank homes for a referral",
    Permission.OPEN_ROUTES: "open a dearer route to the search",
    Permission.REQUEST_OFFERS: "ask providers for offers and record what comes back",
    Permission.CHOOSE_HOME: "choose a home",
    Permission.COMPLETE_TASKS: "complete tasks",
    Permission.APPROVE_OUT_OF_AREA: "approve a placement out of the area",
    Permission.APPROVE_FUNDING: "approve funding",
    Permission.WRITE_PLACEMENTS: "start, change and end placements",
    Permission.RECORD_ALLEGATIONS: "record allegations and their outcome",
    Permission.CORRECT_RECORDS: "correct or reopen what was recorded by mistake",
    Permission.READ_TARGETS: "read targets, measures and reports",
    Permission.WRITE_TARGETS: "set targets",
    Permission.WAIVE_ORDERS: "waive standing orders",
    Permission.RUN_ASSIGNMENTS: "run batch assignments",
    Permission.RUN_SCENARIOS: "run what-if scenarios",
    Permission.READ_JOBS: "read jobs and their results",
    Permission.IMPORT_DATA: "import data",
    Permission.EXPORT_DATA: "export data and returns",
    Permission.EXPORT_CHILD: "export everything held about one child",
    Permission.READ_AUDIT: "read and verify the audit trail",
    Permission.MANAGE_RETENTION: "apply the retention schedule and legal holds",
    Permission.MANAGE_USERS: "manage users",
    Permission.MANAGE_CLIENTS: "manage other systems' access",
    Permission.GRANT_NAMES: "permit somebody to see names",
    Permission.MANAGE_SETTINGS: "change who approves what, and other settings",
    Permission.USE_SESSION: "see and end one's own session",
}


class Actor(Record):
    """Who acts, for which authority, and what they may do now.

    Parameters
    ----------
    authority
        ONS code of the council whose records they work with. Nothing else is seen.
    actor_id
        Pseudonymous identifier; never a name or an e-mail address.
    kind
        A person, another system or a job.
    roles
        What they do; empty for another system.
    permissions
        What they may do: of their roles, or the scopes of another system.
    see_names
        May read any child's name now: by role, or by a recorded permission in force.
    names_of
        The children whose names they may read by a recorded permission in force.
    session_id
        The session by which a person is signed in; None for others.
    """

    authority: AuthorityCode
    actor_id: Identifier
    kind: ActorKind = ActorKind.USER
    roles: SortedSet[Role] = frozenset()
    permissions: SortedSet[Permission] = frozenset()
    see_names: bool = False
    names_of: SortedSet[Identifier] = frozenset()
    session_id: Identifier | None = None

    def may(self, permission: Permission) -> bool:
        """Whether they hold a permission."""
        return permission in self.permissions

    def sees_name_of(self, child_id: str) -> bool:
        """Whether they may read a child's name now."""
        return self.see_names or child_id in self.names_of
