"""What the reader tests share."""

import pytest

from knowledge.documents import Unreadable
from knowledge.readers import read_bytes


@pytest.fixture
def refusal():
    """The reason why a file is refused."""

    def reason(data, name="文件"):
        with pytest.raises(Unreadable) as caught:
            read_bytes(data, name)
        assert caught.value.name == name
        return caught.value.why

    return reason
