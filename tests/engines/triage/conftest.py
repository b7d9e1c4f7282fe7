import random

import pytest

from wenming.engines.triage import services
from wenming.engines.triage.machine import Machine

WORDS = {
    "路灯": ["路灯不亮", "灯杆倾斜", "夜里没有灯", "路灯坏了"],
    "垃圾": ["垃圾桶满溢", "垃圾没人清运", "垃圾乱倒", "散落垃圾袋"],
    "噪音": ["夜里施工噪音", "广场音响太吵", "噪音扰民", "半夜很吵"],
}
PLACES = ["人民路", "幸福小区", "东门市场", "中山街", "河西社区", "学府花园"]


def made_texts(count: int, seed: int = 1) -> tuple[list[str], list[str]]:
    chance = random.Random(seed)
    texts, labels = [], []
    for number in range(count):
        label = list(WORDS)[number % len(WORDS)]
        texts.append(f"{chance.choice(PLACES)}{chance.choice(WORDS[label])}，请处理，已有{chance.randint(2, 90)}天")
        labels.append(label)
    return texts, labels


@pytest.fixture(scope="session")
def machine() -> Machine:
    texts, labels = made_texts(120)
    return services.train(texts, labels, source="made.csv", folds=2)
