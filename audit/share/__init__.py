"""Pass a sealed run on: whole, or as an edition without records that provably comes from it."""

from audit.share.edition import make_edition
from audit.share.packing import write_packed
from audit.share.whole import pack_whole

__all__ = ["make_edition", "pack_whole", "write_packed"]
