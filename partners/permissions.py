"""Who may do what with organisations. Plain predicates, shared by pages, API and tasks."""

from partners.models import Agreement, Organisation, OrganisationContact
from scsc.accounts.models import User
from scsc.programs.models import Program
from scsc.programs.permissions import has_role
from scsc.programs.roles import Role


def is_contact(user: User, organisation: Organisation) -> bool:
    """Whether somebody acts for an organisation, or for a row that was merged into it."""
    theirs = OrganisationContact.objects.filter(user=user)
    own, merged = (
        theirs.filter(organisation=organisation),
        theirs.filter(organisation__merged_into=organisation),
    )
    return own.exists() or merged.exists()


def can_list_organisations(user: User, program: Program) -> bool:
    """Staff, auditors, finance approvers and executives see which organisations the program knows."""
    return has_role(user, program, Role.MANAGER, Role.OFFICER, Role.AUDITOR, Role.FINANCE, Role.EXECUTIVE)


def can_view_organisation(user: User, organisation: Organisation) -> bool:
    """The same people read what is kept about one."""
    return can_list_organisations(user, organisation.program)


def can_open_statements(user: User, program: Program) -> bool:
    """Staff and auditors open the files of statements, since these came with applications."""
    return has_role(user, program, Role.MANAGER, Role.OFFICER, Role.AUDITOR)


def can_edit_organisation(user: User, organisation: Organisation) -> bool:
    """Staff note what a register says, but never of an organisation that they act for."""
    return can_merge_organisations(user, organisation.program) and not is_contact(user, organisation)


def can_merge_organisations(user: User, program: Program) -> bool:
    """Staff merge two rows that are one organisation. The merge itself refuses contacts of either."""
    return has_role(user, program, Role.MANAGER, Role.OFFICER)


def can_list_agreements(user: User, program: Program) -> bool:
    """Whoever sees organisations sees what was agreed on with them."""
    return can_list_organisations(user, program)


def can_edit_agreement(user: User, agreement: Agreement) -> bool:
    """Staff set dates and conditions of what is proposed, but never of an organisation that they act for."""
    is_staff = has_role(user, agreement.program, Role.MANAGER, Role.OFFICER)
    return is_staff and not is_contact(user, agreement.organisation)


def can_activate_agreement(user: User, agreement: Agreement) -> bool:
    """Managers let an agreement begin, but never of an organisation that they act for."""
    is_manager = has_role(user, agreement.program, Role.MANAGER)
    return is_manager and not is_contact(user, agreement.organisation)
