"""Reports of the small commands."""

import json
import time

from .command import OUT, say


def markdown_table(head, rows):
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def write_report(name, result, markdown):
    """Prints the report and leaves it and the raw figures in perf/out."""
    OUT.mkdir(exist_ok=True)
    stamp = time.strftime("%Y%m%d-%H%M%S")
    (OUT / f"{name}-{stamp}.json").write_text(json.dumps(result, indent=2) + "\n")
    (OUT / f"{name}-{stamp}.md").write_text(markdown + "\n")
    print(markdown)
    say(f"written: {OUT / name}-{stamp}.json and .md")
