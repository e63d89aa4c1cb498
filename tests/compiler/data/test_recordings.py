import io
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.data.dataset import load_dataset
from compiler.data.log_mel import MelFeatures, log_mel, mel_filters, read_features
from compiler.errors import DataError
from searchspace_dsl.encoding import InputEncoding, RawDtype
from searchspace_dsl.spec import Task

RATE_HZ = 8000


def task(*shape: int, raw_dtype: RawDtype = "float32") -> Task:
    return Task(
        kind="classification",
        input_shape=shape or (9, 10),
        encoding=InputEncoding(raw_dtype=raw_dtype),
        classes=2,
    )


def tone(hz: float, seconds: float = 0.2, level: float = 1.0) -> np.ndarray:
    return level * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)


def wav(samples: np.ndarray, *, rate: int = RATE_HZ, channels: int = 1, width: int = 2) -> bytes:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        integers = np.round(samples * 32767).astype("<i2")
        file.writeframes(np.repeat(integers, channels).tobytes() if width == 2 else bytes(len(samples)))
    return stream.getvalue()


def write(folder: Path, **extra: bytes) -> Path:
    files = {
        f"{part}/{name}/1.wav": wav(tone(hz)) for part in ("train", "test") for name, hz in PITCHES.items()
    }
    for name, content in {**files, **extra}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


PITCHES = {"high": 3000.0, "low": 300.0}


@pytest.mark.parametrize("hz", [250.0, 500.0, 1000.0, 3000.0])
def test_a_full_tone_is_about_0_db_in_its_band_and_little_elsewhere(hz: float) -> None:
    features = MelFeatures()
    filters = mel_filters(features, RATE_HZ, 20)
    energies = log_mel(tone(hz), filters, features.window_samples(RATE_HZ), features.hop_samples(RATE_HZ))
    assert energies.shape == (9, 20)
    band = int(filters[:, round(hz * 512 / RATE_HZ)].argmax())
    assert (energies.argmax(axis=1) == band).all()
    assert (np.abs(energies[:, band]) < 4).all()
    assert (np.delete(energies, [band - 1, band, min(band + 1, 19)], axis=1) < -25).all()


def test_ten_times_the_amplitude_is_twenty_decibels() -> None:
    filters = mel_filters(MelFeatures(), RATE_HZ, 10)
    loud, quiet = (log_mel(tone(700, level=level), filters, 320, 160) for level in (0.5, 0.05))
    heard = quiet > -80
    np.testing.assert_allclose((loud - quiet)[heard], 20.0, atol=1e-6)
    assert log_mel(np.zeros(1600), filters, 320, 160).tolist() == [[-100.0] * 10] * 9


def test_a_frame_against_the_formula() -> None:
    """One frame, summed in the open: window, discrete Fourier transform, triangles, decibels."""
    samples = np.random.default_rng(0).uniform(-1, 1, 16)
    window = [0.5 - 0.5 * np.cos(2 * np.pi * n / 16) for n in range(16)]
    powers = [
        abs(sum(samples[n] * window[n] * np.exp(-2j * np.pi * n * k / 16) for n in range(16))) ** 2
        for k in range(9)
    ]
    filters = mel_filters(MelFeatures(window_ms=2), RATE_HZ, 2)
    expected = [10 * np.log10(sum(w * p for w, p in zip(row, powers, strict=True)) / 16) for row in filters]
    np.testing.assert_allclose(log_mel(samples, filters, 16, 8)[0], expected)


def test_recordings_by_class(tmp_path: Path) -> None:
    found = load_dataset(write(tmp_path), task())
    assert found.class_names == ("high", "low")
    assert found.x_train.shape == found.x_test.shape == (2, 9, 10) and found.x_train.dtype == np.float32
    assert (found.x_train[0].argmax(axis=1) > found.x_train[1].argmax(axis=1)).all()
    with_channel = load_dataset(tmp_path, task(9, 10, 1))
    np.testing.assert_array_equal(with_channel.x_train[..., 0], found.x_train)


