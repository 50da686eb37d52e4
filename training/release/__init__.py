"""Releasing a hand: its checks, its licence, its pictures, and the way into the project."""
