"""What a bone's name says, whoever spelled it: its side and its stem, without prefixes, cases and separators."""
from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

LEFT = frozenset({"l", "left", "lf", "lft", "左"})
RIGHT = frozenset({"r", "right", "rt", "rgt", "右"})
PREFIXES = re.compile(r"^(?:.*[:|/])?(?:mixamorig\d*[_:]?)?", re.IGNORECASE)  # namespaces, Mixamo's without a colon
WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[左右]|[^\W\d_A-Za-z左右]+")
SHARED_BY = 0.8  # of all bones begin with a word: it is the character's name
Key = tuple[str, str]  # side ("L", "R" or ""), stem


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """Lower-case words of a name: `mixamorig9:LeftUpLeg` -> left, up, leg."""
    words: list[str] = []
    for word in WORDS.findall(PREFIXES.sub("", name, count=1)):
        words += _unglued(word.lower())
    return tuple(words)


def key_of(words: Iterable[str]) -> Key:
    """The first word that is a side is the side; the rest is the stem."""
    side, stem = "", []
    for word in words:
        found = "L" if word in LEFT else "R" if word in RIGHT else ""
        if found and not side:
            side = found
        else:
            stem.append(word)
    return side, "".join(stem)


def keys_of(names: Iterable[str]) -> dict[Key, int]:
    """Key -> number of the name; of two with one key the first counts. `DEF-` may be left out where that is clear."""
    spelled = [words_of(name) for name in names]
    found: dict[Key, int] = {}
    for number, words in enumerate(spelled):
        found.setdefault(key_of(words), number)
    for number, words in enumerate(spelled):
        if words[:1] == ("def",):
            found.setdefault(key_of(words[1:]), number)
    return found


def without_shared_words(names: Iterable[str]) -> list[str]:
    """The names without what nearly all of them begin with: `Bob_Hips`, `Bob_Spine`, ... lose `Bob`."""
    spelled = [words_of(name) for name in names]
    while firsts := [words[0] for words in spelled if len(words) > 1]:
        common = max(set(firsts), key=firsts.count)
        if common in LEFT | RIGHT or firsts.count(common) < SHARED_BY * len(spelled):
            break
        spelled = [words[1:] if len(words) > 1 and words[0] == common else words for words in spelled]
    return ["_".join(words) for words in spelled]


def _unglued(word: str) -> list[str]:
    """`leftarm` -> left, arm; `armleft` -> arm, left."""
    for side in ("left", "right"):
        if word != side and word.startswith(side):
            return [side, word[len(side) :]]
        if word != side and word.endswith(side):
            return [word[: -len(side)], side]
    return [word]
