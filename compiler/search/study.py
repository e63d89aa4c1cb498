"""The record of a search: an Optuna study in RUN/study.db, one finished trial after the other, nothing else.

A trial is added in one transaction, so a search killed at any moment leaves a prefix of its trials. SQLite
in WAL mode: 11 ms a trial instead of 0.2 to 0.4 s through Optuna's ask and tell.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from warnings import catch_warnings, simplefilter

from compiler.errors import RunError
from compiler.files import writing
from compiler.proxies.aggregate import Reference
from compiler.search.attributes import from_attributes, to_attributes
from compiler.search.evaluate import Setting
from compiler.search.identity import check_identity, identity_of
from compiler.search.trial import Trial
from searchspace_dsl.space import Decision, RealRange, SearchSpace
from searchspace_dsl.spec import Spec

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.storages import RDBStorage
    from optuna.trial import FrozenTrial

_NAME = "search"
_IDENTITY, _REFERENCE = "identity", "reference"


class Record:
    """An open study. `add` appends; `trials` and `reference` are what was there when it was opened."""

    def __init__(self, study: "Study", space: SearchSpace, path: Path) -> None:
        self._study = study
        self._path = path
        self._names = tuple(decision.name for decision in space.decisions)
        self._distributions = {decision.name: _distribution(decision) for decision in space.decisions}
        kept = study.user_attrs.get(_REFERENCE)
        self.reference = None if kept is None else Reference(values=tuple(tuple(term) for term in kept))
        frozen = sorted(study.get_trials(deepcopy=False), key=lambda trial: trial.number)
        self.trials = tuple(self._restore(trial) for trial in frozen)

    def keep_reference(self, reference: Reference) -> None:
        """Stores what the aggregate score compares with. RunError where that fails."""
        with _database(self._path):
            self._study.set_user_attr(_REFERENCE, [list(term) for term in reference.values])
        self.reference = reference

    def add(self, trial: Trial) -> None:
        """Appends a trial, whose number must be the next. RunError where that fails."""
        from optuna.trial import TrialState, create_trial

        indices = zip(self._names, trial.vector, strict=True)
        frozen = create_trial(
            # Pruned, not failed: Optuna's dashboard shows failures as crashes.
            state=TrialState.PRUNED if trial.values is None else TrialState.COMPLETE,
            values=trial.values,
            params={name: self._parameter(name, value) for name, value in indices},
            distributions=self._distributions,
            user_attrs=to_attributes(trial.evaluation),
        )
        with _database(self._path):
            self._study.add_trial(frozen)

    def _parameter(self, name: str, value: float) -> int | float:
        from optuna.distributions import IntDistribution

        return int(value) if isinstance(self._distributions[name], IntDistribution) else value

    def _restore(self, frozen: "FrozenTrial") -> Trial:
        from optuna.trial import TrialState

        complete = frozen.state == TrialState.COMPLETE
        return Trial(
            number=frozen.number,
            vector=tuple(float(frozen.params[name]) for name in self._names),
            evaluation=from_attributes(frozen.user_attrs),
            values=tuple(frozen.values) if complete else None,
        )


@contextmanager
def open_record(run: Path, spec: Spec, setting: Setting) -> Iterator[Record]:
    """The study of `run`, made if there is none. RunError if it is of another search, naming what differs,
    if it is no study, or if it cannot be read or written.
    """
    path = run / "study.db"
    with writing(run):
        run.mkdir(parents=True, exist_ok=True)
    with _database(path):
        storage = _open_storage(path, spec, setting)
    try:
        with _database(path):
            record = _load(storage, spec, setting, run)
        yield record
    finally:
        _close(storage)


def _open_storage(path: Path, spec: Spec, setting: Setting) -> "RDBStorage":
    if not path.exists():
        # What a deleted database left behind would be taken for changes to the new one.
        for rest in ("-wal", "-shm"):
            path.with_name(path.name + rest).unlink(missing_ok=True)
        _create(path, spec, setting)
    return _storage(path)


def _load(storage: "RDBStorage", spec: Spec, setting: Setting, run: Path) -> Record:
    import optuna

    study = optuna.load_study(study_name=_NAME, storage=storage)
    check_identity(study.user_attrs.get(_IDENTITY, {}), identity_of(spec, setting), run)
    return Record(study, spec.space, run / "study.db")


def _create(path: Path, spec: Spec, setting: Setting) -> None:
    """A study without trials, under its name only once it is whole."""
    import optuna

    staged = path.with_name(f".{path.name}.new")
    staged.unlink(missing_ok=True)
    storage = _storage(staged)
    with _quiet():
        study = optuna.create_study(
            study_name=_NAME,
            storage=storage,
            directions=[objective.direction for objective in spec.search.objectives],
        )
        study.set_metric_names([objective.metric for objective in spec.search.objectives])
    study.set_user_attr(_IDENTITY, identity_of(spec, setting))
    _close(storage)
    with closing(sqlite3.connect(staged)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    with writing(path):
        staged.replace(path)


def _close(storage: "RDBStorage") -> None:
    storage.remove_session()
    storage.engine.dispose()


def _storage(path: Path) -> "RDBStorage":
    from optuna.storages import RDBStorage

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=60, check_same_thread=False)
        # A power cut may lose the last trials, never the order: they are run again.
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    # The path goes to SQLite itself, so that no character of it is read as part of a URL.
    return RDBStorage("sqlite:///study.db", engine_kwargs={"creator": connect})


@contextmanager
def _database(path: Path) -> Iterator[None]:
    """Turns what a database can complain of into a RunError that names its file."""
    from optuna.exceptions import OptunaError
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    # RuntimeError: written by an Optuna with other tables; KeyError: no such study, or another's trials.
    except (OptunaError, SQLAlchemyError, sqlite3.Error, RuntimeError, KeyError) as error:
        line = next(iter(str(error).splitlines()), type(error).__name__)
        raise RunError(f"the record of the search, {path}, cannot be used: {line}") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Optuna announces every study it makes, and that names for objectives are experimental (since 3.2)."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with catch_warnings():
            simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(before)


def _distribution(decision: Decision) -> "BaseDistribution":
    from optuna.distributions import FloatDistribution, IntDistribution

    domain = decision.domain
    if isinstance(domain, RealRange):
        # An inactive decision keeps its place with the coordinate 0, inside of the range or not.
        return FloatDistribution(min(domain.low, 0.0), max(domain.high, 0.0))
    return IntDistribution(0, domain.cardinality - 1)
