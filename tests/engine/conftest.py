"""Hypothesis measures no time here: a busy machine is not a wrong engine. How long things take has tests of its own."""

from hypothesis import settings

settings.register_profile("without_deadline", deadline=None)
settings.load_profile("without_deadline")
