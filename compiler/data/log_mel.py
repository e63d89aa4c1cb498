"""Log-mel energies of recordings: what keyword spotting networks see of sound. NumPy only."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from compiler.data.raw import one_line
from compiler.errors import DataError

FLOOR_DB = -100.0
_MOST_SETTINGS_BYTES = 64 * 1024
_MOST_MS = 10_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MelFeatures:
    """`window_ms` of sound make a frame, a frame begins every `hop_ms`; bands lie between `low_hz` and
    `high_hz`, None: half the sample rate.
    """

    window_ms: float = 40.0
    hop_ms: float = 20.0
    low_hz: float = 20.0
    high_hz: float | None = None

    def window_samples(self, rate_hz: int) -> int:
        """Length of a frame, at least 2."""
        return max(2, round(self.window_ms * rate_hz / 1000))

    def hop_samples(self, rate_hz: int) -> int:
        """Distance of frames, at least 1."""
        return max(1, round(self.hop_ms * rate_hz / 1000))

    def clip_samples(self, rate_hz: int, frames: int) -> int:
        """Length of what `frames` frames cover."""
        return self.window_samples(rate_hz) + (frames - 1) * self.hop_samples(rate_hz)


def read_features(path: Path) -> MelFeatures:
    """The settings in a TOML file, the defaults where there is none. DataError where one is wrong."""
    try:
        with path.open("rb") as stream:
            content = tomllib.loads(stream.read(_MOST_SETTINGS_BYTES).decode())
    except FileNotFoundError:
        return MelFeatures()
    except OSError as error:
        raise DataError(f"{one_line(path)} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"{one_line(path)} is no TOML file: {one_line(error)}") from error
    known = [field.name for field in fields(MelFeatures)]
    for key, value in content.items():
        if key not in known:
            raise DataError(f"{one_line(path)} has {one_line(key)}; it may have {', '.join(known)}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1e6:
            raise DataError(f"{one_line(path)}: {key} must be a number above 0")
        if key.endswith("_ms") and value > _MOST_MS:
            raise DataError(f"{one_line(path)}: {key} must be at most {_MOST_MS:.0f}")
    return MelFeatures(**content)


def mel_filters(features: MelFeatures, rate_hz: int, bands: int) -> np.ndarray:
    """Weights (bands, fft // 2 + 1): triangles of height 1, equally wide on the mel scale of O'Shaughnessy,
    mel = 2595 log10(1 + f / 700). DataError where a band would hold no frequency.
    """
    high_hz = rate_hz / 2 if features.high_hz is None else features.high_hz
    if not features.low_hz < high_hz <= rate_hz / 2:
        raise DataError(
            f"mel bands from {features.low_hz:g} to {high_hz:g} Hz do not fit a sample rate of {rate_hz} Hz"
        )
    size = _fft_size(features.window_samples(rate_hz))
    frequencies = np.arange(size // 2 + 1) * (rate_hz / size)
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (features.low_hz, high_hz))
    corners = 700 * (10 ** (np.linspace(low, high, bands + 2) / 2595) - 1)
    rising = (frequencies - corners[:-2, None]) / np.diff(corners)[:-1, None]
    falling = (corners[2:, None] - frequencies) / np.diff(corners)[1:, None]
    filters: np.ndarray = np.maximum(0.0, np.minimum(rising, falling))
    if (filters.max(axis=1) < 1e-6).any():
        raise DataError(
            f"{bands} mel bands are too many for windows of {features.window_ms:g} ms at {rate_hz} Hz: "
            "one would hold no frequency"
        )
    return filters


def log_mel(clip: np.ndarray, filters: np.ndarray, window: int, hop: int) -> np.ndarray:
    """float64 (frames, bands), dB of a full-scale sine, at least -100, of samples (n,) in -1..1.

    Frame k is samples k * hop to k * hop + window, times a periodic Hann window; then the squared magnitude
    of its FFT (zeros appended to the next power of two), the bands' weighted sums, 10 log10.
    """
    shape = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    frames = np.lib.stride_tricks.sliding_window_view(clip, window)[::hop]
    spectra = np.abs(np.fft.rfft(frames * shape, _fft_size(window))) ** 2 / (shape.sum() / 2) ** 2
    energies = spectra @ filters.T
    decibels: np.ndarray = 10 * np.log10(np.maximum(energies, 10 ** (FLOOR_DB / 10)))
    return decibels


def _fft_size(window: int) -> int:
    return 1 << (window - 1).bit_length()
