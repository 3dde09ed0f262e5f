"""What an installation can choose, read once from the environment at start and frozen."""

import dataclasses
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Self

from shared.startup import Mendable

KEY = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True)
class Form:
    """What a text must look like, and how that is said to whoever wrote another."""

    pattern: str
    said: str


PUBLIC = Form(r"https?://[^/?#\s]+", "`https://` and the host's name, with nothing after it")
POSTGRES = Form(r"postgresql://\S+", "`postgresql://user:password@host/name`")
HTTP = Form(r"https?://[^/?#\s]+\S*", "an address that begins with `http://` or `https://`")
SERVERS = Form(r"[^\s,]+:\d+(,[^\s,]+:\d+)*", "`host:port,host:port`")
UPSTREAMS = Form(
    r"\s*[a-z]+=https?://[^/?#\s,]+\s*(,\s*[a-z]+=https?://[^/?#\s,]+\s*)*", "`service=http://host:port,…`, no path"
)
MAIL_SERVER = Form(r"smtps?://(\S+@)?[^@/:\s]+(:\d+)?/?", "`smtp://user:password@host:port` or `smtps://…`")
SENDER = Form(r".*[^\s@]@[^\s@]+", "an address of electronic mail")
BUS = Form("postgres|kafka", "postgres or kafka")
MECHANISM = Form("SCRAM-SHA-512|SCRAM-SHA-256|PLAIN", "SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN")
LEVEL = Form("DEBUG|INFO|WARNING|ERROR", "DEBUG, INFO, WARNING or ERROR")
HOST = Form(r"[^\s/]+", "a host's name or address")
PORT = range(65_536)
SOME = range(1, 1_000_000)


def setting(default: Any, about: str, must: Form | range | None = None, *, secret: bool = False) -> Any:
    """One setting with its default, the sentence that the operators' page prints, and what it must be."""
    return field(default=default, metadata={"about": about, "must": must, "secret": secret})


