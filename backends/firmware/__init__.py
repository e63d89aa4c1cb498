"""The files every backend's generated folder shares: header, make files, self-test."""
