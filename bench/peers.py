"""Programs we compare ourselves with, each installed from the package index into ``.venv-bench``, away from our own packages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / ".venv-bench"


def install_peer(requirement: str, program: str) -> Path:
    """The path of ``program``, installed from ``requirement`` (``name==version``) if it is not there yet."""
    path = FOLDER / "bin" / program
    if not path.exists():
        if not FOLDER.exists():
            subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        print(f"installing {requirement} into {FOLDER.name} (once) ...", flush=True)
        subprocess.run([str(FOLDER / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", requirement], check=True)
    return path


def add_peers() -> None:
    """Makes the libraries of ``requirements-bench.lock`` importable in this process, behind our own packages."""
    wanted = Path(__file__).parents[1] / "requirements-bench.lock"
    stamp = FOLDER / ".installed"
    if not stamp.exists() or stamp.stat().st_mtime < wanted.stat().st_mtime:
        print(f"installing {wanted.name} into {FOLDER.name} (once) ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        subprocess.run([str(FOLDER / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", "-r", str(wanted)], check=True)
        stamp.touch()
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    sys.path.append(str(FOLDER / "lib" / version / "site-packages"))
