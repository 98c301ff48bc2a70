# SPDX-License-Identifier: Apache-2.0
"""Whether a path is on a disk of another machine.

Of changes that other machines make there, this one gets no notice.
"""

from __future__ import annotations

import sys

# File systems of other machines, or of the host of a virtual one, as Linux and macOS name them; by their beginnings.
_REMOTE = (
    "nfs", "cifs", "smb", "ncpfs", "afs", "afpfs", "9p", "drvfs", "virtiofs", "vboxsf", "vmhgfs", "webdav", "davfs", "ceph", "gluster",
    "lustre", "fuse.sshfs", "fuse.rclone", "fuse.vmhgfs", "fuse.gvfsd", "fuse.gluster", "fuse.s3fs", "fuse.davfs", "macfuse", "osxfuse",
)  # fmt: skip
_DRIVE_REMOTE = 4  # GetDriveTypeW


def is_remote(path: str) -> bool:
    """Whether the absolute ``path`` is on a network share, or on a disk of a virtual machine's host.

    Asks the table of mounts only, never the disk itself: a share that does not answer must not block.
    """
    if sys.platform == "win32":
        import ctypes
        import os

        if path.startswith("\\\\"):
            return not path.startswith(("\\\\?\\", "\\\\.\\")) or path.startswith("\\\\?\\UNC\\")
        return bool(ctypes.windll.kernel32.GetDriveTypeW(os.path.splitdrive(path)[0] + "\\") == _DRIVE_REMOTE)
    import psutil

    try:
        mounts = [(one.mountpoint.rstrip("/"), one.fstype.lower()) for one in psutil.disk_partitions(all=True)]
    except (OSError, psutil.Error):
        return False
    # The last of several mounts on one place is the one that shows.
    holding = [(len(place), n, kind) for n, (place, kind) in enumerate(mounts) if path == place or path.startswith(place + "/")]
    return max(holding)[2].startswith(_REMOTE) if holding else False
