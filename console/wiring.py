"""Builds the rooms from the settings and opens the doors between them; the one place that knows all."""

from __future__ import annotations

