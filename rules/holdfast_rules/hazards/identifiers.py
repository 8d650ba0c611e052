"""Fresh identifiers (103): UUIDs, ULIDs and their like, made from the clock, the host or random bits.

`uuid3`, `uuid5` and parsing (`uuid.UUID(text)`) are clean and so not here; constructors that make a new identifier
only if they are given none (`ulid.ULID()`, `bson.ObjectId()`) carry that condition.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import calls, clients
from holdfast_rules.hazards.hazard import Hazard, WithoutArgument

HAZARDS: Final[tuple[Hazard, ...]] = (
    *calls(Effect.IDENTIFIER, "uuid", "uuid1 uuid4"),
    *calls(Effect.IDENTIFIER, "uuid", "uuid6 uuid7", since=(3, 14)),
    *calls(Effect.IDENTIFIER, "uuid", "uuid8", since=(3, 14), when=WithoutArgument(0, "a")),
    *calls(Effect.IDENTIFIER, "email.utils", "make_msgid"),
    *calls(Effect.IDENTIFIER, "uuid_utils", "uuid1 uuid4 uuid6 uuid7"),
    *calls(Effect.IDENTIFIER, "uuid_utils.compat", "uuid1 uuid4 uuid6 uuid7"),
    *calls(Effect.IDENTIFIER, "uuid6", "uuid6 uuid7 uuid8"),
    *calls(Effect.IDENTIFIER, "uuid_extensions", "uuid7 uuid7str"),
    *calls(Effect.IDENTIFIER, "fastuuid", "uuid1 uuid4 uuid7"),
    *calls(Effect.IDENTIFIER, "shortuuid", "uuid ShortUUID.uuid", when=WithoutArgument(0, "name")),
    *calls(Effect.IDENTIFIER, "shortuuid", "random ShortUUID.random"),
    *calls(Effect.IDENTIFIER, "ulid", "new from_timestamp ULID.from_timestamp ULID.from_datetime monotonic.new"),
    *calls(Effect.IDENTIFIER, "ulid", "ULID", when=WithoutArgument(0, "value")),
    *calls(Effect.IDENTIFIER, "ulid_transform", "ulid_now ulid_hex ulid_at_time"),
    *calls(Effect.IDENTIFIER, "", "nanoid.generate nanoid.non_secure_generate fastnanoid.generate"),
    *calls(Effect.IDENTIFIER, "ksuid", "Ksuid KsuidMs Ksuid64 ksuid"),
    *calls(Effect.IDENTIFIER, "cuid", "cuid slug"),
    *clients(Effect.IDENTIFIER, "cuid2", "Cuid cuid_wrapper"),
    *clients(Effect.IDENTIFIER, "snowflake", "SnowflakeGenerator"),
    *calls(Effect.IDENTIFIER, "bson", "ObjectId objectid.ObjectId", when=WithoutArgument(0, "oid")),
    *calls(Effect.IDENTIFIER, "xid", "Xid XID"),
    *calls(Effect.IDENTIFIER, "typeid", "TypeID", when=WithoutArgument(1, "suffix")),
    *calls(Effect.IDENTIFIER, "timeflake", "random"),
)
