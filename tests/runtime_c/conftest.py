import ctypes
import shutil

import pytest

from tests.runtime_c.kernel_library import build_library


@pytest.fixture(scope="session", params=["gcc", "clang"])
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    return build_library(tmp_path_factory.mktemp("kernels"), compiler=request.param)
