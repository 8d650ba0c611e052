"""What crosses the line between a running workflow and its database: values and errors, as JSON and back.

`encode` refuses on write whatever would not come back equal, so that a replay sees what the first run saw. Pickle is
nowhere involved: reading a payload never imports or runs what the payload names.
"""

from holdfast.values.codec import Codec, digest
from holdfast.values.errors import StepFailed, UndecodableValue, UnstorableValue, ValueTooLarge
from holdfast.values.failures import decode_error, encode_error, recorded_traceback, register_error
from holdfast.values.payload import DEFAULT_LIMIT, decode, encode

__all__ = [
    "DEFAULT_LIMIT",
    "Codec",
    "StepFailed",
    "UndecodableValue",
    "UnstorableValue",
    "ValueTooLarge",
    "decode",
    "decode_error",
    "digest",
    "encode",
    "encode_error",
    "recorded_traceback",
    "register_error",
]
