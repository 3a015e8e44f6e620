"""Dataclasses that cost nothing until they are used: their methods are made when somebody first asks for them.

`dataclasses.dataclass` writes six methods of every class as source and compiles them one by one. That is 0.6 ms a
class: with two hundred classes the largest part of a short command, although most are never compared, hashed or shown.
Here the standard library reads the fields and lays out the slots (0.03 ms); each method is a `_Method` until it is
looked up, and then an ordinary function of the class, written as the standard library writes it. Whoever asks a class
what it is (`fields`, `replace`, `asdict`, `match`, `inspect.signature`, pickle) finds a dataclass.

Type checkers see the standard library's decorator; of its options, those that the house uses can be given.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from reprlib import recursive_repr
from threading import local
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False, kw_only=False, eq=True):
        """The standard library's decorator of this name, with methods that are made when first asked for."""

        def decorated(cls):
            explicit = "__hash__" in vars(cls) and not (cls.__hash__ is None and "__eq__" in vars(cls))
            with _bases_at_rest(cls, frozen):
                cls = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(cls)
            _refuse_what_only_init_sees(cls)
            params = cls.__dataclass_params__
            params.init, params.repr, params.eq, params.frozen = True, True, eq, frozen
            made = {"__init__": _init, "__repr__": _repr}
            if eq:
                made["__eq__"] = _eq
                if not explicit:
                    cls.__hash__ = _Method(cls, "__hash__", _hash) if frozen else None
            for name, make in made.items():
                if name not in vars(cls):
                    setattr(cls, name, _Method(cls, name, make))
            if frozen:
                _freeze(cls)
            return cls

        return decorated if cls is None else decorated(cls)


def _refuse_what_only_init_sees(cls: Any) -> None:
    for one in cls.__dataclass_fields__.values():
        if one._field_type is dataclasses._FIELD_INITVAR:  # type: ignore[attr-defined]
            raise TypeError(f"{cls.__qualname__}.{one.name}: an InitVar needs the standard library's decorator")


_HERE = local()


class _Params(dataclasses._DataclassParams):  # type: ignore[name-defined, misc]
    """What a class says of itself, save that it is not frozen to a thread whose bases are at rest."""

    __slots__ = ()

    @property
    def frozen(self) -> bool:
        return not getattr(_HERE, "at_rest", False) and _FROZEN.__get__(self)

    @frozen.setter
    def frozen(self, value: bool) -> None:
        _FROZEN.__set__(self, value)


_FROZEN: Any = vars(dataclasses._DataclassParams)["frozen"]  # type: ignore[attr-defined]


@contextmanager
def _bases_at_rest(cls: type, frozen: bool) -> Iterator[None]:
    """The standard library derives what is frozen from what is frozen alone, and compiles two methods to keep it so.

    It is shown bases that are not; `_freeze` does the rest. Other threads, where somebody may derive from the same
    bases, see them as they are.
    """
    bases = [vars(base)["__dataclass_params__"] for base in cls.__mro__[1:] if "__dataclass_params__" in vars(base)]
    if any(base.frozen != frozen for base in bases):
        kinds = ("non-frozen", "frozen")
        raise TypeError(f"cannot inherit {kinds[frozen]} dataclass from a {kinds[not frozen]} one")
    for base in bases:
        base.__class__ = _Params
    _HERE.at_rest = True
    try:
        yield
    finally:
        _HERE.at_rest = False


class _Method:
    """A method to be. The first look-up makes it and puts it in its own place: in the class, under its name."""

    __slots__ = ("_cls", "_make", "_name")

    def __init__(self, cls: type, name: str, make: Callable[[Any], Callable[..., Any]]) -> None:
        self._cls, self._name, self._make = cls, name, make

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        made = self._make(self._cls)
        if vars(self._cls).get(self._name) is self:  # else a test has put something else there meanwhile
            setattr(self._cls, self._name, made)
        return made.__get__(instance, owner)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """For those who take it out of the class's dictionary, where they expect a function."""
        return self.__get__(None, self._cls)(*arguments, **options)


def _written(cls: type, head: str, body: Iterable[str], annotations: dict[str, Any], **known: Any) -> Any:
    """The function of this source; `known` are the values behind names that the class's own module may not have."""
    lines = "".join(f"  {line}\n" for line in body) or "  pass\n"
    source = f"def make({', '.join(known)}):\n def {head}:\n{lines} return {head.partition('(')[0]}"
    made: dict[str, Any] = {}
    exec(source, getattr(sys.modules.get(cls.__module__), "__dict__", {}), made)
    function = made["make"](**known)
    function.__qualname__ = f"{cls.__qualname__}.{function.__name__}"
    function.__annotations__ = annotations
    return function


class _Absent:
    """Stands in a signature for what a factory makes."""

    def __repr__(self) -> str:
        return "<factory>"


_ABSENT = _Absent()


def _init(cls: Any) -> Any:
    places: dict[bool, list[str]] = {False: [], True: []}
    known: dict[str, Any] = {"_set_": object.__setattr__, "_absent_": _ABSENT}
    annotations: dict[str, Any] = {}
    frozen = cls.__dataclass_params__.frozen
    body = []
    for one in dataclasses.fields(cls):
        name, default = one.name, ""
        if one.default_factory is not dataclasses.MISSING:
            known[f"_make_{name}_"], default = one.default_factory, "=_absent_"
            value = f"_make_{name}_()" + (f" if {name} is _absent_ else {name}" if one.init else "")
        elif one.default is not dataclasses.MISSING:
            known[f"_default_{name}_"], default = one.default, f"=_default_{name}_"
            value = name if one.init else f"_default_{name}_"
        else:
            value = name
        if one.init:
            places[bool(one.kw_only)].append(name + default)
            annotations[name] = one.type
        elif not default:
            continue
        body.append(f"_set_(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    parameters = ["self", *places[False], *(["*", *places[True]] if places[True] else [])]
    return _written(cls, f"__init__({', '.join(parameters)})", body, {**annotations, "return": None}, **known)


def _repr(cls: Any) -> Any:
    shown = ", ".join(f"{one.name}={{self.{one.name}!r}}" for one in dataclasses.fields(cls) if one.repr)
    body = [f"return f'{{self.__class__.__qualname__}}({shown})'"]
    return recursive_repr()(_written(cls, "__repr__(self)", body, {}))


def _eq(cls: Any) -> Any:
    compared = [one.name for one in dataclasses.fields(cls) if one.compare]
    same = f"return {_tuple_of('self', compared)} == {_tuple_of('other', compared)}"
    body = ["if other.__class__ is self.__class__:", f" {same}", "return NotImplemented"]
    return _written(cls, "__eq__(self, other)", body, {})


def _hash(cls: Any) -> Any:
    hashed = [one.name for one in dataclasses.fields(cls) if (one.compare if one.hash is None else one.hash)]
    return _written(cls, "__hash__(self)", [f"return _hash_({_tuple_of('self', hashed)})"], {}, _hash_=hash)


def _tuple_of(of: str, names: Iterable[str]) -> str:
    return f"({''.join(f'{of}.{name},' for name in names)})"


def _freeze(cls: Any) -> None:
    names = frozenset(one.name for one in dataclasses.fields(cls))

    def keep(self: Any, name: str, value: Any) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def hold(self: Any, name: str) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    cls.__setattr__, cls.__delattr__ = keep, hold
    if "__slots__" in vars(cls):
        for name, kept in (("__getstate__", _state), ("__setstate__", _restore)):
            if name not in vars(cls):
                setattr(cls, name, kept)


def _state(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in dataclasses.fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for one, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)
