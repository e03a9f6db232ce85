"""What lies in the store when a coordinator opens the desk in the morning: mails of every kind, two of them by somebody who means harm."""

from __future__ import annotations

from pathlib import Path

from tests.flow.samples import mail, registration, summary

PDF = Path(__file__).parents[1] / "documents" / "pdf" / "registration_ticked.pdf"
HARM = '<script>document.title="ran"</script><img src="http://harm.example.com/x.png" onerror="document.title=\'ran\'">'
NOW = "2023-08-25T12:00+08:00"


def mails() -> list[bytes]:
    return [
        mail(
            files={
                "申报表.docx": registration(),
                "汇总表.xlsx": summary(
                    [
                        ("科技馆里的海洋课", "2023年9月17日至18日", "晋江市科技馆一楼大厅"),
                        ("流动科技馆进乡村", "2023年9月20日", "磁灶镇中心小学"),
                    ]
                ),
            }
        ),
        mail(
            sender="kexie@shishi.example.com",
            subject="石狮市申报表",
            files={
                "石狮市科协申报表.docx": registration(
                    unit="石狮市科学技术协会",
                    name="渔港科普集市",
                    host="石狮市科学技术协会",
                    person="蔡明远",
                    mobile="",
                    phone="",
                    venue="",
                )
            },
        ),
        mail(
            sender="someone@quanzhou-school.example.com",
            subject="活动申报",
            text="附件是我校的申报表。另外想请问展板可以向贵处借用吗？",
            files={"申报表.docx": registration(unit="清源山下实验学校", name="校园天文夜", host="清源山下实验学校")},
        ),
        mail(
            sender="zhang@nanan.example.com",
            subject="咨询",
            text="您好，请问今年的科普日主题展板能不能由市里统一印制？我们县经费比较紧张。",
        ),
        mail(sender="pdf@anxi.example.com", subject="安溪县申报表", files={"申报表.pdf": PDF.read_bytes()}),
        mail(
            sender="harm@harm.example.com",
            subject=f"申报 {HARM}",
            text=f"您好 {HARM}",
            files={
                f"{HARM.replace('/', '')}.docx": registration(
                    unit="德化县科学技术协会", name=f"陶瓷{HARM}", venue=HARM, content=f"内容{HARM} javascript:alert(1)"
                )
            },
        ),
        mail(
            sender="other@huian.example.com",
            subject="情况说明",
            text="附件请查收。",
            files={"../../etc/passwd": b"root:x:0:0", "页面.html": f"<html><body>{HARM}</body></html>".encode()},
        ),
        mail(sender="yc@yongchun.example.com", subject="零报告", text="我县今年没有活动申报，特此说明。"),
    ]
