"""What listens on a port. ``websub`` lets hubs say that a source has something new; polling goes on without it."""
