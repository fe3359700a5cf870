"""Files that are no complete log of calls, through the command line: what can be known is said, and no more."""

import json

from click.testing import CliRunner

from techhealth.cli import main


def run(*arguments):
    """Run the command line in this process."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def _written(path, lines):
    path.write_text("\n".join(lines) + "\n")
    return path


def test_totals_by_day_are_evidence(tmp_path):
    """A rise in daily totals is found on its day; hours, latency and minutes are not invented."""
    lines = ["date,service,calls,errors,avg_ms"]
    lines += [f"2026-03-{day:02d},Billing,1200,{12 if day < 20 else 110},{120 + day}" for day in range(2, 30)]

    document = json.loads(run("analyze", _written(tmp_path / "usage.csv", lines), "--json").output)

    (issue,) = document["issues"]
    assert (issue["onset"]["on"], issue["impact"]["failed_calls"]) == ("2026-03-20", 18 * 12 + 10 * 110)
    assert (issue["impact"]["business_hours_share"], issue["impact"]["hours"]) == (None, None)
    assert "business hours" not in issue["impact"]["text"]
    assert [one["latency"] for one in document["integrations"]] == [None]
    assert document["receipt"]["api_calls"] == 28 * 1200


def test_totals_without_a_time_get_one_sentence(tmp_path):
    """`analyze` declines totals without time, and names what to export; `inspect` shows them."""
    path = _written(tmp_path / "stats.csv", ["Name,Requests,Failures,Average", "/a,500,5,80", "/b,100,0,70"])

    declined, shown = run("analyze", path), run("inspect", path)

    assert (declined.exit_code, declined.output.count("\n")) == (1, 1)
    assert "600 calls, 5 failed" in declined.output
    assert "2 used (they stand for 600 calls), 0 rejected" in shown.output


def test_failures_alone_make_no_rate_and_no_score(tmp_path):
    """An export of errors is neither a success rate of zero nor a score, nor an issue; the card says why."""
    lines = ["timestamp,service,path,status,level"]
    lines += [
        f"2026-03-{day:02d}T{hour:02d}:00:00Z,Billing,/v1/x,503,error" for day in range(2, 30) for hour in range(4)
    ]
    path = _written(tmp_path / "errors.csv", lines)

    document, card = json.loads(run("analyze", path, "--json").output), run("analyze", path).output

    (billing,) = document["integrations"]
    assert (document["score"]["value"], billing["score"], billing["success"]["rate"]) == (None, None, None)
    assert (billing["state"], document["issues"], document["timeline"]["hours"]) == ("not_enough_data", [], [])
    assert [week["rate"] for week in document["timeline"]["weekly_error_rate"]] == [None] * 4
    assert document["receipt"]["failures_only"] == ["Billing"]
    assert document["receipt"]["files"][0]["failures"] == 28 * 4
    assert "only failures" in card
    assert "0.0 %" not in card
    assert "None found" not in card
