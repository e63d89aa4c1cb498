"""The generated folder: every file a firmware needs to run one network, and those that prove it runs."""

import json
from collections.abc import Mapping
from pathlib import PurePosixPath

from backends.emulate.cores import CORES, STAND_INS
from backends.firmware.api_view import api_view, heading
from backends.firmware.environment import render
from backends.firmware.layer_checks import layer_files
from backends.firmware.source_view import source_view, weights_view
from backends.firmware.vector_files import vector_files
from backends.firmware.views import ApiView, BuildView, CoreView
from compiler.backend import FirmwareRequest
from compiler.ir.program import Program

RANDOM_NOTE = "The weights are random: nothing was trained. Good for measuring memory and speed only."


def emit_folder(request: FirmwareRequest, kernel_files: Mapping[str, str]) -> dict[str, str]:
    """Relative path -> text of every file. Pure, and the same bytes for the same request.

    `kernel_files`: file name -> text of the runtime_c sources and headers the program uses; they land
    unchanged in protonas/, and one of them defines PROTONAS_RUNTIME_VERSION. InternalError where the
    request contradicts itself: constants without data, inputs that are not int8, no vectors.
    """
    top = heading(request)
    api = api_view(request, kernel_files)
    files = {
        f"{top.prefix}.h": render("model.h.j2", api),
        f"{top.prefix}.c": render("model.c.j2", source_view(request, api)),
        **_weights(request, api),
        **{f"protonas/{name}": kernel_files[name] for name in sorted(kernel_files)},
        **_selftest(request, api),
        **layer_files(request, api),
        f"{top.prefix}_report.json": _report(request),
    }
    build = _build_view(request, api, kernel_files)
    files[f"{top.prefix}.mk"] = render("model.mk.j2", build)
    files["Makefile"] = render("Makefile.j2", build)
    files["CMakeLists.txt"] = render("CMakeLists.txt.j2", build)
    files[f"{top.prefix}.clayer.yml"] = render("model.clayer.yml.j2", build)
    files[f"{top.prefix}_kernels.clayer.yml"] = render("kernels.clayer.yml.j2", build)
    files["README.md"] = render("README.md.j2", build)
    return files


def _weights(request: FirmwareRequest, api: ApiView) -> dict[str, str]:
    view = weights_view(request, api)
    return {
        f"{view.heading.prefix}_weights.{ending}": render(f"weights.{ending}.j2", view) for ending in "hc"
    }


def _build_view(request: FirmwareRequest, api: ApiView, kernel_files: Mapping[str, str]) -> BuildView:
    core = STAND_INS.get(request.target.core, request.target.core)
    return BuildView(
        api=api,
        kernels=_compiled(request.program),
        cores=CORES,
        default_core=core,
        cmsis_nn=_library(request.program, kernel_files),
    )


def _library(program: Program, kernel_files: Mapping[str, str]) -> str:
    """How Arm's CMSIS-NN is to be built, empty where no kernel calls it."""
    if not any('#include "arm_nnfunctions.h"' in text for text in kernel_files.values()):
        return ""
    return (
        f"{'with' if program.backend.endswith('single-rounding') else 'without'} CMSIS_NN_USE_SINGLE_ROUNDING"
    )


def _compiled(program: Program) -> tuple[str, ...]:
    """The C files that are compiled by themselves: those that calls name. Others are only included."""
    return tuple(sorted({PurePosixPath(path).name for call in program.calls for path in call.sources}))


def _selftest(request: FirmwareRequest, api: ApiView) -> dict[str, str]:
    files = {
        "selftest/selftest.c": render("selftest.c.j2", api),
        "selftest/host.c": render("host.c.j2", api),
        **vector_files(request),
        "selftest/startup.c": render("startup.c.j2", api),
        "selftest/semihosting.h": render("semihosting.h.j2", api),
        "selftest/sections.ld": render("sections.ld.j2", api),
    }
    for core in CORES:
        files[f"selftest/{core.name}.ld"] = render("core.ld.j2", CoreView(core=core, heading=api.heading))
    return files


def _report(request: FirmwareRequest) -> str:
    """JSON; what was never trained says so in its first line."""
    marked = {"random_weights": RANDOM_NOTE} if request.random_weights else {}
    return json.dumps({**marked, **request.report}, indent=2, allow_nan=False) + "\n"
