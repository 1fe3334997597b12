"""Where the machine's own Chromium is. Playwright drives it; no browser is downloaded."""

import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
INSTALL = "apt-get install chromium"


def find_chromium() -> str | None:
    """The path of a Chromium that can be started, or None."""
    on_path = (shutil.which(name) for name in NAMES)
    return next(filter(None, on_path), None) or next((path for path in APPLICATIONS if Path(path).exists()), None)
