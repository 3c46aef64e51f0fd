"""How the program ends: one sentence on stderr and an exit code that scripts can rely on."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import typer

from core.errors import ConfigError, RasidError, UsageError


def code_of(work: Callable[[], object]) -> int:
    """The exit code of the work; what it raises is said on stderr. A reader who has had enough of our output is no error."""
    try:
        return _code_of(work)
    except BrokenPipeError:
        _let_go(sys.stdout)
        return 0


def _code_of(work: Callable[[], object]) -> int:
    try:
        code = work()
    except typer.Exit as stop:
        code = stop.exit_code
    except SystemExit as stop:
        if isinstance(stop.__context__, BrokenPipeError):  # typer and rich turn it into this
            raise stop.__context__ from None
        code = stop.code
    except (ConfigError, UsageError) as error:
        code = _complain(error, 2)
    except RasidError as error:
        code = _complain(error, 1)
    except typer.TyperException as error:
        code = _complain_of_usage(error)
    except (KeyboardInterrupt, typer.Abort):
        code = 130
    except BrokenPipeError:
        raise
    except OSError as error:
        code = _complain(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}; check space and permissions", 1)
    except Exception as error:
        if os.environ.get("RASID_DEBUG"):
            raise
        code = _complain(f"an error of our own: {type(error).__name__}: {error}; set RASID_DEBUG=1 to see where, and please report it", 1)
    return code if isinstance(code, int) else 0


def _let_go(stream: Any) -> None:
    """What is still buffered goes nowhere, so that the interpreter does not complain at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _complain(error: object, code: int) -> int:
    for line in str(error).splitlines() or [""]:
        print(f"rasid: {line}", file=sys.stderr)  # noqa: T201
    return code


def _complain_of_usage(error: Any) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(error.format_message())
        return 2
    path = error.ctx.command_path if getattr(error, "ctx", None) is not None else "rasid"
    message = error.format_message().rstrip(".").replace("Input should", "it should")
    return _complain(f"{message[:1].lower()}{message[1:]}; run '{path} --help' to see how it is used", 2)
