"""Clips of furnished rooms with exact masks, drawn from a seed: composed in numpy, ray-cast in torch."""
