"""The seal: damage is told, and only damage."""

import pytest
from bank.histories import figures

from waternet.bank import seal
from waternet.bank.seal import find_damages, writing_bank
from waternet.errors import NotVerified


def test_a_bank_of_many_entries_is_not_damaged(tmp_path):
    # Delta Lake writes a checkpoint of its log, a Parquet file, at every 100th commit.
    with writing_bank(tmp_path) as bank:
        for index in range(101):
            bank.take(figures("birch", index, {("x", index): 1.0}))
    (checkpoint,) = tmp_path.glob("obs/_delta_log/*.checkpoint.parquet")
    assert find_damages(tmp_path) == []
    checkpoint.write_bytes(b"damage")
    assert [str(one) for one in find_damages(tmp_path)] == [
        f"bank/{checkpoint.relative_to(tmp_path)} is damaged"
    ]
    with pytest.raises(NotVerified, match="damaged or gone"), writing_bank(tmp_path):
        pass


def test_writing_reads_no_file_of_figures_that_it_does_not_change(
    tmp_path, monkeypatch
):
    with writing_bank(tmp_path) as bank:
        bank.take(figures("birch", 0, {("x", 0): 1.0}))
    hashed = []
    digest = seal._digest
    monkeypatch.setattr(
        seal, "_digest", lambda path: hashed.append(path.parent.name) or digest(path)
    )
    with writing_bank(tmp_path) as bank:
        bank.take(figures("cedar", 0, {("x", 0): 1.0}))
    assert not [folder for folder in hashed if folder.startswith("bucket=")]
    assert find_damages(tmp_path) == []
