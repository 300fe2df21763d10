"""Asking for reports and waiting for them, without a browser."""

import re
from dataclasses import dataclass

from tests.local.conftest import eventually
from tests.stack.product import Product
from tests.stack.visitor import Answer, Visitor

SETTLED = ("ready", "failed")


@dataclass(frozen=True)
class Report:
    """A report that a visitor follows: its page, and its row past the application."""

    visitor: Visitor
    product: Product
    page: str

    @property
    def program(self) -> str:
        return self.page.split("/")[1]

    @property
    def key(self) -> str:
        return self.page.split("/")[3]

    def look(self) -> Answer:
        return self.visitor.get(self.page)

    def state(self) -> str:
        """What the page says: a state, or an empty string."""
        return next(iter(self.look().values("data-state")), "")

    def wait(self, *states: str, seconds: float = 120) -> str:
        """Look until it is in one of these states, by default ready or failed."""
        assert eventually(lambda: self.state() in (states or SETTLED), seconds=seconds), self.look().words
        return self.state()

    def attempts(self) -> int:
        """How often a worker took it."""
        return int(self._row("attempts"))

    def events(self, action: str) -> int:
        """How often its history holds this action."""
        statement = (
            "SELECT count(*) FROM audit_auditevent e JOIN reporting_reportrun r ON e.object_id = r.id "
            "WHERE e.object_type = 'reporting.reportrun' AND e.action = %s AND r.key = %s"
        )
        return int(self.product.rows(self.program, statement, action, self.key)[0][0])

    def files(self) -> list[str]:
        """What lies in storage under its key."""
        return [str(path) for path in (self.product.var / "files").rglob(f"*{self.key}*") if path.is_file()]

    def pdf(self) -> bytes:
        answer = self.visitor.get(f"{self.page}pdf/")
        assert (answer.status, answer.type) == (200, "application/pdf")
        return answer.content

    def hashes(self) -> list[str]:
        """The hashes that its page names."""
        return re.findall(r"\b[0-9a-f]{64}\b", self.look().words)

    def _row(self, column: str) -> str:
        statement = f"SELECT {column} FROM reporting_reportrun WHERE key = %s"  # noqa: S608  (a word of ours)
        return str(self.product.rows(self.program, statement, self.key)[0][0])


def ask(product: Product, program: str, year: int) -> Report:
    """Have an executive ask for the report of a year, once no other of that year is under way."""
    visitor = Visitor(product.address).sign_in(f"executive@{program}.example.org")
    form = f'action="/{program}/reports/request/{year}/"'
    assert eventually(lambda: form in visitor.get(f"/{program}/reports/").text, seconds=120)
    answer = visitor.post(f"/{program}/reports/request/{year}/")
    assert answer.status == 200
    assert re.fullmatch(rf"/{program}/reports/[0-9a-f-]{{36}}/", answer.path), answer.words
    return Report(visitor, product, answer.path)
