"""What all entities of an account have in common."""

from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN, NAME
from .coordinator import ServiceCoordinator


class ServiceEntity(CoordinatorEntity[ServiceCoordinator]):
    """An entity of one account."""

    _attr_has_entity_name = True

    def __init__(
        self, coordinator: ServiceCoordinator, description: EntityDescription
    ) -> None:
        """Give the entity its description, and the account as its device."""
        super().__init__(coordinator)
        self.entity_description = description
        entry = coordinator.config_entry
        account = entry.unique_id or entry.entry_id
        self._attr_unique_id = f"{account}_{description.key}"
        self._attr_device_info = DeviceInfo(
            entry_type=DeviceEntryType.SERVICE,
            identifiers={(DOMAIN, account)},
            manufacturer=NAME,
            name=entry.title,
        )
