"""Run by ``test_wire_threads``: four threads load values of a type that none of them has met, ten times."""

import sys
import threading

import msgspec

from bot.documents import wire

DEEP = 12
sys.setswitchinterval(1e-6)


def types_of(number: int) -> list[type]:
    """Structs, each holding the one before."""
    made: list[type] = []
    for depth in range(DEEP):
        fields = [(f"a{i}", "int") for i in range(6)]
        fields += [("more", f"tuple[{made[-1].__name__}, ...]"), ("one", f"{made[-1].__name__} | None")] if made else []
        kind = msgspec.defstruct(f"K{number}_{depth}", fields, module="__main__")
        globals()[kind.__name__] = kind
        made.append(kind)
    return made


def value_of(kinds: list[type]) -> object:
    return kinds[-1](*range(6), *(((value_of(kinds[:-1]),), None) if kinds[1:] else ()))


def load_at_once(data: bytes, kind: type) -> None:
    begin = threading.Barrier(4)

    def load() -> None:
        begin.wait()
        wire.load(data, kind)

    threads = [threading.Thread(target=load) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


for number in range(10):
    kinds = types_of(number)
    load_at_once(wire.dump(value_of(kinds), kinds[-1]), kinds[-1])
