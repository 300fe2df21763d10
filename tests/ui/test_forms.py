from typing import Any

import pytest
from django import forms
from django.forms.renderers import get_default_renderer
from django.template.loader import render_to_string

from scsc.ui.forms import ChoiceCards, Renderer
from tests.ui.markup import one, parse, words


class ReportForm(forms.Form):
    title = forms.CharField(max_length=60, help_text="A few words.")
    due = forms.DateField(required=False)
    story = forms.CharField(required=False, widget=forms.Textarea(attrs={"data-words": "200"}))
    status = forms.ChoiceField(
        choices=[("g", "On track"), ("r", "Off track")], widget=ChoiceCards(hints={"r": "Say what you need."})
    )
    checked = forms.BooleanField(label="Nobody can be identified")
    owner = forms.ChoiceField(choices=[("", "Nobody"), ("1", "Alex")], required=False)
    code = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        raise forms.ValidationError("The plan has changed meanwhile.")


@pytest.fixture
def broken() -> ReportForm:
    return ReportForm({"title": "", "due": "2022-09-30", "code": "DN-5"})


def _field(form: forms.Form, name: str) -> Any:
    return parse(str(form[name].as_field_group()))


def test_renderer_is_the_house_one() -> None:
    assert isinstance(get_default_renderer(), Renderer)


def test_field_label_hint_and_error_are_linked(broken: ReportForm) -> None:
    tree = _field(broken, "title")
    box = one(tree, "//input")
    assert one(tree, "//label").get("for") == box.get("id")
    described = box.get("aria-describedby").split()
    assert [words(one(tree, f"//*[@id='{name}']")) for name in described] == [
        "A few words.",
        "Error: This field is required.",
    ]
    assert box.get("aria-invalid") == "true"


def test_field_error_stands_before_the_control(broken: ReportForm) -> None:
    ids = [element.get("id") for element in _field(broken, "title").xpath("//*[@id]")]
    assert ids == ["id_title_helptext", "id_title_error", "id_title"]


def test_field_without_error_is_not_marked() -> None:
    tree = _field(ReportForm(), "title")
    assert one(tree, "//input").get("aria-invalid") is None
    assert not tree.xpath("//*[contains(@class, 'invalid') or contains(@class, 'error')]")


def test_optional_fields_say_so_and_required_ones_do_not() -> None:
    form = ReportForm()
    assert words(one(_field(form, "due"), "//label")) == "Due (optional)"
    assert words(one(_field(form, "title"), "//label")) == "Title"
    assert "(optional)" not in words(_field(form, "checked"))


def test_optional_is_left_out_of_filters() -> None:
    form = ReportForm()
    form.mark_optional = False  # type: ignore[attr-defined]
    assert words(one(_field(form, "due"), "//label")) == "Due"


def test_date_is_the_browsers_own_with_an_iso_value(broken: ReportForm) -> None:
    box = one(_field(broken, "due"), "//input")
    assert (box.get("type"), box.get("value")) == ("date", "2022-09-30")


def test_choices_are_a_group_with_its_error_and_hints(broken: ReportForm) -> None:
    tree = _field(broken, "status")
    group = one(tree, "//fieldset")
    assert words(one(group, ".//legend")) == "Status"
    assert one(tree, f"//*[@id='{group.get('aria-describedby')}']") is not None
    cards = group.xpath(".//label[@class='choice']")
    assert [words(one(card, "./span")) for card in cards] == ["On track", "Off track"]
    assert [words(hint) for hint in group.xpath(".//small")] == ["Say what you need."]
    assert all(len(card.xpath(".//input[@type='radio']")) == 1 for card in cards)


def test_checkbox_label_surrounds_its_box() -> None:
    label = one(_field(ReportForm(), "checked"), "//label")
    assert one(label, ".//input[@type='checkbox']") is not None
    assert words(label) == "Nobody can be identified"


def test_word_limit_is_said_without_script() -> None:
    tree = _field(ReportForm(), "story")
    assert words(one(tree, "//*[@data-count-for='id_story']")) == "Up to 200 words."
    assert one(tree, "//textarea").get("data-words") == "200"


@pytest.mark.parametrize(
    ("name", "size"), [("title", "medium"), ("due", "short"), ("story", ""), ("owner", "medium")]
)
def test_boxes_are_as_long_as_what_goes_in(name: str, size: str) -> None:
    classes = one(_field(ReportForm(), name), "//div[contains(@class, 'field')]").get("class").split()
    assert classes == ["field", size] if size else classes == ["field"]


def test_form_shows_its_own_errors_and_hidden_fields(broken: ReportForm) -> None:
    tree = parse(str(broken))
    assert words(one(tree, "//*[@id='form-errors']")) == "Error: The plan has changed meanwhile."
    assert one(tree, "//input[@type='hidden']").get("value") == "DN-5"


def test_error_summary_links_to_what_is_on_the_page(broken: ReportForm) -> None:
    page = parse(render_to_string("ui/error_summary.html", {"form": broken}) + str(broken))
    links = page.xpath("//div[@role='alert']//a")
    assert [words(link) for link in links] == [
        "The plan has changed meanwhile.",
        *["This field is required."] * 3,
    ]
    targets = [link.get("href").removeprefix("#") for link in links]
    assert targets == ["form-errors", "id_title", "id_status_0", "id_checked"]
    for target in targets:
        one(page, f"//*[@id='{target}']")


def test_error_summary_is_absent_without_errors() -> None:
    assert render_to_string("ui/error_summary.html", {"form": ReportForm()}).strip() == ""


def test_field_text_is_escaped() -> None:
    class Hostile(forms.Form):
        name = forms.CharField(label="<b>x</b>")

    assert "<b>" not in str(Hostile()["name"].as_field_group())
