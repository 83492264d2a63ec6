"""The staff of the district as pseudonyms; certificates, quiz and training refer to the same persons."""

from dataclasses import dataclass

import draws
from directory import coded
from profiles import Profile


@dataclass(frozen=True)
class Person:
    """One member of staff, or one who left in the year; `certificate` is the kind held, or empty."""

    number: str
    unit_code: str
    certificate: str = ""


def on_the_staff(profile: Profile) -> list[Person]:
    """List those in post at year end, holders of valid certificates among them."""
    return _everyone(profile)[: profile.governance.staff]


def left(profile: Profile) -> list[Person]:
    """List those whose certificate was cancelled in the year because they left."""
    return _everyone(profile)[profile.governance.staff :]


def _everyone(profile: Profile) -> list[Person]:
    plan = profile.enforcement
    posts = _posts(profile)
    gone = _spread(profile, plan.cancelled)
    supervising = plan.cancelled_supervision
    posts += [(unit, "supervision" if i < supervising else "enforcement") for i, unit in enumerate(gone)]
    rng = profile.rng("people")
    numbers = rng.sample(range(1, len(posts) * 5 // 4), len(posts))
    return [
        Person(f"{number:06d}", unit_code, certificate)
        for number, (unit_code, certificate) in zip(numbers, posts, strict=True)
    ]


def _posts(profile: Profile) -> list[tuple[str, str]]:
    """Give every unit its staff: so many enforcement officers, so many supervisors, and the others."""
    plan = profile.enforcement
    units = coded(profile.units)
    staff = draws.apportion(profile.governance.staff, [unit.staff for unit in profile.units], least=1)
    officers = draws.apportion(plan.certificates, [unit.officers for unit in profile.units])
    supervisors = draws.apportion(plan.supervision, [unit.supervisors for unit in profile.units])
    posts: list[tuple[str, str]] = []
    for unit_code, everyone, enforcing, supervising in zip(units, staff, officers, supervisors, strict=True):
        others = everyone - enforcing - supervising
        if others < 0:
            raise ValueError(f"unit {unit_code} has {everyone} staff and more certificates than that")
        kinds = ["enforcement"] * enforcing + ["supervision"] * supervising + [""] * others
        posts += [(unit_code, kind) for kind in kinds]
    return posts


def _spread(profile: Profile, n: int) -> list[str]:
    units = coded(profile.units)
    rng = profile.rng("people/left")
    return rng.choices(list(units), weights=[unit.officers for unit in profile.units], k=n)
