"""Certificates of participation, their files and the public register."""
