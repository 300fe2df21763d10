"""When two organisations look like one: the same number, name or domain. Hints, never a decision."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

# Words that say what an organisation is in law and not who it is.
LEGAL_FORMS = frozenset(
    {"ltd", "limited", "pty", "proprietary", "inc", "incorporated", "co", "company", "corp", "corporation"}
    | {"association", "assoc", "the", "of", "and"}
)
# Domains that many people share.
SHARED_DOMAINS = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "outlook.com.au", "hotmail.com", "hotmail.com.au"}
    | {"live.com", "live.com.au", "msn.com", "yahoo.com", "yahoo.com.au", "icloud.com", "me.com"}
    | {"bigpond.com", "bigpond.com.au", "bigpond.net.au", "optusnet.com.au", "iinet.net.au", "tpg.com.au"}
    | {"protonmail.com", "proton.me", "facebook.com", "instagram.com", "linkedin.com", "sites.google.com"}
)


@dataclass(frozen=True)
class Traits:
    """What organisations are compared by."""

    id: int
    name: str
    abn: str = ""
    email: str = ""
    website: str = ""

    @property
    def marks(self) -> dict[str, str]:
        """Each kind of likeness with the value that another one would share; empty values are left out."""
        found = {"the same ABN": self.abn, "the same name": name_key(self.name)}
        marks = {reason: value for reason, value in found.items() if value}
        domains = {domain_of_mail(self.email), domain_of_site(self.website)} - {""}
        return marks | {f"the same domain, {domain}": domain for domain in sorted(domains)}


def name_key(name: str) -> str:
    """A name without accents, case, punctuation and legal form: "The Ārahi Trust Ltd." is "arahi trust"."""
    plain = unicodedata.normalize("NFKD", name.replace("&", " and "))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    words = re.findall(r"\w+", re.sub(r"['’.]", "", letters))
    return " ".join(word for word in words if word not in LEGAL_FORMS) or " ".join(words)


def domain_of_mail(email: str) -> str:
    """The domain of a mail address; empty for one that many share."""
    return _own(email.rpartition("@")[2]) if "@" in email else ""


def domain_of_site(website: str) -> str:
    """The domain of a web address without www; empty for one that many share, or that is none."""
    try:
        host = urlsplit(website).hostname
    except ValueError:
        return ""
    return _own(host or "")


def alike_ids(organisations: Iterable[Traits]) -> set[int]:
    """Those that look like at least one other."""
    sharing: dict[tuple[str, str], list[int]] = defaultdict(list)
    for organisation in organisations:
        for mark in organisation.marks.items():
            sharing[mark].append(organisation.id)
    return {id_ for ids in sharing.values() if len(ids) > 1 for id_ in ids}


def alike_to(one: Traits, others: Iterable[Traits]) -> Mapping[int, list[str]]:
    """Those that look like one, each with the reasons."""
    marks = one.marks.items()
    found = {
        other.id: [reason for reason, _ in marks & other.marks.items()]
        for other in others
        if other.id != one.id
    }
    return {id_: sorted(reasons) for id_, reasons in found.items() if reasons}


def _own(domain: str) -> str:
    plain = domain.strip().casefold().removeprefix("www.")
    return "" if plain in SHARED_DOMAINS or "." not in plain else plain
