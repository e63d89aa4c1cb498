"""A folder of files by class: decides by their names whether they are images or recordings; reads them."""

from pathlib import Path

from compiler.data.class_files import ClassFiles, find_class_files
from compiler.data.images import IMAGE_SUFFIXES, read_images
from compiler.data.log_mel import read_features
from compiler.data.raw import RawData, one_line
from compiler.data.recordings import read_recordings
from compiler.errors import DataError
from searchspace_dsl.spec import Task

WAV_SUFFIX = ".wav"
FEATURES_FILE = "features.toml"


def read_folder(folder: Path, task: Task) -> RawData:
    """Images uint8 (N, height, width, channels), or log-mel energies of .wav files (N, frames, bands[, 1]).

    DataError names the file or class that is wrong.
    """
    found = find_class_files(folder, task)
    if _all_recordings(found):
        features = read_features(folder / FEATURES_FILE)
        x = read_recordings(found.all, task, features)
    else:
        x = read_images(found.all, task)
    return RawData(
        x_train=x[: len(found.train)],
        y_train=found.y_train,
        x_test=x[len(found.train) :],
        y_test=found.y_test,
        class_names=found.class_names,
    )


def _all_recordings(found: ClassFiles) -> bool:
    """Whether all files are .wav, or none; DataError where both kinds occur, or files of neither."""
    recordings = [file for file in found.all if file.suffix.lower() == WAV_SUFFIX]
    for file in found.all:
        suffix = file.suffix.lower()
        if suffix in (".jpg", ".jpeg"):
            raise DataError(f"{one_line(file)}: JPEG is not read; convert it to PNG")
        if suffix not in (*IMAGE_SUFFIXES, WAV_SUFFIX):
            kinds = ", ".join((*IMAGE_SUFFIXES, WAV_SUFFIX))
            raise DataError(f"{one_line(file)} is none of {kinds}")
    if recordings and len(recordings) < len(found.all):
        other = next(file for file in found.all if file.suffix.lower() != WAV_SUFFIX)
        raise DataError(f"{one_line(recordings[0])} is a recording and {one_line(other)} an image")
    return bool(recordings)
