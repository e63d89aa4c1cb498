"""`protonas check`: readable in 80 columns, quick without samples, and clear about what cannot be."""

import json
import resource
from pathlib import Path

import pytest

from compiler.driver.cli import main
from compiler.driver.decisions import decision_lines
from searchspace_dsl.decisions import Choice, Decision, IntRange
from searchspace_dsl.span import Span
from tests.compiler.driver.running import protonas

EXAMPLES = Path(__file__).parents[3] / "examples"
TASK = "task classification { input [8, 8, 1] classes 10 }\n"
BITS = TASK + "arch net { with weights = choose { int4, int8 } { conv(8, 3) } flatten -> dense(classes) }"


def test_without_a_target_only_samples_are_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "bits.nas"
    spec.write_text(BITS)
    assert main(["check", str(spec), "--no-sample"]) == 0
    assert capsys.readouterr().out.startswith(
        "bits: 2 members; 1 decision\n\n  net.weights  2  {int4, int8}\n"
    )
    assert main(["check", str(spec)]) == 2
    told = capsys.readouterr().err
    assert "--target BOARD" in told and "--no-sample" in told


def test_members_without_a_kernel_are_counted_with_the_reason(tmp_path: Path) -> None:
    spec = tmp_path / "bits.nas"
    spec.write_text(BITS)
    answer = json.loads(protonas("check", spec, "--target", "nucleo_l4r5zi", "--jobs", 1, "--json").stdout)
    assert answer["size"] == 2 and answer["size_is_exact"] and answer["target"] == "nucleo_l4r5zi"
    assert answer["decisions"] == [{"name": "net.weights", "values": 2, "domain": "{int4, int8}"}]
    survey = answer["survey"]
    assert survey["fitting"] + survey["rejected"]["no kernel"] == survey["sampled"] == 1000
    assert 400 < survey["fitting"] < 600
    assert survey["examples"]["no kernel"] == "conv has no kernel for int4 weights, only for int8"
    assert survey["smallest"]["macs"] == survey["largest"]["macs"] == 64 * 72 + 64 * 8 * 10


def test_all_is_said_in_80_columns(tmp_path: Path) -> None:
    spec = tmp_path / "tight.nas"
    spec.write_text((EXAMPLES / "digits.nas").read_text().replace("24 KiB", "16 KiB"))
    shown = protonas("check", spec, "--jobs", 1).stdout
    assert max(map(len, shown.splitlines())) <= 80
    assert "% stopped by flash; for example: needs " in shown
    smallest = next(line.split() for line in shown.splitlines() if line.startswith("  MACs"))
    assert 0 < int(smallest[1].replace(",", "")) < int(smallest[2].replace(",", ""))


def test_no_sample_takes_less_than_a_second_of_processor_time() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    protonas("check", EXAMPLES / "digits.nas", "--no-sample")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.0


def test_long_names_and_domains_go_on_below_and_end() -> None:
    span = Span("t.nas", 1, 1, 1, 2)
    decisions = [
        Decision(name="a", domain=IntRange(1, 9, 2), span=span),
        Decision(name=".".join(["stage_with_a_long_name"] * 4), domain=IntRange(0, 1), span=span),
        Decision(name="b", domain=Choice(tuple(range(100, 400))), span=span),
        Decision(name="c" * 200, domain=Choice(("x" * 200,)), span=span),
    ]
    lines = decision_lines(decisions)
    assert max(map(len, lines)) <= 80
    assert lines[0].split() == ["a", "5", "1..9", "step", "2"]
    assert [line.strip() for line in lines[2:5]] == ["stage_with_a_long_name."] * 2 + [
        "stage_with_a_long_name"
    ]
    assert sum("300" in line for line in lines) == 1 and any(line.endswith(" ...") for line in lines)
    assert decision_lines([]) == []
