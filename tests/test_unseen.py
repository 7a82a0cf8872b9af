"""Forms that nobody published, put together of known parts, are read whole: each cell under its column, nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unseen import missed

SEEDS = range(60)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[str]]:
    folder: Path = tmp_path_factory.mktemp("unseen")
    return missed(folder, SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_unseen_form_is_read_whole(seed: int, found: dict[int, list[str]]) -> None:
    if found[seed]:
        pytest.fail("\n".join([f"seed {seed}:", *found[seed]]), pytrace=False)
