"""The PDFs of the demonstration's submissions, past the application and as a visitor sees them."""

from dataclasses import dataclass

from tests.local.conftest import eventually
from tests.stack.product import Product
from tests.stack.visitor import Answer, Visitor

PROGRAMS = ("scsc", "cpf", "ipcpp")


@dataclass(frozen=True)
class SubmittedPdf:
    """The PDF of one submission, looked at by somebody."""

    visitor: Visitor
    product: Product
    program: str
    submission: int
    code: str
    number: int

    @property
    def page(self) -> str:
        return f"/{self.program}/reports/submissions/{self.code}/{self.number}/"

    def look(self) -> Answer:
        return self.visitor.get(f"{self.page}progress/")

    def state(self) -> str:
        """What the page says: a state, or an empty string."""
        return next(iter(self.look().values("data-pdf")), "")

    def wait(self, state: str, seconds: float = 120) -> None:
        assert eventually(lambda: self.state() == state, seconds=seconds), self.look().words

    def content(self) -> bytes:
        answer = self.visitor.get(f"{self.page}pdf/")
        assert (answer.status, answer.type) == (200, "application/pdf")
        return answer.content

    def forget(self) -> None:
        """Take its row away, as if no worker had ever heard of the submission."""
        self.product.rows(
            self.program,
            "DELETE FROM reporting_submissionpdf WHERE submission_id = %s RETURNING id",
            self.submission,
        )

    def row(self) -> tuple[int, int, str]:
        """How many rows it has, how often a worker took the newest, and the hash of its file."""
        statement = (
            "SELECT count(*), max(attempts), max(file_sha256) FROM reporting_submissionpdf "
            "WHERE submission_id = %s"
        )
        count, attempts, sha256 = self.product.rows(self.program, statement, self.submission)[0]
        return int(count), int(attempts or 0), str(sha256 or "")

    def events(self, action: str) -> int:
        """How often the history of its present row holds this action."""
        statement = (
            "SELECT count(*) FROM audit_auditevent e JOIN reporting_submissionpdf p ON e.object_id = p.id "
            "WHERE e.object_type = 'reporting.submissionpdf' AND e.action = %s AND p.submission_id = %s"
        )
        return int(self.product.rows(self.program, statement, action, self.submission)[0][0])


def all_made(product: Product) -> bool:
    """Whether no PDF of a submission is to be made or being made, in any program."""
    statement = (
        "SELECT count(*) FROM grants_submission s LEFT JOIN reporting_submissionpdf p "
        "ON p.submission_id = s.id WHERE p.state IS NULL OR p.state NOT IN ('ready', 'failed')"
    )
    return not any(product.rows(program, statement)[0][0] for program in PROGRAMS)


def pdfs(product: Product, program: str) -> list[SubmittedPdf]:
    """The PDF of every submission of a program, as its officer sees them."""
    statement = (
        "SELECT s.id, a.code, s.number FROM grants_submission s "
        "JOIN grants_application a ON a.id = s.application_id ORDER BY s.id"
    )
    officer = Visitor(product.address).sign_in(f"officer@{program}.example.org")
    return [SubmittedPdf(officer, product, program, *row) for row in product.rows(program, statement)]
