"""YAML as plain text with line numbers: nothing is guessed to be a number, a date or a truth value."""

from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass
from typing import Final

import yaml
from django.utils.translation import gettext as _

BYTES_MAX: Final = 64 * 1024
DEPTH_MAX: Final = 8


@dataclass(frozen=True, slots=True)
class Fault:
    line: int
    path: str
    text: str

    def __str__(self) -> str:
        where = _("第 {line} 行").format(line=self.line)
        return f"{where} {self.path}: {self.text}" if self.path else f"{where}: {self.text}"


@dataclass(frozen=True, slots=True)
class Node:
    """`value` is the text of a scalar, a list of nodes, or nodes by key."""

    value: "str | list[Node] | dict[str, Node]"
    line: int
    path: str


class NotAMapping(ValueError):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


def parse(data: bytes) -> dict[str, Node]:
    """The top of the document. Raises NotAMapping for what is no YAML, too large, or uses anchors."""
    if len(data) > BYTES_MAX:
        raise NotAMapping(Fault(1, "", _("文件超过 {kilobytes} KB").format(kilobytes=BYTES_MAX // 1024)))
    try:
        text = data.decode("utf-8-sig")
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise NotAMapping(Fault(line, "", _("不能用 & 和 * 引用，请直接写出来")))
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise NotAMapping(Fault(1, "", _("不是 UTF-8 文字"))) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise NotAMapping(Fault(line, "", _("不是 YAML（{problem}）").format(problem=error.problem))) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise NotAMapping(Fault(1, "", _("不是 YAML（{problem}）").format(problem=type(error).__name__))) from error
    if not isinstance(root, yaml.MappingNode):
        raise NotAMapping(Fault(1, "", _("要写成“键: 值”，例如 source: hotline")))
    node = _node(root, "", 0)
    assert isinstance(node.value, dict)
    return node.value


def _node(raw: yaml.Node, path: str, depth: int) -> Node:
    line = raw.start_mark.line + 1
    if depth > DEPTH_MAX:
        raise NotAMapping(Fault(line, path, _("层次太深")))
    if isinstance(raw, yaml.SequenceNode):
        items = [_node(item, f"{path}[{number}]", depth + 1) for number, item in enumerate(raw.value)]
        return Node(items, line, path)
    if isinstance(raw, yaml.MappingNode):
        return Node(_children(raw.value, path, depth), line, path)
    return Node(str(raw.value).strip(), line, path)


def _children(pairs: list[tuple[yaml.Node, yaml.Node]], path: str, depth: int) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for key, value in pairs:
        if not isinstance(key, yaml.ScalarNode):
            raise NotAMapping(Fault(key.start_mark.line + 1, path, _("键要是文字")))
        name = str(key.value).strip()
        below = f"{path}.{name}" if path else name
        if name in found:
            raise NotAMapping(Fault(key.start_mark.line + 1, below, _("写了两次")))
        found[name] = _node(value, below, depth + 1)
    return found


def children_of(node: Node) -> AbstractMapping[str, Node]:
    """The keys below, none for another shape."""
    return node.value if isinstance(node.value, dict) else {}
