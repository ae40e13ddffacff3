"""Where a shop may lie: on a disk of this computer, never on a share of the network.

SQLite's locks and its shared memory do not work across a network, whatever the share promises: two counters on one
file would damage it without either noticing.
"""

from __future__ import annotations

import sys
from pathlib import Path, PurePosixPath

from core.kernel.errors import EnvironmentFault

_MOUNTS = Path("/proc/self/mounts")
_REMOTE = frozenset(
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "ncpfs",
        "afs",
        "coda",
        "ceph",
        "glusterfs",
        "lustre",
        "gfs2",
        "ocfs2",
        "beegfs",
        "davfs",
        "fuse.sshfs",
        "fuse.rclone",
        "fuse.davfs",
        "fuse.davfs2",
        "fuse.glusterfs",
        "fuse.ceph",
        "fuse.s3fs",
        "fuse.gvfsd-fuse",
        "fuse.google-drive-ocamlfuse",
        "fuse.onedriver",
        "fuse.smbnetfs",
    ]
)
_DRIVE_REMOTE = 4


def refuse_network_share(folder: Path) -> None:
    """Raise EnvironmentFault ``storage.network_share`` for a folder that lies on another computer."""
    kind = _remote_kind(folder)
    if kind is not None:
        raise EnvironmentFault("storage.network_share", folder=str(folder), kind=kind)


def remote_kind_by_mounts(folder: PurePosixPath, mounts: str) -> str | None:
    """Return the file system of a folder if it is one of the network, by the text of ``/proc/self/mounts``.

    The longest mount point above the folder decides; of two on one place, the one mounted later.
    """
    found = ""
    kind = ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        place = fields[1].encode("latin-1", "replace").decode("unicode_escape")  # \040 is a space
        if len(place) >= len(found) and folder.is_relative_to(place):
            found, kind = place, fields[2]
    return kind if kind in _REMOTE else None


if sys.platform == "win32":
    import ctypes

    def _remote_kind(folder: Path) -> str | None:
        place = folder.absolute()
        if place.drive.startswith("\\\\"):
            return "UNC"
        drive_type = ctypes.windll.kernel32.GetDriveTypeW(f"{place.drive}\\")
        return "network drive" if drive_type == _DRIVE_REMOTE else None

else:

    def _remote_kind(folder: Path) -> str | None:
        try:
            mounts = _MOUNTS.read_text("utf-8", "replace")
        except OSError:
            return None  # no Linux: nothing to ask
        return remote_kind_by_mounts(PurePosixPath(folder.resolve()), mounts)
