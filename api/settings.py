"""What an installation sets, from the environment; secrets also from files."""

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self, cast

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from matcher.errors import UsageError

PREFIX = "NEARHOME_"
FILE_SUFFIX = "_FILE"
DEMO_SECRET = "demonstration only: everybody can read this in the source code"
SHORTEST_SECRET = 32
"""Characters: 256 bits when written as ``openssl rand -hex 32`` writes them, and more."""


class LogFormat(StrEnum):
    """How a line of the log looks."""

    JSON = "json"
    CONSOLE = "console"


class LogLevel(StrEnum):
    """What is not worth a line."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class SecretFiles(PydanticBaseSettingsSource):
    """Reads secrets from the files that ``NEARHOME_<NAME>_FILE`` names, as containers do."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the content of the file for a secret; None for other settings."""
        variable = f"{PREFIX}{field_name.upper()}{FILE_SUFFIX}"
        named = os.environ.get(variable)
        if not named or SecretStr not in _types_in(field.annotation):
            return None, field_name, False
        try:
            return Path(named).read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as fault:
            reason = getattr(fault, "strerror", None) or "it is not text"
            raise UsageError(
                f"{variable} names {named}, which cannot be read ({reason}). "
                "Correct the path or its permissions."
            ) from fault

    def __call__(self) -> dict[str, Any]:
        """Return the secrets that are found."""
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in found.items() if value is not None}


def _types_in(annotation: Any) -> tuple[Any, ...]:
    return getattr(annotation, "__args__", None) or (annotation,)


class Settings(BaseSettings):
    """Everything that an installation can set.

    Each is read from the variable ``NEARHOME_`` and its name in capitals. A secret may
    instead be read from the file that ``NEARHOME_<NAME>_FILE`` names.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    demo: bool = Field(
        False,
        description="Demonstration: loads a synthetic county into an empty database, prints one "
        "sign-in for each role, and says on every answer that its data are synthetic. Never "
        "with real data.",
    )
    secret: SecretStr = Field(
        SecretStr(DEMO_SECRET),
        description="Seals the audit trail and signs sessions; 32 characters or more, such as "
        "`openssl rand -hex 32` prints. All processes of an installation share it, and it is "
        "kept as long as the audit trail. Needed outside demonstrations.",
    )
    database_url: SecretStr = Field(
        default_factory=lambda: SecretStr(f"sqlite:///{default_data_dir() / 'nearhome.sqlite'}"),
        description="Where records are stored: `sqlite:////path/to/file`, or "
        "`postgresql://user:password@host/name` (version 15 or later).",
    )
    data_dir: Path = Field(
        default_factory=lambda: default_data_dir(),
        description="Folder of the database where none is named.",
    )
    host: str = Field("127.0.0.1", description="Address to listen at.")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(
        8000, description="Port to listen at. `PORT` is heard too, where this is not set."
    )
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^/]+$",
        description="Address at which browsers reach the service, such as "
        "`https://nearhome.example.gov.uk`. With `https`, cookies are secure and browsers are "
        "told to stay with it. Needed outside demonstrations where browsers are used.",
    )
    oidc: SecretStr | None = Field(
        None,
        description="The council's identity provider: a JSON object that gives, for each "
        "authority's ONS code, `issuer`, `client_id`, `client_secret` and `tenant`. Local "
        "accounts go on working beside it, unless `NEARHOME_LOCAL_ACCOUNTS` is off.",
    )
    local_accounts: bool = Field(
        True,
        description="Whether people may sign in by a local account, with a password. Off, "
        "everybody signs in by the identity provider.",
    )
    session_idle_minutes: Annotated[int, Field(ge=1, le=60)] = Field(
        15, description="A session ends when nothing was asked for so long."
    )
    session_hours: Annotated[int, Field(ge=1, le=12)] = Field(
        8, description="A session ends so long after signing in, whatever was asked."
    )
    sessions_each: Annotated[int, Field(ge=1, le=50)] = Field(
        5, description="Sessions that one person may have at once; the oldest ends."
    )
    sign_ins_per_minute: Annotated[int, Field(ge=1, le=10_000)] = Field(
        60,
        description="Attempts to sign in from one address in a minute, whichever process is "
        "asked. Whatever this is, a name is locked for a quarter of an hour after five failures.",
    )
    workers: Annotated[int, Field(ge=1, le=64)] = Field(
        1, description="Processes that answer requests. Each keeps the homes in memory."
    )
    job_workers: Annotated[int, Field(ge=0, le=16)] = Field(
        1,
        description="Processes started beside them for jobs (plans and scenarios). 0 where "
        "`nearhome worker` runs elsewhere.",
    )
    job_lease_seconds: Annotated[int, Field(ge=2, le=3600)] = Field(
        30,
        description="A job whose worker has not been heard of for so long is taken up by "
        "another. Hosts' clocks do not matter: the database's is asked.",
    )
    job_keep_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        365, description="Results of jobs are removed so many days after they ended."
    )
    job_assign_seconds: Annotated[int, Field(ge=1, le=86_400)] = Field(
        600, description="The longest that one plan for everybody may take."
    )
    policy: str = Field(
        "balanced", description="Policy of rankings and plans unless a request names another."
    )
    solving_per_minute: Annotated[int, Field(ge=1, le=100_000)] = Field(
        60,
        description="Rankings that one person or client may ask for in a minute, whichever process "
        "is asked; plans and scenarios count as ten.",
    )
    request_bytes: Annotated[int, Field(ge=1024)] = Field(
        20_000_000, description="The largest request that is read, uploads included."
    )
    request_threads: Annotated[int, Field(ge=1, le=200)] = Field(
        8,
        description="Requests that one process works on at once; others wait. Also the largest "
        "number of connections to the database.",
    )
    shutdown_seconds: Annotated[int, Field(ge=0, le=600)] = Field(
        20, description="How long requests in progress may take to end when the service stops."
    )
    log_level: LogLevel = Field(LogLevel.INFO, description="What is logged at least.")
    log_format: LogFormat = Field(
        LogFormat.JSON, description="`json`, a line an event; or `console`, for people."
    )
    trusted_proxies: str = Field(
        "127.0.0.1",
        description="Addresses of reverse proxies whose `X-Forwarded-*` headers are believed, "
        "separated by commas.",
    )

    @model_validator(mode="after")
    def _is_fit_for_real_data(self) -> Self:
        if self.demo:
            return self
        secret = self.secret.get_secret_value()
        if secret == DEMO_SECRET or len(secret) < SHORTEST_SECRET or len(set(secret)) < 8:
            raise ValueError(
                f"NEARHOME_SECRET (or the file that NEARHOME_SECRET_FILE names) must be set to "
                f"{SHORTEST_SECRET} characters or more that nobody can guess, such as "
                "'openssl rand -hex 32' prints. Only a demonstration (NEARHOME_DEMO=1) starts "
                "without."
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments first, then the environment, then files of secrets."""
        return init_settings, env_settings, SecretFiles(settings_cls)

    @property
    def secure(self) -> bool:
        """Whether browsers reach the service by HTTPS."""
        return self.public_url is not None and self.public_url.startswith("https:")

    @property
    def origin(self) -> str:
        """Scheme and host by which browsers reach the service."""
        return self.public_url or f"http://{self.host}:{self.port}"

    def environment(self) -> Mapping[str, str]:
        """Return the variables that make another process read the same settings."""
        shown = self.model_dump(mode="json")
        for name, field in type(self).model_fields.items():
            if SecretStr in _types_in(field.annotation) and shown[name] is not None:
                shown[name] = cast("SecretStr", getattr(self, name)).get_secret_value()
        return {
            f"{PREFIX}{name.upper()}": str(value)
            for name, value in shown.items()
            if value is not None
        }


