"""The repository keeps its promises: who may import whom, how long a file may be, and that each test says its rule."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
_BOTTOM = {"errors", "figures", "model", "policy", "policy_actions", "today", "tunable"}
#: Room → the rooms it may import; the picture of the design, read from below. `techhealth` itself is "__init__".
PICTURE = {
    "errors": set(),
    "figures": set(),
    "model": set(),
    "today": {"figures", "model"},
    "tunable": {"errors"},
    "policy_toml": {"errors"},
    "policy_actions": {"errors", "tunable"},
    "policy": {"errors", "model", "policy_actions", "policy_toml", "tunable"},
    "usage": _BOTTOM,
    "ingest": _BOTTOM | {"usage"},
    "assess": _BOTTOM | {"usage"},
    "portfolio": _BOTTOM,
    "present": _BOTTOM | {"portfolio"},
    "sample": _BOTTOM | {"usage"},
    "store": _BOTTOM | {"usage", "ingest", "portfolio"},
    "actions": _BOTTOM | {"usage", "assess", "present", "store"},
    "server": _BOTTOM | {"usage", "ingest", "assess", "portfolio", "present", "sample", "store", "actions"},
    "output": {"errors", "model", "present"},
    "cli": _BOTTOM | {"store", "actions", "usage", "ingest", "assess", "present", "sample", "server", "output"},
    "__main__": {"cli"},
    "__init__": _BOTTOM | {"usage", "ingest", "assess", "present"},
}
#: Folder of the ingest room → the others it may know; what lies beside them (records, rejects, reading) all may.
INGEST = {
    "masking": set(),
    "files": {"masking"},
    "values": {"masking"},
    "fields": {"masking", "values"},
    "documents": {"fields"},
    "tables": {"masking", "files", "values", "fields", "documents"},
    "lines": {"values", "fields", "documents", "tables"},
    "rows": {"masking", "values", "fields", "documents", "lines"},
}
_LONGEST = 350
#: One published document, read from top to bottom beside its JSON.
_MAY_BE_LONGER = {ROOT / "techhealth" / "model.py"}


def _room(path):
    parts = path.relative_to(ROOT / "techhealth").with_suffix("").parts
    return parts[0]


def _imports(path, within="techhealth"):
    """Return the rooms that a module imports, anywhere in it; those of a room itself with `within`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] if node.module != "techhealth" else [f"techhealth.{name.name}" for name in node.names]
        elif isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        found |= {name.removeprefix(f"{within}.").split(".")[0] for name in names if name.startswith(f"{within}.")}
    return found


MODULES = sorted((ROOT / "techhealth").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def test_imports_point_down_the_picture():
    """A module imports only its own room and the rooms below it."""
    beyond = {
        str(path.relative_to(ROOT)): found
        for path in MODULES
        if (found := _imports(path) - PICTURE[_room(path)] - {_room(path)})
    }

    assert beyond == {}


@pytest.mark.parametrize("folder", INGEST)
def test_the_folders_of_the_ingest_room_point_one_way(folder):
    """From lines and tables to what fields and values mean, never back."""
    known = set().union(
        *(_imports(path, "techhealth.ingest") for path in (ROOT / "techhealth/ingest" / folder).glob("*.py"))
    )

    assert known & INGEST.keys() <= INGEST[folder] | {folder}


def test_notebooks_know_no_sample():
    """A notebook gets its customer from an upload or the workspace, never from the sample room."""
    assert [path.name for path in (ROOT / "notebooks").glob("*.py") if "sample" in _imports(path)] == []


def test_no_file_is_longer_than_a_sitting():
    """A Python file has at most 350 lines."""
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in {*MODULES, *TESTS} - _MAY_BE_LONGER}

    assert {str(path): count for path, count in lines.items() if count > _LONGEST} == {}


def test_each_test_states_its_rule():
    """A test has a docstring whose first line is a whole sentence."""
    functions = (
        (path, node)
        for path in TESTS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )
    silent = [
        f"{path.relative_to(ROOT)}::{test.name}"
        for path, test in functions
        if not (ast.get_docstring(test) or "").split("\n")[0].endswith(".")
    ]

    assert silent == []


def test_only_the_sample_room_knows_the_worked_example():
    """Nothing that computes or shows knows the sample's customer by name."""
    rooms = {"sample", "server", "cli", "__init__", "__main__"}
    knowing = [path for path in MODULES if _room(path) not in rooms and "acme corp" in path.read_text("utf-8").lower()]

    assert knowing == []


def _loaded_by(code):
    done = subprocess.run([sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"], capture_output=True, text=True, cwd=ROOT, check=True)  # fmt: skip
    return {name.split(".")[0] for name in done.stdout.splitlines()[-1].split()}


def test_help_imports_no_library_of_weight():
    """`techhealth --help` answers at once: no frame, chart or statistics library is loaded for it."""
    loaded = _loaded_by("from techhealth.cli import main\nmain(['--help'], standalone_mode=False)")

    assert not loaded & {"polars", "numpy", "scipy", "rich", "altair", "marimo", "ruptures", "statsmodels", "msgspec"}


def test_inspect_imports_only_what_reads_a_file():
    """`techhealth inspect` of a text loads no statistics, charts or page, and no reader of other formats."""
    loaded = _loaded_by(
        "from techhealth.cli import main\nmain(['inspect', 'data/acme_api_logs_jan2026.json.gz', '--json', '/dev/null'], standalone_mode=False)"
    )

    assert "polars" in loaded
    assert not loaded & {"scipy", "altair", "marimo", "ruptures", "statsmodels", "python_calamine", "zstandard", "charset_normalizer"}  # fmt: skip


def test_report_imports_no_server_and_no_store():
    """What `techhealth report` writes with comes without a page, a database and what only tests compare with."""
    loaded = _loaded_by(
        "import techhealth.cli\nfrom techhealth.actions import cover\nfrom techhealth.server import reports"
    )

    assert "vl_convert" in loaded
    assert not loaded & {"sqlalchemy", "marimo", "fastapi", "starlette", "ruptures", "statsmodels"}


def test_the_public_names_are_there_and_stay_functions():
    """Every name of `__all__` resolves, and importing the room `assess` does not replace the function."""
    import techhealth as th
    import techhealth.assess.score

    assert sorted(th.__all__) == dir(th)
    assert all(callable(getattr(th, name)) for name in th.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        th.nothing  # noqa: B018
