"""A small newsroom on loopback for ``rasid demo`` and the tests: invented outlets, and one resource for each misbehaviour."""

from __future__ import annotations

from newsroom.articles import DemoArticle, DemoOutlet, load_outlets
from newsroom.room import Newsroom
from newsroom.scenario import SCENARIO, Step
from newsroom.site import Handler, Hit, Resource, SiteServer, redirect, with_status
from newsroom.trouble import TROUBLES

__all__ = [
    "SCENARIO",
    "TROUBLES",
    "DemoArticle",
    "DemoOutlet",
    "Handler",
    "Hit",
    "Newsroom",
    "Resource",
    "SiteServer",
    "Step",
    "load_outlets",
    "redirect",
    "with_status",
]
