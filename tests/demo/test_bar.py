from pathlib import Path

from wenming.demo.bar import Bar


def books(folder: Path, *sizes: int) -> list[Path]:
    made = [folder / f"{number}.xlsx" for number in range(len(sizes))]
    for path, size in zip(made, sizes, strict=True):
        path.write_bytes(b"x" * size)
    return made


def test_share_is_of_the_bytes_and_within_a_workbook_of_the_rows_that_others_had(tmp_path: Path) -> None:
    bar = Bar(lambda _text: None, is_watched=False)
    first, second = books(tmp_path, 100, 300)
    bar.begin([first, second])
    seen = [bar.share()]
    bar.open(first)
    bar(50)
    seen.append(bar.share())
    bar.close()
    seen.append(bar.share())
    bar.open(second)
    bar(75)
    seen.append(bar.share())
    bar(1_000)
    seen.append(bar.share())
    bar.close()
    assert seen == [0.0, 0.0, 0.25, 0.625, 1.0]


def test_end_says_rows_and_leaves_the_moving_line_behind(tmp_path: Path) -> None:
    told: list[str] = []
    bar = Bar(told.append, is_watched=True)
    [path] = books(tmp_path, 10)
    bar.begin([path])
    bar.open(path)
    bar(1_234)
    bar.close()
    bar.end()
    assert told[-1].startswith("\r█")
    assert "100% 1,234 " in told[-1]
    assert told[-1].endswith("\n")


def test_end_without_workbooks_is_all_of_nothing() -> None:
    told: list[str] = []
    bar = Bar(told.append, is_watched=False)
    bar.begin([])
    bar.end()
    assert told[0].startswith("100% 0 ")
