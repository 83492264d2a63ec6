"""Broken and odd files, made when the tests run, so that the repository holds no bombs."""
