"""What loading a file did, section by section."""

from dataclasses import dataclass, field

from scsc.programs.models import Program


@dataclass
class SectionReport:
    """The codes of one section, by what became of them."""

    name: str
    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        groups = {"created": self.created, "changed": self.changed, "unchanged": self.unchanged}
        parts = [f"{len(codes)} {word}" for word, codes in groups.items() if codes]
        named = f" ({', '.join(self.changed)})" if self.changed else ""
        return f"{self.name}: {', '.join(parts) or 'none'}{named}"


@dataclass(frozen=True)
class LoadReport:
    """What loading one file did. `kept` counts what waits in the program file for a later module."""

    file: str
    program: Program
    sections: list[SectionReport]
    kept: dict[str, int]
    file_is_new: bool

    @property
    def changed_anything(self) -> bool:
        """Whether a row of the plan or of the program was created or changed."""
        return any(section.created or section.changed for section in self.sections)

    def lines(self) -> list[str]:
        """The report for a person, one section a line."""
        head = f"{self.file}: {self.program.name}"
        kept = [f"  {name}: {count} kept in the program file" for name, count in self.kept.items()]
        source = "kept as the newest" if self.file_is_new else "the same as the newest one kept"
        return [head, *(f"  {section}" for section in self.sections), *kept, f"  program file: {source}"]
