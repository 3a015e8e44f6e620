"""Dataclasses whose methods are made at first use: nobody can tell them from the standard library's."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import sys
import threading
import types
from collections.abc import Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guarded.methods import BY_HAND
from guarded.values import dataclass
from provider_stub import ProviderPolicy
from provider_stub.http.messages import Response

CLASSES = """
from __future__ import annotations
from dataclasses import field
from typing import ClassVar, Generic, TypeVar
T = TypeVar("T")

@dataclass(frozen=True, slots=True)
class Plain:
    "A value."
    first: int
    second: str = "two"
    made: list[int] = field(default_factory=list)
    shared: ClassVar[int] = 7

@dataclass(frozen=True, slots=True)
class Choosy:
    "Not everything is shown, compared or hashed."
    name: str
    secret: str = field(repr=False)
    note: str = field(default="", compare=False)
    mood: str = field(default="", hash=False)

@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    "Keywords only, and what follows from them."
    low: int = 0
    high: int = 9
    width: int = field(init=False, default=-1)
    def __post_init__(self) -> None:
        object.__setattr__(self, "width", self.high - self.low)

@dataclass(frozen=True, slots=True, kw_only=True)
class Derived(Named):
    "A field more, and another default."
    high: int = 5
    label: str = ""

@dataclass(frozen=True)
class Open(Generic[T]):
    "Without slots."
    value: T
    parts: tuple[str, ...] = field(init=False, default=())

@dataclass(frozen=True, slots=True)
class Single:
    "One field."
    only: int

@dataclass(frozen=True, slots=True)
class Awkward:
    "Fields called as others call what they fill in."
    instance: int
    cls: int = 0
    given: int = 0

@dataclass(frozen=True, slots=True)
class Empty:
    "None."

@dataclass(slots=True)
class Mutable:
    "It changes, so it has no hash."
    count: int = 0
    seen: dict[str, int] = field(default_factory=dict)

@dataclass(eq=False)
class Identity:
    "Equal to itself alone."
    count: int = 0

@dataclass
class Bare:
    "Without parentheses."
    count: int = 0

@dataclass(frozen=True, slots=True)
class OwnWay:
    "What a class says itself stays."
    name: str
    def __repr__(self) -> str:
        return "mine"
    def __eq__(self, other: object) -> bool:
        return True
    def __hash__(self) -> int:
        return 4

@dataclass(frozen=True, slots=True)
class OwnEquality:
    "Its own idea of equality, and the hash of its fields."
    name: str
    def __eq__(self, other: object) -> bool:
        return True
"""
EXAMPLES = """
Plain(1); Plain(1, "x", [3]); Plain(second="y", first=2); Choosy("a", "s"); Choosy("a", "s", "other note", "grim")
Named(); Named(low=4); Derived(low=1, label="l"); Derived(); Open(3); Open[int](4); Single(1); Single(2); Empty()
Awkward(1); Awkward(instance=2, cls=3, given=4)
Mutable(); Mutable(3, {"a": 1}); Identity(2); Bare(); Bare(2); OwnWay("a"); OwnWay("b"); OwnEquality("a")
"""


@pytest.fixture
def twins() -> Iterator[tuple[types.ModuleType, types.ModuleType]]:
    """The same classes by the standard library's decorator and by ours, as two modules of the same name."""
    made = []
    for decorator in (dataclasses.dataclass, dataclass):
        module = types.ModuleType("test_values_classes")
        module.__dict__["dataclass"] = decorator
        sys.modules[module.__name__] = module
        exec(CLASSES, module.__dict__)
        made.append(module)
    yield made[0], made[1]
    del sys.modules["test_values_classes"]


def classes(module: types.ModuleType) -> dict[str, Any]:
    """What the decorator made."""
    return {name: one for name, one in vars(module).items() if dataclasses.is_dataclass(one)}


def examples(module: types.ModuleType) -> list[Any]:
    """Values of every class."""
    texts = [text.strip() for text in EXAMPLES.replace("\n", ";").split(";")]
    return [eval(text, module.__dict__) for text in texts if text]


