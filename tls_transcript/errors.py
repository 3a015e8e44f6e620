"""The one error of this package's readers."""


class DecodeError(ValueError):
    """The bytes are not what they were said to be: cut short, too long, or inconsistent."""
