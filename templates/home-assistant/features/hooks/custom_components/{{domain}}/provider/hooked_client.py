"""The client, with the hooks of the owner."""

from typing import Any, override

from .. import api, provider_hooks


class ServiceClient(api.ServiceClient):
    """Calls the API as provider_hooks.py wants it."""

    @override
    async def _async_send(self, request: api.ApiRequest) -> Any:
        return await super()._async_send(provider_hooks.on_api_request(request))
