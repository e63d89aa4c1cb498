"""HTML and plots of a run."""
