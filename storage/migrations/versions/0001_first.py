"""The first schema."""

import sqlalchemy as sa
from alembic import op
from storage.schema import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table('entries',
    sa.Column('key', sa.LargeBinary(), nullable=False),
    sa.Column('outlet', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('not_before', UtcDateTime(), nullable=True),
    sa.Column('seeding', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=True),
    sa.Column('first_seen_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_entries'))
    )
    op.create_index('ix_entries_outlet_state', 'entries', ['outlet', 'state'], unique=False)
    op.create_table('meta',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_meta'))
    )
    op.create_table('outlets',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('home', sa.Text(), nullable=True),
    sa.Column('identity_at', UtcDateTime(), nullable=True),
    sa.Column('state', sa.Text(), server_default='new', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('state_since', UtcDateTime(), nullable=True),
    sa.Column('seeded_at', UtcDateTime(), nullable=True),
    sa.Column('last_poll_at', UtcDateTime(), nullable=True),
    sa.Column('last_ok_at', UtcDateTime(), nullable=True),
    sa.Column('next_poll_at', UtcDateTime(), nullable=True),
    sa.Column('failures', sa.Integer(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outlets'))
    )
    op.create_table('poll_runs',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('outlet', sa.Text(), nullable=False),
    sa.Column('scheduled_for', UtcDateTime(), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('finished_at', UtcDateTime(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('seen', sa.Integer(), server_default='0', nullable=False),
    sa.Column('new', sa.Integer(), server_default='0', nullable=False),
    sa.Column('known', sa.Integer(), server_default='0', nullable=False),
    sa.Column('revised', sa.Integer(), server_default='0', nullable=False),
    sa.Column('filtered', sa.Integer(), server_default='0', nullable=False),
    sa.Column('failed', sa.Integer(), server_default='0', nullable=False),
    sa.Column('pending', sa.Integer(), server_default='0', nullable=False),
    sa.Column('duplicates', sa.Integer(), server_default='0', nullable=False),
    sa.Column('matched', sa.Integer(), server_default='0', nullable=False),
    sa.Column('alerted', sa.Integer(), server_default='0', nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_poll_runs'))
    )
    op.create_index('ix_poll_runs_outlet_started_at', 'poll_runs', ['outlet', 'started_at'], unique=False)
    op.create_table('sources',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('outlet', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('etag', sa.Text(), nullable=True),
    sa.Column('last_modified', sa.Text(), nullable=True),
    sa.Column('body_hash', sa.LargeBinary(), nullable=True),
    sa.Column('last_status', sa.Integer(), nullable=True),
    sa.Column('last_polled_at', UtcDateTime(), nullable=True),
    sa.Column('last_ok_at', UtcDateTime(), nullable=True),
    sa.Column('newest_entry_at', UtcDateTime(), nullable=True),
    sa.Column('entries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sources'))
    )
    op.create_index(op.f('ix_sources_outlet'), 'sources', ['outlet'], unique=False)
    op.create_table('stories',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('first_seen_at', UtcDateTime(), nullable=False),
    sa.Column('last_seen_at', UtcDateTime(), nullable=False),
    sa.Column('articles', sa.Integer(), server_default='1', nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stories'))
    )
    op.create_table('articles',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('external_id', sa.Text(), nullable=True),
    sa.Column('outlet', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('url_key', sa.LargeBinary(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('title_key', sa.LargeBinary(), nullable=False),
    sa.Column('lead', sa.Text(), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('words', sa.Integer(), nullable=False),
    sa.Column('language', sa.Text(), nullable=True),
    sa.Column('published_at', UtcDateTime(), nullable=True),
    sa.Column('modified_at', UtcDateTime(), nullable=True),
    sa.Column('first_seen_at', UtcDateTime(), nullable=False),
    sa.Column('fetched_at', UtcDateTime(), nullable=False),
    sa.Column('authors', sa.JSON(), nullable=False),
    sa.Column('tags', sa.JSON(), nullable=False),
    sa.Column('section', sa.Text(), nullable=True),
    sa.Column('image', sa.Text(), nullable=True),
    sa.Column('original_source', sa.Text(), nullable=True),
    sa.Column('original_title_key', sa.LargeBinary(), nullable=True),
    sa.Column('cited_sources', sa.JSON(), nullable=False),
    sa.Column('content_hash', sa.LargeBinary(), nullable=False),
    sa.Column('fingerprint', sa.LargeBinary(), nullable=False),
    sa.Column('story', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.Column('repeats', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('similarity', sa.Float(), server_default='0', nullable=False),
    sa.Column('provenance', sa.JSON(), nullable=False),
    sa.Column('notes', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['repeats'], ['articles.id'], name=op.f('fk_articles_repeats')),
    sa.ForeignKeyConstraint(['story'], ['stories.id'], name=op.f('fk_articles_story')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_articles')),
    sa.UniqueConstraint('url_key', name=op.f('uq_articles_url_key'))
    )
    op.create_index(op.f('ix_articles_content_hash'), 'articles', ['content_hash'], unique=False)
    op.create_index(op.f('ix_articles_first_seen_at'), 'articles', ['first_seen_at'], unique=False)
    op.create_index(op.f('ix_articles_original_title_key'), 'articles', ['original_title_key'], unique=False)
    op.create_index(op.f('ix_articles_story'), 'articles', ['story'], unique=False)
    op.create_index(op.f('ix_articles_title_key'), 'articles', ['title_key'], unique=False)
    op.create_table('alerts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('story', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('topic', sa.Text(), nullable=False),
    sa.Column('article', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['article'], ['articles.id'], name=op.f('fk_alerts_article')),
    sa.ForeignKeyConstraint(['story'], ['stories.id'], name=op.f('fk_alerts_story')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alerts')),
    sa.UniqueConstraint('story', 'topic', name=op.f('uq_alerts_story_topic'))
    )
    op.create_index(op.f('ix_alerts_created_at'), 'alerts', ['created_at'], unique=False)
    op.create_table('bands',
    sa.Column('band', sa.BigInteger(), nullable=False),
    sa.Column('article', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['article'], ['articles.id'], name=op.f('fk_bands_article')),
    sa.PrimaryKeyConstraint('band', 'article', name=op.f('pk_bands')),
    sqlite_with_rowid=False
    )
    op.create_table('matches',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('article', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('topic', sa.Text(), nullable=False),
    sa.Column('score', sa.Float(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('matched_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['article'], ['articles.id'], name=op.f('fk_matches_article')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_matches')),
    sa.UniqueConstraint('article', 'topic', name=op.f('uq_matches_article_topic'))
    )
    op.create_table('revisions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('article', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('content_hash', sa.LargeBinary(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['article'], ['articles.id'], name=op.f('fk_revisions_article')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revisions'))
    )
    op.create_index(op.f('ix_revisions_article'), 'revisions', ['article'], unique=False)
    op.create_table('deliveries',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('alert', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default='pending', nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('not_before', UtcDateTime(), nullable=False),
    sa.Column('lease_owner', sa.Text(), nullable=True),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.Column('last_error', sa.Text(), server_default='', nullable=False),
    sa.Column('reference', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('delivered_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['alert'], ['alerts.id'], name=op.f('fk_deliveries_alert')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deliveries')),
    sa.UniqueConstraint('alert', 'channel', name=op.f('uq_deliveries_alert_channel'))
    )
    op.create_index('ix_deliveries_state_channel_id', 'deliveries', ['state', 'channel', 'id'], unique=False)



def downgrade() -> None:
    op.drop_index('ix_deliveries_state_channel_id', table_name='deliveries')
    op.drop_table('deliveries')
    op.drop_index(op.f('ix_revisions_article'), table_name='revisions')
    op.drop_table('revisions')
    op.drop_table('matches')
    op.drop_table('bands')
    op.drop_index(op.f('ix_alerts_created_at'), table_name='alerts')
    op.drop_table('alerts')
    op.drop_index(op.f('ix_articles_title_key'), table_name='articles')
    op.drop_index(op.f('ix_articles_story'), table_name='articles')
    op.drop_index(op.f('ix_articles_original_title_key'), table_name='articles')
    op.drop_index(op.f('ix_articles_first_seen_at'), table_name='articles')
    op.drop_index(op.f('ix_articles_content_hash'), table_name='articles')
    op.drop_table('articles')
    op.drop_table('stories')
    op.drop_index(op.f('ix_sources_outlet'), table_name='sources')
    op.drop_table('sources')
    op.drop_index('ix_poll_runs_outlet_started_at', table_name='poll_runs')
    op.drop_table('poll_runs')
    op.drop_table('outlets')
    op.drop_table('meta')
    op.drop_index('ix_entries_outlet_state', table_name='entries')
    op.drop_table('entries')

