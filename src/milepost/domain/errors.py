"""Every error a person can meet, in one tree; each says what, where and how to fix it.

MilepostError
├── InputRefused              a file or value given to Milepost cannot be taken
│   ├── EmptyInput            nothing in it
│   ├── UnknownFormat         no reader knows it
│   ├── DamagedInput          cut off or not well formed
│   ├── HostileInput          built to do harm (entities, bombs, paths)
│   └── OversizedInput        beyond a stated limit
├── RecordMissing             no such system, item, import
├── NotAllowed                a rule forbids it
├── StateConflict             it cannot be done in the present state
├── EvidenceLost              evidence is missing, or is not what was put there
├── StorageFailed             there is no room, or the storage does not answer
├── ExtensionBroken           a part added by somebody else cannot be used
└── WrongUse                  the command was called wrongly
"""


class MilepostError(Exception):
    """One sentence for a person: what happened, where, and how to fix it."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        """Keep the three parts apart, so that each door can lay them out in its own way."""
        super().__init__(what)
        self.what = what
        self.where = where
        self.fix = fix

    def __str__(self) -> str:
        """Join the parts to one line: `where: what; fix`."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}; {self.fix}." if self.fix else f"{head}."


class InputRefused(MilepostError):
    """A file or value given to Milepost cannot be taken."""


class EmptyInput(InputRefused):
    """The file holds nothing."""


class UnknownFormat(InputRefused):
    """No reader recognises the file."""


class DamagedInput(InputRefused):
    """The file is cut off or not well formed."""


class HostileInput(InputRefused):
    """The file is built to do harm."""


class OversizedInput(InputRefused):
    """The file or a part of it is beyond a stated limit."""


class RecordMissing(MilepostError):
    """There is no such system, item or import."""


class NotAllowed(MilepostError):
    """A rule forbids it; the sentence names the rule and its source."""


class StateConflict(MilepostError):
    """It cannot be done in the present state of the register."""


class EvidenceLost(MilepostError):
    """Evidence is missing from the vault, or is not what was put there."""


class StorageFailed(MilepostError):
    """What keeps the evidence has no room, or does not answer."""


class ExtensionBroken(MilepostError):
    """A part that somebody else added to Milepost cannot be used."""


class WrongUse(MilepostError):
    """The command was called wrongly."""

    exit_code = 2
