"""Plans of who assesses what: never a conflict, never over the limit, even, the same for a seed."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grants.engine.assignment import Assessor, Fit, Item, Plan, Task, fitting_words, make_plan


@st.composite
def tasks(draw: st.DrawFn, *, plain: bool = False) -> Task:
    """Small tasks of every kind; plain ones have neither conflicts nor limits nor anything given out."""
    people = list(range(1, draw(st.integers(1, 6)) + 1))
    items = list(range(101, 101 + draw(st.integers(1, 8))))
    pairs = list(product(items, people))
    some = st.lists(st.sampled_from(pairs), unique=True, max_size=len(pairs))
    held = {} if plain else _held(draw(some))
    return Task(
        seed=draw(st.integers(0, 2**40)),
        each=draw(st.integers(1, 4)),
        most=None if plain else draw(st.none() | st.integers(1, 5)),
        assessors=[
            Assessor(key=p, name=f"P{p}", holds=sum(p in found for found in held.values())) for p in people
        ],
        applications=[Item(key=key, code=f"A{key}", held_by=held.get(key, [])) for key in items],
        excluded=[] if plain else draw(some),
        met=draw(some),
        fits=[Fit(application=a, assessor=p, words=["Schools"]) for a, p in draw(some)],
    )


def _held(pairs: list[tuple[int, int]]) -> dict[int, list[int]]:
    held: dict[int, list[int]] = {}
    for key, person in pairs[:4]:
        held.setdefault(key, []).append(person)
    return held


def loads(task: Task, plan: Plan) -> Counter[int]:
    counted = Counter({assessor.key: assessor.holds for assessor in task.assessors})
    counted.update(found.assessor for found in plan.given)
    return counted


def given_to(plan: Plan) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for one in plan.given:
        found.setdefault(one.application, set()).add(one.assessor)
    return found


@given(tasks())
@settings(max_examples=250, deadline=None)
def test_plan_keeps_every_rule(task: Task) -> None:
    plan = make_plan(task)
    pairs = [(found.application, found.assessor) for found in plan.given]
    assert len(pairs) == len(set(pairs))
    assert not set(pairs) & set(task.excluded)
    held = {(item.key, person) for item in task.applications for person in item.held_by}
    assert not set(pairs) & held
    starting = {assessor.key: assessor.holds for assessor in task.assessors}
    if task.most is not None:
        assert all(load <= max(task.most, starting[key]) for key, load in loads(task, plan).items())
    short, found = {one.application: one.missing for one in plan.short}, given_to(plan)
    for item in task.applications:
        wanted = max(task.each - len(item.held_by), 0)
        assert len(found.get(item.key, ())) + short.get(item.key, 0) == wanted


@given(tasks())
@settings(max_examples=100, deadline=None)
def test_same_task_gives_the_same_plan(task: Task) -> None:
    again = Task.model_validate_json(task.model_dump_json())
    turned = task.model_copy(update={"assessors": task.assessors[::-1], "met": task.met[::-1]})
    assert make_plan(task) == make_plan(again) == make_plan(turned)


@given(tasks(plain=True))
@settings(max_examples=150, deadline=None)
def test_without_conflicts_everybody_has_as_many_as_the_others_or_one_more(task: Task) -> None:
    counted = loads(task, make_plan(task))
    assert max(counted.values()) - min(counted.values()) <= 1


@given(tasks())
@settings(max_examples=250, deadline=None)
def test_nothing_can_be_handed_on_to_make_it_more_even(task: Task) -> None:
    plan = make_plan(task)
    counted, found, excluded = loads(task, plan), given_to(plan), set(task.excluded)
    held = {item.key: set(item.held_by) for item in task.applications}
    for key, people in found.items():
        for person, other in product(people, counted):
            may = other not in people | held[key] and (key, other) not in excluded
            if may and (task.most is None or counted[other] < task.most):
                assert counted[person] - counted[other] <= 1


@given(tasks())
@settings(max_examples=250, deadline=None)
def test_place_stays_empty_only_where_nobody_is_left(task: Task) -> None:
    """As many places are filled as can be: compared with a search for augmenting paths written anew."""
    plan = make_plan(task)
    assert len(plan.given) == most_places(task)
    for short in plan.short:
        assert short.why


def most_places(task: Task) -> int:
    """The most places that can be filled, by a plain flow of one unit after the other."""
    room = {a.key: 99 if task.most is None else max(task.most - a.holds, 0) for a in task.assessors}
    need = {item.key: max(task.each - len(item.held_by), 0) for item in task.applications}
    edges = {
        (item.key, person)
        for item in task.applications
        for person in room
        if person not in item.held_by and (item.key, person) not in task.excluded
    }
    used: set[tuple[int, int]] = set()

    def augment(key: int, seen: set[int]) -> bool:
        for person in room:
            if (key, person) not in edges or (key, person) in used or person in seen:
                continue
            seen.add(person)
            if sum(p == person for _, p in used) < room[person]:
                used.add((key, person))
                return True
            for other in [k for k, p in used if p == person]:
                used.discard((other, person))
                used.add((key, person))
                if augment(other, seen):
                    return True
                used.discard((key, person))
                used.add((other, person))
        return False

    for key, number in need.items():
        for _ in range(number):
            augment(key, set())
    return len(used)


def people(*names: str, holds: int = 0) -> list[Assessor]:
    return [Assessor(key=number, name=name, holds=holds) for number, name in enumerate(names, start=1)]


def items(count: int) -> list[Item]:
    return [Item(key=100 + number, code=f"A{number}") for number in range(1, count + 1)]


def test_expertise_decides_where_shares_stay_even() -> None:
    fits = [
        Fit(application=101, assessor=2, words=["Schools"]),
        Fit(application=102, assessor=1, words=["Law"]),
    ]
    for seed in range(20):
        task = Task(seed=seed, each=1, assessors=people("A", "B"), applications=items(2), fits=fits)
        plan = make_plan(task)
        assert given_to(plan) == {101: {2}, 102: {1}}
        assert plan.given[0].why == "Knows about schools. Has 1 application with it."


def test_contact_before_is_avoided_even_against_expertise() -> None:
    fits = [Fit(application=101, assessor=1, words=["Schools"])]
    for seed in range(20):
        task = Task(
            seed=seed, each=1, assessors=people("A", "B"), applications=items(2), fits=fits, met=[(101, 1)]
        )
        assert given_to(make_plan(task))[101] == {2}


def test_contact_that_cannot_be_avoided_is_said() -> None:
    plan = make_plan(Task(seed=1, each=1, assessors=people("A"), applications=items(1), met=[(101, 1)]))
    assert "Had to do with the organisation before; nobody else was left." in plan.given[0].why


def test_chain_fills_a_place_that_the_first_choice_would_leave_empty() -> None:
    """A2 has nobody but P1, whom A1 may have taken first."""
    for seed in range(20):
        task = Task(
            seed=seed, each=1, most=1, assessors=people("A", "B"), applications=items(2), excluded=[(102, 2)]
        )
        plan = make_plan(task)
        assert (given_to(plan), plan.short) == ({101: {2}, 102: {1}}, [])


def test_who_has_more_already_gets_fewer() -> None:
    assessors = [Assessor(key=1, name="A", holds=3), Assessor(key=2, name="B")]
    plan = make_plan(Task(seed=5, each=1, assessors=assessors, applications=items(3)))
    assert {one.assessor for one in plan.given} == {2}


@pytest.mark.parametrize(
    ("excluded", "most", "words"),
    [
        ([(101, 1), (101, 2)], None, "Nobody is left: 2 stepped out or may have a conflict."),
        (
            [(101, 1)],
            0,
            "Nobody is left: 1 stepped out or may have a conflict and 1 has as many as they may.",
        ),
        ([], 0, "Nobody is left: 2 have as many as they may."),
    ],
)
def test_missing_people_are_explained(excluded: list[tuple[int, int]], most: int | None, words: str) -> None:
    task = Task(
        seed=1, each=1, most=most, assessors=people("A", "B"), applications=items(1), excluded=excluded
    )
    short = make_plan(task).short
    assert [(one.missing, one.why) for one in short] == [(1, words)]


def test_more_places_than_people_is_said() -> None:
    plan = make_plan(Task(seed=1, each=3, assessors=people("A", "B"), applications=items(1)))
    assert [(one.missing, one.why) for one in plan.short] == [(1, "There are too few people.")]


def test_another_seed_may_give_another_plan() -> None:
    plans = {
        make_plan(
            Task(seed=seed, each=1, assessors=people("A", "B", "C"), applications=items(4))
        ).model_dump_json()
        for seed in range(10)
    }
    assert len(plans) > 1


@pytest.mark.parametrize(
    ("expertise", "text", "found"),
    [
        (["Online safety"], "Safety workshops, also online", ["Online safety"]),
        (["Schools"], "In one school", ["Schools"]),
        (["School"], "In twelve schools", ["School"]),
        (["Law"], "Law and order", []),
        (["Child protection law"], "The protection of children", ["Child protection law"]),
        (["Regional services", "Research"], "Researchers in the city", ["Research"]),
        ([], "Anything", []),
        (["Online safety"], "", []),
    ],
)
def test_expertise_is_found_in_a_text(expertise: list[str], text: str, found: list[str]) -> None:
    assert fitting_words(expertise, text) == found
