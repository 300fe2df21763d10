"""The count of a ballot: who was eligible, whether there was a quorum, and the result. Whole numbers only."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

# (numerator, denominator, must be exceeded): a share of the eligible members, or of the votes for or against.
SHARES = {
    "half": (1, 2, False),
    "majority": (1, 2, True),
    "two_thirds": (2, 3, False),
    "three_quarters": (3, 4, False),
    "all": (1, 1, False),
}
FOR, AGAINST, ABSTAIN = "endorse", "not_endorse", "abstain"


@dataclass(frozen=True)
class Rules:
    """The rules of a ballot, frozen when it opened: names of SHARES, and the fewest votes ever."""

    quorum: str
    quorum_least: int
    threshold: str


@dataclass(frozen=True)
class Result:
    """What was counted, and by which numbers. `outcome` is endorsed, not_endorsed or lapsed."""

    outcome: str
    roll: int
    recused: int
    # On the roll, and out of the body before the close without having voted.
    left: int
    eligible: int
    quorum_needed: int
    voted: int
    for_: int
    against: int
    abstained: int
    for_needed: int

    def data(self) -> dict[str, Any]:
        """As JSON, for the row of the ballot."""
        return asdict(self)


def least_of(share: str, whole: int) -> int:
    """The smallest number that is this share of a whole."""
    numerator, denominator, exceeds = SHARES[share]
    if exceeds:
        return whole * numerator // denominator + 1
    return -(-whole * numerator // denominator)


def count(
    rules: Rules,
    *,
    roll: Collection[int],
    recused: Collection[int],
    left: Collection[int],
    votes: Mapping[int, str],
) -> Result:
    """Count a ballot. People are their ids; `votes` has the choice of each who voted.

    Quorum is taken of the members eligible after recusals; abstentions count towards it, and not towards the
    result. A vote of somebody off the roll, or recused, is an error: ValueError.
    """
    eligible = set(roll) - set(recused) - (set(left) - votes.keys())
    if strangers := votes.keys() - eligible:
        raise ValueError(f"Votes of people who may not vote: {sorted(strangers)}")
    for_ = sum(choice == FOR for choice in votes.values())
    against = sum(choice == AGAINST for choice in votes.values())
    needed = max(rules.quorum_least, least_of(rules.quorum, len(eligible)))
    for_needed = max(1, least_of(rules.threshold, for_ + against))
    decided = "endorsed" if for_ >= for_needed else "not_endorsed"
    gone = (set(left) & set(roll)) - set(recused) - votes.keys()
    return Result(
        outcome=decided if len(votes) >= needed else "lapsed",
        roll=len(set(roll)),
        recused=len(set(recused) & set(roll)),
        left=len(gone),
        eligible=len(eligible),
        quorum_needed=needed,
        voted=len(votes),
        for_=for_,
        against=against,
        abstained=len(votes) - for_ - against,
        for_needed=for_needed,
    )
