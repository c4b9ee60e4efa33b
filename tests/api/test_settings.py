"""Settings: from the environment and files, refused in sentences, never shown when secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.settings import DEMO_SECRET, Settings, read_settings, settings_page
from matcher.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "0123456789abcdef0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"NEARHOME_{name.upper()}", raising=False)
        monkeypatch.delenv(f"NEARHOME_{name.upper()}_FILE", raising=False)
    monkeypatch.delenv("PORT", raising=False)


@pytest.mark.parametrize("secret", [None, DEMO_SECRET, "short", "a" * 64])
def test_outside_a_demonstration_a_guessable_secret_is_refused(
    monkeypatch: pytest.MonkeyPatch, secret: str | None
) -> None:
    if secret is not None:
        monkeypatch.setenv("NEARHOME_SECRET", secret)
    with pytest.raises(UsageError, match="NEARHOME_SECRET") as refused:
        read_settings()
    assert secret is None or secret not in refused.value.sentence


def test_a_demonstration_needs_no_secret() -> None:
    assert read_settings(demo=True).secret.get_secret_value() == DEMO_SECRET


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(GOOD + "\n", encoding="utf-8")
    monkeypatch.setenv("NEARHOME_SECRET_FILE", str(tmp_path / "secret"))
    assert read_settings().secret.get_secret_value() == GOOD


def test_a_missing_file_of_a_secret_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEARHOME_SECRET_FILE", "/nowhere/secret")
    with pytest.raises(UsageError, match="NEARHOME_SECRET_FILE names /nowhere/secret"):
        read_settings()


def test_secrets_are_never_shown() -> None:
    settings = read_settings(secret=GOOD, database_url="postgresql://me:hunter2@db/near")
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert GOOD not in shown
        assert "hunter2" not in shown


def test_a_wrong_setting_is_named_and_its_value_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NEARHOME_PORT", "hunter2")
    with pytest.raises(UsageError, match=r"^NEARHOME_PORT: ") as refused:
        read_settings(demo=True)
    assert "hunter2" not in refused.value.sentence


def test_port_is_heard_where_ours_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9001")
    assert read_settings(demo=True).port == 9001
    monkeypatch.setenv("NEARHOME_PORT", "9002")
    assert read_settings(demo=True).port == 9002
    assert read_settings(demo=True, port=9003).port == 9003


def test_another_process_reads_the_same_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    first = read_settings(secret=GOOD, port=8123, public_url="https://near.example", workers=3)
    for name, value in first.environment().items():
        monkeypatch.setenv(name, value)
    assert read_settings() == first


def test_the_page_lists_every_setting_with_its_meaning() -> None:
    page = settings_page()
    for name, field in Settings.model_fields.items():
        assert f"`NEARHOME_{name.upper()}`" in page
        assert field.description
