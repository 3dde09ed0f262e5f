"""What the tests of the whole suite share: a sandbox's data after a first start."""

import shutil
from pathlib import Path

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Time goes forward only: of the stories that share a suite, the one in which months pass comes last."""
    places = [place for place, one in enumerate(items) if one.path.stem == "test_stories"]
    told = [one for one in items if one.path.stem == "test_stories" and isinstance(one, pytest.Function)]
    told.sort(key=lambda one: (str(one.callspec.params["mode"]), one.originalname == "test_thread"))
    for place, one in zip(places, told, strict=True):
        items[place] = one


@pytest.fixture(scope="module")
def data(first_started: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Such a folder of the module's own, with the whole sandbox in it."""
    return Path(shutil.copytree(first_started, tmp_path_factory.mktemp("suite") / "var"))
