"""What a user may attach to an issue."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.core import HomeAssistant

from .coordinator import ServiceConfigEntry


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: ServiceConfigEntry
) -> dict[str, Any]:
    """Return what helps to find a fault: no secrets, and of the account's data only the kinds."""
    coordinator = entry.runtime_data
    return {
        "data": async_redact_data(dict(entry.data), {"token"}),
        "token": {name: _kinds(value) for name, value in entry.data["token"].items()},
        "last_update_success": coordinator.last_update_success,
        "answers": _kinds(coordinator.data),
    }


def _kinds(value: Any) -> Any:
    """Return the same structure with the kind of each value in its place."""
    if isinstance(value, Mapping):
        return {name: _kinds(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_kinds(item) for item in value]
    return type(value).__name__
