"""What an action raises when the programme's rules refuse it, in words a person can act on."""


class DomainError(Exception):
    """A rule refused this; `message` is shown to the person as it stands.

    `field` names the form field the message belongs to (None: the whole form);
    `code` is a short stable name for tests and the API, never shown.
    """

    def __init__(self, message: str, field: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code


class ConflictError(DomainError):
    """Somebody else got there first: the place is taken, the request decided, the record changed since it was read."""


class StateError(DomainError):
    """The record is not in a state that allows this."""
