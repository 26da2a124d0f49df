"""Files of certificates that a person wants to trust are looked at before anything is asked of a network."""

import os

import pytest
import trustme

from permdesk.errors import UsageError
from permdesk.services.trust_file import check_trust_file


def test_one_certificate_is_enough_and_so_are_several_with_words_between(tmp_path):
    file = tmp_path / "anchors.pem"
    trustme.CA().cert_pem.write_to_path(str(file))
    check_trust_file(file)
    file.write_bytes(b"The proxy's\n" + file.read_bytes() + b"\nand another\n" + trustme.CA().cert_pem.bytes())
    check_trust_file(file)


@pytest.mark.parametrize("content", [b"", b"words", b"\x30\x82\x03\x07", b"-----BEGIN CERTIFICATE-----\n", b"\0" * 99])
def test_no_certificate(tmp_path, content):
    file = tmp_path / "none.pem"
    file.write_bytes(content)
    with pytest.raises(UsageError, match="holds no certificate"):
        check_trust_file(file)


def test_a_private_key_is_no_certificate(tmp_path):
    file = tmp_path / "key.pem"
    trustme.CA().private_key_pem.write_to_path(str(file))
    with pytest.raises(UsageError, match="holds no certificate"):
        check_trust_file(file)


def test_what_is_no_file(tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        check_trust_file(tmp_path / "gone.pem")
    with pytest.raises(UsageError, match="folder"):
        check_trust_file(tmp_path)
    with pytest.raises(UsageError):
        check_trust_file(tmp_path / "a\0b")
    large = tmp_path / "large.pem"
    with large.open("wb") as opened:
        opened.truncate(1 << 34)
    with pytest.raises(UsageError, match="no file of certificates"):
        check_trust_file(large)


@pytest.mark.linux
def test_a_pipe_does_not_hold_anybody_up(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UsageError, match="no file of certificates"):
        check_trust_file(pipe)
