"""One line a finding: `path:line:column: CODE [severity] message (in unit)`."""

from holdfast_analyzer.render.style import BOLD, DIM, Style, safe
from holdfast_rules.rule import Finding


def render_line(finding: Finding, *, style: Style) -> str:
    """Return one finding as one line.

    Args:
        finding: what to show.
        style: paints, or does not.
    """
    place = style(safe(finding.path), BOLD) + f":{finding.line}:{finding.column}:"
    severity = f"{style.severity(finding.code, finding.severity)} [{finding.severity}]"
    message = safe(" ".join(finding.message.split()))
    units = f" (in {safe(finding.units[0])}" if finding.units else ""
    if units:
        units += f" and {len(finding.units) - 1} more)" if len(finding.units) > 1 else ")"
    return f"{place} {severity} {style.code(message)}{style(units, DIM)}"
