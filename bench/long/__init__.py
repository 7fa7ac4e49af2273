"""Measurements that take longer than `make bench` may."""
