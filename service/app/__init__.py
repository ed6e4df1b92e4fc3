"""The application: routes put together, headers, limits, errors."""