def test_classes_say_the_same_of_themselves(twins: tuple[types.ModuleType, types.ModuleType]) -> None:
    """Fields, signatures, slots, patterns, whether they are frozen and whether they can be hashed."""
    theirs, ours = map(classes, twins)
    assert theirs.keys() == ours.keys()
    for name, their in theirs.items():
        our = ours[name]
        assert str(inspect.signature(our)) == str(inspect.signature(their)), name
        assert inspect.get_annotations(our.__init__) == inspect.get_annotations(their.__init__), name
        assert our.__init__.__qualname__ == their.__init__.__qualname__ == f"{name}.__init__"
        assert list(map(repr, dataclasses.fields(our))) == list(map(repr, dataclasses.fields(their)))
        assert our.__match_args__ == their.__match_args__
        assert getattr(our, "__slots__", None) == getattr(their, "__slots__", None)
        assert repr(our.__dataclass_params__) == repr(their.__dataclass_params__)
        assert issubclass(our, Hashable) == issubclass(their, Hashable), name


@pytest.mark.parametrize("earlier", [0, BY_HAND])
def test_values_behave_the_same(earlier: int, twins: tuple[types.ModuleType, types.ModuleType]) -> None:
    """Shown, compared, hashed, changed into others, copied and pickled, with those of the same and of other classes:
    the first ones, which are filled in by hand, and those for whom there is an `__init__`."""
    for _ in range(earlier):
        examples(twins[1])
    theirs, ours = map(examples, twins)
    assert list(map(repr, ours)) == list(map(repr, theirs))
    assert [[a == b for b in ours] for a in ours] == [[a == b for b in theirs] for a in theirs]
    assert [result(hash, one) for one in ours if shows_fields(one)] == [
        result(hash, one) for one in theirs if shows_fields(one)
    ]
    for name in ("first", "low", "label", "count"):
        assert [result(dataclasses.replace, one, **{name: 5}) for one in ours] == [
            result(dataclasses.replace, one, **{name: 5}) for one in theirs
        ]
    assert list(map(dataclasses.asdict, ours)) == list(map(dataclasses.asdict, theirs))
    for one in ours:
        assert repr(copy.copy(one)) == repr(copy.deepcopy(one)) == repr(one)
        assert repr(pickle.loads(pickle.dumps(one))) == repr(one)


def shows_fields(one: Any) -> bool:
    """Not one whose hash is its address."""
    return type(one).__hash__ is not object.__hash__


def result(act: Any, *arguments: Any, **options: Any) -> str:
    """What comes of it, in words: a value, or the kind of error."""
    try:
        return repr(act(*arguments, **options))
    except TypeError as error:
        return type(error).__name__


@pytest.mark.parametrize("earlier", [0, BY_HAND])
@pytest.mark.parametrize(
    "wrong",
    [
        "Plain()",
        "Plain(1, 2, 3, 4)",
        "Plain(1, third=3)",
        "Named(1)",
        "Named(width=3)",
        "Single(only=1, x=2)",
        "Single(1, only=2)",
    ],
)
def test_wrong_arguments_are_refused_in_the_same_words(
    wrong: str, earlier: int, twins: tuple[types.ModuleType, types.ModuleType]
) -> None:
    """Missing, too many, unknown, twice, positional where only keywords go; of the first value and of later ones."""
    for _ in range(earlier):
        examples(twins[1])
    told = []
    for module in twins:
        with pytest.raises(TypeError) as caught:
            eval(wrong, module.__dict__)
        told.append(str(caught.value))
    assert told[0] == told[1]


