"""Reads WAV files as log-mel energies of as many frames and bands as the task's input has."""

import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from compiler.data.log_mel import MelFeatures, log_mel, mel_filters
from compiler.data.raw import one_line, require_room
from compiler.data.unreadable import Unreadable
from compiler.errors import DataError
from searchspace_dsl.spec import Task

_RATES_HZ = (1_000, 384_000)
_MOST_CLIP_SAMPLES = 2**24


def read_recordings(files: Sequence[Path], task: Task, features: MelFeatures) -> np.ndarray:
    """(N, frames, bands[, 1]) of mono 16-bit PCM files of one sample rate: dB of full scale, float32; where
    the task's raw dtype is an integer, the nearest whole dB, int16.

    What is longer than the frames cover keeps its middle, what is shorter gets silence on both sides.
    DataError names the file that cannot be read.
    """
    shape = task.input_shape
    if len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] != 1):
        raise DataError(f"recordings need an input [frames, mel bands]; the task's input is {shape}")
    require_room((len(files), *shape), f"{len(files):,} recordings of {shape}")
    rate_hz = _rate_of(files[0])
    window, hop = features.window_samples(rate_hz), features.hop_samples(rate_hz)
    length = features.clip_samples(rate_hz, shape[0])
    if length > _MOST_CLIP_SAMPLES:
        raise DataError(
            f"{shape[0]} frames of recordings are {length:,} samples; at most {_MOST_CLIP_SAMPLES:,}"
        )
    filters = mel_filters(features, rate_hz, shape[1])
    integers = task.encoding.raw_dtype != "float32"
    result = np.empty((len(files), *shape), np.int16 if integers else np.float32)
    for index, file in enumerate(files):
        decibels = log_mel(_clip(file, rate_hz, length, files[0]), filters, window, hop).reshape(shape)
        result[index] = np.floor(decibels + 0.5) if integers else decibels
    return result


def _rate_of(file: Path) -> int:
    rate_hz, _ = _read(file, None)
    low, high = _RATES_HZ
    if not low <= rate_hz <= high:
        raise DataError(f"{one_line(file)} has a sample rate of {rate_hz} Hz; it must be {low} to {high}")
    return rate_hz


def _clip(file: Path, rate_hz: int, length: int, first: Path) -> np.ndarray:
    """float64 (length,) in -1..1: the middle of the recording, zeros around it where it is shorter."""
    rate, samples = _read(file, length)
    if rate != rate_hz:
        raise DataError(
            f"{one_line(file)} has a sample rate of {rate} Hz, {one_line(first)} one of {rate_hz} Hz"
        )
    before = (length - len(samples)) // 2
    return np.pad(samples / 32768.0, (before, length - len(samples) - before))


def _read(file: Path, length: int | None) -> tuple[int, np.ndarray]:
    """Sample rate in Hz, and at most `length` samples, int16, of the middle; None: no samples."""
    try:
        with wave.open(str(file), "rb") as recording:
            _require_mono16(recording)
            there = recording.getnframes()
            if there == 0:
                raise Unreadable("holds no sound")
            if there * 2 > file.stat().st_size:
                raise Unreadable("is cut short")
            if length is None:
                return recording.getframerate(), np.empty(0, np.int16)
            wanted = min(there, length)
            recording.setpos((there - wanted) // 2)
            content = recording.readframes(wanted)
            if len(content) != 2 * wanted:
                raise Unreadable("is cut short")
            return recording.getframerate(), np.frombuffer(content, "<i2")
    except Unreadable as error:
        raise DataError(f"{one_line(file)} {error}") from error
    except OSError as error:
        raise DataError(f"{one_line(file)} cannot be read: {error.strerror or 'it is damaged'}") from error
    except Exception as error:  # wave raises errors of many kinds for a damaged file
        raise DataError(f"{one_line(file)} is no PCM WAV file, or is damaged") from error


def _require_mono16(recording: wave.Wave_read) -> None:
    if recording.getnchannels() != 1:
        raise Unreadable(f"has {recording.getnchannels()} channels; recordings must be mono")
    if recording.getsampwidth() != 2:
        raise Unreadable(f"has samples of {8 * recording.getsampwidth()} bits; they must have 16")
