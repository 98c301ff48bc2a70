# SPDX-License-Identifier: Apache-2.0
"""Recognised text: the error rate on rendered pages, order and boxes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from desktop_app.documents.ocr import text_recognition
from documents.pages import drawn_page, error_rate, wrapped

TEXTS = {
    "zh": "甲方应在合同签订后三十日内支付全部货款。乙方收到货款后七日内发货，运输费用由乙方承担。产品的质保期为十八个月，自每批产品验收合格之日起计算。"
    "员工申请休假需提前三个工作日填写 OA 表单，由部门经理审批；实习生另见附件二。差旅报销单须在返回后 15 日内提交，住宿标准为每晚 450 元。"
    * 3,
    "en": "The warranty covers version 3.5 for two years. It is limited to parts that were bought from us, wherever they are. "
    "Employees must file an expense report within thirty days; receipts above $50 are required (see section 4.2). " * 4,
}


@pytest.mark.slow
@pytest.mark.parametrize("dpi", [150, 300])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_rendered_pages_are_read_nearly_without_error(language: str, dpi: int) -> None:
    lines = wrapped(TEXTS[language], 6.2)
    page = drawn_page(lines, dpi=dpi)
    reading = text_recognition.recognise(np.ascontiguousarray(np.asarray(page.convert("RGB"))), 1)
    assert error_rate("".join(lines), "".join(segment.text for segment in reading.segments)) <= 0.03
    assert reading.sureness > text_recognition.SURE
    assert {segment.locator.page for segment in reading.segments} == {1}


@pytest.mark.slow
def test_two_columns_are_read_one_after_the_other() -> None:
    left, right = wrapped(TEXTS["zh"][:160], 2.9), wrapped(TEXTS["zh"][160:320], 2.9)
    page = drawn_page(left, dpi=150, height=5)
    beside = drawn_page(right, dpi=150, height=5)
    page.paste(beside.crop((150, 0, 150 + 450, beside.height)), (150 + 470, 0))
    reading = text_recognition.recognise(np.ascontiguousarray(np.asarray(page.convert("RGB"))), 1)
    assert error_rate("".join(left + right), "".join(segment.text for segment in reading.segments)) <= 0.03


@pytest.mark.slow
def test_no_native_code_opens_a_socket(tmp_path: Path) -> None:
    """ONNX Runtime 1.29 and later report to their maker from native code unless told not to before they are imported."""
    if shutil.which("strace") is None:
        pytest.skip("no strace here")
    page = tmp_path / "页.png"
    drawn_page(["质保期为十八个月。"], dpi=150, height=1.0).save(page)
    code = (
        "import sys; from pathlib import Path; from desktop_app.documents.process import registry;"
        "print(registry.read(Path(sys.argv[1]), lambda *_: None).segments[0].text)"
    )
    log = tmp_path / "strace.log"
    command = ["strace", "-f", "-o", str(log), "-e", "trace=socket,connect,sendto", sys.executable, "-c", code, str(page)]
    done = subprocess.run(
        command,
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={"PATH": "/usr/bin", "PYTHONIOENCODING": "utf-8"},
    )
    assert "十八个月" in done.stdout.decode()
    assert "AF_INET" not in log.read_text(errors="replace")