@pytest.mark.parametrize("value", ["Plain(1)", "Derived(low=2)", "Open(1)"])
@pytest.mark.parametrize("name", ["first", "low", "label", "value"])
def test_what_is_frozen_stays(value: str, name: str, twins: tuple[types.ModuleType, types.ModuleType]) -> None:
    """No field can be set or deleted; a class derived by hand may have attributes of its own beside them."""
    one = eval(value, twins[1].__dict__)
    before = repr(one)
    for act in (lambda: setattr(one, name, 9), lambda: delattr(one, name)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            act()
    assert repr(one) == before
    by_hand = type("ByHand", (type(one),), {})(
        **{key: getattr(one, key) for key in ("first", "value") if key in before}
    )
    by_hand.beside = 3
    assert by_hand.beside == 3


def test_a_mutable_one_changes(twins: tuple[types.ModuleType, types.ModuleType]) -> None:
    """The twin of the frozen ones: fields can be set, and each has what its factory made for it."""
    first, second = twins[1].Mutable(), twins[1].Mutable()
    first.count += 2
    first.seen["a"] = 1
    assert (first.count, first.seen, second.seen) == (2, {"a": 1}, {})
    assert first != second


def test_the_standard_library_derives_from_ours(twins: tuple[types.ModuleType, types.ModuleType]) -> None:
    """As from its own: frozen from frozen, and nothing else."""
    base = twins[1].Plain
    more = dataclasses.make_dataclass("More", [("more", int, 3)], bases=(base,), frozen=True)
    assert repr(more(1)) == "More(first=1, second='two', made=[], more=3)"
    with pytest.raises(TypeError, match="cannot inherit non-frozen dataclass from a frozen one"):
        dataclasses.make_dataclass("Loose", [], bases=(base,))


@pytest.mark.parametrize(("base", "frozen"), [("Plain", False), ("Mutable", True)])
def test_frozen_and_mutable_do_not_mix(
    base: str, frozen: bool, twins: tuple[types.ModuleType, types.ModuleType]
) -> None:
    """Neither derives from the other: refused in the standard library's words, and the base is what it was."""
    for module in twins:
        derived = type("Derived", (vars(module)[base],), {"__slots__": ()})
        with pytest.raises(TypeError) as caught:
            module.dataclass(frozen=frozen)(derived)
        told = f"cannot inherit {'' if frozen else 'non-'}frozen dataclass from a {'non-' if frozen else ''}frozen one"
        assert str(caught.value) == told
        assert vars(module)[base].__dataclass_params__.frozen is not frozen


def test_methods_are_made_when_they_are_asked_for() -> None:
    """Given a new class: it has no method yet. Each comes with its first use, and is a plain function from then on;
    `__init__` when there are enough values for it to be worth it."""

    @dataclass(frozen=True, slots=True)
    class Late:
        """A value."""

        name: str

    def made() -> set[str]:
        names = ("__init__", "__repr__", "__eq__", "__hash__")
        return {name for name in names if isinstance(vars(Late)[name], types.FunctionType)}

    for _ in range(BY_HAND):
        one = Late("a")
        assert made() == set()
    assert Late("a").name == "a"
    assert made() == {"__init__"}
    assert repr(one).endswith("Late(name='a')")
    assert made() == {"__init__", "__repr__"}
    assert one == Late("a")
    assert {one, Late("a")} == {one}
    assert made() == {"__init__", "__repr__", "__eq__", "__hash__"}


def test_fields_are_read_when_they_are_asked_for() -> None:
    """Given a new class: the standard library's list of its fields is made for whoever asks, and stays."""

    @dataclass(frozen=True, slots=True)
    class Late:
        """A value."""

        name: str

    assert not isinstance(vars(Late)["__dataclass_fields__"], dict)
    assert [one.name for one in dataclasses.fields(Late)] == ["name"]
    assert dataclasses.fields(Late)[0] is dataclasses.fields(Late)[0]
    assert isinstance(vars(Late)["__dataclass_fields__"], dict)


def test_a_value_that_holds_itself_can_be_shown() -> None:
    """`...` stands for the inner one."""

    @dataclass(slots=True)
    class Ring:
        """It may lead to itself."""

        next: Any = None

    ring = Ring()
    ring.next = ring
    assert repr(ring).endswith("Ring(next=...)")


def test_a_cached_property_is_kept_beside_the_fields() -> None:
    """A frozen class without slots remembers what it computed."""

    @dataclass(frozen=True)
    class Sum:
        """Two numbers."""

        left: int
        right: int

        @cached_property
        def total(self) -> list[int]:
            """Their sum."""
            return [self.left + self.right]

    one = Sum(1, 2)
    assert one.total is one.total
    assert one == Sum(1, 2)


def test_a_default_that_everybody_would_share_is_refused() -> None:
    """As the standard library refuses it, where the class is made."""
    with pytest.raises(ValueError, match="mutable default"):

        @dataclass(frozen=True, slots=True)
        class Shared:
            """It must not be."""

            names: list[str] = []


def test_a_builtin_name_in_a_module_changes_nothing(twins: tuple[types.ModuleType, types.ModuleType]) -> None:
    """Given a module with a `hash` of its own: values are hashed as anywhere."""
    module = twins[1]
    module.__dict__["hash"] = lambda *_: pytest.fail("the module's own")
    assert len({module.Single(1), module.Single(1)}) == 1


def test_a_method_can_be_replaced_for_a_while(twins: tuple[types.ModuleType, types.ModuleType]) -> None:
    """As test tools do it, with the original at hand, which is a function also where it comes out of the class."""
    single = twins[1].Single
    original = vars(single)["__init__"]

    def twice(self: Any, only: int) -> None:
        original(self, only * 2)

    with mock.patch.object(single, "__init__", twice):
        assert [single(1).only, single(2).only] == [2, 4]
    assert single(1).only == 1
    with mock.patch.object(single, "__repr__", autospec=True, return_value="shown"):
        assert repr(single(1)) == "shown"
    assert repr(single(1)) == "Single(only=1)"


def test_a_class_may_say_how_it_is_restored() -> None:
    """One of the two methods of pickling is its own, the other one is made; as with the standard library."""
    for decorator in (dataclasses.dataclass, dataclass):

        @decorator(frozen=True, slots=True)
        class Half:
            """Restored in its own way."""

            name: str

            def __setstate__(self, state: list[str]) -> None:
                object.__setattr__(self, "name", state[0].upper())

        assert copy.copy(Half("a")).name == "A"


def test_what_only_init_sees_is_refused() -> None:
    """`InitVar` and `KW_ONLY` are what the house does not use; refused where the class is made, not lost."""
    with pytest.raises(TypeError, match="given: InitVar needs the standard library's decorator"):

        @dataclass(frozen=True)
        class Given:
            """It has no such thing."""

            given: dataclasses.InitVar[int]

    with pytest.raises(TypeError, match="_: KW_ONLY needs the standard library's decorator"):

        @dataclass(frozen=True)
        class Keywords:
            """Neither this."""

            _: dataclasses.KW_ONLY


def test_slots_are_given_once() -> None:
    """As the standard library refuses it: a class cannot say its slots and have them made, too."""
    for decorator in (dataclasses.dataclass, dataclass):
        with pytest.raises(TypeError, match="Twice already specifies __slots__"):

            @decorator(slots=True)
            class Twice:
                """It has slots."""

                __slots__ = ("name",)
                name: str


def test_a_field_needs_an_annotation() -> None:
    """As the standard library refuses it: what is said of a field would be lost."""
    for decorator in (dataclasses.dataclass, dataclass):
        with pytest.raises(TypeError, match="'name' is a field but has no type annotation"):

            @decorator(slots=True)
            class Bare:
                """Its field is none."""

                name = dataclasses.field(default="")


def test_many_threads_may_meet_the_first_use() -> None:
    """Each has its value, and the class one method afterwards."""
    for _ in range(20):

        @dataclass(frozen=True, slots=True)
        class Late:
            """A value."""

            number: int

        together = threading.Barrier(4)

        def use(number: int, late: Any = Late, together: threading.Barrier = together) -> tuple[int, bool, str]:
            together.wait(10)
            one, *_ = [late(number) for _ in range(BY_HAND)]
            return one.number, one == late(number), repr(one).rpartition(".")[2]

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(use, range(4))) == [(n, True, f"Late(number={n})") for n in range(4)]
        assert isinstance(vars(Late)["__init__"], types.FunctionType)