def default_data_dir() -> Path:
    """Return the platform's folder for an application's data."""
    return user_data_path("nearhome", appauthor=False)


def read_settings(**given: Any) -> Settings:
    """Return the settings of this process's environment.

    Parameters
    ----------
    **given
        What takes precedence over the environment; None counts as not given.

    Raises
    ------
    UsageError
        If a setting is wrong: which, and what it may be. Never shows a value.
    """
    values = {name: value for name, value in given.items() if value is not None}
    port = os.environ.get("PORT")
    if port and "port" not in values and not os.environ.get(f"{PREFIX}PORT"):
        values["port"] = port
    try:
        return Settings(**values)
    except ValidationError as fault:
        sentences = []
        for error in fault.errors(include_input=False, include_url=False, include_context=False):
            name = PREFIX + str(error["loc"][0]).upper() if error["loc"] else ""
            said = error["msg"].removeprefix("Value error, ").rstrip(".")
            sentences.append(f"{name}: {said[0].lower()}{said[1:]}." if name else f"{said}.")
        raise UsageError("\n".join(sentences)) from None


def settings_page() -> str:
    """Return the page of the reference that lists every setting."""
    rows = []
    for name, field in Settings.model_fields.items():
        variable = f"`{PREFIX}{name.upper()}`"
        if SecretStr in _types_in(field.annotation):
            variable += f", `{PREFIX}{name.upper()}{FILE_SUFFIX}`"
        rows.append(f"| {variable} | {_default(name, field)} | {field.description} |")
    return (
        "# Settings of the service\n\n"
        "<!-- Generated from api/settings.py by docs/generate.py. -->\n\n"
        "The service reads its settings from the environment when it starts, and refuses to "
        "start, with a sentence that says why, where one is wrong. A variable whose name ends in "
        "`_FILE` names a file that holds the secret, as container platforms provide them.\n\n"
        "| variable | if not set | meaning |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n"
    )


def _default(name: str, field: FieldInfo) -> str:
    if name == "database_url":
        return "`nearhome.sqlite` in the data folder"
    if name == "data_dir":
        return "the platform's folder for data, such as `~/.local/share/nearhome`"
    if SecretStr in _types_in(field.annotation):
        return "none"
    if field.default is None:
        return "none"
    if isinstance(field.default, bool):
        return "`1`" if field.default else "`0`"
    return f"`{field.default}`"
