"""What is known of a model: what it learned from, how well it does on texts that it had not seen, what it is not for."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any, Final

import numpy as np
from sklearn.metrics import precision_recall_fscore_support

from wenming.engines.triage.training import WRONG_MOST, HeldOut, Labelled

_Z: Final = 1.96


@dataclass(frozen=True, slots=True)
class ClassMeasure:
    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True, slots=True)
class Measured:
    """By folds: every text judged by what was learned from the others. `accepted` are those that nobody would look at."""

    folds: int
    seed: int
    count: int
    macro_f1: float
    accuracy: float
    per_class: Mapping[str, ClassMeasure]
    accepted: int
    accepted_right: int

    @classmethod
    def of(cls, labelled: Labelled, held: HeldOut, *, folds: int, seed: int) -> "Measured":
        numbers = np.arange(len(labelled.names))
        found = precision_recall_fscore_support(labelled.classes, held.said, labels=numbers, zero_division=0)
        per_class = {
            name: ClassMeasure(float(precision), float(recall), float(f1), int(count))
            for name, precision, recall, f1, count in zip(labelled.names, *found, strict=True)
        }
        is_right = held.said == labelled.classes
        return cls(
            folds=folds,
            seed=seed,
            count=len(is_right),
            macro_f1=float(np.mean([each.f1 for each in per_class.values()])),
            accuracy=float(is_right.mean()),
            per_class=per_class,
            accepted=int(held.is_accepted.sum()),
            accepted_right=int((is_right & held.is_accepted).sum()),
        )

    @property
    def accepted_precision(self) -> float | None:
        return self.accepted_right / self.accepted if self.accepted else None

    @property
    def accepted_precision_least(self) -> float | None:
        """The lower end of Wilson's 95 % interval."""
        if not self.accepted:
            return None
        share, many = self.accepted_right / self.accepted, self.accepted
        middle = share + _Z * _Z / (2 * many)
        spread = _Z * sqrt(share * (1 - share) / many + _Z * _Z / (4 * many * many))
        return (middle - spread) / (1 + _Z * _Z / many)

    @property
    def coverage(self) -> float:
        return self.accepted / self.count

    def document(self) -> dict[str, Any]:
        return {
            "macro_f1": self.macro_f1,
            "accuracy": self.accuracy,
            "per_class": {name: asdict(each) for name, each in self.per_class.items()},
            "auto_accept": {
                "wrong_most": WRONG_MOST,
                "accepted": self.accepted,
                "right": self.accepted_right,
                "precision": self.accepted_precision,
                "precision_least": self.accepted_precision_least,
                "coverage": self.coverage,
            },
            "folds": self.folds,
            "seed": self.seed,
            "count": self.count,
        }


def page(document: Mapping[str, Any]) -> str:
    """The card for reading, in Markdown."""
    accept = document["auto_accept"]
    precision = (
        "—" if accept["precision"] is None else f"{accept['precision']:.2%}（95% 下限 {accept['precision_least']:.2%}）"
    )
    threshold = "没有可用的界限" if accept["threshold"] is None else f"{accept['threshold']:.4f}"
    lines = [
        "# 模型卡：文本类型建议",
        "",
        f"- 训练时间：{document['trained_at']}",
        f"- 训练数据：{document['source']}，{document['count']} 条，SHA-256 {document['data_sha256']}",
        f"- 方法：字符 1–{document['setting']['longest']} 元组（全文与前 {document['head_chars']} 字）加权，每类一个线性支持向量机",
        f"- 检验：{document['folds']} 折交叉检验，种子 {document['seed']}；设定和界限只用训练折选择",
        f"- 宏平均 F1：{document['macro_f1']:.4f}；正确率：{document['accuracy']:.2%}",
        f"- 免看界限：{threshold}。留出折上有 {accept['accepted']} 条达到（{accept['coverage']:.1%}），其中正确 {accept['right']} 条，{precision}",
        "",
        "| 类型 | 条数 | 精确率 | 召回率 | F1 |",
        "|---|---:|---:|---:|---:|",
        *_class_lines(document["per_class"]),
        "",
        "用途：给登记的人一个类型建议，由人决定。不用于评价任何人；换了类型目录或来信渠道，要重新训练和检验。",
        "",
    ]
    if document["left_out"]:
        lines.insert(-2, "条数太少、没有学的类型：" + "、".join(document["left_out"]) + "。")
    return "\n".join(lines)


def _class_lines(per_class: Mapping[str, Any]) -> Sequence[str]:
    return [
        f"| {name} | {each['count']} | {each['precision']:.1%} | {each['recall']:.1%} | {each['f1']:.4f} |"
        for name, each in per_class.items()
    ]
