"""`milepost rules`: the list of all rules, and what each one means."""

import click

from milepost.cli.asking import Asked, asked


@click.command()
@click.argument("name", required=False, default="")
@click.option("--group", default="", help="Only the rules of this group.")
@asked
def rules(asked_for: Asked, name: str, group: str) -> None:
    """List the rules of `milepost check`, or explain the rule NAME."""
    from milepost.checks.explaining import document_of, explanation, line
    from milepost.checks.registry import all_rules, rule_of

    if name:
        rule = rule_of(name)
        asked_for.answer(document_of(rule), lambda: explanation(rule))
        return
    wanted = [rule for rule in all_rules().values() if group in {"", rule.group}]
    asked_for.answer(
        {"count": len(wanted), "rules": [document_of(rule) for rule in wanted]},
        lambda: "\n".join([*map(line, wanted), f"{len(wanted)} rules"]),
    )
