"""When the access token runs out, as a sensor."""

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
from homeassistant.util import dt as dt_util

from .coordinator import ServiceConfigEntry
from .entity import ServiceEntity

# The coordinator asks, not the entities.
PARALLEL_UPDATES = 0

DESCRIPTION = SensorEntityDescription(
    key="token_expires",
    translation_key="token_expires",
    device_class=SensorDeviceClass.TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ServiceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of an account."""
    async_add_entities([TokenExpiresSensor(entry.runtime_data, DESCRIPTION)])


class TokenExpiresSensor(ServiceEntity, SensorEntity):
    """Until when the access token lives: a new time shows that the link is alive."""

    @property
    @override
    def native_value(self) -> datetime:
        """Return the time."""
        entry = self.coordinator.config_entry
        return dt_util.utc_from_timestamp(entry.data["token"]["expires_at"])
