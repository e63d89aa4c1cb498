"""The backend whose C runs on any core."""
