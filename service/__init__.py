"""Settings, answer pipeline, HTTP API, web chat and command line."""
