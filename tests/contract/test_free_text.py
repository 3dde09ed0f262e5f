"""Whatever may be written freely in a request is looked through for what seems to identify somebody, or says why not."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, get_args, get_origin

from annotated_types import MaxLen
from pydantic import StringConstraints
from pydantic.fields import FieldInfo

from services.composition import SERVICES
from shared.schemas import Line, Prose, Request, Weighed, Worded

NAMES = "is the name of somebody of staff, of an agency, a body, a system or a place, and is asked for as that"
BY_NATURE: dict[str, str] = {
    **dict.fromkeys(("name", "person_name", "owner_name", "lead_name", "authority_name", "also_known_as"), NAMES),
    **dict.fromkeys(("agreed_by", "post", "place"), NAMES),
    "export": "is a list of who was in a meeting, of whom the domain says which agency they are of",
    "WritePart.text": "is a report about a child, which the publication check reads with two people before it is published",
}
FREE = ("[^\\x00", "[^\\x00-\\x1f")  # patterns of Line and Prose, and of what is like them


def bodies() -> list[type[Request]]:
    """What the operations of all services take."""
    placed = [router.under(f"/{name}/v1") for name, service in SERVICES.items() for router in service.routers]
    fields = [route.body_field for routes in placed for route in routes]
    found: dict[Any, None] = {field.field_info.annotation: None for field in fields if field}
    return list(found)


def free_texts(annotation: Any, constraints: tuple[Any, ...] = ()) -> Iterator[type[Request] | None]:
    """For each free text within a type None, and for each part that is a request itself that request."""
    origin, within = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from free_texts(within[0], (*constraints, *within[1:]))
    elif within:
        for one in within:
            yield from free_texts(one, constraints if origin is not list else ())
    elif annotation is str and any(_free(one) for one in constraints):
        yield None
    elif isinstance(annotation, type) and issubclass(annotation, Request):
        yield annotation


def _free(constraint: Any) -> bool:
    pattern = getattr(constraint, "pattern", None)
    if isinstance(constraint, FieldInfo):
        return any(_free(one) for one in constraint.metadata)
    return str(pattern).removeprefix("^").startswith(FREE)


def unread(model: type[Request], path: str = "") -> Iterator[str]:
    """The fields of free text that nobody looks through, each with where it stands."""
    read = {*model.prose, *model.lines}
    for name, field in model.model_fields.items():
        if name in BY_NATURE or f"{model.__name__}.{name}" in BY_NATURE:
            continue
        for part in free_texts(field.annotation, tuple(field.metadata)):
            here = f"{path}{model.__name__}.{name}"
            if part is None:
                yield from () if name in read else [here]
            else:
                found = list(unread(part, f"{here} → "))
                worded = [*part.prose, *part.lines] and name not in read
                yield from found or ([here] if worded and not issubclass(part, Weighed) else [])


def test_every_free_text_is_looked_through() -> None:
    """A new one is named in `prose` or `lines` of its request, which is a `Worded`, or above with its reason."""
    found = bodies()
    assert len(found) > 150
    assert [where for model in found for where in unread(model)] == []
    named = [one for one in found if {*one.prose, *one.lines} & one.model_fields.keys()]
    assert [one.__name__ for one in named if not issubclass(one, Weighed)] == []


def test_what_nobody_looks_through_is_found() -> None:
    """In a field, in a list, and in a part; but not where its request names it."""

    class Part(Request):
        how: Prose
        code: Annotated[str, StringConstraints(pattern="^[a-z]+$"), MaxLen(20)]

    class Whole(Worded):
        prose: ClassVar[tuple[str, ...]] = ("text", "parts")
        text: Prose | None = None
        lines_of_it: list[Line] = []
        parts: list[Part] = []

    assert list(unread(Whole)) == ["Whole.lines_of_it", "Whole.parts → Part.how"]
    Part.prose = ("how",)
    assert list(unread(Whole)) == ["Whole.lines_of_it"]
    Whole.prose = ("text",)
    assert list(unread(Whole)) == ["Whole.lines_of_it", "Whole.parts"]
