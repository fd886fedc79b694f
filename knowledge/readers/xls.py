"""Excel workbooks of before 2007 (.xls, and .et of WPS): the same sheets in other bytes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from knowledge.documents import Reading, Unreadable
from knowledge.readers import office, xlsx
from knowledge.readers.grids import MAX_CELLS
from knowledge.readers.xlsx import Sheet, sheet_blocks, shown

_BROKEN = "Excel 文件已损坏或结构异常，打不开；请用 Excel 或 WPS 另存为 .xlsx 后上传"


def read(data: bytes, name: str) -> Reading:
    """Read every visible sheet; what xlrd cannot open goes through LibreOffice where it is."""
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=_Silent())
    # xlrd lets whatever it stumbled over through: AssertionError, struct.error, its own.
    except Exception as fault:
        if "encrypted" in str(fault):
            why = "文件设有打开密码（已加密），无法读取；请取消密码后重新上传"
            raise Unreadable(name, why) from fault
        if not office.program():
            raise Unreadable(name, _BROKEN) from fault
        return office.read(data, name)
    notes: list[str] = []
    seen: list[tuple[int, Sheet]] = []
    for index, sheet in enumerate(book.sheets(), 1):
        if sheet.visibility:
            notes.append(f"工作表“{sheet.name}”是隐藏的，没有读入")
            continue
        if sheet.nrows * sheet.ncols > 4 * MAX_CELLS:
            raise Unreadable(
                name, f"工作表“{sheet.name}”超过 {MAX_CELLS} 个单元格，不是政策文件的表格"
            )
        looked = _look(book, sheet)
        notes.extend(looked.notes)
        if looked.values:
            seen.append((index, looked))
    if not seen and notes:
        raise Unreadable(name, xlsx.NOTHING_VISIBLE)
    return Reading("xls", tuple(sheet_blocks(seen)), tuple(notes))


class _Silent:
    """Where xlrd writes what it thinks of a file."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        return None


def _look(book: Any, sheet: Any) -> Sheet:
    looked = Sheet(sheet.name)
    faults: list[str] = []
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            cell = sheet.cell(row, column)
            style = book.format_map.get(book.xf_list[cell.xf_index].format_key)
            number_format = style.format_str if style else "General"
            value = _value(book, cell)
            text = shown(value, number_format)
            if text:
                looked.values[row + 1, column + 1] = text
            if cell.ctype == 5:  # an error value such as #N/A
                faults.append(f"第{row + 1}行第{column + 1}列")
    # xlrd counts from 0 and ends behind the range
    looked.merged = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in
                     sheet.merged_cells]  # fmt: skip
    where = f"工作表“{sheet.name}”"
    if faults:
        looked.notes.append(f"{where}的 {xlsx.listed(faults)} 显示为错误值，请核对")
    hidden = [str(r + 1) for r, info in sorted(sheet.rowinfo_map.items()) if info.hidden]
    if any(str(row) in set(hidden) for row, _ in looked.values):
        looked.notes.append(f"{where}有隐藏的行（{xlsx.listed(hidden)}），内容也已读入，请核对")
    return looked


def _value(book: Any, cell: Any) -> Any:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment: datetime = xlrd.xldate_as_datetime(cell.value, book.datemode)
        except (ValueError, OverflowError):
            return cell.value
        return moment.time() if 0 <= cell.value < 1 else moment
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#N/A")
    return None if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) else cell.value
