"""Since when the account is linked, as a sensor."""

from datetime import datetime
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import ServiceConfigEntry
from .entity import ServiceEntity

# The coordinator asks, not the entities.
PARALLEL_UPDATES = 0

DESCRIPTION = SensorEntityDescription(
    key="linked",
    translation_key="linked",
    device_class=SensorDeviceClass.TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ServiceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of an account."""
    async_add_entities([LinkedSensor(entry.runtime_data, DESCRIPTION)])


class LinkedSensor(ServiceEntity, SensorEntity):
    """Since when the account is linked: the service says nothing else without a call."""

    @property
    @override
    def native_value(self) -> datetime:
        """Return the time."""
        entry = self.coordinator.config_entry
        return entry.created_at
