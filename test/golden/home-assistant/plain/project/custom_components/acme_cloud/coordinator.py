"""What the entities of an account show."""

from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .api import ServiceAuthError, ServiceClient, ServiceError, ServiceRateLimitError
from .const import DOMAIN, LOGGER, POLLED, UPDATE_INTERVAL

type ServiceConfigEntry = ConfigEntry[ServiceCoordinator]


class ServiceCoordinator(DataUpdateCoordinator[dict[str, Any]]):
    """Asks the API now and then; its data are the answers by path."""

    config_entry: ServiceConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: ServiceConfigEntry, client: ServiceClient
    ) -> None:
        """Keep the client of the account."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=DOMAIN,
            update_interval=UPDATE_INTERVAL,
        )
        self.client = client

    @override
    async def _async_update_data(self) -> dict[str, Any]:
        try:
            return await self.client.async_get_data(POLLED)
        except ServiceAuthError as err:
            raise ConfigEntryAuthFailed(
                translation_domain=DOMAIN, translation_key="invalid_auth"
            ) from err
        except ServiceRateLimitError as err:
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="rate_limited",
                retry_after=err.retry_after,
            ) from err
        except ServiceError as err:
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="cannot_connect",
                translation_placeholders={"error": str(err)},
            ) from err
