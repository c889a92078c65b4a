//! File systems that are no part of what stands on a machine.
//!
//! Who audits `/` means the files of this machine: not what the kernel shows as
//! files, and not what other machines serve. What is mounted where is told by
//! `/proc/self/mountinfo` (`proc_pid_mountinfo(5)`); without it everything is read.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// Kinds of file systems in which the kernel shows its own state
/// (`nodev` in `/proc/filesystems`; Linux, `Documentation/filesystems`). Those
/// that hold files in memory (`tmpfs`, `ramfs`) are none of them: `/run` has
/// credentials.
const OF_THE_KERNEL: [&str; 23] = [
    "autofs",
    "binfmt_misc",
    "bpf",
    "cgroup",
    "cgroup2",
    "configfs",
    "cpuset",
    "debugfs",
    "devpts",
    "devtmpfs",
    "efivarfs",
    "fusectl",
    "hugetlbfs",
    "mqueue",
    "nsfs",
    "proc",
    "pstore",
    "resctrl",
    "rpc_pipefs",
    "securityfs",
    "selinuxfs",
    "sysfs",
    "tracefs",
];

/// Kinds whose files lie on other machines: nfs(5), mount.cifs(8), and the
/// `fs/` folder of Linux; those outside of the kernel by their own manuals.
const OF_OTHERS: [&str; 15] = [
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "gfs2",
    "glusterfs",
    "gpfs",
    "lustre",
    "nfs",
    "nfs4",
    "ocfs2",
    "smb3",
];

/// Where something is mounted that is not walked, and why it is not.
pub(super) type LeftOut = BTreeMap<PathBuf, String>;

/// What is not walked below `root`, under the names that walking from `root`
/// gives; `root` itself is what was asked for, whatever it is.
pub(super) fn below(root: &Path) -> LeftOut {
    let Ok(table) = fs::read("/proc/self/mountinfo") else {
        return LeftOut::new();
    };
    let Ok(real) = fs::canonicalize(root) else {
        return LeftOut::new();
    };
    let renamed = |(folder, why): (PathBuf, String)| {
        let inside = folder.strip_prefix(&real).ok()?;
        let is_root = inside.as_os_str().is_empty();
        (!is_root).then(|| (root.join(inside), why))
    };
    left_out(&table).into_iter().filter_map(renamed).collect()
}

/// The file systems of a table that are not walked.
fn left_out(table: &[u8]) -> LeftOut {
    let mut left_out = LeftOut::new();
    for line in table.split(|byte| *byte == b'\n') {
        let Some((folder, kind)) = folder_and_kind(line) else {
            continue;
        };
        // What is mounted over another hides it.
        match why(&kind) {
            Some(why) => left_out.insert(folder, why),
            None => left_out.remove(&folder),
        };
    }
    left_out
}

fn why(kind: &str) -> Option<String> {
    // `fuse` alone and `fuse.NAME`: sshfs, s3fs, gvfsd. `fuseblk` is a disk.
    let is_fuse = kind == "fuse" || kind.starts_with("fuse.");
    if is_fuse || OF_OTHERS.contains(&kind) {
        return Some(format!(
            "not walked: a file system of kind {kind}, whose files are not this machine's; name it to have it read"
        ));
    }
    let is_kernel = OF_THE_KERNEL.contains(&kind);
    is_kernel.then(|| {
        format!("not walked: a file system of kind {kind}, in which the kernel shows its own state")
    })
}

/// `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`: the fifth
/// field, and the first one after the hyphen.
fn folder_and_kind(line: &[u8]) -> Option<(PathBuf, String)> {
    let mut fields = line.split(|byte| *byte == b' ');
    let folder = unescaped(fields.nth(4)?);
    let kind = fields.skip_while(|field| *field != b"-").nth(1)?;
    Some((path(folder), String::from_utf8_lossy(kind).into_owned()))
}

/// Blanks and backslashes are written as `\040`, with three octal digits.
fn unescaped(field: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let [first, after @ ..] = rest {
        let escape = match rest {
            [b'\\', a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..] => {
                Some((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'))
            }
            _ => None,
        };
        bytes.push(escape.unwrap_or(*first));
        rest = if escape.is_some() { &rest[4..] } else { after };
    }
    bytes
}

#[cfg(unix)]
fn path(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn path(bytes: Vec<u8>) -> PathBuf {
    OsString::from(String::from_utf8_lossy(&bytes).into_owned()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TABLE: &[u8] = b"\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 27 0:27 / /srv/with\\040blank\\134 rw master:1 propagate_from:2 - nfs4 server:/x rw
31 27 0:28 / /mnt/disk rw - fuseblk /dev/sdb1 rw
32 27 0:29 / /mnt/far rw - fuse.sshfs me@far: rw
33 27 0:30 / /run rw - tmpfs tmpfs rw
34 27 0:31 / /mnt/over rw - nfs far:/y rw
35 27 8:1 / /mnt/over rw - xfs /dev/sda1 rw
broken
";

    fn folders(table: &[u8]) -> Vec<String> {
        let folders = left_out(table).into_keys();
        folders
            .map(|folder| folder.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn what_is_not_this_machines_is_left_out() {
        assert_eq!(folders(TABLE), ["/mnt/far", "/proc", "/srv/with blank\\"]);
    }

    #[test]
    fn the_cause_is_told() {
        let why: Vec<String> = left_out(TABLE).into_values().collect();
        assert!(why[1].contains("kind proc, in which the kernel"), "{why:?}");
        assert!(why[2].contains("kind nfs4, whose files are not this machine's"));
    }

    #[test]
    fn a_root_is_read_whatever_it_is() {
        let proc = Path::new("/proc");
        assert!(!below(proc).contains_key(proc));
        let is_mounted = proc.join("self/mountinfo").exists();
        assert_eq!(below(Path::new("/")).contains_key(proc), is_mounted);
    }

    proptest! {
        #[test]
        fn any_table_is_read(table in prop::collection::vec(any::<u8>(), 0..200)) {
            left_out(&table);
        }
    }
}
