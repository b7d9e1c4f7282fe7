"""What the scripts say, in the language of the page. The keys are those of `wm.text(key)`."""

from django.utils.translation import gettext as _


def script_texts() -> dict[str, str]:
    return {
        "cancel": _("先不做"),
        "close": _("关闭"),
        "confirm": _("继续"),
        "sending": _("提交中…"),
        "unsaved": _("还有没保存的内容，离开会丢失。"),
        "offline": _("没有网络。内容还在本机，联网后再提交。"),
        "failed": _("没有完成：服务器暂时没有回应。请稍后再试，已填的内容还在。"),
        "map_area": _("地图。用方向键移动，用加号和减号缩放。"),
        "map_empty": _("这个范围里没有要显示的点。"),
        "map_failed": _("地图数据没有取到，请看旁边的列表。"),
        "map_many": _("此处 {n} 件，其中超期 {late} 件，按回车放大"),
        "zoom_in": _("放大"),
        "zoom_out": _("缩小"),
        "pin": _("位置标记。用方向键移动，按住 Shift 移动得更远。"),
        "pin_set": _("已标在北纬 {lat}，东经 {lon}。"),
        "pin_none": _("还没有标位置。在地图上点一下，或按“标在地图中间”。"),
        "pin_middle": _("标在地图中间"),
        "pin_clear": _("不标位置"),
        "pin_here": _("用我的位置"),
        "pin_denied": _("没有取到位置。请在地图上点一下，或者只写地址。"),
        "photo_remove": _("去掉第 {n} 张照片"),
        "photo_n": _("第 {n} 张照片"),
        "photo_reading": _("正在处理照片…"),
        "photo_bad": _("“{name}”打不开。请换一张 JPG 或 PNG 照片。"),
        "photo_many": _("最多 {n} 张。多出的没有加上。"),
        "photo_sending": _("正在上传 {percent}%"),
        "draft_saved": _("已存在本机，断网也不会丢"),
        "draft_back": _("已恢复上次没有提交的内容。"),
        "keys_title": _("键盘操作"),
        "keys_off": _("关闭单键操作"),
        "keys_on": _("打开单键操作"),
        "keys_down": _("下一行"),
        "keys_up": _("上一行"),
        "keys_open": _("打开"),
        "keys_search": _("搜索"),
        "keys_help": _("看全部按键"),
    }
