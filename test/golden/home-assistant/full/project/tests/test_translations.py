"""Tests of the words: every one that the code needs is there."""

import json
from pathlib import Path
import re
from typing import Any

import pytest

from .provider import DOMAIN

FOLDER = Path(__file__).parent.parent / "custom_components" / DOMAIN
TEXT = (FOLDER / "translations/en.json").read_text(encoding="utf-8")
WORDS: dict[str, Any] = json.loads(TEXT)
CODE = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py")}


def _used(pattern: str, *, sensors: bool = False) -> set[str]:
    return {
        name
        for file, code in CODE.items()
        if (file == "sensor.py") is sensors
        for name in re.findall(pattern, code)
    }


def test_flow() -> None:
    """A reason, an error and a form of the flow have their words."""
    config = WORDS["config"]
    assert _used(r'reason="(\w+)"') <= config["abort"].keys()
    assert _used(r'step_id="(\w+)"') <= config["step"].keys()
    assert _used(r': "(invalid_\w+)"') <= config.get("error", {}).keys()


def test_exceptions() -> None:
    """An error has its words, and no words are left over."""
    assert _used(r'translation_key="(\w+)"') == WORDS["exceptions"].keys()


def test_entities() -> None:
    """A sensor has a name, and an icon where its device class has none."""
    keys = _used(r'translation_key="(\w+)"', sensors=True)
    of_class = r'(?s)translation_key="(\w+)"(?:(?!translation_key).)*?device_class='
    classed = _used(of_class, sensors=True)
    icons = json.loads((FOLDER / "icons.json").read_text(encoding="utf-8"))
    assert keys == WORDS["entity"]["sensor"].keys()
    assert keys - classed <= icons["entity"]["sensor"].keys() <= keys


@pytest.mark.parametrize("unwanted", ["http://", "https://", "[%key", "<"])
def test_plain(unwanted: str) -> None:
    """Home Assistant wants no address, no reference and no markup."""
    assert unwanted not in TEXT
