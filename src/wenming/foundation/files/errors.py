from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Invalid, NotFound, TooLarge


class PhotoTooLarge(TooLarge):
    code = "files.photo_too_large"
    message = _("照片“{name}”超过 {megabytes} MB。请用手机的“压缩图片”缩小，或者重新拍一张再上传。")


class PhotoTooManyPixels(TooLarge):
    code = "files.photo_too_many_pixels"
    message = _("照片“{name}”超过 {megapixels} 百万像素。请把相机分辨率调低，或者缩小后再上传。")


class PhotoNotAccepted(Invalid):
    code = "files.photo_not_accepted"
    message = _("“{name}”不是 JPEG、PNG 或 WebP 照片。请用手机直接拍照，或者另存为 JPEG 再上传。")


class PhotoDamaged(Invalid):
    code = "files.photo_damaged"
    message = _("照片“{name}”打不开，可能没有传完。请重新选一次；还不行就重新拍一张。")


class TooManyPhotos(Invalid):
    code = "files.too_many_photos"
    message = _("一次最多上传 {most} 张照片。请分几次上传。")


class DocumentTooLarge(TooLarge):
    code = "files.document_too_large"
    message = _("文件“{name}”超过 {megabytes} MB。请拆成几个文件再上传。")


class DocumentNotAccepted(Invalid):
    code = "files.document_not_accepted"
    message = _("“{name}”不是可以接收的文件。请另存为 xlsx、docx、pdf、csv 或 txt 再上传。")


class DocumentLocked(Invalid):
    code = "files.document_locked"
    message = _("“{name}”是加密的文件或旧格式（xls、doc）。请去掉密码，另存为 xlsx 或 docx 再上传。")


class DocumentHasMacros(Invalid):
    code = "files.document_has_macros"
    message = _("“{name}”里有宏。请另存为不带宏的 xlsx 或 docx 再上传。")


class DocumentInflates(TooLarge):
    code = "files.document_inflates"
    message = _("“{name}”解压以后太大，不能接收。请删去用不到的工作表和图片再上传。")


class FileNotThere(NotFound):
    code = "files.not_there"
    message = _("没有找到这个文件。它可能不存在，或者不在您的范围内。")