def test_integer_inputs_get_whole_decibels(tmp_path: Path) -> None:
    exact = load_dataset(write(tmp_path), task()).x_train
    whole = load_dataset(tmp_path, task(raw_dtype="int8")).x_train
    assert whole.dtype == np.int16 and np.abs(whole - exact).max() <= 0.5
    with pytest.raises(DataError, match="which the input's dtype uint8 cannot hold"):
        load_dataset(tmp_path, task(raw_dtype="uint8"))


def test_short_recordings_get_silence_around_them_long_ones_keep_their_middle(tmp_path: Path) -> None:
    silence = np.zeros(RATE_HZ // 5)
    middle = np.concatenate([silence, tone(300), silence])
    long, short = {"train/low/2.wav": wav(middle)}, {"train/low/3.wav": wav(tone(300, 0.02))}
    found = load_dataset(write(tmp_path, **long, **short), task()).x_train
    np.testing.assert_allclose(found[2], found[1], atol=1e-4)
    assert (found[3][[0, 1, 7, 8]] == -100).all() and found[3][4].max() > -30


def test_the_folders_own_features(tmp_path: Path) -> None:
    settings = b"window_ms = 30\nhop_ms = 10.5\nlow_hz = 100\nhigh_hz = 3800\n"
    write(tmp_path, **{"features.toml": settings})
    assert read_features(tmp_path / "features.toml") == MelFeatures(
        window_ms=30, hop_ms=10.5, low_hz=100, high_hz=3800
    )
    other = load_dataset(tmp_path, task()).x_train
    (tmp_path / "features.toml").unlink()
    assert np.abs(load_dataset(tmp_path, task()).x_train - other).max() > 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("window = 30", "has window; it may have window_ms, hop_ms, low_hz, high_hz"),
        ("hop_ms = 0", "hop_ms must be a number above 0"),
        ("hop_ms = 'a'", "hop_ms must be a number above 0"),
        ("hop_ms = nan", "hop_ms must be a number above 0"),
        ("window_ms = 20000", "window_ms must be at most 10000"),
        ("low_hz = 5000", "mel bands from 5000 to 4000 Hz do not fit a sample rate of 8000 Hz"),
        ("high_hz = 4001", "mel bands from 20 to 4001 Hz do not fit"),
        ("window_ms = 1", "10 mel bands are too many for windows of 1 ms at 8000 Hz"),
        (
            "hop_ms = 10000\nwindow_ms = 10000\nhigh_hz=4000",
            "2000 frames of recordings are .* samples; at most",
        ),
        ("=", "is no TOML file"),
    ],
)
def test_wrong_features(tmp_path: Path, text: str, message: str) -> None:
    folder = write(tmp_path, **{"features.toml": text.encode()})
    wanted = task(2000, 10) if "10000\n" in text else task()
    with pytest.raises(DataError, match=message) as found:
        load_dataset(folder, wanted)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"RIFF", "is no PCM WAV file, or is damaged"),
        (b"", "is no PCM WAV file, or is damaged"),
        (wav(tone(300), channels=2), "has 2 channels; recordings must be mono"),
        (wav(tone(300), width=1), "has samples of 8 bits; they must have 16"),
        (wav(tone(300), rate=16000), "has a sample rate of 16000 Hz, .* one of 8000 Hz"),
        (wav(np.zeros(0)), "holds no sound"),
        (wav(tone(300))[:-100], "is cut short"),
    ],
)
def test_wrong_recordings(tmp_path: Path, content: bytes, message: str) -> None:
    folder = write(tmp_path, **{"train/low/2.wav": content})
    with pytest.raises(DataError, match=rf"low/2\.wav {message}"):
        load_dataset(folder, task())


def test_wrong_shapes_and_rates(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"recordings need an input \[frames, mel bands\]; .* \(90,\)"):
        load_dataset(write(tmp_path), task(90))
    write(tmp_path, **{"train/high/1.wav": wav(tone(300), rate=10)})
    with pytest.raises(DataError, match="has a sample rate of 10 Hz; it must be 1000 to 384000"):
        load_dataset(tmp_path, task())


@given(st.data())
def test_damage_never_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(wav(tone(300)))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, 60))] = data.draw(st.integers(0, 255))
    folder = write(tmp_path_factory.mktemp("wav"), **{"train/low/2.wav": bytes(content)})
    try:
        load_dataset(folder, task())
    except DataError as error:
        assert "\n" not in str(error)
