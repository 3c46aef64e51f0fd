"""Alembic's entry: runs the migrations on the engine it is given by ``storage.engine.upgrade``."""

from alembic import context

from storage.schema import is_described, metadata

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, include_name=is_described)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
