from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Conflict, DomainError, Invalid, NotFound, NotSignedIn, TooLarge


class UnknownKind(NotFound):
    code = "exchange.unknown_kind"
    message = _("没有“{kind}”这一类导入。可以导入：{known}。")


class FileMissing(NotFound):
    code = "exchange.file_missing"
    message = _("没有找到文件 {path}。请核对路径。")


class MappingMissing(Invalid):
    code = "exchange.mapping_missing"
    message = _("导入 {kind} 要说明各列的意思。请加上 --mapping 映射文件，例如 docs/examples 里的 {example}。")


class MappingNotUsed(Invalid):
    code = "exchange.mapping_not_used"
    message = _("导入 {kind} 不用映射文件。请去掉 --mapping。")


class BadMapping(Invalid):
    """`fields` maps `line N, key.path` to the fault, all of them at once."""

    code = "exchange.bad_mapping"
    message = _("映射文件 {file} 有误：{faults}")


class UnreadableTable(Invalid):
    code = "exchange.unreadable_table"
    message = _("{file} 第 {row} 行读不出来。请用 Excel 另存为 UTF-8 的 .csv 或 .xlsx，再导入。")


class WrongEncoding(Invalid):
    code = "exchange.wrong_encoding"
    message = _("{file} 不是 {encoding} 编码的文字。请改映射文件里的 encoding，或者另存为 UTF-8。")


class ColumnsMissing(Invalid):
    code = "exchange.columns_missing"
    message = _("{file} 里没有找到表头。缺这些列：{columns}。请核对文件，或者改映射文件里的 columns。")


class TableTooLarge(TooLarge):
    code = "exchange.table_too_large"
    message = _("{file} 太大：最多 {rows_max} 行、{columns_max} 列。请分成几份再导入。")


class RowRefused(Invalid):
    """A row that the service of its subject refused; the message is that service's own."""

    code = "exchange.row_refused"


class KeyUnusable(Invalid):
    code = "exchange.key_unusable"
    message = _("没有编号，或者编号超过 {most} 个字。没有编号就认不出是不是同一件。")


class ValueMissing(Invalid):
    code = "exchange.value_missing"
    message = _("“{column}”是空的。请补上再导入。")


class ValueTooLong(Invalid):
    code = "exchange.value_too_long"
    message = _("“{column}”有 {length} 个字，最多 {most} 个。请缩短再导入，系统不会自己截断。")


class ValueHasControls(Invalid):
    code = "exchange.value_has_controls"
    message = _("“{column}”里有看不见的控制字符。请在原表里删掉再导入。")


class BadTime(Invalid):
    code = "exchange.bad_time"
    message = _("“{text}”不是“{column}”的时间写法。映射文件里写的是：{formats}。")


class TimesOutOfOrder(Invalid):
    code = "exchange.times_out_of_order"
    message = _("状态是“{status}”，但没有不早于发现时间的时间可用。请核对原表的时间。")


class UnknownStatus(Invalid):
    code = "exchange.unknown_status"
    message = _("映射文件的 statuses 里没有“{status}”。请补上它的意思。")


class LeadMissing(Invalid):
    code = "exchange.lead_missing"
    message = _("状态是“{status}”，但没有写承办单位。请补上再导入。")


class AlreadyFinal(Conflict):
    code = "exchange.already_final"
    message = _("这一件在系统里已是“{state}”，来源又改成“{status}”。请核对后在系统里处理。")


class KeyDraftBad(Invalid):
    code = "exchange.key_draft_bad"
    message = _(
        "请写名称，至少选一项用途；有效期 1 到 {days} 天，每分钟 1 到 {minute} 次，每天 1 到 {day} 次；最多同时有 {most} 把。"
    )


class KeyNotThere(NotFound):
    code = "exchange.key_not_there"
    message = _("没有这把密钥。")


class KeyRefused(NotSignedIn):
    code = "exchange.key_refused"
    message = _("接口密钥不对、已过期或者已收回。")


class QuotaSpent(DomainError):
    code = "exchange.quota_spent"
    status = 429
    message = _("这把密钥的次数用完了，请在 {seconds} 秒后再试。")


class ImportNotThere(NotFound):
    code = "exchange.import_not_there"
    message = _("没有找到这次导入。它可能太久了，或者是别人的。请重新上传。")


class FieldsMissing(Invalid):
    code = "exchange.fields_missing"
    message = _("还没有对上这些列：{columns}。它们一定要有。")


class ColumnTwice(Invalid):
    code = "exchange.column_twice"
    message = _("有一列对了两次。请每列只对一样。")


class HookDraftBad(Invalid):
    code = "exchange.hook_draft_bad"
    message = _("请写名称，至少选一类事情，区域要在自己的范围内；最多同时有 {most} 个推送。")


class HookAddressBad(Invalid):
    code = "exchange.hook_address_bad"
    message = _(
        "地址要以 https:// 开头，端口为 {ports}，不带账号，也不能是本机或没有放行的内网地址。内网系统请管理员先放行。"
    )


class HookNotThere(NotFound):
    code = "exchange.hook_not_there"
    message = _("没有这个推送。")


class DeliveryNotThere(NotFound):
    code = "exchange.delivery_not_there"
    message = _("没有这一条，或者已经太久，不再保留。")


class HookNotOn(Conflict):
    code = "exchange.hook_not_on"
    message = _("这个推送没有开着。请先恢复，再重发。")
