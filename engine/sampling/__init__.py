"""Sampling: lines of ink drawn from a network, on the CPU and on a GPU."""
