"""When a question or a section of a draft is shown: its conditions, added and removed one at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from grants.engine.conditions import loops
from grants.engine.kinds import KINDS
from grants.engine.schema import Field, FormSchema, Rule
from grants.forms.conditions import AboutForm, ConditionForm, MatchForm
from grants.models import FormVersion
from grants.queries.outline import rule_words
from grants.services import form_edits as edits
from grants.services.form_edits import Edit
from grants.views.form_editing import place_of, question_at
from grants.views.form_pages import FORM, crumbs_to, draft_view, edited, pressed, url_of
from scsc.programs.access import MemberRequest
from scsc.ui.forms import sent

# What changes a rule: from the rule that there is to the one that there will be.
Change = Callable[[Rule | None], Rule | None]


@dataclass(frozen=True)
class Target:
    """The question or section that is shown on conditions."""

    name: str
    key: str
    is_section: bool

    @property
    def part(self) -> str:
        return "section_conditions" if self.is_section else "field_conditions"

    def rule(self, schema: FormSchema) -> Rule | None:
        """Its rule. Raises DomainError when it is gone."""
        if self.is_section:
            return edits.section_of(schema, self.key).show_if
        return edits.field_of(schema, self.key)[1].show_if

    def changed(self, change: Change) -> Edit:
        """The edit that changes its rule."""
        put = edits.set_section_rule if self.is_section else edits.set_field_rule
        return lambda schema: put(schema, self.key, change(self.rule(schema)))


@require_http_methods(FORM)
@draft_view
def field_conditions(request: MemberRequest, version: FormVersion, field: str) -> HttpResponse:
    """When a question is shown."""
    _, found = question_at(version.schema, field)
    return _conditions(request, version, Target(found.label, field, is_section=False))


@require_http_methods(FORM)
@draft_view
def section_conditions(request: MemberRequest, version: FormVersion, section: str) -> HttpResponse:
    """When a section is shown."""
    found = place_of(version.schema, section)
    return _conditions(request, version, Target(found.title, section, is_section=True))


def _conditions(request: MemberRequest, version: FormVersion, target: Target) -> HttpResponse:
    """The conditions there are; a new one in two steps: about which question, then what must hold."""
    here, words = url_of(version, target.part, target.key), "conditions changed"
    if request.method == "POST" and ("remove" in request.POST or "match" in request.POST):
        change = _pressed(request)
        return pressed(request, version, edit=lambda: target.changed(change), words=words, back=here)
    schema = version.schema
    about = _about(schema, request.GET.get("about", ""))
    form = ConditionForm(*sent(request), field=about, initial=_seen(version)) if about else None
    if form is not None and form.is_valid():
        edit = target.changed(partial(edits.add_condition, condition=form.condition()))
        if answer := edited(request, version, form, edit=edit, words=words, back=here):
            return answer
    status = 422 if form is not None and form.is_bound else 200
    context = {"form": form, "about": about, **_context(version, target, about)}
    return render(request, "forms_builder/conditions.html", context, status=status)


def _context(version: FormVersion, target: Target, about: Field | None) -> dict[str, object]:
    """What the page shows beside the form of a new condition."""
    schema = version.schema
    rule = target.rule(schema)
    return {
        "version": version,
        "crumbs": crumbs_to(version),
        "target": target,
        "back": url_of(version),
        "conditions": rule_words(schema, rule),
        "match_form": MatchForm(initial={**_seen(version), "match": rule.match if rule else "all"}),
        "about_form": AboutForm(
            initial={"about": about.key if about else ""},
            schema=schema,
            without="" if target.is_section else target.key,
        ),
        "looped": any(target.key in loop for loop in loops(schema)),
    }


def _about(schema: FormSchema, key: str) -> Field | None:
    """The question that a new condition asks about; None while none is chosen."""
    if not key:
        return None
    found = schema.field(key)
    if found is None or found.kind not in KINDS or not KINDS[found.kind].operators:
        raise Http404(f"No condition can ask about {key}.")
    return found


def _pressed(request: MemberRequest) -> Change:
    """What the buttons ask for: one condition less, or all of them instead of any."""
    typed = request.POST.get("remove", "")
    if "remove" in request.POST:
        place = int(typed) if typed.isascii() and typed.isdigit() else -1
        return lambda rule: edits.remove_condition(rule, place)
    match = "any" if request.POST.get("match") == "any" else "all"
    return lambda rule: rule and Rule.model_validate({**dict(rule), "match": match})


def _seen(version: FormVersion) -> dict[str, int]:
    return {"revision": version.revision}
