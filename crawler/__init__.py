"""Finds out what happened: the Scrapy project, and the pure stages discover ► extract ► normalise ► dedup ► detect."""
