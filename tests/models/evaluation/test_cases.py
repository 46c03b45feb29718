"""Sections of cases: what is varied, and nothing else."""
from __future__ import annotations

import math
from dataclasses import replace

import pytest

from models.evaluation.cases import SECTIONS, TOLD, Setup, cases_of
from models.evaluation.sensors import SensorConfig
from models.evaluation.trackers import TRACKER_SETS
from models.kinematics.scaling import STANDARD_BODIES

USUAL = SensorConfig(position_sd=0.003, seed=7)


@pytest.mark.parametrize("section", [name for name in SECTIONS if name != "reliability"])
def test_every_section_has_cases_of_different_names(section: str) -> None:
    cases = cases_of(section, ("default", "UBx1.4"), USUAL)
    assert cases and len({case.name for case in cases}) == len(cases)
    assert len({case.setup for case in cases}) == len(cases)
    assert {case.setup.sensors.seed for case in cases} == {7}
    if section != "noise":
        assert {case.setup.sensors.position_sd for case in cases} == {0.003}


def test_where_bodies_are_on_the_curve_of_scales() -> None:
    places = {case.name: case.at for case in cases_of("bodies", STANDARD_BODIES, USUAL)}
    assert {name: at for name, at in places.items() if at is not None} == {
        "default": 1.0, "Allx0.6": 0.6, "Allx0.8": 0.8, "Allx1.2": 1.2, "Allx1.4": 1.4}


def test_noise_is_told_and_not_told() -> None:
    cases = cases_of("noise", (), SensorConfig())
    told = [case.at for case in cases if case.series == TOLD and case.setup.sensors.told_noise]
    hidden = [case.at for case in cases if case.series != TOLD and not case.setup.sensors.told_noise]
    assert told == [0, 0.2, 1, 5, 10, 20, None] and hidden == [1, 5, 10, 20, None]
    assert [case.setup.sensors.position_sd for case in cases[:6]] == pytest.approx([0, 0.002, 0.01, 0.05, 0.1, 0.2])
    assert cases[-1].setup.sensors.rotation_sd == pytest.approx(math.radians(5))


def test_each_sweep_begins_with_no_fault() -> None:
    for section in ("noise", "dropout", "mounts", "bones", "trackers", "kinds", "latency"):
        assert cases_of(section, (), SensorConfig())[0].setup == Setup()


def test_other_trackers_change_nothing_else() -> None:
    cases = cases_of("trackers", (), USUAL)
    assert [case.setup for case in cases] == [replace(Setup(sensors=USUAL), trackers=name) for name in TRACKER_SETS]
