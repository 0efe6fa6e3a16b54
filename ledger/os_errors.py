"""Errors of the operating system about files, in the words of the office."""

from __future__ import annotations

import errno

_SAID = {
    errno.ENOENT: "没有这个文件或目录",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许这样做",
    errno.EISDIR: "这是一个目录，不是文件",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EEXIST: "已有同名的文件或目录",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EROFS: "磁盘是只读的",
    errno.EIO: "磁盘读写出错",
    errno.ENAMETOOLONG: "名字太长",
    errno.ELOOP: "符号链接绕成了圈",
    errno.EMFILE: "同时打开的文件太多",
    errno.ENFILE: "同时打开的文件太多",
    errno.ETXTBSY: "文件正被别的程序使用",
    errno.EBUSY: "正被别的程序使用",
    errno.ENXIO: "没有这个设备",
    errno.EINVAL: "名字或参数不能用",
    errno.EAGAIN: "系统资源不足",
    errno.ENOMEM: "内存不足",
    errno.ESTALE: "网络盘上的文件已经不在",
}


_FULL = "请检查磁盘空间和目录权限"
_REMEDIES = {
    errno.ENOSPC: "请腾出磁盘空间",
    errno.EDQUOT: "请腾出磁盘空间，或提高磁盘配额",
    errno.EROFS: "请检查磁盘为什么变成只读（多半是磁盘出错），修好后重新挂载",
    errno.EACCES: "请检查目录权限",
    errno.EPERM: "请检查目录权限",
    errno.EMFILE: "请提高同时打开文件数的上限（ulimit -n，服务用 LimitNOFILE）",
    errno.ENFILE: "请关闭其他程序，或提高系统同时打开文件数的上限（fs.file-max）",
    errno.EIO: "请检查磁盘",
}


def remedy(error: OSError) -> str:
    """Say what to do about a file that cannot be written."""
    return _REMEDIES.get(error.errno or 0, _FULL)


def describe(error: OSError) -> str:
    """Say why in Chinese; the system's own words where we have none."""
    return _SAID.get(error.errno or 0) or error.strerror or str(error)
