"""Tests of the sensors."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from custom_components.buero_soehne import sensor
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .provider import ANYTHING, DOMAIN, SENSORS


@pytest.mark.parametrize("key", SENSORS)
async def test_state(
    hass: HomeAssistant,
    loaded: ConfigEntry[Any],
    entity_registry: er.EntityRegistry,
    key: str,
) -> None:
    """A sensor shows what the API says."""
    account = loaded.unique_id or loaded.entry_id
    unique_id = f"{account}_{key}"
    entity_id = entity_registry.async_get_entity_id("sensor", DOMAIN, unique_id)
    assert entity_id is not None
    state = hass.states.get(entity_id)
    assert state is not None
    assert state.state not in ("unknown", "unavailable")
    assert SENSORS[key] in (state.state, ANYTHING)


TEN = datetime(2026, 1, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "device_class", "unit", "value"),
    [
        ("on", None, None, "on"),
        (1.5, None, None, 1.5),
        (True, None, None, True),
        ("x" * 300, None, None, "x" * 255),
        (None, None, None, None),
        ({}, None, None, None),
        ([], None, None, None),
        ("21.5", SensorDeviceClass.TEMPERATURE, "°C", 21.5),
        (21, None, "W", 21),
        ("no number", None, "W", None),
        (TEN.timestamp(), SensorDeviceClass.TIMESTAMP, None, TEN),
        ("2026-01-02T11:00:00+01:00", SensorDeviceClass.TIMESTAMP, None, TEN),
        ("2026-01-02T10:00:00", SensorDeviceClass.TIMESTAMP, None, TEN),
        ("soon", SensorDeviceClass.TIMESTAMP, None, None),
        ("2026-01-02T10:00:00Z", SensorDeviceClass.DATE, None, date(2026, 1, 2)),
        ("soon", SensorDeviceClass.DATE, None, None),
    ],
)
async def test_value(
    loaded: ConfigEntry[Any],
    said: Any,
    device_class: SensorDeviceClass | None,
    unit: str | None,
    value: Any,
) -> None:
    """Each kind of sensor takes what it can show."""
    description = sensor.ServiceSensorDescription(
        key="tested",
        path="/thing",
        field="is",
        device_class=device_class,
        native_unit_of_measurement=unit,
    )
    loaded.runtime_data.data = {"/thing": {"is": said}}
    assert sensor.ServiceSensor(loaded.runtime_data, description).native_value == value
