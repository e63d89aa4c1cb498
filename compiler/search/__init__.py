"""Sampling, study and selection of candidates."""
