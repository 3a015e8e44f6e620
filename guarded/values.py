"""Dataclasses that cost nothing until they are used: fields and methods are made when somebody first asks for them.

`dataclasses.dataclass` makes an object of every field and writes six methods of every class as source, which it
compiles one by one. That is 0.6 ms a class: with two hundred classes the largest part of a short command, although most
are never compared, hashed or shown. Here a class is only laid out: its slots, and what stands for the rest. The fields
are made, and each method (`guarded.methods`), when they are looked up, and are then what the standard library makes of
them. Whoever asks a class what it is (`fields`, `replace`, `asdict`, `match`, `inspect.signature`, pickle) finds a
dataclass.

Type checkers see the standard library's decorator; of its options, those that the house uses can be given.
"""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Iterable, Mapping
from functools import cache
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any

from guarded.methods import guards, kept_states, methods

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False, kw_only=False, eq=True):
        """The standard library's decorator of this name, with fields and methods that are made when asked for."""

        def decorated(cls):
            return _laid_out(cls, frozen=frozen, slots=slots, kw_only=kw_only, eq=eq)

        return decorated if cls is None else decorated(cls)


def _laid_out(cls: Any, *, frozen: bool, slots: bool, kw_only: bool, eq: bool) -> Any:
    bases = [base for base in cls.__mro__[1:-1] if "__dataclass_fields__" in vars(base)]
    _refuse_mixture(bases, frozen)
    fields = _Fields(cls, kw_only)
    names = dict.fromkeys(one.name for base in reversed(bases) for one in dataclasses.fields(base))
    names.update(dict.fromkeys(name for name, said in fields.own.items() if not said.shared))
    said = vars(cls)
    given = {
        **_signs(frozen, slots, kw_only, eq),
        "__dataclass_fields__": fields,
        **methods(said, frozen=frozen, eq=eq),
    }
    if "__match_args__" not in said:
        given["__match_args__"] = _Patterns()
    if frozen:
        given.update(guards(lambda: made, frozenset(names)))
        if slots:
            given.update((name, kept) for name, kept in kept_states.items() if name not in said)
    made = _anew(cls, names, given) if slots else _in_place(cls, fields.own, given)
    abc.update_abstractmethods(made)
    return made


def _refuse_mixture(bases: Iterable[Any], frozen: bool) -> None:
    if any(base.__dataclass_params__.frozen != frozen for base in bases):
        kinds = ("non-frozen", "frozen")
        raise TypeError(f"cannot inherit {kinds[frozen]} dataclass from a {kinds[not frozen]} one")


@cache
def _signs(frozen: bool, slots: bool, kw_only: bool, eq: bool) -> Mapping[str, Any]:
    """What every dataclass with these options says of itself, as this Python has it."""
    decorator: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)
    bare = decorator(type("bare", (), {"__doc__": "None of the house's."}))
    params = bare.__dataclass_params__
    params.init, params.repr, params.eq, params.frozen = True, True, eq, frozen
    return {name: vars(bare)[name] for name in ("__dataclass_params__", "__replace__") if name in vars(bare)}


def _anew(cls: Any, names: Mapping[str, None], given: Mapping[str, Any]) -> Any:
    """The class with slots, which can only be had where a class is made."""
    if "__slots__" in vars(cls):
        raise TypeError(f"{cls.__name__} already specifies __slots__")
    there = {name for base in cls.__mro__[1:-1] for name in _slots_of(base)}
    body = {name: value for name, value in vars(cls).items() if name not in names and name not in _OF_A_DICT}
    body.update(given, __slots__=tuple(name for name in names if name not in there), __qualname__=cls.__qualname__)
    return type(cls)(cls.__name__, cls.__bases__, body)


_OF_A_DICT = ("__dict__", "__weakref__")


def _slots_of(base: type) -> Iterable[str]:
    slots = vars(base).get("__slots__", ())
    return (slots,) if isinstance(slots, str) else slots


def _in_place(cls: Any, own: Mapping[str, _Said], given: Mapping[str, Any]) -> Any:
    """The same class, its defaults where others look for them."""
    for name, said in own.items():
        if isinstance(said.default, dataclasses.Field):
            if said.value is dataclasses.MISSING:
                delattr(cls, name)
            else:
                setattr(cls, name, said.value)
    for name, value in given.items():
        setattr(cls, name, value)
        if hasattr(value, "__set_name__"):
            value.__set_name__(cls, name)
    return cls


class _Said:
    """What a class's body says of one field."""

    __slots__ = ("annotation", "default", "shared", "value")

    def __init__(self, cls: Any, name: str, annotation: Any) -> None:
        self.annotation = annotation
        default = getattr(cls, name, dataclasses.MISSING)
        self.default = dataclasses.MISSING if isinstance(default, MemberDescriptorType) else default
        self.value = default.default if isinstance(default, dataclasses.Field) else self.default
        kind = str(annotation).partition("[")[0].rpartition(".")[2]
        self.shared = kind == "ClassVar"
        if kind in ("InitVar", "KW_ONLY"):
            raise TypeError(f"{cls.__qualname__}.{name}: {kind} needs the standard library's decorator")
        if self.value.__class__.__hash__ is None and not self.shared:
            what = type(self.value)
            raise ValueError(f"mutable default {what} for field {name} is not allowed: use default_factory")

    def field(self, name: str, kw_only: bool) -> Any:
        """As the standard library keeps it."""
        default = self.default
        one: Any = default if isinstance(default, dataclasses.Field) else dataclasses.field(default=default)
        one.name, one.type = name, self.annotation
        one._field_type = dataclasses._FIELD_CLASSVAR if self.shared else dataclasses._FIELD  # type: ignore[attr-defined]
        if one.kw_only is dataclasses.MISSING and not self.shared:
            one.kw_only = kw_only
        return one


class _Fields:
    """A class's fields to be. The first look-up makes them and puts them in their place."""

    __slots__ = ("_cls", "_kw_only", "own")

    def __init__(self, cls: Any, kw_only: bool) -> None:
        self._kw_only = kw_only
        self.own = {name: _Said(cls, name, annotation) for name, annotation in cls.__annotations__.items()}
        for name, value in vars(cls).items():
            if isinstance(value, dataclasses.Field) and name not in self.own:
                raise TypeError(f"{name!r} is a field but has no type annotation")

    def __set_name__(self, owner: Any, _: str) -> None:
        self._cls = owner

    def __get__(self, instance: object, owner: type | None = None) -> Mapping[str, Any]:
        made: dict[str, Any] = {}
        for base in self._cls.__mro__[-1:0:-1]:
            made.update(getattr(base, "__dataclass_fields__", {}))
        made.update((name, said.field(name, self._kw_only)) for name, said in self.own.items())
        self._cls.__dataclass_fields__ = made
        return made


class _Patterns:
    """`__match_args__` to be."""

    __slots__ = ("_cls",)

    def __set_name__(self, owner: Any, _: str) -> None:
        self._cls = owner

    def __get__(self, instance: object, owner: type | None = None) -> tuple[str, ...]:
        made = tuple(one.name for one in dataclasses.fields(self._cls) if one.init and not one.kw_only)
        setattr(self._cls, "__match_args__", made)  # noqa: B010
        return made
