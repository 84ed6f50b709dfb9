"""What the API says, as sensors."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .api import read_field
from .coordinator import ServiceConfigEntry, ServiceCoordinator
from .entity import ServiceEntity

# The coordinator asks, not the entities.
PARALLEL_UPDATES = 0

# The longest state that Home Assistant keeps.
MAX_LENGTH = 255


@dataclass(frozen=True, kw_only=True)
class ServiceSensorDescription(SensorEntityDescription):
    """A sensor, and where its value stands: the path of a call, the field of its answer."""

    path: str
    field: str


# A sensor more: describe it here, name it in translations/en.json, give it an icon in icons.json,
# and add its path to POLLED in const.py where that is not asked for yet. For statistics of what
# it measures, give it a state_class.
SENSORS: tuple[ServiceSensorDescription, ...] = (
    ServiceSensorDescription(
        key="account",
        translation_key="account",
        path="/me",
        field="email",
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ServiceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of an account."""
    async_add_entities(ServiceSensor(entry.runtime_data, one) for one in SENSORS)


class ServiceSensor(ServiceEntity, SensorEntity):
    """A field of an answer."""

    entity_description: ServiceSensorDescription

    def __init__(
        self, coordinator: ServiceCoordinator, description: ServiceSensorDescription
    ) -> None:
        """Keep the description."""
        super().__init__(coordinator, description)

    @property
    @override
    def native_value(self) -> StateType | date | datetime:
        """Return the value as its kind of sensor wants it; None where there is none."""
        description = self.entity_description
        answer = self.coordinator.data[description.path]
        return _native(read_field(answer, description.field), description)


def _native(
    value: Any, description: ServiceSensorDescription
) -> StateType | date | datetime:
    if value is None or isinstance(value, dict | list):
        return None
    if description.device_class is SensorDeviceClass.TIMESTAMP:
        return _timestamp(value)
    if description.device_class is SensorDeviceClass.DATE:
        return dt_util.parse_date(str(value)[:10])
    if description.device_class or description.native_unit_of_measurement:
        return _number(value)
    return value if isinstance(value, int | float) else str(value)[:MAX_LENGTH]


def _timestamp(value: Any) -> datetime | None:
    """Read seconds since 1970, or a date with its time; without a zone it is UTC."""
    if isinstance(value, int | float):
        return dt_util.utc_from_timestamp(value)
    parsed = dt_util.parse_datetime(str(value))
    if parsed is None:
        return None
    return parsed.replace(tzinfo=parsed.tzinfo or dt_util.UTC)


def _number(value: Any) -> float | None:
    try:
        return value if isinstance(value, int | float) else float(value)
    except ValueError:
        return None
