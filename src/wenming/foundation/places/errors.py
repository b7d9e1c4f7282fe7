from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Conflict, Invalid, NotFound, TooLarge


class UnknownRegion(NotFound):
    code = "places.unknown_region"
    message = _("没有编码是 {region_code} 的区划。请核对 12 位编码，或者先导入区划表。")


class RegionNotEdited(Invalid):
    code = "places.region_not_edited"
    message = _("省、市一级的区划随区划表导入，不在这里改。")


class RegionNameUnfit(Invalid):
    code = "places.region_name_unfit"
    message = _("名称要 1 至 {most} 个字，不能换行。")


class RegionCodeUnfit(Invalid):
    code = "places.region_code_unfit"
    message = _("编码要 12 位，而且正好在 {parent} 的下一级。")


class RegionCodeTaken(Conflict):
    code = "places.region_code_taken"
    message = _("编码 {region_code} 已经有了。")


class UnknownPoint(NotFound):
    code = "places.unknown_point"
    message = _("没有找到这个点位。它可能不存在，或者不在您的范围内。")


class PointCodeTaken(Conflict):
    code = "places.point_code_taken"
    message = _("点位编码 {point_code} 已经用过了。请换一个，或者留空由系统编号。")


class PointChangedMeanwhile(Conflict):
    code = "places.point_changed_meanwhile"
    message = _("同事刚改过点位“{name}”。看看改了什么，再保存。")


class TooManyPoints(TooLarge):
    code = "places.too_many_points"
    message = _("一次最多改 {most} 个点位。请分几次改。")


class PositionNotBelieved(Invalid):
    code = "places.position_not_believed"
    message = _("坐标不对：{fault}。请在地图上重新标位置。")


class PointOutOfReach(Invalid):
    code = "places.point_out_of_reach"
    message = _("这个位置不在您负责的区域内。请选本区域内的位置，或者交给市文明办登记。")


class BoundariesNotRead(Invalid):
    code = "places.boundaries_not_read"
    message = _("这个文件不是 GeoJSON 边界（FeatureCollection，Polygon 或 MultiPolygon）。请检查后再导入。")


class BoundariesTooLarge(TooLarge):
    code = "places.boundaries_too_large"
    message = _("边界文件太大：最多 {megabytes} MB、{features} 个区域、{vertices} 个顶点。请先简化再导入。")


class RegionTableNotRead(Invalid):
    code = "places.region_table_not_read"
    message = _("区划表要有 code、name、level、parent 四列，第一行是列名。请改好再导入。")


class RegionTableTooLarge(TooLarge):
    code = "places.region_table_too_large"
    message = _("区划表超过 {rows} 行。一次只导入一个市的区划。")


class BadBox(Invalid):
    code = "places.bad_box"
    message = _("地图范围不对。请刷新页面后再试。")
