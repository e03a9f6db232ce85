"""Answers of the worker as plain data: MessagePack, built again by the type that the called function promises.

A worker that a hostile file took over can say anything, so nothing in an answer names a class or a function: what may come back stands
in the annotation of the function that was called, and every value is checked against it. Bytes travel beside the structure, uncopied.
"""

from __future__ import annotations

import struct
import threading
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from bot.documents.errors import TooLarge

Lumps = list[bytes]
MAX_STRUCTURE = 64 * 2**20
_SIZE = struct.Struct(">Q")
_LEAVES = (str, int, float, bool, type(None))
# QUIRK(msgspec 0.22, Python 3.11): it works out a struct when it first meets it; two threads that do so at once end the process (SIGSEGV).
_ONE_AT_A_TIME = threading.Lock()


class WireError(ValueError):
    """An answer that is not of the promised type."""


class Codec(NamedTuple):
    """*pack* makes what MessagePack can hold, *unpack* checks and makes the value again; both put bytes aside or take them from there.

    ``native``: msgspec does both by itself, at the speed of C.
    """

    pack: Callable[[Any, Lumps], Any]
    unpack: Callable[[Any, Lumps], Any]
    native: bool = False


def dump(value: Any, hint: Any) -> bytes:
    """*value* of the type *hint*: size of the structure, structure, then each lump with its size."""
    lumps: Lumps = []
    tree = codec_of(hint).pack(value, lumps)
    try:
        structure = msgspec.msgpack.encode(tree)
    except UnicodeEncodeError:  # half a surrogate pair, from a header or a file name
        structure = msgspec.msgpack.encode(_whole(msgspec.to_builtins(tree)))
    if len(structure) > MAX_STRUCTURE:
        raise TooLarge(f"{len(structure)} bytes of structure")
    return b"".join(
        [_SIZE.pack(len(structure)), structure, *(x for lump in lumps for x in (_SIZE.pack(len(lump)), lump))]
    )


def load(data: bytes, hint: Any) -> Any:
    """The value again; ``WireError`` where *data* is anything but a value of that type."""
    try:
        view = memoryview(data)
        pieces: list[memoryview] = []
        while view:
            size = _SIZE.unpack_from(view)[0]
            if size > (len(view) - _SIZE.size if pieces else MAX_STRUCTURE):
                raise WireError(f"a piece of {size} bytes")
            pieces.append(view[_SIZE.size : _SIZE.size + size])
            view = view[_SIZE.size + size :]
        tree = msgspec.msgpack.decode(pieces[0])
        with _ONE_AT_A_TIME:
            return codec_of(hint).unpack(tree, [bytes(piece) for piece in pieces[1:]])
    except WireError:
        raise
    except (msgspec.MsgspecError, struct.error, LookupError, ValueError, TypeError, RecursionError) as error:
        raise WireError(f"{type(error).__name__}: {error}"[:300]) from error


@cache
def returned_by(function: Callable[..., Any]) -> Any:
    """What *function* promises to return."""
    return typing.get_type_hints(function)["return"]


