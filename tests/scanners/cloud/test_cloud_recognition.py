"""What looks like a report of the cloud and is none, or says too little to be known as one."""

import pytest

from milepost.scanners.cloud.asff import SCANNER as ASFF
from milepost.scanners.cloud.azure_defender import SCANNER as AZURE_DEFENDER
from milepost.scanners.cloud.ecr import SCANNER as ECR
from milepost.scanners.cloud.gcp_artifacts import SCANNER as ARTIFACT_ANALYSIS
from milepost.scanners.cloud.gcp_scc import SCANNER as SECURITY_COMMAND_CENTER
from milepost.scanners.cloud.inspector import SCANNER as INSPECTOR
from milepost.scanners.cloud.wiz_issues import SCANNER as WIZ_ISSUES
from milepost.scanners.cloud.wiz_vulnerabilities import SCANNER as WIZ_VULNERABILITIES
from milepost.scanners.opening import head_of

CLOUD = (
    ASFF,
    AZURE_DEFENDER,
    ECR,
    ARTIFACT_ANALYSIS,
    SECURITY_COMMAND_CENTER,
    INSPECTOR,
    WIZ_ISSUES,
    WIZ_VULNERABILITIES,
)


@pytest.mark.parametrize(
    "text",
    [
        '{"findings": []}',
        '{"Findings": []}',
        '{"findings": [{"severity": "HIGH", "title": "A"}]}',
        '[{"finding": {"name": "A"}}]',
        '{"occurrences": [{"name": "A"}]}',
        '[{"category": "A", "severity": "HIGH"}]',
        "Title,Severity,Status\nA,HIGH,OPEN\n",
        "resourceId,state\nA,Healthy\n",
        "ID,Name,Severity\n1,CVE-2024-0001,HIGH\n",
    ],
)
def test_what_is_no_report_of_the_cloud_is_left_alone(text: str) -> None:
    """An empty list could be anybody's."""
    head = head_of(text.encode())
    assert [scanner.name for scanner in CLOUD if scanner.recognises(head)] == []


def test_a_finding_of_inspector_within_security_hub_is_security_hubs() -> None:
    """It names a product; a finding of Inspector's own list does not."""
    own = '{"findings": [{"findingArn": "a", "packageVulnerabilityDetails": {}}]}'
    hub = (
        '{"findings": [{"Id": "a", "ProductArn": "arn:aws:securityhub:::product/aws/inspector",'
        ' "Resources": []}]}'
    )
    found = [
        [scanner.recognises(head_of(text.encode())) for text in (own, hub)] for scanner in (INSPECTOR, ASFF)
    ]
    assert found == [[True, False], [False, True]]


def test_the_order_of_keys_does_not_matter() -> None:
    """A long list may come before what follows it."""
    text = (
        '{"findings": [{"packageVulnerabilityDetails": {}, "findingArn": "a"}'
        + ', {"findingArn": "b"}' * 9999
    )
    assert INSPECTOR.recognises(head_of(text.encode()[: 64 << 10]))
