"""Machine code of LLVM's text, for this processor, by LLVM's own compiler as llvmlite brings it.

Compiling takes some ten seconds, once: what comes of it is kept in a folder, under a name that is a digest of the text,
the processor and the compiler.
"""
from __future__ import annotations

import ctypes
import ctypes.util
import hashlib
import itertools
import logging
import os
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import llvmlite.binding as llvm
from scipy.linalg import cython_lapack

from models.compiled.makers import CALLED, INTRINSIC, PAIRED

Code = Callable[[int, int], None]  # of the addresses of an arena and of the constants
KEPT = 16  # files in the folder: the oldest go
log = logging.getLogger(__name__)


def machine_code(
    texts: Sequence[str], pieces: Sequence[Sequence[int]], folder: Path | None
) -> tuple[Any, list[Code]]:
    """Who owns the code, and the code of each piece, which is some of the texts one after the other: bodies of
    functions of %arena and %fixed. `folder`: where what is compiled is kept; None: nowhere."""
    lines = [f"define internal void @step{place}(ptr %arena, ptr %fixed) #0 {{\n{text}\n}}"
             for place, text in enumerate(texts)]
    for place, steps in enumerate(pieces):
        calls = "\n".join(f"call void @step{step}(ptr %arena, ptr %fixed)" for step in steps)
        lines.append(f"define void @piece{place}(ptr %arena, ptr %fixed) {{\n{calls}\nret void\n}}")
    engine = _engine("\n".join([*_declared(), *lines, "attributes #0 = { noinline nounwind }"]), folder)
    kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
    return engine, [kind(engine.get_function_address(f"piece{place}")) for place in range(len(pieces))]


def _declared() -> list[str]:
    lines = [f"declare void @{name}(ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr)" for name in ("sgesv", "dgesv")]
    for kind, suffix, mark in (("float", "f32", "f"), ("double", "f64", "")):
        lines += [f"declare {kind} @{name}.{suffix}({kind})" for name in INTRINSIC.values()]
        lines += [f"declare {kind} @{name}.{suffix}({kind}, {kind})" for name in (
            "llvm.copysign", *(names[0] for names in PAIRED.values()))]
        lines += [f"declare {kind} @{name}{mark}({kind})" for name in CALLED]
        lines += [f"declare {kind} @atan2{mark}({kind}, {kind})"]
    return lines + [f"declare {kind} @{names[1]}.{kind}({kind}, {kind})"
                    for kind in ("i64", "i32") for names in PAIRED.values()]


def _engine(text: str, folder: Path | None) -> Any:
    _begin()
    module = llvm.parse_assembly(text)
    cpu, features = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    machine = llvm.Target.from_default_triple().create_target_machine(cpu=cpu, features=features, opt=2)
    kept = _Kept(folder, "\0".join([text, cpu, features, llvmlite.__version__]))
    if not kept.code:
        # these would take twice as long to compile for a tenth of a millisecond in a tick
        options = llvm.create_pipeline_tuning_options(speed_level=2)
        options.loop_unrolling = options.loop_interleaving = options.slp_vectorization = False
        builder = llvm.create_pass_builder(machine, options)
        builder.getModulePassManager().run(module, builder)
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.set_object_cache(kept.keep, lambda module: kept.code)
    engine.finalize_object()
    return engine


class _Kept:
    """The code of a text in its file, behind a digest of its own: half a file is none."""

    def __init__(self, folder: Path | None, text: str) -> None:
        self._file = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.code" if folder else None
        self.code = self._read()

    def _read(self) -> bytes | None:
        try:
            whole = self._file.read_bytes() if self._file else b""
        except OSError:
            return None
        digest, code = whole[:32], whole[32:]
        return code if code and hashlib.sha256(code).digest() == digest else None

    def keep(self, module: Any, code: bytes) -> None:
        """Whole or not at all. Where it cannot be kept it is compiled again next time."""
        if self._file is None:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._file.parent, delete=False) as draft:
                draft.write(hashlib.sha256(code).digest() + code)
            os.replace(draft.name, self._file)
            files = sorted(self._file.parent.glob("*.code"), key=lambda path: path.stat().st_mtime)
            for old in files[:-KEPT]:
                old.unlink(missing_ok=True)
        except OSError as error:
            log.warning("compiled steps are not kept: %s", error)


@cache
def _begin() -> None:
    """C's and LAPACK's functions by their addresses."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    library = ctypes.CDLL(ctypes.util.find_library("m") or ctypes.util.find_library("msvcrt"))
    for name, mark in itertools.product((*CALLED, "atan2"), ("", "f")):
        llvm.add_symbol(name + mark, ctypes.cast(getattr(library, name + mark), ctypes.c_void_p).value)
    for name in ("sgesv", "dgesv"):
        llvm.add_symbol(name, _address(cython_lapack.__pyx_capi__[name]))


def _address(capsule: Any) -> int:
    name, pointer = ctypes.pythonapi.PyCapsule_GetName, ctypes.pythonapi.PyCapsule_GetPointer
    name.restype, name.argtypes = ctypes.c_char_p, [ctypes.py_object]
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return int(pointer(capsule, name(capsule)))
