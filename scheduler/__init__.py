"""When: the daemon, its APScheduler jobs, and the cadence that decides the next poll."""
