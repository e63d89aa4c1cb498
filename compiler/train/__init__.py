"""Training with PyTorch: the only folder that may import torch, and only inside functions."""
