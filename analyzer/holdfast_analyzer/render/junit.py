"""JUnit XML, as test reports of CI hosts read it: each finding is a failed test, each clean workflow one that passed.

The elements and attributes: those that Jenkins' schema (`junit-10.xsd` of its xUnit plugin) names.
"""

import re
from xml.etree import ElementTree

from holdfast_analyzer.render.explained import steps_of
from holdfast_analyzer.render.presentation import Presentation
from holdfast_analyzer.report import Report
from holdfast_rules.rule import Finding

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document can hold, not even as a reference (section 2.2)."""


def render_junit(report: Report, presentation: Presentation) -> str:
    """Return one suite: findings that fail the check failed, those that are only shown passed with a text beside them."""
    shown = list(filter(presentation.threshold.shows, report.findings))
    failures = sum(map(presentation.threshold.fails, shown))
    seconds = f"{report.seconds:.3f}"
    suites = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(suites, "testsuite", name="holdfast", time=seconds)
    for finding in shown:
        _add_finding(suite, finding, presentation)
    dirty = {unit for finding in shown for unit in finding.units}
    for unit in report.units:
        if unit.id not in dirty:
            path = presentation.in_checkout(unit.path)
            _add_case(suite, unit.id, "holdfast.workflow", path, unit.line)
    for error in report.errors:
        place = presentation.in_checkout(error.path)
        case = _add_case(suite, f"reading {place}", "holdfast.file", place, error.line)
        ElementTree.SubElement(case, "error", type="unreadable", message=_xml(error.message)).text = _xml(
            f"{place}:{error.line}: {error.message}" if error.line else f"{place}: {error.message}"
        )
    for element in (suites, suite):
        element.set("tests", str(len(suite)))
        element.set("failures", str(failures))
        element.set("errors", str(len(report.errors)))
    ElementTree.indent(suites)
    return "<?xml version='1.0' encoding='UTF-8'?>\n" + ElementTree.tostring(suites, encoding="unicode") + "\n"


def _add_finding(suite: ElementTree.Element, finding: Finding, presentation: Presentation) -> None:
    path = presentation.in_checkout(finding.path)
    name = f"{path}:{finding.line}:{finding.column} {finding.code} {finding.name}"
    case = _add_case(suite, name, f"holdfast.{finding.name}", path, finding.line)
    text = [finding.message, *steps_of(finding, presentation.in_checkout)]
    if finding.help:
        text.append(f"help: {finding.help}")
    if presentation.threshold.fails(finding):
        kind, message = str(finding.severity), _xml(finding.message)
        element = ElementTree.SubElement(case, "failure", type=kind, message=message)
    else:
        element = ElementTree.SubElement(case, "system-out")
    element.text = _xml("\n".join(text))


def _add_case(suite: ElementTree.Element, name: str, kind: str, path: str, line: int) -> ElementTree.Element:
    case = ElementTree.SubElement(suite, "testcase", name=_xml(name), classname=kind, file=_xml(path))
    if line:
        case.set("line", str(line))
    return case


def _xml(text: str) -> str:
    """Return text with escapes (`\\x1b`) for what XML cannot hold."""
    return _NO_XML.sub(lambda hit: ascii(hit[0])[1:-1], text)