def test_somebody_else_may_derive_at_the_same_time() -> None:
    """Given a class of ours that is just being derived from a frozen one: to another thread that one is frozen."""
    derived: list[type] = []
    raised: list[BaseException] = []

    def derive(base: type) -> None:
        try:
            derived.append(dataclasses.make_dataclass("Users", [("more", int)], bases=(base,), frozen=True))
        except BaseException as error:
            raised.append(error)

    @dataclass(frozen=True)
    class Base:
        """When the decorator derives from it, somebody else does, too."""

        def __init_subclass__(cls) -> None:
            if cls.__name__ == "Ours" and "__slots__" in vars(cls):  # made anew, inside of the decorator
                other = threading.Thread(target=derive, args=(Base,))
                other.start()
                other.join()

    @dataclass(frozen=True, slots=True)
    class Ours(Base):
        """One of the house."""

        name: str = ""

    assert not raised
    assert [one.__name__ for one in derived] == ["Users"]
    assert Base.__dataclass_params__.frozen


def test_users_derive_from_the_public_classes() -> None:
    """A frozen class of the standard library's own on top of a policy: made, changed, copied and pickled as any."""
    one = Mine(personality="nginx", ours=3)
    assert dataclasses.replace(one, ours=4) == Mine(personality="nginx", ours=4)
    assert copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == one
    assert {field.name for field in dataclasses.fields(one)} > {
        field.name for field in dataclasses.fields(ProviderPolicy)
    }
    match one:
        case ProviderPolicy(personality="nginx"):
            pass
        case _:
            pytest.fail("it is a policy")
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.personality = "jsse"  # type: ignore[misc]


@dataclasses.dataclass(frozen=True, slots=True)
class Mine(ProviderPolicy):
    """A user's own policy."""

    ours: int = 0


@given(st.builds(Response, status=st.integers(100, 599), body=st.binary()))
def test_strategies_are_built_from_the_fields(response: Response) -> None:
    """Hypothesis finds the fields and their types; the value is what was given."""
    assert dataclasses.replace(response) == response
    assert len(dataclasses.astuple(response)) == len(dataclasses.fields(Response))
