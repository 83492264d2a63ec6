"""Kernels for working papers: clean, local, and forked from one preloaded process where forking is possible."""

from audit.kernels.session import Kernels, kernels

__all__ = ["Kernels", "kernels"]
