"""What is installed without the extra, and what a start loads."""

import subprocess
import sys

import waternet


def run(code: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-I", "-c", code]
    return subprocess.run(words, check=False, capture_output=True, text=True)


def test_importing_waternet_loads_nothing_of_the_client() -> None:
    code = (
        "import sys, waternet; print([n for n in sys.modules if n[:9] == 'waternet.'])"
    )
    assert run(code).stdout == "[]\n"


def test_the_command_does_not_load_pandas() -> None:
    code = (
        "import sys; from waternet.cli.main import run; run(['--help']); "
        "print(sorted({'pandas', 'xarray', 'httpx'} & set(sys.modules)))"
    )
    assert run(code).stdout.splitlines()[-1] == "[]"


def test_opening_a_node_does_not_load_pandas(folder) -> None:
    code = (
        f"import sys, waternet as wn; wn.open({folder!r}).close(); "
        "print('pandas' in sys.modules)"
    )
    assert run(code).stdout == "False\n"


def test_what_is_missing_is_named_with_how_to_install_it(folder) -> None:
    code = (
        "import sys\n"
        "class Without:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] == 'pandas': raise ImportError(name)\n"
        "sys.meta_path.insert(0, Without())\n"
        "import waternet as wn\n"
        f"try: wn.open({folder!r}).get_stations()\n"
        "except wn.errors.NotFound as error: print(error.hint)\n"
    )
    done = run(code)
    assert done.stdout == "pip install 'waternet[client]'\n", done.stderr


def test_every_name_that_is_offered_is_there() -> None:
    assert set(waternet.__all__) <= set(dir(waternet))
    assert all(callable(getattr(waternet, name)) for name in waternet.__all__)
