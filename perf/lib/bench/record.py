"""The raw figures of a run as JSON, written after every measurement, so that a run that ends early loses nothing."""

import json
import os


class Record:
    def __init__(self, directory):
        self.directory = directory
        self.file = directory / "raw.json"
        self.data = json.loads(self.file.read_text()) if self.file.is_file() else {"scenarios": {}}

    def save(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        written = self.file.with_suffix(".new")
        written.write_text(json.dumps(self.data, indent=1) + "\n")
        os.replace(written, self.file)

    def is_complete(self, scenario):
        return self.data["scenarios"].get(scenario, {}).get("complete", False)

    def begin(self, scenario):
        """Rounds take turns, so a scenario that was cut short is measured anew."""
        self.data["scenarios"][scenario] = {"complete": False, "rows": {}, "left_out": {}}
        self.save()

    def complete(self, scenario):
        self.data["scenarios"][scenario]["complete"] = True
        self.save()

    def row(self, scenario, name, **facts):
        """Makes the row known; its rounds come later."""
        self.data["scenarios"][scenario]["rows"][name] = {**facts, "rounds": []}

    def add(self, scenario, name, result):
        self.data["scenarios"][scenario]["rows"][name]["rounds"].append(result)
        self.save()

    def note(self, scenario, name, **facts):
        self.data["scenarios"][scenario]["rows"][name].update(facts)
        self.save()

    def leave_out(self, scenario, name, reason, failed):
        """A row that could not be had (a part is missing), or that failed; what was measured of it before stays."""
        self.data["scenarios"][scenario]["left_out"][name] = {"reason": str(reason), "failed": failed}
        self.save()
