"""The command line and the build: the only place that knows the whole way through."""
