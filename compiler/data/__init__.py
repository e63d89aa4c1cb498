"""Datasets: loading, checking, splitting and encoding. No torch."""
