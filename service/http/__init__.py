"""The routes of Cewen's own API."""
