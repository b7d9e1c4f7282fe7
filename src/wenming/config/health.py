"""What may be wrong with an installation, and what to do about each."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from wenming.config import backup, watching
from wenming.foundation.files.selectors import paths_expected, photos_not_indexed
from wenming.kernel import clock, triggers
from wenming.kernel.calendar import WorkCalendar

FREE_MB_MIN: Final = 500
# The State Council's notice for the next year comes out in November.
NOTICE_MONTH: Final = 11
# The worker says every minute that it is alive.
BEAT_SECONDS_MAX: Final = 300
BACKUP_AGE_MAX: Final = timedelta(days=2)
CLOCK_AHEAD_MAX: Final = timedelta(minutes=5)
FILES_LOOKED_AT_MAX: Final = 20_000
MEGABYTE: Final = 1024 * 1024
_SYNCHRONOUS_FULL: Final = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """`is_fatal`: the installation does not work, or is not safe, until this is put right."""

    code: str
    message: str
    advice: str
    is_fatal: bool = True


class _Fits:
    """Once the database was found to fit this version it goes on fitting while this process lives."""

    is_known = False


def is_behind() -> bool:
    """Whether migrations are missing; one small statement once they were found complete. Raises DatabaseError."""
    if not _Fits.is_known:
        _Fits.is_known = not pending_migrations()
        return not _Fits.is_known
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return False


def pending_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _is_backwards in plan]


def _database() -> Iterator[Finding]:
    pending = pending_migrations()
    if pending:
        yield Finding(
            "migrations.pending",
            _("数据库结构还差 {count} 步没有更新。").format(count=len(pending)),
            _("先备份，再运行 wenming migrate。"),
        )
        return
    missing = triggers.missing(connection)
    if missing:
        yield Finding(
            "triggers.missing",
            _("防改触发器缺 {count} 个，历史记录可能被改动：{names}").format(
                count=len(missing), names="、".join(missing[:5])
            ),
            _("运行 wenming migrate 重建触发器，再运行 wenming audit verify 检查历史。"),
        )


def _sqlite() -> Iterator[Finding]:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        level = cursor.execute("PRAGMA synchronous").fetchone()[0]
        has_keys = cursor.execute("PRAGMA foreign_keys").fetchone()[0]
    if mode not in ("wal", "memory") or level < _SYNCHRONOUS_FULL or not has_keys:
        yield Finding(
            "sqlite.pragmas",
            _("SQLite 没有按 WAL 和 synchronous=FULL 打开（现在是 {mode}、{level}）。").format(mode=mode, level=level),
            _("检查数据目录是否在本机磁盘上；网络盘不支持 WAL。"),
        )


def _calendar() -> Iterator[Finding]:
    today = clock.local(clock.now()).date()
    calendar = WorkCalendar()
    for year in (today.year, today.year + 1):
        is_due = year == today.year or today.month >= NOTICE_MONTH
        if is_due and not calendar.is_known(date(year, 1, 1), date(year, 12, 31)):
            yield Finding(
                "calendar.year_unknown",
                _("工作日历没有 {year} 年的放假安排，期限暂按周一至周五计算。").format(year=year),
                _("升级软件，或者在工作日设置里录入放假安排；暂定期限会自动重算。"),
                is_fatal=False,
            )


def _programs() -> Iterator[Finding]:
    if shutil.which("soffice") is None:
        yield Finding(
            "soffice.missing",
            _("没有 LibreOffice，不能把报告转成 PDF。"),
            _("需要 PDF 时安装 libreoffice-writer-nogui；Word 文件不受影响。"),
            is_fatal=False,
        )


def _home() -> Iterator[Finding]:
    try:
        settings.HOME.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.HOME) as file:
            file.write(b"x")
    except OSError:
        yield Finding(
            "home.unwritable",
            _("数据目录 {path} 不能写入。").format(path=settings.HOME),
            _("检查 WENMING_HOME 指向的目录和它的权限。"),
        )
        return
    free_mb = shutil.disk_usage(settings.HOME).free // MEGABYTE
    if free_mb < FREE_MB_MIN:
        yield Finding(
            "disk.low",
            _("数据目录所在磁盘只剩 {free} MB。").format(free=free_mb),
            _("清理磁盘或者换一个更大的盘；写满后不能再登记和上传。"),
        )


def _worker() -> Iterator[Finding]:
    age = watching.beat_age_seconds()
    if age is None or age > BEAT_SECONDS_MAX:
        yield Finding(
            "worker.silent",
            _("后台进程没有在运行：通知不会送出，审计不会封存。"),
            _("用 wenming serve 启动，它会带起后台进程；或者单独运行 wenming worker。"),
            is_fatal=False,
        )


def _backup() -> Iterator[Finding]:
    made_at = backup.last_made_at()
    if made_at is None or clock.now() - made_at > BACKUP_AGE_MAX:
        yield Finding(
            "backup.old",
            _("最近两天没有做过备份。"),
            _("每晚运行一次 wenming backup，并把文件存到另一台机器。"),
            is_fatal=False,
        )


def _files() -> Iterator[Finding]:
    there = islice(paths_expected(), FILES_LOOKED_AT_MAX)
    missing = sum(not path.is_file() for path in there)
    if missing:
        yield Finding(
            "files.missing",
            _("有 {count} 个照片或文件不在磁盘上。").format(count=missing),
            _("从备份恢复 media 目录；wenming backup 会列出缺的文件名。"),
        )


def _photos() -> Iterator[Finding]:
    count = photos_not_indexed().count()
    if count:
        yield Finding(
            "photos.not_indexed",
            _("有 {count} 张以前收到的照片没有编入索引：后来的照片和它们相同，也看不出来。").format(count=count),
            _("运行 wenming photos index；可以随时停下，再运行会接着做。"),
            is_fatal=False,
        )


def _clock() -> Iterator[Finding]:
    """A clock that was set back writes a history that runs backwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT recorded_at FROM audit_auditrecord ORDER BY id DESC LIMIT 1")
        row = cursor.fetchone()
    last = row and (datetime.fromisoformat(row[0]) if isinstance(row[0], str) else row[0])
    if last and last.replace(tzinfo=last.tzinfo or UTC) - clock.now() > CLOCK_AHEAD_MAX:
        yield Finding(
            "clock.behind",
            _("这台机器的时间比最后一条记录早，时钟可能被拨回。"),
            _("核对系统时间，打开自动校时，再继续登记。"),
        )


