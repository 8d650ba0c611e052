"""The fingerprint of a unit: what its code does, whatever formatting and comments say.

One definition for analyzer and runtime, over the text of modules alone (standard library `ast`), so that both find the
same for the same files. It is the hash of the normal form (`form`) of the workflow and of everything of the project that
it reaches by name: through local and global names, imports, re-exports and star imports, classes with their bases and
methods, `self.method` and `super()`, nested functions, decorators, module-level values and the statements that fill them.

What counts and what does not:

- a step, a transaction, a child workflow count by name alone; what a name means outside the project counts by its dotted
  name (`random.choice`); code of the standard library, of engines and of installed packages does not count, unless the
  workflow itself lies in that package;
- annotations do not count, but a class of the project that one names does, for its methods may run on the value. The
  annotations of the workflow's own parameters and result count: stored arguments are decoded by them. So do those of
  fields in classes;
- the engine's decorators of the workflow (`examples=`) do not count, other decorators do;
- what only a running program knows is not followed: objects from `getattr` with a computed name, values that other
  modules enter into a registry. What is named is.
"""

from holdfast_rules.fingerprint.boundary import HOLDFAST, Boundaries
from holdfast_rules.fingerprint.modules import Located, Sources
from holdfast_rules.fingerprint.names import Unreadable
from holdfast_rules.fingerprint.unit import Fingerprint, Fingerprints

__all__ = ["HOLDFAST", "Boundaries", "Fingerprint", "Fingerprints", "Located", "Sources", "Unreadable"]
