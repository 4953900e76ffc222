"""Files of the table kept open."""

import resource
from dataclasses import replace

import numpy as np
import pytest
from bank.histories import figures

from waternet.bank.files import OpenFiles, Window
from waternet.bank.store import Bank


@pytest.fixture
def usual_limit():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, hard), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("usual_limit")
def test_a_bank_of_more_files_than_a_process_may_open_is_read_whole(tmp_path):
    with Bank.open(tmp_path, writable=True) as bank:
        bank.take(figures("birch", 0, {("x", 0): 1.0}))
        ((one,),) = bank.view().fragments.values()
    content = (tmp_path / "obs" / one.path).read_bytes()
    copies = [replace(one, path=f"base-{number}.parquet") for number in range(1100)]
    for copy in copies:
        (tmp_path / "obs" / copy.path).write_bytes(content)
    files = OpenFiles(tmp_path / "obs")
    window = Window(np.array([one.first], np.int32))
    assert sum(files.read(copy, window).num_rows for copy in copies) == 1100
    files.close()
