"""Constraints of control rigs as parents, and no circle of them."""
from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine_plugins.blender.posebridge.core.families.following import as_constrained
from engine_plugins.blender.posebridge.core.rig import Rig
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build, build


def raw(layout: str) -> Rig:
    made = build(Build(LAYOUTS[layout], NEUTRAL))
    return Rig(tuple(made["names"]), tuple(made["parents"]), made["rest"], made["tails"], made["object"])


def test_what_copies_a_bone_hangs_on_it() -> None:
    rig = raw("Rigify control rig")
    tied = as_constrained(rig)
    changed = {rig.names[bone]: rig.names[tied.parents[bone]] for bone in range(len(rig.names))
               if tied.parents[bone] != rig.parents[bone]}
    assert changed == {"MCH-torso.parent": "root", "ORG-shoulder.L": "shoulder.L", "ORG-shoulder.R": "shoulder.R"}
    assert as_constrained(tied).parents == tied.parents


def test_other_rigs_stay_as_they_are_and_no_tie_closes_a_circle() -> None:
    assert as_constrained(raw("UE5")).parents == raw("UE5").parents
    chain = Rig(("ORG-shoulder.L", "shoulder.L"), (-1, 0), np.tile(np.eye(4), (2, 1, 1)), np.zeros((2, 3)), np.eye(4))
    assert as_constrained(chain).parents == (-1, 0)
    assert as_constrained(replace(chain, parents=(-1, -1))).parents == (1, -1)
