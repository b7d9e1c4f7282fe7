"""Why a backup could not be made or taken back; each says what to do."""

from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import DomainError


class BackupExists(DomainError):
    code = "backup.exists"
    status = 409
    message = _("{path} 已经存在，没有覆盖。请换一个文件名。")


class NoRoom(DomainError):
    code = "backup.no_room"
    status = 507
    message = _("磁盘写满了，没有完成，原来的数据没有动。请腾出空间或者换一个盘再做。")


class NotABackup(DomainError):
    code = "backup.not_a_backup"
    message = _("{path} 不是文明系统的备份文件，或者没有下载完整。")


class Damaged(DomainError):
    code = "backup.damaged"
    message = _("备份文件已损坏：{member} 与校验值不符。没有恢复任何内容，请换另一份备份。")


class OtherDatabase(DomainError):
    code = "backup.other_database"
    message = _("这份备份来自 {theirs}，现在用的是 {ours}。请在同一种数据库上恢复。")


class TooNew(DomainError):
    code = "backup.too_new"
    message = _("这份备份是更新的版本 {version} 做的。请先把软件升级到这个版本或更新的版本。")


class NotEmpty(DomainError):
    code = "backup.not_empty"
    status = 409
    message = _("这里已经有数据，没有恢复。确实要换掉时加上 --replace：原来的数据会留在一旁。")


class InUse(DomainError):
    code = "backup.in_use"
    status = 409
    message = _("数据库正在使用。请先停止 wenming serve，再恢复。")


class ToolFailed(DomainError):
    code = "backup.tool_failed"
    status = 500
    message = _("{tool} 没有完成：{reason}")


class ToolMissing(DomainError):
    code = "backup.tool_missing"
    status = 500
    message = _("没有找到 {tool}。请安装与数据库同版本或更新的 postgresql-client。")
