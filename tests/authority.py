"""A time-stamping authority of one's own, made by `openssl ts`; it proves order to nobody outside these tests."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

_CONFIG = """
[req]
distinguished_name = name
[name]
[tsa_cert]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[ca_cert]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[tsa]
default_tsa = tsa_config
[tsa_config]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = no
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class Authority:
    """An authority in a folder of its own."""

    folder: Path

    def openssl(self, *arguments: str | Path) -> str:
        done = subprocess.run(
            ["openssl", *map(str, arguments)], cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    @property
    def certificate(self) -> Path:
        """What the authority's word is checked against."""
        return self.folder / "ca.pem"

    @property
    def command(self) -> str:
        """A command that reads a request file and writes the token to standard output."""
        script = self.folder / "stamp.sh"
        if not script.exists():
            script.write_text(
                f'cd "{self.folder}" && openssl ts -reply -config tsa.cnf -section tsa_config -queryfile "$1"'
                " -signer tsa.pem -inkey tsa.key -out reply.tsr >/dev/null 2>&1 && cat reply.tsr\n",
                encoding="utf-8",
            )
        return f"sh {script}"

    def stamp(self, path: Path) -> Path:
        """A token for the file at `path`."""
        request, reply = self.folder / "request.tsq", self.folder / f"{path.name}.tsr"
        self.openssl("ts", "-query", "-data", path, "-sha256", "-cert", "-out", request)
        self.openssl(
            *("ts", "-reply", "-config", "tsa.cnf", "-section", "tsa_config", "-queryfile", request),
            *("-signer", "tsa.pem", "-inkey", "tsa.key", "-out", reply),
        )
        return reply


def authority(folder: Path) -> Authority:
    """A new authority with a certificate of its own making."""
    made = Authority(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tsa.cnf").write_text(_CONFIG, encoding="utf-8")
    (folder / "serial").write_text("01\n", encoding="utf-8")
    new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-config", "tsa.cnf", "-days", "30")
    made.openssl(
        "req", "-x509", *new, "-extensions", "ca_cert", "-subj", "/CN=CA", "-keyout", "ca.key", "-out", "ca.pem"
    )
    made.openssl("req", *new[:-2], "-subj", "/CN=TSA", "-keyout", "tsa.key", "-out", "tsa.csr")
    made.openssl(
        *("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30"),
        *("-extfile", "tsa.cnf", "-extensions", "tsa_cert", "-out", "tsa.pem"),
    )
    return made
