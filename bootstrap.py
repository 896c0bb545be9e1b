"""Install what Milepost needs into .venv beside this file, then start it; the standard library suffices.

Nothing is asked of the machine but Python 3.11: no root, no pip, no venv package. Every distribution is
pinned by its hash in requirements/; where it comes from is the machine's own configuration of uv and pip.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements"
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"
PROGRAM = VENV / "bin" / "milepost"
SHARE = VENV / "share"
CERTIFICATES = SHARE / "certificates.pem"
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")

USAGE = """\
Usage: ./run COMMAND

  demo            install what Milepost needs and open the demo in the browser
  test [ARGS]     install what the tests need and run them, on SQLite and on PostgreSQL
  check           style, types, import rules, dead code, migrations
  bench [ARGS]    measure, and print the figures as a table and as JSON
  mutate [ARGS]   change the rules line by line and see whether a test notices
  fuzz [ARGS]     feed the readers of reports what nobody would write
  milepost ARGS   the command line of Milepost
"""
COMMANDS = {
    "demo": ("run", [str(PROGRAM), "demo"]),
    "milepost": ("run", [str(PROGRAM)]),
    "test": ("development", [str(PYTHON), "-m", "tests"]),
    "check": ("development", [str(PYTHON), "-m", "tests.gates"]),
    "bench": ("development", [str(PYTHON), "-m", "bench"]),
    "mutate": ("development", [str(PYTHON), "-m", "tests.mutation"]),
    "fuzz": ("development", [str(PYTHON), "-m", "tests.fuzzing"]),
}
NO_INSTALLER = """\
Milepost cannot install its libraries: this Python has no pip, there is no uv, and Debian's package
python3-pip-whl could not be fetched; install one of them (Debian, Ubuntu: apt install python3-pip) and try
again.
"""
NOT_INSTALLED = """\
Milepost's libraries could not be installed; the lines above say why (most often: no connection to the
package index that uv or pip is configured for). Nothing is half done: put that right and try again.
"""


def main(arguments: list[str]) -> int:
    """Install for the command, then become it; 2 for wrong use, 1 if the libraries cannot be had."""
    if not arguments or arguments[0] not in COMMANDS:
        sys.stderr.write(USAGE)
        return 0 if arguments and arguments[0] in {"help", "--help", "-h"} else 2
    purpose, command = COMMANDS[arguments[0]]
    if not is_installed(purpose) and not install(purpose):
        return 1
    if purpose == "development":
        os.chdir(HERE)
    return os.execv(command[0], [*command, *arguments[1:]])


def is_installed(purpose: str) -> bool:
    """Tell whether .venv holds what `purpose` ("run", "development") asks for; development includes run."""
    stamps = [_stamp(name) for name in {purpose, "development"}]
    return any(stamp.is_file() and stamp.read_text(encoding="ascii") == _fingerprint() for stamp in stamps)


def install(purpose: str) -> bool:
    """Fill .venv for `purpose` and stamp it; False, after a sentence for the person, if that fails."""
    _say(f"Installing into {VENV} (once; from then on nothing is fetched)")
    if not _succeeds([str(PYTHON), "-c", ""]):
        venv.create(VENV, clear=True, symlinks=True, with_pip=False)
    _trust_the_machine()
    installers = 0
    for installer in _installers():
        installers += 1
        if _runs([*installer, "--require-hashes", "--requirement", str(REQUIREMENTS / f"{purpose}.txt")]):
            _install_milepost()
            _stamp(purpose).write_text(_fingerprint(), encoding="ascii")
            return True
    sys.stderr.write(NOT_INSTALLED if installers else NO_INSTALLER)
    return False


def _stamp(purpose: str) -> Path:
    return VENV / f"milepost-{purpose}.stamp"


def _fingerprint() -> str:
    """Name what was asked for: the pinned requirements, the place of the checkout, the Python."""
    digest = hashlib.sha256(f"{sys.version}\0{HERE}".encode())
    for file in sorted(REQUIREMENTS.glob("*.txt")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _installers() -> Iterator[list[str]]:
    """Yield the beginnings of install commands that work here, the fastest first; each is tried in turn."""
    if "MILEPOST_NO_UV" not in os.environ and (uv := _uv()):
        yield [uv, "pip", "install", "--python", str(PYTHON), "--only-binary", ":all:"]
    if pip := _pip():
        yield _pip_install(pip)


def _uv() -> str | None:
    """Return uv: the machine's own, else one installed into .venv at the pinned version."""
    os.environ["UV_PYTHON_DOWNLOADS"] = "never"
    if found := shutil.which("uv"):
        return found
    own = VENV / "bin" / "uv"
    pinned = ["--require-hashes", "--requirement", str(REQUIREMENTS / "uv.txt")]
    if not own.exists() and (pip := _pip()):
        _runs([*_pip_install(pip), *pinned])
    return str(own) if own.exists() else None


