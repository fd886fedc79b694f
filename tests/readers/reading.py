"""What the reader tests ask of a reading."""

from knowledge.documents import BlockKind
from knowledge.readers import read_bytes


def read(data, name="文件"):
    return read_bytes(data, name)


def texts(data, name="文件"):
    """The texts of headings and paragraphs in reading order."""
    return [block.text for block in read(data, name).blocks if block.kind is not BlockKind.TABLE]


def the_table(data, name="文件"):
    """The only table of a file."""
    (found,) = [block for block in read(data, name).blocks if block.kind is BlockKind.TABLE]
    return found