def _secret() -> Iterator[Finding]:
    """In production a weak secret does not start at all; elsewhere it is worth saying."""
    kept = settings.HOME / "secret.key"
    is_open = kept.exists() and kept.stat().st_mode & 0o077
    if len(settings.SECRET_KEY) < settings.SECRET_CHARACTERS_MIN or is_open:
        yield Finding(
            "secret.weak",
            _("密钥太短，或者别的账号能读到它。"),
            _("用 WENMING_SECRET_KEY 换一个 32 位以上的随机密钥，密钥文件只留给运行账号读。"),
        )


def _production() -> Iterator[Finding]:
    if not settings.IS_PRODUCTION:
        yield Finding(
            "environment.development",
            _("现在按开发环境运行：不要求 HTTPS。"),
            _("正式使用时设置 WENMING_ENV=production、WENMING_HOSTS 和 WENMING_SECRET_KEY。"),
            is_fatal=False,
        )
    elif not settings.SECOND_FACTOR_REQUIRED:
        yield Finding(
            "second_factor.optional",
            _("管理员可以只凭密码登录。"),
            _("去掉 WENMING_SECOND_FACTOR=optional，管理员下次登录时就要开通二次验证。"),
            is_fatal=False,
        )
    if os.name == "posix" and os.geteuid() == 0:
        yield Finding(
            "user.root",
            _("现在以 root 账号运行。"),
            _("换成一个只能读写数据目录的账号。"),
            is_fatal=False,
        )


CHECKS: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (
    _home,
    _secret,
    _database,
    _sqlite,
    _clock,
    _calendar,
    _files,
    _photos,
    _programs,
    _worker,
    _backup,
    _production,
)


def examine() -> list[Finding]:
    """Every finding, in the order in which they should be put right. A database that does not answer is one."""
    found: list[Finding] = []
    for check in CHECKS:
        try:
            found.extend(check())
        except DatabaseError as error:
            found.append(
                Finding(
                    "database.unreachable",
                    _("数据库没有应答：{error}").format(error=type(error).__name__),
                    _("检查 DATABASE_URL、数据库服务和账号。"),
                )
            )
            break
    return found
