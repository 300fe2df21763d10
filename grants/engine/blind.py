"""What assessors of a blind review see of a submission: the frozen text with an overlay on it.

Who applies is hidden by itself: the organisation, who declared, answers of kinds that identify somebody,
files, and mail and web addresses in any text. Staff add to it, or show more, for each answer and file.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# Kinds of field that say who applies.
IDENTIFYING = frozenset({"abn", "address", "email", "phone", "url", "file", "policy"})
MARK = "▇▇▇"
HIDDEN_LINES = ["Hidden from assessors."]
ADDRESSES = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)\S+", re.IGNORECASE)

HIDE, PASSAGES, SHOW = "hide", "passages", "show"


@dataclass(frozen=True)
class Rule:
    """What becomes of one answer or file. `replacement` is a file as the content names files."""

    mode: str
    passages: tuple[str, ...] = ()
    replacement: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Overlay:
    """The rules of one application, by key of the field and by key of the document."""

    answers: Mapping[str, Rule]
    files: Mapping[str, Rule]


def blind(content: Mapping[str, Any], overlay: Overlay) -> dict[str, Any]:
    """The content as assessors see it. What is given stays as it is; the same overlay gives the same."""
    names = _names(content)
    sections = [
        {**section, "fields": [_field(field, overlay, names) for field in section.get("fields", [])]}
        for section in content.get("sections", [])
    ]
    shown = {
        str(file["key"]) for section in sections for field in section["fields"] for file in _files(field)
    }
    replaced = [rule.replacement for rule in overlay.files.values() if rule.replacement]
    files = [*content.get("files", []), *replaced]
    return {
        **content,
        "organisation": {},
        "title": _title(content, overlay, names),
        "declaration": {},
        "sections": sections,
        "files": [dict(file) for file in files if str(file["key"]) in shown],
        "is_blind": True,
    }


def is_hidden(field: Mapping[str, Any], rule: Rule | None) -> bool:
    """Whether nothing of an answer is shown, its files apart."""
    if rule is None:
        return field.get("kind") in IDENTIFYING
    return rule.mode == HIDE


def without(text: str, passages: Iterable[str]) -> str:
    """A text with a mark in place of these passages, whatever their case and the blanks in them."""
    wanted = sorted((words for passage in passages if (words := passage.split())), key=len, reverse=True)
    for words in wanted:
        pattern = r"\s+".join(re.escape(word) for word in words)
        before = r"(?<!\w)" if words[0][0].isalnum() else ""
        after = r"(?!\w)" if words[-1][-1].isalnum() else ""
        text = re.sub(f"{before}{pattern}{after}", MARK, text, flags=re.IGNORECASE)
    return text


def _names(content: Mapping[str, Any]) -> list[str]:
    """What names the applicant, to be hidden wherever it stands."""
    organisation, declared = content.get("organisation") or {}, content.get("declaration") or {}
    found = [organisation.get(key) for key in ("name", "legal_name", "trading_name", "abn", "acn")]
    return [name for name in [*found, declared.get("name")] if isinstance(name, str) and len(name) > 2]


def _title(content: Mapping[str, Any], overlay: Overlay, names: list[str]) -> str:
    """The title, as its own answer is shown where it is among the answers."""
    title = str(content.get("title") or "")
    for section in content.get("sections", []):
        for field in section.get("fields", []):
            if title and field.get("value") == title:
                rule = overlay.answers.get(field["key"])
                return "Title hidden" if is_hidden(field, rule) else _cleaner(rule, names)(title)
    return _cleaner(None, names)(title)


def _field(field: Mapping[str, Any], overlay: Overlay, names: list[str]) -> dict[str, Any]:
    rule = overlay.answers.get(field["key"])
    shown = field.get("shown") or {}
    files = _shown_files(_files(field), overlay, all_shown=rule is not None and rule.mode == SHOW)
    if is_hidden(field, rule):
        lines = [] if files else HIDDEN_LINES
        empty = {"lines": lines, "head": [], "rows": [], "total": "", "files": files}
        return {**field, "value": None, "shown": empty, "is_hidden": True}
    clean = _cleaner(rule, names)
    return {
        **field,
        "value": _deep(field.get("value"), clean),
        "shown": {**{name: _deep(part, clean) for name, part in shown.items()}, "files": files},
    }


def _cleaner(rule: Rule | None, names: list[str]) -> Callable[[str], str]:
    """What is done to each text of an answer; nothing to one that staff want shown."""
    if rule is not None and rule.mode == SHOW:
        return str
    passages = [*names, *(rule.passages if rule else ())]
    return lambda text: ADDRESSES.sub(MARK, without(text, passages))


def _deep(value: Any, clean: Callable[[str], str]) -> Any:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_deep(one, clean) for one in value]
    if isinstance(value, dict):
        return {key: _deep(one, clean) for key, one in value.items()}
    return value


def _files(field: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list((field.get("shown") or {}).get("files") or [])


def _shown_files(
    files: list[Mapping[str, Any]], overlay: Overlay, *, all_shown: bool
) -> list[dict[str, Any]]:
    """The files that are shown: those that staff want shown, and what stands in place of others."""
    found: list[dict[str, Any]] = []
    for file in files:
        rule = overlay.files.get(str(file["key"]))
        if rule is not None and rule.replacement:
            found.append(dict(rule.replacement))
        elif rule.mode == SHOW if rule is not None else all_shown:
            found.append(dict(file))
    return found
