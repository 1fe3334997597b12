"""What the engine raises. A problem in a policy's text is a finding, not an exception."""


class EngineError(Exception):
    """The root of everything that the engine raises on purpose."""


class InvalidArn(EngineError):
    """The text is not an Amazon Resource Name."""


class InvalidValue(EngineError):
    """A number, date, boolean, address or base64 text cannot be read."""


class UnresolvedVariable(EngineError):
    """A policy variable has neither a value in the request nor a default."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key

    def __str__(self) -> str:
        return f"the request has no value for the variable ${{{self.key}}}"


class UnknownPrincipal(EngineError):
    """A statement names the principal's account by a canonical user id, which the request does not know."""


class MisplacedPolicy(EngineError):
    """A policy was handed over as one of another layer: a bucket's policy as an identity's, or the reverse."""
