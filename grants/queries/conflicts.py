"""Conflicts that the system finds by itself: what ties a person to an application, from what is kept here.

One condition for each finding, which lists, the one choke point (grants.queries.sight) and the stored
declarations all use, so that they cannot differ.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from grants.involvement import organisations_of, team_part_of
from grants.models import Application, ApplicationUserObjectPermission, Declaration, Interest
from grants.states import DeclarationState
from partners.models import Organisation, OrganisationContact
from scsc.accounts.models import User

Finding = Declaration.Finding

# Mail domains that say nothing about where somebody works: the large public providers in Australia.
PUBLIC_PROVIDERS = frozenset(
    {
        "aol.com",
        "bigpond.com",
        "bigpond.net.au",
        "fastmail.com",
        "gmail.com",
        "googlemail.com",
        "hotmail.com",
        "icloud.com",
        "iinet.net.au",
        "live.com",
        "live.com.au",
        "me.com",
        "msn.com",
        "optusnet.com.au",
        "outlook.com",
        "outlook.com.au",
        "proton.me",
        "protonmail.com",
        "tpg.com.au",
        "yahoo.com",
        "yahoo.com.au",
    }
)
# RFC 2606 keeps these for examples: they belong to nobody.
RESERVED = ("example.com", "example.net", "example.org")


def telling_domain(address: str) -> str:
    """The domain of a mail address, where it says where somebody works; else empty."""
    domain = address.rpartition("@")[2].lower()
    reserved = domain in RESERVED or domain.endswith(tuple(f".{name}" for name in RESERVED))
    return "" if reserved or domain in PUBLIC_PROVIDERS else domain


def finding_conditions(user: User) -> dict[Declaration.Finding, Q]:
    """Each finding as a condition on Application: true where it ties this person to it."""
    interests = Interest.objects.filter(user=user, ended_at=None)
    own_abns = organisations_of(user).exclude(abn="").values("abn")
    return {
        Finding.TEAM: team_part_of(user),
        Finding.ORGANISATION: Q(organisation__in=organisations_of(user).values("pk")),
        Finding.ABN: Q(organisation__abn__in=own_abns),
        Finding.DOMAIN: _same_domain(user),
        Finding.INTEREST: Q(organisation__in=named_by(interests).values("pk")),
    }


def uncleared(user: User) -> Q:
    """The applications with a finding that nobody has ruled on, or that no ruling can clear.

    A ruling clears the findings that were there when it was made, and only those.
    """
    wanted = Q(pk__in=[])
    for finding, condition in finding_conditions(user).items():
        actual = finding in Declaration.ACTUAL_FINDINGS
        wanted |= condition if actual else condition & ~_cleared(user, finding)
    return wanted


def has_tie(user: User, application: Application) -> bool:
    """Whether something ties somebody to it that no ruling has cleared: whatever their role, they do not act.

    Asked of the database once for one that was loaded.
    """
    known: dict[int, bool] = application.__dict__.setdefault("_ties", {})
    if user.pk not in known:
        known[user.pk] = Application.objects.filter(uncleared(user), pk=application.pk).exists()
    return known[user.pk]


def detect(application: Application, user: User) -> list[Declaration.Finding]:
    """What ties a person to an application now, whatever was ruled. One query."""
    return detect_all([application], [user])[application.pk, user.pk]


def detect_all(
    applications: Iterable[Application], users: Iterable[User]
) -> Mapping[tuple[int, int], list[Declaration.Finding]]:
    """The same for several, by (key of the application, key of the person). One query a person."""
    wanted = [application.pk for application in applications]
    found: dict[tuple[int, int], list[Declaration.Finding]] = defaultdict(list)
    for user in users:
        for pk, *facts in _facts(wanted, user):
            findings = [finding for finding, holds in zip(Finding, facts, strict=True) if holds]
            # Acting for the organisation says it: its own ABN is no second finding.
            if Finding.ORGANISATION in findings and Finding.ABN in findings:
                findings.remove(Finding.ABN)
            found[pk, user.pk] = findings
    return found


def excluded_pairs(applications: Iterable[Application], users: Iterable[User]) -> set[tuple[int, int]]:
    """Which people cannot be given which applications: (key of the application, key of the person).

    Those who stepped out or wait for a ruling, and those with a finding that is not cleared.
    """
    wanted, people = [application.pk for application in applications], list(users)
    kept = Declaration.objects.filter(application__in=wanted, user__in=people)
    pairs = set(kept.exclude(state=DeclarationState.CLEAR).values_list("application", "user"))
    for user in people:
        held = Application.objects.filter(uncleared(user), pk__in=wanted).order_by()
        pairs |= {(pk, user.pk) for pk in held.values_list("pk", flat=True)}
    return pairs


def _facts(applications: list[int], user: User) -> "QuerySet[Application, tuple[int, ...]]":
    conditions = finding_conditions(user)
    facts = {
        f"is_{finding.value}": ExpressionWrapper(conditions[finding], output_field=BooleanField())
        for finding in Finding
    }
    rows = Application.objects.filter(pk__in=applications).annotate(**facts).order_by()
    return rows.values_list("pk", *facts)


def _cleared(user: User, finding: str) -> Q:
    ruled = Declaration.objects.filter(
        user=user, state=DeclarationState.CLEAR, ruled_by__isnull=False, findings__contains=[finding]
    )
    return Q(pk__in=ruled.values("application"))


def _same_domain(user: User) -> Q:
    """The organisation, somebody who acts for it, or somebody of the team has an address there."""
    domain = telling_domain(user.email)
    if not domain:
        return Q(pk__in=[])
    people = User.objects.filter(email__iendswith=f"@{domain}").exclude(pk=user.pk).order_by().values("pk")
    contacts = OrganisationContact.objects.filter(user__in=people).values("organisation")
    team = ApplicationUserObjectPermission.objects.filter(user__in=people).values("content_object")
    return (
        Q(organisation__email__iendswith=f"@{domain}")
        | Q(created_by__in=people)
        | Q(organisation__in=contacts)
        | Q(pk__in=team)
    )


def named_by(interests: QuerySet[Interest]) -> QuerySet[Organisation]:
    """Organisations that these entries of a register name: by the row, its ABN, or its name."""
    own = interests.order_by()
    known = Organisation.objects.filter(interests__in=own).order_by()
    names = own.annotate(lower=Lower("organisation_name")).values("lower")
    merged = Organisation.objects.filter(merged_into=OuterRef("pk"), interests__in=own)
    return (
        Organisation.objects.annotate(lower=Lower("name"))
        .filter(
            Q(pk__in=known.values("pk"))
            | Exists(merged)
            | Q(abn__in=own.exclude(abn="").values("abn"))
            | Q(abn__in=known.exclude(abn="").values("abn"))
            | Q(lower__in=names)
        )
        .order_by()
    )
