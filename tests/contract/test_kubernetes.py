"""The Kubernetes manifests, as far as they can be judged without a cluster: by Kubernetes' own schemas, and by the suite."""

import dataclasses
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml

from services.composition import SERVICES
from shared.settings import Settings

FOLDER = Path(__file__).parents[2] / "deploy" / "kubernetes"
MANIFESTS: list[tuple[str, dict[str, Any]]] = [
    (path.name, document) for path in sorted(FOLDER.glob("*.yaml")) for document in yaml.safe_load_all(path.read_text())
]
COMPOSE = yaml.safe_load((FOLDER.parent / "compose.yaml").read_text())
SETTINGS = {f.name.upper(): bool(f.metadata.get("secret")) for f in dataclasses.fields(Settings)}
# Whoever has one of these is in the database: they stand in secrets, though the operators' page may print them.
ADDRESSES = {"DATABASE_URL", "OWNER_DATABASE_URL", "ADMIN_DATABASE_URL", "DIRECT_DATABASE_URL"}


def those(kind: str) -> dict[str, dict[str, Any]]:
    """All manifests of a kind, by their names."""
    return {one["metadata"]["name"]: one for _, one in MANIFESTS if one["kind"] == kind}


def pods() -> list[dict[str, Any]]:
    """Every pod's description."""
    found: list[dict[str, Any]] = [
        one["spec"]["template"] for kind in ("Deployment", "Job") for one in those(kind).values()
    ]
    return found


@pytest.mark.parametrize(
    "manifest", [one for _, one in MANIFESTS], ids=lambda one: f"{one['kind']}-{one['metadata']['name']}"
)
def test_a_manifest_is_as_kubernetes_describes_it(manifest: dict[str, Any]) -> None:
    kubernetes_validate.validate(manifest, "1.33", strict=True)


def test_a_manifest_that_is_wrong_is_seen() -> None:
    wrong = those("Deployment")["gateway"] | {"spec": those("Deployment")["gateway"]["spec"] | {"replica": 3}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, "1.33", strict=True)


def test_every_service_has_its_own() -> None:
    """A deployment of several, an address, and a budget that keeps one of them."""
    for kind in ("Deployment", "Service", "PodDisruptionBudget"):
        assert those(kind).keys() == SERVICES.keys(), kind
    for name, one in those("Deployment").items():
        [container] = one["spec"]["template"]["spec"]["containers"]
        assert container["args"] == ["run", name]
        assert one["spec"]["replicas"] >= 2
        labels = one["spec"]["template"]["metadata"]["labels"]
        selectors = [one["spec"]["selector"]["matchLabels"], those("Service")[name]["spec"]["selector"]]
        selectors.append(those("PodDisruptionBudget")[name]["spec"]["selector"]["matchLabels"])
        assert all(selector.items() <= labels.items() for selector in selectors), name
        probes = {probe: container[probe]["httpGet"]["path"] for probe in container if probe.endswith("Probe")}
        # Ready for requests is who answers: writes go on while the bus is away, and all replicas would be taken out at once.
        assert probes == dict.fromkeys(("startupProbe", "livenessProbe", "readinessProbe"), "/health/live")


def test_every_pod_is_bounded_and_without_rights() -> None:
    for pod in pods():
        spec = pod["spec"]
        assert spec["securityContext"]["runAsNonRoot"]
        assert not spec["automountServiceAccountToken"]
        for container in spec["containers"]:
            assert container["image"] == COMPOSE["services"]["gateway"]["image"]
            assert {"requests", "limits"} <= container["resources"].keys()
            rights = container["securityContext"]
            assert rights["readOnlyRootFilesystem"]
            assert not rights["allowPrivilegeEscalation"]
            assert rights["capabilities"] == {"drop": ["ALL"]}


def test_secrets_are_references_and_settings_are_settings() -> None:
    assert not those("Secret")
    [settings] = those("ConfigMap").values()
    given = dict(settings["data"])
    for pod in pods():
        for container in pod["spec"]["containers"]:
            assert {"secretRef": {"name": "safer"}} in container["envFrom"]
            given |= {one["name"]: one["value"] for one in container.get("env", ())}
    for name in given:
        prefix, _, setting = name.partition("_")
        assert prefix in {"SAFER", *map(str.upper, SERVICES)}, name
        assert SETTINGS[setting] is False, name
        assert setting not in ADDRESSES, name


def test_the_gateway_reaches_every_other_service() -> None:
    [container] = those("Deployment")["gateway"]["spec"]["template"]["spec"]["containers"]
    upstreams = next(one["value"] for one in container["env"] if one["name"] == "GATEWAY_UPSTREAMS")
    assert upstreams == COMPOSE["services"]["gateway"]["environment"]["GATEWAY_UPSTREAMS"]
    assert {pair.partition("=")[0] for pair in upstreams.split(",")} == SERVICES.keys() - {"gateway"}