def _pip_install(pip: list[str]) -> list[str]:
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
    return [*pip, "install", *quiet, "--only-binary", ":all:"]


def _pip() -> list[str] | None:
    """Return a pip that installs into .venv: in it, of this Python, or a wheel that the system carries."""
    commands = [[str(PYTHON), "-m", "pip"], [sys.executable, "-m", "pip", "--python", str(PYTHON)]]
    commands += [[str(PYTHON), str(wheel / "pip")] for wheel in _pip_wheels()]
    working = (command for command in commands if _succeeds([*command, "--version"]))
    return next(working, None) or _pip_of_the_distribution()


def _pip_wheels() -> list[Path]:
    """Return the pip wheels that Python or Debian keep for new environments; a wheel can run as it is."""
    folders = [Path(os.__file__).parent / "ensurepip" / "_bundled", Path("/usr/share/python-wheels")]
    return [wheel for folder in [*folders, SHARE] for wheel in sorted(folder.glob("pip-*.whl"))]


def _pip_of_the_distribution() -> list[str] | None:
    """Fetch Debian's own pip wheel with apt, which needs no root for that and checks Debian's signature."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return None
    _say("This Python has no pip: fetching Debian's packages python3-pip-whl and ca-certificates into .venv")
    with TemporaryDirectory(dir=VENV) as folder:
        if _fetch_packages(Path(folder), "python3-pip-whl", "ca-certificates"):
            SHARE.mkdir(exist_ok=True)
            for wheel in Path(folder).glob("usr/share/python-wheels/pip-*.whl"):
                shutil.copy(wheel, SHARE)
            authorities = sorted(Path(folder).glob("usr/share/ca-certificates/mozilla/*.crt"))
            CERTIFICATES.write_bytes(b"\n".join(authority.read_bytes() for authority in authorities))
    _trust_the_machine()
    return next(([str(PYTHON), str(wheel / "pip")] for wheel in _pip_wheels()), None)


def _fetch_packages(folder: Path, *names: str) -> bool:
    """Download packages of the distribution and unpack them into a folder; nothing is installed."""
    (folder / "lists" / "partial").mkdir(parents=True)
    (folder / "cache" / "archives" / "partial").mkdir(parents=True)
    apt = ["apt-get", "-qq", f"-oDir::State::Lists={folder}/lists", f"-oDir::Cache={folder}/cache"]
    if not (_runs([*apt, "update"], folder) and _runs([*apt, "download", *names], folder)):
        return False
    return all(_runs(["dpkg-deb", "--extract", str(deb), "."], folder) for deb in folder.glob("*.deb"))


def _trust_the_machine() -> None:
    """Let uv and pip trust the certificate authorities of the machine, or Debian's where it has none."""
    if SYSTEM_CERTIFICATES.exists():
        os.environ.setdefault("UV_SYSTEM_CERTS", "true")
    elif CERTIFICATES.exists():
        os.environ.setdefault("PIP_CERT", str(CERTIFICATES))
        os.environ.setdefault("SSL_CERT_FILE", str(CERTIFICATES))


def _install_milepost() -> None:
    """Put src/ on the path of .venv, compile it, and write the console script; nothing is fetched.

    The processes that read reports may write nothing: what is not compiled here they would compile each time.
    """
    library = next((VENV / "lib").glob("python3*")) / "site-packages"
    (library / "milepost.pth").write_text(f"{HERE / 'src'}\n", encoding="utf-8")
    PROGRAM.write_text(
        f"#!{PYTHON}\nimport sys\n\nfrom milepost.cli import main\n\nsys.exit(main())\n", encoding="utf-8"
    )
    PROGRAM.chmod(0o755)
    _runs([str(PYTHON), "-m", "compileall", "-q", "-j0", str(HERE / "src")])


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _runs(command: list[str], cwd: Path = HERE) -> bool:
    """Run a tool; what it prints goes to standard error, so that standard output stays the command's own."""
    return subprocess.run(command, cwd=cwd, stdout=sys.stderr, check=False).returncode == 0


def _succeeds(command: list[str]) -> bool:
    """Run a probe in silence."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
