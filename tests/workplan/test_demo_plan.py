"""The files of the invented work, and when it is loaded."""

import re
from datetime import date

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from pytest_django import Settings

from reporting.demo_plan import DemoPlan, read_demo_plan
from scsc.programs.clock import today
from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope
from workplan.models import Action, Deliverable, ProgressUpdate
from workplan.program_files import ProgramFileError

FOLDER = django_settings.BASE_DIR / "demo"
SLUGS = ["scsc", "cpf", "ipcpp"]

SERVICES = [f"workplan.services.{name}" for name in ("actions", "deliverables", "updates")]


def demo_plan(slug: str) -> DemoPlan:
    return read_demo_plan(f"{slug}.yaml", (FOLDER / "plan" / f"{slug}.yaml").read_text(encoding="utf-8"))


@pytest.mark.django_db
def test_demo_data_is_refused_outside_a_demonstration(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=true"):
        call_command("demo_data")
    assert not Program.objects.exists()


@pytest.mark.parametrize("slug", SLUGS)
def test_demo_plan_names_no_amount_of_money(slug: str) -> None:
    text = (FOLDER / "plan" / f"{slug}.yaml").read_text(encoding="utf-8").lower()
    assert not re.search(r"\$|\b(aud|dollars?|million|thousand)\b", text)


@pytest.mark.parametrize("slug", SLUGS)
def test_demo_plan_covers_every_action(slug: str) -> None:
    text = (FOLDER / "programs" / f"{slug}.yaml").read_text(encoding="utf-8")
    assert all(f"code: {code}," in text for code in demo_plan(slug).actions)
    assert len(demo_plan(slug).actions) == {"scsc": 24, "cpf": 4, "ipcpp": 5}[slug]


def test_broken_demo_plan_is_named_with_its_line() -> None:
    with pytest.raises(ProgramFileError, match=r"x\.yaml, line 2"):
        read_demo_plan("x.yaml", "actions:\n  WG-1: {owner: officer")


def test_work_after_today_is_left_out(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO = True
    for module in ("reporting.demo_plan", *SERVICES, "workplan.queries"):
        monkeypatch.setattr(f"{module}.today", lambda program: program.shown_as_at or date(2026, 1, 15))
    call_command("demo_data", verbosity=0)
    program = Program.objects.get(slug="ipcpp")
    with program_scope(program):
        assert {d.code for d in Deliverable.objects.filter(state="done")} == {"IND-1.1", "IND-2.1", "INT-1.1"}
        assert Action.objects.get(code="INT-2").state == "in_progress"
        assert ProgressUpdate.objects.count() == 1
    assert today(Program.objects.get(slug="cpf")) == date(2025, 5, 15)
