"""Files (304, 305): what reads or changes the file system, from the standard library. Other packages are in `data_files`.

Openers read or write by their mode, so they stand under both effects with a condition on it: an absent or computed mode
reads. Parsers that take a path or a file object (`xml.etree.ElementTree.parse`) are clean on a buffer in memory.
Functions over a handle that was opened elsewhere (`json.load`) are not here: opening it was the hazard. `pickle` and
`marshal` are, as the seed of this catalogue has them. What lists directories is in `order`; paths that only depend
on the working directory are in `host`, on the home directory in `environment`.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import LINUX, ON_PATH, UNIX, calls, clients, connections
from holdfast_rules.hazards.hazard import Hazard, OnlyConstant

_READ_MODE: Final = ("r", "+")
_WRITE_MODE: Final = ("w", "a", "x", "+")
_TAR_WRITE_MODE: Final = ("w", "a", "x:")
"""Not a bare `x`, which `r:xz` holds as well."""


def opener(
    prefix: str, names: str, position: int, keyword: str = "mode", writing: tuple[str, ...] = _WRITE_MODE
) -> tuple[Hazard, ...]:
    """Functions that open a file for reading, for writing or for both, as their mode says.

    Args:
        prefix: as in `entries`.
        names: as in `entries`.
        position: of the mode among the arguments, without the receiver.
        keyword: the mode's name.
        writing: the texts in a mode that say that it writes.

    Returns:
        Two hazards for each name.
    """
    return (
        *calls(Effect.FILE_READ, prefix, names, when=OnlyConstant(position, _READ_MODE, keyword, default=True)),
        *calls(Effect.FILE_WRITE, prefix, names, when=OnlyConstant(position, writing, keyword)),
    )


_OPENERS = (
    *opener("", "builtins.open io.open codecs.open io.FileIO os.fdopen", 1),
    *opener("pathlib", "Path.open", 0),
    *opener("", "gzip.open gzip.GzipFile bz2.open bz2.BZ2File lzma.open lzma.LZMAFile zipfile.ZipFile", 1),
    *opener("tarfile", "open TarFile.open", 1, writing=_TAR_WRITE_MODE),
    *opener("wave", "open", 1, keyword="mode"),
)

_READS = (
    *calls(Effect.FILE_READ, "io", "open_code"),
    *calls(Effect.FILE_READ, "os", "open read stat lstat fstat access readlink"),
    *calls(Effect.FILE_READ, "os", "pread preadv readv pathconf fstatvfs", platform=UNIX),
    *calls(Effect.FILE_READ, "os", "getxattr listxattr", platform=LINUX),
    *calls(
        Effect.FILE_READ,
        "os.path",
        "exists lexists isfile isdir islink ismount getsize getmtime getatime getctime realpath samefile sameopenfile",
    ),
    *calls(Effect.FILE_READ, "os.path", "isjunction", since=(3, 12)),
    *calls(
        Effect.FILE_READ,
        "pathlib.Path",
        "read_text read_bytes exists is_file is_dir is_symlink is_mount is_fifo is_socket is_block_device"
        " is_char_device stat lstat resolve owner group samefile readlink",
    ),
    *calls(Effect.FILE_READ, "pathlib", "Path.is_junction", since=(3, 12)),
    *calls(Effect.FILE_READ, "filecmp", "cmp cmpfiles dircmp"),
    *connections(Effect.FILE_READ, "fileinput", "input FileInput"),
    *calls(Effect.FILE_READ, "shutil", "which"),
    *calls(Effect.FILE_READ, "zipfile", "is_zipfile"),
    *calls(Effect.FILE_READ, "tarfile", "is_tarfile", when=ON_PATH),
    *calls(Effect.FILE_READ, "linecache", "getline getlines checkcache updatecache"),
    *calls(Effect.FILE_READ, "tokenize", "open"),
    *calls(Effect.FILE_READ, "configparser", "ConfigParser.read RawConfigParser.read"),
    *clients(Effect.FILE_READ, "importlib.resources", "files", harmless=("joinpath", "__truediv__", "name")),
    *calls(
        Effect.FILE_READ, "importlib.resources", "as_file read_text read_binary open_text open_binary path is_resource"
    ),
    *calls(
        Effect.FILE_READ, "importlib.metadata", "version metadata requires files distribution packages_distributions"
    ),
    *calls(Effect.FILE_READ, "pkgutil", "get_data"),
    *calls(Effect.FILE_READ, "mimetypes", "init read_mime_types"),
    *calls(Effect.FILE_READ, "netrc", "netrc"),
    *calls(Effect.FILE_READ, "mmap", "mmap"),
    *connections(Effect.FILE_READ, "", "dbm.open shelve.open mailbox.Maildir mailbox.mbox"),
    *calls(Effect.FILE_READ, "", "pickle.load marshal.load", when=ON_PATH),
    *calls(Effect.FILE_READ, "xml.etree.ElementTree", "parse iterparse ElementTree.parse", when=ON_PATH),
    *calls(Effect.FILE_READ, "xml.dom.minidom", "parse", when=ON_PATH),
    *calls(Effect.FILE_READ, "logging.config", "fileConfig"),
    *calls(Effect.FILE_READ, "ssl", "create_default_context", note="loads the host's certificates"),
    *calls(Effect.FILE_READ, "ssl", "SSLContext.load_cert_chain SSLContext.load_verify_locations"),
    *calls(Effect.FILE_READ, "builtins", "input", note="reads the standard input"),
    *calls(Effect.FILE_READ, "getpass", "getpass", note="reads the terminal"),
    *calls(Effect.FILE_READ, "cmd", "Cmd.cmdloop", note="reads the standard input"),
    *calls(Effect.FILE_READ, "readline", "read_history_file", platform=UNIX),
)

_WRITES = (
    *calls(
        Effect.FILE_WRITE,
        "os",
        "write mkdir makedirs rmdir removedirs remove unlink rename renames replace link symlink chmod truncate"
        " ftruncate utime fsync",
    ),
    *calls(
        Effect.FILE_WRITE, "os", "pwrite pwritev writev sendfile chown lchown fchown fchmod mkfifo mknod", platform=UNIX
    ),
    *calls(Effect.FILE_WRITE, "os", "fdatasync sync lockf chroot", platform=UNIX),
    *calls(
        Effect.FILE_WRITE, "os", "copy_file_range setxattr removexattr posix_fallocate memfd_create", platform=LINUX
    ),
    *calls(
        Effect.FILE_WRITE,
        "pathlib.Path",
        "write_text write_bytes mkdir touch unlink rmdir rename replace symlink_to hardlink_to chmod lchmod",
    ),
    *calls(Effect.FILE_WRITE, "pathlib.Path", "copy copy_into move move_into", since=(3, 14)),
    *calls(
        Effect.FILE_WRITE,
        "shutil",
        "copy copy2 copyfile copymode copystat copytree move rmtree chown make_archive unpack_archive",
    ),
    *calls(
        Effect.FILE_WRITE,
        "tempfile",
        "mkdtemp mkstemp mktemp NamedTemporaryFile TemporaryFile TemporaryDirectory SpooledTemporaryFile",
        note="and the name is random",
    ),
    *calls(Effect.FILE_WRITE, "zipfile", "ZipFile.extract ZipFile.extractall"),
    *calls(Effect.FILE_WRITE, "tarfile", "TarFile.extract TarFile.extractall"),
    *calls(Effect.FILE_WRITE, "xml.etree.ElementTree", "ElementTree.write", when=ON_PATH),
    *calls(Effect.FILE_WRITE, "", "pickle.dump marshal.dump"),
    *connections(Effect.FILE_WRITE, "logging", "FileHandler"),
    *connections(
        Effect.FILE_WRITE, "logging.handlers", "RotatingFileHandler TimedRotatingFileHandler WatchedFileHandler"
    ),
    *calls(Effect.FILE_WRITE, "fcntl", "flock lockf fcntl ioctl", platform=UNIX),
    *calls(Effect.FILE_WRITE, "", "py_compile.compile compileall.compile_dir compileall.compile_file"),
    *calls(Effect.FILE_WRITE, "readline", "write_history_file", platform=UNIX),
)

_PATH_WRITES: Final = "write_text write_bytes mkdir touch unlink rmdir rename replace symlink_to chmod"

_ASYNC = (
    *opener("aiofiles", "open threadpool.open", 1),
    *opener("", "anyio.open_file trio.open_file", 1),
    *calls(Effect.FILE_READ, "aiofiles.os", "stat path.exists path.isfile path.isdir path.getsize readlink access"),
    *calls(
        Effect.FILE_WRITE, "aiofiles.os", "mkdir makedirs remove unlink rename renames replace rmdir removedirs link"
    ),
    *calls(
        Effect.FILE_WRITE,
        "aiofiles.tempfile",
        "TemporaryFile NamedTemporaryFile TemporaryDirectory SpooledTemporaryFile",
    ),
    *clients(
        Effect.FILE_READ,
        "",
        "anyio.Path trio.Path",
        harmless=(
            *("name", "stem", "suffix", "suffixes", "parent", "parents", "parts", "root", "drive", "anchor"),
            *("joinpath", "with_name", "with_stem", "with_suffix", "relative_to", "is_absolute", "as_posix", "match"),
            *("__truediv__", "__rtruediv__", "__str__", "__fspath__"),
        ),
    ),
    *calls(Effect.FILE_WRITE, "anyio.Path", _PATH_WRITES),
    *calls(Effect.FILE_WRITE, "trio.Path", _PATH_WRITES),
    *calls(Effect.FILE_WRITE, "anyio", "TemporaryFile NamedTemporaryFile TemporaryDirectory"),
)

HAZARDS: Final[tuple[Hazard, ...]] = (*_OPENERS, *_READS, *_WRITES, *_ASYNC)
