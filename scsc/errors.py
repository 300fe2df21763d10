"""The one error of the domain, and its way to the person."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm


class DomainError(Exception):
    """Something the rules do not allow. Its message is shown to the person and says what to do."""


@contextmanager
def errors_on(form: BaseForm) -> Iterator[None]:
    """Show what a service refuses on the form that asked for it, next to the field where there is one."""
    try:
        yield
    except DomainError as error:
        form.add_error(None, str(error))
    except ValidationError as error:
        by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, messages in by_field.items():
            form.add_error(name if name in form.fields else None, ValidationError(messages))