class BadSetting(Mendable, ValueError):
    """A setting that cannot be used; the text names the variable and what it may be."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one service. `SAFER_<NAME>` sets one for all services, `<SERVICE>_<NAME>` for one alone.

    `{service}` in a value stands for the service's name.
    """

    service: str = field(default="", metadata={"about": ""})
    public_url: str = setting(
        "http://127.0.0.1:8000", "The address under which callers reach the gateway; tokens name it.", PUBLIC
    )
    database_url: str = setting(
        "",
        "PostgreSQL as the service's runtime role, `postgresql://user:password@host/name`; empty: embedded.",
        POSTGRES,
    )
    owner_database_url: str = setting(
        "", "PostgreSQL as the role that owns the schema; only `migrate` uses it.", POSTGRES
    )
    admin_database_url: str = setting(
        "",
        "PostgreSQL as a role that may create roles and schemas; only `migrate` uses it; empty: they exist.",
        POSTGRES,
    )
    direct_database_url: str = setting(
        "", "PostgreSQL without a pooler between, for locks and notifications; empty: `database_url`.", POSTGRES
    )
    pool_size: int = setting(
        10, "Connections to PostgreSQL that one process keeps to write, and as many to read.", SOME
    )
    bus: str = setting("postgres", "Which bus carries events: `postgres` (embedded) or `kafka`.", BUS)
    kafka_servers: str = setting("127.0.0.1:9092", "Kafka's bootstrap servers, `host:port,host:port`.", SERVERS)
    kafka_tls: bool = setting(
        False,
        "Whether Kafka is reached over TLS, its certificate judged by this machine's authorities or `SSL_CERT_FILE`.",
    )
    kafka_user: str = setting("", "As whom to sign in at Kafka (SASL); empty: nobody is asked.")
    kafka_password: str = setting("", "The password of that user.", secret=True)
    kafka_mechanism: str = setting(
        "SCRAM-SHA-512", "How the password is shown: `SCRAM-SHA-512`, `SCRAM-SHA-256`, or `PLAIN` over TLS.", MECHANISM
    )
    kafka_partitions: int = setting(6, "Partitions of a topic that the service creates.", SOME)
    jwks_url: str = setting("", "Where to fetch the gateway's public keys; empty: `public_url` + `/oauth/jwks`.", HTTP)
    listen_host: str = setting("127.0.0.1", "The address to listen on.", HOST)
    listen_port: int = setting(8000, "The port to listen on.", PORT)
    upstreams: str = setting(
        "", "For the gateway: `escalations=http://127.0.0.1:8001,…`; empty: services in the same process.", UPSTREAMS
    )
    requests_a_minute: int = setting(6000, "For the gateway: how many requests one client may make in a minute.", SOME)
    metrics_host: str = setting("127.0.0.1", "For the gateway: the address on which its `/metrics` is served.", HOST)
    metrics_port: int = setting(
        0, "For the gateway: the port of its `/metrics`, for the network behind it; 0: nowhere.", PORT
    )
    sandbox: bool = setting(False, "Made-up people and cases, and a clock that can be moved. Never over real data.")
    loopback_keys: bool = setting(
        False, "For the gateway of a sandbox: a system's `jwks_uri` may be on this machine, over plain http too."
    )
    pseudonym_key: str = setting(
        "", "The partnership's secret for pseudonyms of children, 32 bytes as hex.", secret=True
    )
    other_pseudonym_keys: str = setting(
        "", "Keys under which children are found besides: the next one, or the one before; `hex,hex`.", secret=True
    )
    seal_key: str = setting("", "The key that seals identifiers and one-time links, 32 bytes as hex.", secret=True)
    other_seal_keys: str = setting(
        "",
        "Keys that open what they have sealed and seal nothing: the next one, or the one before; `hex,hex`.",
        secret=True,
    )
    cursor_key: str = setting("", "The secret that signs page cursors, 32 bytes as hex.", secret=True)
    record_key: str = setting(
        "", "The Ed25519 key that signs the heads of the access record, 32 bytes as hex.", secret=True
    )
    smtp_url: str = setting(
        "",
        "Where letters leave, `smtp://user:password@host:port` or `smtps://…`; empty: they are kept, unsent.",
        MAIL_SERVER,
        secret=True,
    )
    mail_from: str = setting("safer@localhost", "The sender of letters.", SENDER)
    log_level: str = setting("INFO", "The least severity that is logged: DEBUG, INFO, WARNING, ERROR.", LEVEL)

    @property
    def seal_keys(self) -> tuple[str, ...]:
        """The key that seals, then those that only open. BadSetting for one that is no key."""
        return _keys("SEAL_KEY", self.seal_key, self.other_seal_keys)

    @property
    def pseudonym_keys(self) -> tuple[str, ...]:
        """The key of the pseudonyms that are shown, then those of their aliases. BadSetting for one that is no key."""
        return _keys("PSEUDONYM_KEY", self.pseudonym_key, self.other_pseudonym_keys)

    @property
    def cursor_secret(self) -> str:
        """The key that signs page cursors. BadSetting where there is none: whoever knew it could make cursors for any list."""
        return _keys("CURSOR_KEY", self.cursor_key, "")[0]

    @property
    def record_secret(self) -> str:
        """The key that signs the heads of the access record. BadSetting where it is none."""
        return _keys("RECORD_KEY", self.record_key, "")[0]

    @classmethod
    def read(cls, service: str, environment: Mapping[str, str] | None = None, **given: Any) -> Self:
        """The settings of `service`; `given` wins over the environment. BadSetting names a variable that cannot be read."""
        environment = os.environ if environment is None else environment
        values: dict[str, Any] = {"service": service}
        for f in dataclasses.fields(cls):
            if f.name == "service":
                continue
            for variable in (f"{service.upper()}_{f.name.upper()}", f"SAFER_{f.name.upper()}"):
                if variable in environment:
                    values[f.name] = _parsed(f, environment[variable].replace("{service}", service), variable)
                    break
        return cls(**(values | given))


def unknown(environment: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each variable that looks like a setting and is none: most are slips of the pen."""
    known = [f"SAFER_{f.name.upper()}" for f in dataclasses.fields(Settings) if f.name != "service"]
    for variable in sorted(environment):
        if variable.startswith("SAFER_") and variable not in known:
            near = get_close_matches(variable, known, 1, 0.8)
            yield f"{variable} is no setting" + (f"; is {near[0]} meant?" if near else "")


def _listed(text: str) -> list[str]:
    return [one for part in text.split(",") if (one := part.strip())]


def _keys(name: str, present: str, others: str) -> tuple[str, ...]:
    for variable, key in ((f"SAFER_{name}", present), *((f"SAFER_OTHER_{name}S", key) for key in _listed(others))):
        if not KEY.fullmatch(key):
            raise BadSetting(f"{variable} must be 32 bytes as hex: make it with `openssl rand -hex 32`.")
    return (present, *_listed(others))


def _parsed(setting: "dataclasses.Field[Any]", text: str, variable: str) -> Any:
    must = setting.metadata["must"]
    if setting.type is bool:
        if text.lower() not in {"true", "false", "1", "0", "yes", "no"}:
            raise BadSetting(f"{variable} must be true or false, not {text!r}.")
        return text.lower() in {"true", "1", "yes"}
    if setting.type is int:
        if not re.fullmatch(r"-?\d{1,9}", text) or int(text) not in must:
            raise BadSetting(f"{variable} must be a whole number from {must[0]:,} to {must[-1]:,}, not {text!r}.")
        return int(text)
    # What is written there is not repeated: it may hold a password.
    if must and (text or setting.default) and not re.fullmatch(must.pattern, text):
        raise BadSetting(f"{variable} must be {must.said}.")
    return text
