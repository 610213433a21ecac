"""The database's schema over time: Alembic runs env.py, which runs versions/ in order."""
