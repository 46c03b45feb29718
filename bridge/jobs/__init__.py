"""Durable jobs: files on this machine to solved files, whatever is killed meanwhile."""
