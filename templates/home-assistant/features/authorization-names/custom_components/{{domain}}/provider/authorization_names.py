"""The authorization request, in the words of this provider."""

from yarl import URL

from ..const import RENAMED_AUTHORIZE_PARAMETERS


def with_own_names(url: URL) -> URL:
    """Give parameters the provider's names for them; those that it does not want go."""
    named = [
        (RENAMED_AUTHORIZE_PARAMETERS.get(name, name), value)
        for name, value in url.query.items()
    ]
    return url.with_query([(name, value) for name, value in named if name])
