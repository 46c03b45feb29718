"""The scene: floor, light, and everybody's figure, trackers, truth and name. It shows what it is told."""
from __future__ import annotations

import viser

from bridge.frames import JOINT_INDEX
from bridge.viewer import colours
from bridge.viewer.figure import ball_mesh, balls, limb_mesh, limbs, size_of
from bridge.viewer.people import Body, Moment, Person
from bridge.viewer.shown import Place, Shown, Truth
from bridge.viewer.solids import Marks, Solid

FLOOR_M = 40.0
ABOVE_M = 0.3  # the head joint: where the name is
TRUTH_OPACITY = 0.4
LIGHT = 0.25  # of viser's own


class Stage:
    """The floor and the light; people are added to it."""

    def __init__(self, scene: viser.SceneApi) -> None:
        self._scene = scene
        scene.set_up_direction("+y")
        scene.configure_environment_map("warehouse", environment_intensity=LIGHT)  # or pale bodies, their colours lost
        self._world = scene.add_frame("/world", show_axes=False)
        self._floor = scene.add_grid(
            "/world/floor", FLOOR_M, FLOOR_M, plane="xz", cell_size=0.25, section_size=1.0, cell_color=(52, 58, 70),
            section_color=(84, 92, 108), cell_thickness=0.6, section_thickness=1.1, fade_distance=18.0,
            fade_strength=1.5, plane_color=(26, 29, 36), plane_opacity=1.0, shadow_opacity=0.5)

    def floor_at(self, height_m: float) -> None:
        self._floor.position = (0.0, height_m, 0.0)

    def move_world(self, x_m: float, z_m: float) -> None:
        """So that who is followed stays where the camera looks."""
        self._world.position = (x_m, 0.0, z_m)

    def add(self, number: int, person: Person) -> Actor:
        return Actor(self._scene, number, person)


class Actor:
    """One person on the stage."""

    def __init__(self, scene: viser.SceneApi, number: int, person: Person) -> None:
        self._scene, self._number, self.person = scene, number, person
        self._path = f"/world/person{number}"
        self._limbs = Solid(scene, f"{self._path}/body", limbs(person.skeleton), limb_mesh(), colours.PLAIN)
        self._balls = Solid(scene, f"{self._path}/joints", balls(person.skeleton), ball_mesh(), colours.INFERRED)
        self._truth = None if person.truth is None else Solid(
            scene, f"{self._path}/truth", limbs(person.truth), limb_mesh(), colours.TRUTH, TRUTH_OPACITY)
        self._marks = Marks(scene, f"{self._path}/trackers", len(person.trackers)) if person.trackers else None
        self._name = scene.add_label(f"{self._path}/name", person.name, anchor="bottom-center", visible=False)

    def show(self, moment: Moment | None, place: Place, shown: Shown) -> None:
        """The person at a moment; None: there is nothing to be seen yet."""
        here = self._number not in shown.hidden
        self._see(moment if here else None, shown)
        if moment is None or not here:
            return
        body = moment.body
        self._limbs.place(body, place.body_m, colours.joint_colours(shown.scheme, moment.confidence, self._number))
        self._balls.place(body, place.body_m, colours.ball_colours(moment.measured, moment.lost))
        if self._truth and moment.truth:
            self._truth.place(moment.truth, place.truth_m)
        if self._marks and moment.trackers:
            self._marks.place(moment.trackers, place.body_m)
        self._name.position = self._above(body, place)

    def _see(self, moment: Moment | None, shown: Shown) -> None:
        here = moment is not None
        self._limbs.see(here and shown.bodies)
        self._balls.see(here and shown.balls)
        if self._truth:
            self._truth.see(moment is not None and moment.truth is not None and shown.truth is not Truth.HIDDEN)
        if self._marks:
            self._marks.see(moment is not None and moment.trackers is not None and shown.trackers)
        if self._name.visible != (here and shown.labels):
            self._name.visible = here and shown.labels

    def _above(self, body: Body, place: Place) -> tuple[float, float, float]:
        x, y, z = (body.joints_m[JOINT_INDEX["head"]] + place.body_m).tolist()
        return x, y + ABOVE_M * size_of(self.person.skeleton), z

    def remove(self) -> None:
        self._scene.remove_by_name(self._path)
