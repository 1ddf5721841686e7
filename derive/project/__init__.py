"""The project that somebody works in: what ``[tool.derive]`` in its pyproject.toml says, beside the command line."""

from __future__ import annotations

from derive.project.chosen import Chosen
from derive.project.find import Project, ProjectError, find_project
from derive.project.settings import SETTINGS, Setting

__all__ = ["Chosen", "find_project", "Project", "ProjectError", "Setting", "SETTINGS"]