@cache
def codec_of(hint: Any) -> Codec:
    """The codec of a type; ``TypeError`` for one that may not cross (anything but structs, enums and plain values)."""
    if _is_native(hint, ()):
        read = _reader([hint])
        return Codec(lambda value, _: value, lambda tree, _: read([tree])[0], native=True)
    if hint is bytes:
        return Codec(_put_aside, lambda tree, lumps: lumps[place - 1] if (place := _exactly(int, tree)) else b"")
    if hint in (date, datetime):
        return Codec(lambda value, _: value.isoformat(), lambda tree, _: hint.fromisoformat(_exactly(str, tree)))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return _of_struct(hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _of_union(arguments)
    if origin is list or (origin is tuple and arguments[1:] == (...,)):
        return _of_sequence(origin, codec_of(arguments[0]))
    if origin is tuple:
        return _of_tuple([codec_of(argument) for argument in arguments])
    if origin in (dict, Mapping) and arguments[0] is str:
        return _of_mapping(codec_of(arguments[1]))
    raise TypeError(f"{hint} is no plain data")


def _is_native(hint: Any, within: tuple[Any, ...]) -> bool:
    """Whether msgspec reads and writes it without a doubt: no bytes, no dates (text to MessagePack), at most one type beside None."""
    if hint in _LEAVES or hint in within:
        return True
    if isinstance(hint, type) and issubclass(hint, Enum):
        return True
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return all(_is_native(field, (*within, hint)) for field in typing.get_type_hints(hint).values())
    origin, arguments = typing.get_origin(hint), [one for one in typing.get_args(hint) if one is not ...]
    if origin in (typing.Union, types.UnionType):
        return len([one for one in arguments if one is not type(None)]) == 1 and all(
            _is_native(one, within) for one in arguments
        )
    return origin in (list, tuple, dict, Mapping) and all(_is_native(one, within) for one in arguments)


def _reader(hints: Sequence[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """What reads a list of values of these types. A struct, of which msgspec keeps what it needs to know: of ``tuple[...]`` it finds that out anew with
    each value, which takes ten times as long."""
    fields = [(f"at_{number}", hint) for number, hint in enumerate(hints)]
    kind = msgspec.defstruct("Read", fields, array_like=True, forbid_unknown_fields=True)
    return lambda tree: msgspec.structs.astuple(msgspec.convert(tree, kind))


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise WireError(f"{type(value).__name__} instead of {kind.__name__}")
    return value


def _put_aside(value: bytes, lumps: Lumps) -> int:
    """Its number from 1; 0 for none: most values have no picture of theirs."""
    if not value:
        return 0
    lumps.append(value)
    return len(lumps)


def _of_struct(kind: type[msgspec.Struct]) -> Codec:
    """The native fields together, for one call of msgspec, then each of the others."""
    hints = {name: typing.get_type_hints(kind)[name] for name in kind.__struct_fields__}
    native = [name for name, hint in hints.items() if codec_of(hint).native]
    told = [*native, *(name for name in hints if name not in native)]
    others = [codec_of(hints[name]) for name in told[len(native) :]]
    read = _reader([hints[name] for name in native])
    order = [told.index(name) for name in hints]
    fields = attrgetter("__class__", *told)

    def pack(value: Any, lumps: Lumps) -> list[Any]:
        found, *values = fields(value)
        if found is not kind:
            raise TypeError(f"{found.__name__} instead of {kind.__name__}")
        further = values[len(native) :]
        return [
            values[: len(native)],
            *[codec.pack(one, lumps) for codec, one in zip(others, further, strict=True)],
        ]

    def unpack(tree: Any, lumps: Lumps) -> Any:
        plain, *rest = _exactly(list, tree)
        further = [codec.unpack(one, lumps) for codec, one in zip(others, rest, strict=True)]
        found = (*read(plain), *further)
        return kind(*[found[place] for place in order])

    return Codec(pack, unpack)


def _of_union(options: tuple[Any, ...]) -> Codec:
    """The number of the option, then the value; None as it is."""
    plain = [option for option in options if option is not type(None)]
    numbers = {typing.get_origin(option) or option: number for number, option in enumerate(plain)}
    codecs = [codec_of(option) for option in plain]

    def pack(value: Any, lumps: Lumps) -> Any:
        if value is None:
            return None
        number = numbers[type(value)]
        return [number, codecs[number].pack(value, lumps)]

    def unpack(tree: Any, lumps: Lumps) -> Any:
        if tree is None and len(plain) < len(options):
            return None
        number, value = _exactly(list, tree)
        if not 0 <= _exactly(int, number) < len(codecs):
            raise WireError(f"option {number} of {len(codecs)}")
        return codecs[number].unpack(value, lumps)

    return Codec(pack, unpack)


def _of_sequence(kind: type, codec: Codec) -> Codec:
    return Codec(
        lambda value, lumps: [codec.pack(one, lumps) for one in value],
        lambda tree, lumps: kind([codec.unpack(one, lumps) for one in _exactly(list, tree)]),
    )


def _of_tuple(codecs: list[Codec]) -> Codec:
    return Codec(
        lambda value, lumps: [codec.pack(one, lumps) for codec, one in zip(codecs, value, strict=True)],
        lambda tree, lumps: tuple(
            codec.unpack(one, lumps) for codec, one in zip(codecs, _exactly(list, tree), strict=True)
        ),
    )


def _of_mapping(codec: Codec) -> Codec:
    return Codec(
        lambda value, lumps: {key: codec.pack(one, lumps) for key, one in value.items()},
        lambda tree, lumps: {_exactly(str, key): codec.unpack(one, lumps) for key, one in _exactly(dict, tree).items()},
    )


def _whole(tree: Any) -> Any:
    """*tree* with whole characters only."""
    if isinstance(tree, str):
        return tree.encode("utf-8", "replace").decode()
    if isinstance(tree, dict):
        return {_whole(key): _whole(value) for key, value in tree.items()}
    return [_whole(one) for one in tree] if isinstance(tree, (list, tuple)) else tree
