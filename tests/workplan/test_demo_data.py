"""The demonstration data: whole, consistent with the plan, marked as invented, and loaded once."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from scsc.accounts.models import User
from scsc.audit.history import history_of
from scsc.audit.models import AuditEvent
from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope
from scsc.ui.contrast import TEXT_RATIO, contrast_on_page
from workplan.models import Action, Deliverable, Evidence, ProgramFile, ProgressUpdate
from workplan.permissions import can_report_on_action
from workplan.program_files import dump_program, load_program_file
from workplan.queries import Plan, load_plan, only_visible
from workplan.states import DeliverableState, Rag

FOLDER = django_settings.BASE_DIR / "demo"
SLUGS = ["scsc", "cpf", "ipcpp"]


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demonstration, loaded once for this file in a transaction that is rolled back at its end."""
    with django_db_blocker.unblock(), override_settings(DEMO=True), transaction.atomic():
        call_command("demo_data", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: None, db: None) -> None:
    """The demonstration; each test's own changes are undone after it."""


def plan_of(slug: str) -> Plan:
    """The plan; read inside the scope of its program."""
    return load_plan(Program.objects.get(slug=slug))


def test_three_programs_are_there_and_marked(demo: None) -> None:
    programs = {p.slug: p for p in Program.objects.all()}
    assert set(programs) == set(SLUGS)
    assert all(p.is_demonstration for p in programs.values())
    assert programs["scsc"].shown_as_at == date(2022, 8, 20)
    assert programs["cpf"].shown_as_at == date(2025, 5, 15)
    assert programs["ipcpp"].shown_as_at is None
    assert len({p.accent_light for p in programs.values()}) == 3
    for program in programs.values():
        assert contrast_on_page(program.accent_light, "light") >= TEXT_RATIO
        assert contrast_on_page(program.accent_dark, "dark") >= TEXT_RATIO


def test_scsc_statuses_are_mixed(demo: None) -> None:
    with program_scope(Program.objects.get(slug="scsc")):
        plan = plan_of("scsc")
        assert len(plan.lines) == 24
        assert Counter(line.computed.rag for line in plan.lines) == {
            Rag.COMPLETE: 9,
            Rag.GREEN: 4,
            Rag.AMBER: 2,
            Rag.RED: 1,
            Rag.GREY: 8,
        }
        assert sum(len(line.overdue) for line in plan.lines) == 3
        assert plan.current_year is not None
        assert (plan.current_year.ends_on - plan.on).days == 41


@pytest.mark.parametrize("slug", SLUGS)
def test_deliverables_are_due_inside_the_span_of_their_action(demo: None, slug: str) -> None:
    with program_scope(Program.objects.get(slug=slug)):
        plan = plan_of(slug)
        last = max(plan.years, key=lambda year: year.number)
        for line in plan.lines:
            assert line.deliverables
            past = line.action.last_year - last.number
            end = line.span.ends_on or last.ends_on.replace(year=last.ends_on.year + past)
            for deliverable in line.deliverables:
                assert line.span.starts_on is not None
                assert line.span.starts_on <= deliverable.due_on <= end
                assert deliverable.is_demonstration
                assert deliverable.done_on is None or deliverable.done_on <= plan.on


def test_scsc_actions_have_the_promised_number_of_deliverables(demo: None) -> None:
    with program_scope(Program.objects.get(slug="scsc")):
        for line in plan_of("scsc").lines:
            most, least = (5, 2) if line.action.first_year < 3 else (3, 1)
            assert least <= len(line.deliverables) <= most, line.action.code
            updates = ProgressUpdate.objects.filter(action=line.action)
            assert (1 <= len(updates) <= 3) == (line.action.first_year < 3)


@pytest.mark.parametrize("slug", SLUGS)
def test_done_means_evidence_at_an_invented_address(demo: None, slug: str) -> None:
    with program_scope(Program.objects.get(slug=slug)):
        done = Deliverable.objects.filter(state=DeliverableState.DONE)
        assert done.exists()
        assert all(d.evidence.count() == 1 for d in done.prefetch_related("evidence"))
        urls = list(Evidence.objects.values_list("url", flat=True))
        assert len(set(urls)) == len(urls)
        assert all(url.startswith("https://example.org/demonstration/") for url in urls)


def test_partner_personas_see_their_actions_only(demo: None) -> None:
    program = Program.objects.get(slug="scsc")
    with program_scope(program):
        for name, codes in {
            "ijm": ["DN-1", "DN-5", "DN-8"],
            "savethechildren": ["DN-2", "DN-6", "DN-9"],
        }.items():
            person = User.objects.get(email=f"{name}@scsc.example.org")
            assert [line.action.code for line in only_visible(person, plan_of("scsc"))] == codes
            assert can_report_on_action(person, Action.objects.get(code=codes[0]))


def test_history_reads_as_work_by_people(demo: None) -> None:
    with program_scope(Program.objects.get(slug="scsc")):
        action = Action.objects.get(code="WG-1")
        sentences = [entry.sentence for entry in history_of([action])]
        assert sentences == [
            "Tomas Achterberg (demonstration) completed WG-1",
            "Tomas Achterberg (demonstration) started WG-1",
            "Mara Lindqvist (demonstration) changed the owner of WG-1",
            "The system loaded WG-1",
        ]
        every = [*Action.objects.all(), *Deliverable.objects.all(), *ProgramFile.objects.all()]
        assert len(history_of([*every, *Evidence.objects.all()], limit=1000)) > 200


def test_running_again_changes_nothing(demo: None) -> None:
    before = {}
    for program in Program.objects.all():
        with program_scope(program):
            before[program.slug] = (AuditEvent.objects.count(), dump_program(program))
    call_command("demo_data", verbosity=0)
    for program in Program.objects.all():
        with program_scope(program):
            assert before[program.slug] == (AuditEvent.objects.count(), dump_program(program))


def test_running_again_leaves_a_program_file_that_people_loaded(demo: None) -> None:
    text = dump_program(Program.objects.get(slug="cpf")).replace("headline: Innovate", "headline: Invent")
    load_program_file(name="cpf.yaml", text=text, actor=None)
    call_command("demo_data", verbosity=0)
    program = Program.objects.get(slug="cpf")
    with program_scope(program):
        assert plan_of("cpf").ambitions[0].headline == "Invent"


@pytest.mark.parametrize("slug", SLUGS)
def test_published_file_stays_loadable_beside_the_demonstration(demo: None, slug: str) -> None:
    path = FOLDER / "programs" / f"{slug}.yaml"
    before = Program.objects.get(slug=slug)
    assert not load_program_file(name=path.name, text=path.read_bytes(), actor=None).changed_anything
    after = Program.objects.get(slug=slug)
    assert (after.accent_light, after.shown_as_at) == (before.accent_light, before.shown_as_at)
