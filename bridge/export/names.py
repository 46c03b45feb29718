"""What results are called, after their inputs."""
from __future__ import annotations

from pathlib import Path

KINDS = ("bvh", "npz", "png", "glb", "vrma", "usd", "usda", "usdc")  # of files, by their endings


def result_name(file: Path) -> str:
    """What the results of an input are called: its stem and, of an archive (`archive.npz#clip`), the clip."""
    name, _, clip = file.name.partition("#")
    return plain_name("-".join(filter(None, [Path(name).stem, clip])))


def clip_name(file: Path) -> str:
    """The same where a motion is mended: of an archive, the clip alone."""
    return Path(file.name.partition("#")[2] or file.stem).name


def seed_name(seed: int) -> str:
    """What a motion made from a seed is called."""
    return f"generated{seed}"


def plain_name(text: str) -> str:
    """Only what may stand in a file's name on any system; no folders."""
    return "".join(one if one.isalnum() or one in "-_." else "_" for one in text)


def distinct(wanted: list[str]) -> list[str]:
    """The names, with a number where an earlier one is the same."""
    names: list[str] = []
    for plain in wanted:
        name, number = plain, 2
        while name in names:
            name, number = f"{plain}-{number}", number + 1
        names.append(name)
    return names
