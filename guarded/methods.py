"""The methods of `guarded.values`' classes: each is a stand-in until it is looked up, then what the standard library
would have written.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from reprlib import recursive_repr
from typing import Any

BY_HAND = 40
"""So many values of a class are filled in field by field. Compiling its `__init__` costs as much as eighty of them, and
of three classes that have sixteen values in a short command two never have forty."""


def methods(said: Mapping[str, Any], *, frozen: bool, eq: bool) -> Mapping[str, Any]:
    """Of a class whose body says this: the stand-ins for what it does not say itself."""
    made: dict[str, Any] = {}
    if "__init__" not in said:
        made["__init__"] = _Init()
    if "__repr__" not in said:
        made["__repr__"] = _Method(_repr)
    if eq:
        if "__eq__" not in said:
            made["__eq__"] = _Method(_eq)
        if "__hash__" not in said or (said["__hash__"] is None and "__eq__" in said):
            made["__hash__"] = _Method(_hash) if frozen else None
    return made


def guards(of: Callable[[], Any], names: frozenset[str]) -> Mapping[str, Any]:
    """What keeps these fields, and whatever else a value of the class `of()` has, as they are."""

    def keep(self: Any, name: str, value: Any) -> None:
        if type(self) is of() or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super(of(), self).__setattr__(name, value)

    def hold(self: Any, name: str) -> None:
        if type(self) is of() or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        super(of(), self).__delattr__(name)

    return {"__setattr__": keep, "__delattr__": hold}


def _state(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in dataclasses.fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for one, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)


kept_states: Mapping[str, Any] = {"__getstate__": _state, "__setstate__": _restore}
"""How values with slots that cannot be set are copied and pickled."""


class _Method:
    """A method to be. The first look-up makes it and puts it in its own place: in the class, under its name."""

    __slots__ = ("_cls", "_make", "_name")

    def __init__(self, make: Callable[[Any], Callable[..., Any]]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._cls, self._name = owner, name

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self.made().__get__(instance, owner)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """For those who take it out of the class's dictionary, where they expect a function."""
        return self.made()(*arguments, **options)

    def made(self) -> Any:
        """The function, which stands in the class from now on."""
        made = self._make(self._cls)
        if vars(self._cls).get(self._name) is self:  # else a test has put something else there meanwhile
            setattr(self._cls, self._name, made)
        return made


class _Init(_Method):
    """`__init__` to be. The first values are filled in without one."""

    __slots__ = ("_filled", "_plan")

    def __init__(self) -> None:
        super().__init__(_init)
        self._filled = 0

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        if type(instance) is not self._cls or self._filled >= BY_HAND:
            return super().__get__(instance, owner)
        if not self._filled:
            self._plan = _Plan(self._cls)
        self._filled += 1
        return partial(self._fill, instance)

    def _fill(self, instance: Any, /, *positional: Any, **named: Any) -> None:
        if not self._plan.fill(instance, positional, named):
            self.made()(instance, *positional, **named)  # which refuses them in Python's words


class _Plan:
    """How a value of a class is filled in."""

    __slots__ = ("_count", "_defaults", "_factories", "_names", "_positional", "_post_init", "_set")

    def __init__(self, cls: Any) -> None:
        fields = dataclasses.fields(cls)
        missing = dataclasses.MISSING
        self._names = frozenset(one.name for one in fields if one.init)
        self._positional = _in_order([one for one in fields if one.init and not one.kw_only])
        self._defaults = {one.name: one.default for one in fields if one.default is not missing}
        self._factories = [(one.name, one.default_factory) for one in fields if one.default_factory is not missing]
        self._count = len(self._names.union(self._defaults, (name for name, _ in self._factories)))
        self._set: Callable[[Any, str, Any], None] = object.__setattr__ if cls.__dataclass_params__.frozen else setattr
        self._post_init = hasattr(cls, "__post_init__")

    def fill(self, instance: Any, positional: tuple[Any, ...], named: Mapping[str, Any]) -> bool:
        """Fill it in; False, and nothing is done, where the arguments are not those of the class."""
        given = dict(zip(self._positional, positional, strict=False), **named)
        if len(given) != len(positional) + len(named) or not self._names.issuperset(given):
            return False
        values = {**self._defaults, **given}
        for name, make in self._factories:
            if name not in values:
                values[name] = make()
        if len(values) != self._count:
            return False
        for name, value in values.items():
            self._set(instance, name, value)
        if self._post_init:
            instance.__post_init__()
        return True


def _in_order(fields: Sequence[dataclasses.Field[Any]]) -> list[str]:
    """The names of fields that are given by place; a TypeError where Python would find no place for one of them."""
    optional = [one.default is not one.default_factory for one in fields]  # both are MISSING where neither is there
    for one, left, right in zip(fields[1:], optional, optional[1:], strict=False):
        if left and not right:
            raise TypeError(f"non-default argument {one.name!r} follows default argument")
    return [one.name for one in fields]


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
    names = [one.name for one in dataclasses.fields(cls) if one.repr]

    def shown(self: Any) -> str:
        return f"{self.__class__.__qualname__}({', '.join([f'{name}={getattr(self, name)!r}' for name in names])})"

    return recursive_repr()(_named(shown, cls, "__repr__"))


def _eq(cls: Any) -> Any:
    values = _values(one.name for one in dataclasses.fields(cls) if one.compare)

    def same(self: Any, other: Any) -> Any:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    return _named(same, cls, "__eq__")


def _hash(cls: Any) -> Any:
    fields = dataclasses.fields(cls)
    values = _values(one.name for one in fields if (one.compare if one.hash is None else one.hash))

    def number(self: Any) -> int:
        return hash(values(self))

    return _named(number, cls, "__hash__")


def _named(function: Any, cls: Any, name: str) -> Any:
    function.__name__, function.__qualname__, function.__annotations__ = name, f"{cls.__qualname__}.{name}", {}
    return function


def _values(names: Iterable[str]) -> Callable[[Any], tuple[Any, ...]]:
    """A function from a value to a tuple of these of its fields."""
    match tuple(names):
        case ():
            return lambda _: ()
        case (name,):
            return lambda value: (getattr(value, name),)
        case several:
            return attrgetter(*several)
