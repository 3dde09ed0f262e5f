"""What cannot be used is told by its variable, in a sentence that repeats nothing secret."""

import pytest

from shared.settings import BadSetting, Settings, unknown
from shared.suite import security_of

GOOD, OTHER = "11" * 32, "aB" * 32


def test_the_present_key_comes_first() -> None:
    settings = Settings(seal_key=GOOD, other_seal_keys=f"{OTHER}, {GOOD}", pseudonym_key=OTHER)
    assert settings.seal_keys == (GOOD, OTHER, GOOD)
    assert settings.pseudonym_keys == (OTHER,)


@pytest.mark.parametrize("bad", ["", "11", "11" * 33, "zz" * 32, f"{GOOD} "])
def test_what_is_no_key_is_told_by_its_variable(bad: str) -> None:
    with pytest.raises(BadSetting, match=r"^SAFER_SEAL_KEY must be 32 bytes .*`openssl rand -hex 32`\.$") as told:
        _ = Settings(seal_key=bad).seal_keys
    assert not bad or bad not in str(told.value)
    with pytest.raises(BadSetting, match=r"^SAFER_PSEUDONYM_KEY "):
        _ = Settings(pseudonym_key=bad).pseudonym_keys
    with pytest.raises(BadSetting, match=r"^SAFER_CURSOR_KEY "):
        _ = Settings(cursor_key=bad).cursor_secret
    if bad.strip() not in ("", GOOD):
        with pytest.raises(BadSetting, match=r"^SAFER_OTHER_SEAL_KEYS "):
            _ = Settings(seal_key=GOOD, other_seal_keys=f"{OTHER},{bad}").seal_keys


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("PUBLIC_URL", ""),
        ("PUBLIC_URL", "safer.example"),
        ("PUBLIC_URL", "https://safer.example/"),
        ("DATABASE_URL", "postgres://training_runtime:secret@db/safer"),
        ("DIRECT_DATABASE_URL", "db/safer"),
        ("POOL_SIZE", "0"),
        ("POOL_SIZE", "ten"),
        ("POOL_SIZE", ""),
        ("BUS", "rabbit"),
        ("KAFKA_SERVERS", "kafka"),
        ("LISTEN_PORT", "65536"),
        ("UPSTREAMS", "governance"),
        ("UPSTREAMS", "governance=http://governance:8000/v1"),
        ("SMTP_URL", "mail.example:25"),
        ("SMTP_URL", "smtps://user:secret@"),
        ("MAIL_FROM", "nobody"),
        ("LOG_LEVEL", "LOUD"),
        ("SANDBOX", "maybe"),
        ("SANDBOX", ""),
        ("RECORD_KEY", "secret"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_variable(name: str, bad: str) -> None:
    for variable in (f"SAFER_{name}", f"TRAINING_{name}"):
        with pytest.raises(
            BadSetting, match=rf"^{variable.replace('TRAINING_REC', 'SAFER_REC')} must be .*\.$"
        ) as told:
            _ = Settings.read("training", {"SAFER_RECORD_KEY": GOOD, variable: bad}).record_secret
        assert "secret" not in str(told.value)


def test_what_can_be_read_is() -> None:
    given = {
        "SAFER_PUBLIC_URL": "https://safer.example:8443",
        "SAFER_DATABASE_URL": "postgresql://{service}_runtime:p%20w@a,b:5433/safer?target_session_attrs=read-write",
        "SAFER_KAFKA_SERVERS": "one:9092,two:9092",
        "SAFER_UPSTREAMS": "governance=http://governance:8000, reviews=https://10.0.0.1:8000",
        "SAFER_SMTP_URL": "smtp://user:p%40ss@mail.example:587",
        "SAFER_MAIL_FROM": "The partnership <safer@example.org>",
        "SAFER_JWKS_URL": "",
        "TRAINING_LISTEN_PORT": "0",
    }
    settings = Settings.read("training", given)
    assert settings.database_url.startswith("postgresql://training_runtime:p%20w@")
    assert (settings.kafka_servers, settings.jwks_url, settings.listen_port) == ("one:9092,two:9092", "", 0)


def test_what_is_no_setting_is_told() -> None:
    assert list(
        unknown({"SAFER_PUBILC_URL": "", "SAFER_POOL_SIZE": "", "SAFER_QUIXOTIC_ZEPHYR": "", "GATEWAY_PORT": ""})
    ) == [
        "SAFER_PUBILC_URL is no setting; is SAFER_PUBLIC_URL meant?",
        "SAFER_QUIXOTIC_ZEPHYR is no setting",
    ]


def test_how_kafka_is_reached() -> None:
    assert security_of(Settings())["security_protocol"] == "PLAINTEXT"
    signed_in = security_of(Settings(kafka_tls=True, kafka_user="safer", kafka_mechanism="PLAIN"))
    assert (signed_in["security_protocol"], signed_in["sasl_mechanism"]) == ("SASL_SSL", "PLAIN")
    assert signed_in["ssl_context"].check_hostname
    with pytest.raises(BadSetting, match="SAFER_KAFKA_TLS=true"):
        security_of(Settings(kafka_user="safer", kafka_mechanism="PLAIN"))
