"""What programs answer to one of our mails, and what people write who sound like programs. All names and numbers are invented.

Each text is the body of an answer in one of our threads, without any mark in its header: the marks are often taken away on the way.
"""

from __future__ import annotations

# Offices, petition desks, hotlines.
OFFICES = {
    "mayor_box": "您好！您的来信已转交相关部门办理，办理编号20230825-11，请耐心等待。\n办公地址：泉州市丰泽区\n联系电话：0595-22123456",
    "counter": "您的来信已受理，受理编号1007。\n联系电话：0595-22101007",
    "hotline": "【12345便民服务热线】您反映的事项已受理，工单号：FJ20230825001234，承办单位将在5个工作日内与您联系。如有疑问请拨打12345。",
    "petition": "市民朋友：\n您好！您的信件已收悉，我们将按照有关规定在15个工作日内予以答复，感谢您的理解与支持。\n泉州市信访局\n2023年8月25日",
    "education_bureau": "来信已收悉。我们的办公时间为工作日上午8:00-12:00，下午14:30-17:30，节假日顺延。联系电话：0595-22770001。",
    "tax": "尊敬的纳税人：您的留言我们已经收到，工作人员会尽快处理并回复您，请您保持电话畅通。国家税务总局泉州市税务局 12366",
    "town_office": "感谢您对我镇工作的关心和支持！您的邮件我们已收到，将尽快安排专人处理。\n党政办公室\n电话：0595-28750001\n传真：0595-28750002\n地址：永春县某镇府前路1号\n邮编：362600",
    "community": "感谢来信，社区居委会已收到，办公时间：周一至周五8:30-17:30，联系人：林小红，电话：22880011。",
    "office_email_rule": "您好，您的邮件已成功送达我单位公务邮箱，我们将及时处理。\n————————\n某某区科学技术协会办公室\n联系电话：0595-22500001",
    "open_government": "您提交的信息已收到，查询码：A8F3K2，可凭查询码登录网站查询办理进度。",
    "accepted_short": "您的来信已受理。",
    "accepted_number": "已受理，流水号 202308250031，我们将于3个工作日内回复。",
    "passed_on": "您的邮件已转相关科室处理，处理结果将以邮件形式告知，请勿重复提交。",
    "thanks_for_mail": "感谢您的来信！我们会认真阅读每一封邮件，并尽快给您答复。",
    "sports_bureau": "您好，感谢您的来信。您的意见建议我们已登记，将尽快处理。活动地点：泉州市海峡体育中心。咨询电话：0595-22900001",
    "science_museum": "您好！您的邮件已收到。本馆开放时间：周三至周日9:00-17:00，周一、周二闭馆。参观预约请关注“泉州科技馆”微信公众号。地址：泉州市丰泽区某路。",
    "library": "亲爱的读者：您的来信已收到，我们将在两个工作日内答复。开馆时间：9:00-21:00。地点：市图书馆一楼总服务台。",
    "bank": "尊敬的客户，您好！您的来信已收悉，我行将尽快为您处理。如需帮助请致电客服热线95500。此邮件为系统发出。",
    "insurer": "您好，您的服务请求已提交成功，服务编号：S202308250009。客服专员将在24小时内与您取得联系，感谢您的耐心等待。",
    "hospital": "您好，您的邮件已收到。我院门诊时间：上午8:00-12:00，下午14:30-17:30。急诊24小时。预约挂号电话：0595-22770120。祝您健康！",
    "hospital_publicity": "来信已收悉，宣传科将尽快处理。联系人：苏医生 联系电话：0595-26660001",
    "university": "同学/老师您好，您的邮件已收到，我们会在1-3个工作日内回复。校办公室 办公地点：行政楼301 电话：0595-22690001",
    "university_enrolment": "您好，感谢您关注我校！招生咨询邮件较多，我们会按顺序回复，请耐心等待。咨询时间：8:30-17:00，咨询电话：0595-22919001。",
    "school": "家长您好，邮件已收到，学校将尽快回复。如有急事请直接联系班主任。",
    "company": "Dear Customer，您好！感谢您联系某某科技有限公司，我们已收到您的邮件，稍后会有专人与您联系。\n公司地址：泉州市鲤城区某工业区\n联系人：王经理\n手机：13800138000",
    "company_hr": "您好，您的简历/邮件已收到，如合适我们会在一周内通知您面试。人力资源部",
    "federation_counter_2": "编号为2023-0817的来件已登记，请等待审核结果。审核时间：1-2个工作日。",
    "registration_received": "您的材料已提交成功，正在审核中，审核结果将以短信或邮件通知，请留意。",
    "received_machine_like": "邮件收到，系统已自动登记，登记号0098。",
    "we_have_received": "我们已收到您的邮件（2023-08-25 10:01），会尽快处理。",
}
# Newspapers, journals, publishers.
PRESS = {
    "newspaper": "来稿已收到，感谢您对本报的支持！本报实行三审制，自收到稿件之日起30天内未接到用稿通知，可自行处理。稿件请勿一稿多投。\n编辑部电话：0595-22500110",
    "journal": "尊敬的作者：您好！您的稿件已收到，稿件编号：20230825A，我们将尽快送审，审稿周期约为2个月，请耐心等待。\n《科普创作》编辑部",
    "evening_paper": "您好，您的新闻线索我们已经收到，如被采用，记者会与您联系。新闻热线：968111",
    "tv": "感谢您的投稿！栏目组将在7个工作日内审阅，届时会通过邮件与您联系。地点：泉州广播电视台一楼大厅",
    "submission_system": "投稿成功！您的投稿编号为 M-2023-0912，您可登录投稿系统查询稿件状态。",
    "science_paper": "您的来稿本社已收悉，因来稿较多，恕不一一回复，敬请谅解。联系人：编辑部 陈老师 电话：010-62100001",
}
# Away from the desk.
ABSENCES = {
    "away_deputy": "您好，本人因公出差（8月25日至9月3日），不能及时查看邮件，如有急事请联系：\n联系人：李四\n联系电话：0595-22887766\n移动电话：13800138000",
    "leave": "您好，我正在休年假，8月28日恢复上班，期间可能无法及时回复邮件，请谅解。",
    "aliyun": "我不在，回来后回复您。",
    "business_trip": "本人外出培训，邮件不能及时回复，紧急事宜请致电办公室0595-22887766，联系人王五。",
    "qq_holiday": "您好，我最近正在休假中，无法亲自回复您的邮件。我将在假期结束后，尽快给您回复。谢谢。",
    "maternity": "您好！我目前正在休产假，工作由张晓明同事接替，联系电话：0595-22998877，邮箱：zxm@example.com，请与她联系。",
    "left_the_job": "您好，我已离职，今后相关工作请联系陈小东，电话：13900001111，邮箱：cxd@example.com。",
    "moved_on": "本人已调离科普部岗位，邮件请发至 kepu2@example.com，联系人：陈小东，谢谢！",
    "mailbox_retired": "本邮箱已停用，请将邮件发送至 office@example.gov.cn。联系电话：0595-22001122",
    "national_day": "国庆中秋假期期间（9月29日至10月6日）放假，来信将在节后处理，祝您节日快乐！",
    "meeting": "正在开会，稍后回复。",
    "driving": "我在开车，稍后联系您。",
    "abroad": "您好，我正在国外访问，9月10日回国，其间查收邮件不便，有事请短信联系13911112222。",
    "summer_holiday": "学校暑假放假，办公室9月1日正式上班，期间邮件可能回复不及时，值班电话：0595-85660001。",
    "training_long": "老师好！我于8月24日至9月8日在省委党校学习，期间由副主任科员黄丽代为处理工作，如有紧急事务请与她联系，电话13705950001，不便之处敬请谅解！",
    "out_en": "Thank you for your email. I am out of the office until 1 September with limited access to email. For urgent matters please contact Ms Li, phone 0595-22887766.",
    "leave_en": "Hi, I am currently on leave and will reply to your message when I return on Monday.",
    "mixed": "Out of office / 外出中。有急事请联系 Lisa Chen，电话 0595-22887700，邮箱 lisa@example.com",
    "sick": "因病请假，近期无法处理邮件，工作事宜请联系办公室：0595-22110022。",
    "not_checked_often": "您好，此邮箱不常查看，如需联系请电话：0595-22334455，手机：13600001234。",
    "weekend": "您好，现在是非工作时间，我会在下一个工作日尽快回复您的邮件。",
    "typhoon": "受台风影响，本单位8月27日停止办公，邮件将于恢复办公后处理。",
}
# Menus of chat robots and service accounts.
MENUS = {
    "museum_menu": "您好，我是智能客服小科，请问您想咨询以下哪类问题？\n1. 科技馆开放时间\n2. 团体预约\n3. 其他\n请回复数字。",
    "service_account": "欢迎关注！回复以下数字获取服务：\n1 活动报名\n2 场馆导航\n3 联系我们",
    "hall_menu": "您好，欢迎咨询政务服务中心！\n【1】办事指南\n【2】预约取号\n【3】进度查询\n【0】人工服务",
    "bank_menu": "请选择您需要的服务：1、账户查询；2、挂失；3、人工客服",
    "faq_menu": "您是否想问：\n1、如何预约参观？\n2、开放时间？\n3、停车场在哪里？\n如未解决您的问题，请回复“人工”。",
    "greeting_bot": "Hi～我是机器人小泉，很高兴为您服务，请描述您的问题，我会尽力解答。",
    "welcome_list": "您好，欢迎来到泉州科普，您可以：\n1、了解展览\n2、预约讲解\n3、查看活动日历",
    "letters_menu": "Hello，请选择：\nA. 开馆时间\nB. 购票\nC. 交通路线\n输入字母即可",
    "service_bot_en": "Hi there! I'm the virtual assistant. Please choose an option:\n1. Opening hours\n2. Tickets\n3. Talk to a person",
}
# Tickets, challenges, notices of the mail house.
SYSTEMS = {
    "ticket": "您的工单已创建，工单号 #20230825-778，状态：待处理。回复本邮件可追加内容。",
    "ticket_label": "工单编号：T0098123\n主题：申报材料\n状态：已分派\n处理人：刘工\n联系电话：400-800-1234",
    "ticket_closed": "您的问题已解决，工单已关闭，请对本次服务进行评价：https://example.com/pj?id=20230825",
    "ticket_en": "Your request (#48213) has been received and is being reviewed by our support staff. To add additional comments, reply to this email.",
    "ticket_en_2": "[Ticket ID: 991233] Thank you for contacting us. This is to confirm that we received your message. A representative will be in touch within 24 hours.",
    "challenge": "您的邮件已被暂时拦截。为防止垃圾邮件，请点击以下链接完成验证后邮件才会投递：https://example.com/verify?k=8837",
    "challenge_code": "这是反垃圾邮件系统的确认信，请直接回复本邮件（无需修改主题）以确认您是真人发件人，验证码：583920。",
    "challenge_en": "I'm protecting myself from receiving junk mail. Please click the link below to complete the verification process. You have to do this only once.",
    "challenge_whitelist": "您不在对方的白名单中，邮件已进入待审核区，请等待收件人确认。",
    "quarantine": "您发送的邮件因含有附件被网关隔离，管理员审核后将自动放行，隔离编号：Q20230825-0017。",
    "quota": "您的邮箱容量已使用95%，为避免影响正常收发，请及时清理。邮箱系统管理员",
    "quota_peer": "收件人邮箱已满，您的邮件暂时无法投递，系统将继续尝试48小时。",
    "delivered": "您的邮件已成功投递至对方邮箱，投递时间：2023年8月25日10:00。",
    "read": "您的邮件已被收件人阅读，阅读时间：2023年8月25日 10:05。",
    "recall": "发件人撤回了邮件“转发：申报表”，撤回成功。",
    "virus": "您发送的附件“申报表.docx”已通过安全检测，未发现病毒。——邮件安全网关",
    "dingtalk": "【钉钉邮箱】对方已设置忙碌状态，将于8月28日恢复，您的邮件已收到。",
    "wecom": "企业微信：该成员已设置“休假中”，您的消息已送达，对方可能不会及时查看。",
    "mail139": "【139邮箱自动回复】您好，您的邮件已收到，本人会尽快查看。",
    "mail189": "您好，您的来信我已收到，稍后回复。【189邮箱】",
    "foxmail": "您好！您发给我的邮件已收到，我会尽快回复的。祝您工作愉快！",
    "mailing_list": "您发往 kepu-list 的邮件正在等待版主审核，因为您不是该列表的成员。",
    "mailing_list_en": "Your mail to 'kepu-list' is being held until the list moderator can review it for approval.",
    "form_service": "您提交的表单已收到，序号：128，提交时间 2023-08-25 10:00:01。由问卷星提供技术支持",
    "form_service_2": "感谢您的填写！您的答卷已提交。",
    "login_code": "您的验证码是 482913，10分钟内有效，请勿泄露。",
    "received_en": "Thank you for your email. We have received your message and will get back to you as soon as possible.",
    "received_en_2": "This is to acknowledge receipt of your e-mail. Your reference number is 2023-0817. Our office hours are Monday to Friday, 9:00-17:00.",
    "received_tw": "您好，您的來信已收到，我們將儘速處理，感謝您的來信。",
}
PROGRAMS = {
    f"{group}_{name}": text
    for group, texts in (
        ("office", OFFICES),
        ("press", PRESS),
        ("away", ABSENCES),
        ("menu", MENUS),
        ("system", SYSTEMS),
    )
    for name, text in texts.items()
}

# People who sound like programs. What is wanted of each is in the tests.
PEOPLE = {
    "received_and_changes": "您好，来信收悉，我单位联系电话应为0595-22888888。",
    "received_and_value": "来信收悉，活动地点：晋江市图书馆三楼报告厅。",
    "received_and_asks": "您的邮件已收到，请问活动地点可以写两个吗？",
    "received_and_postpones": "您好！邮件收到。因台风，活动推迟到9月20日上午举行，其他不变。",
    "away_and_changes": "您好，我8月25日至28日出差，这期间请联系李四，表上的联系人也改为李四。",
    "away_and_will_send": "我在外地出差，周一回来后补报申报表，请稍等两天。",
    "away_and_asks": "我正在休假，申报表能不能9月1日再交？",
    "numbered_answer": "1、活动地点：晋江市科技馆二楼\n谢谢老师",
    "handled": "已受理号KP2023-0001的申报表我们重新盖章了，稍后寄纸质件，需要寄到哪里？",
    "patience": "请您耐心等一等，我们领导还没有签字，下午把表发过来。",
    "office_hours": "我们的办公时间是上午8点到12点，麻烦老师在这个时间打电话核对活动时间。",
    "thanks_for_mail": "感谢来信提醒！活动地点填漏了，是安溪县城厢镇砖文村文化广场。",
    "seal": "收到，我们已提交领导审核，盖章后重新报送，请问截止时间能否宽限一天？",
    "number_of_ours": "收到，受理号KP2023-0001，请把移动电话改成13905951234。",
    "deputy": "李老师休产假了，以后科普日的事由我负责，我叫王小燕，电话13905957777，请更正联系人。",
    "list_of_facts": "1. 展板20块已到位\n2. 志愿者名单稍后报\n3. 场地还在协调，定了再告诉您",
    "withdraws": "来信收悉。因故活动取消，请撤回我单位的申报。",
    "apology": "不好意思，邮件刚看到，马上补，下午发您。",
    "system_said": "系统提示我提交成功，但是贵会的邮件又说缺活动地点，是不是没有收到？",
    "menu_like_question": "老师，请问：\n1. 申报表要盖章吗\n2. 汇总表单独发吗\n3. 总结什么时候交",
    "phone_call_back": "来信已阅，有几处不明白，请拨打0595-22770099与我联系，陈主任。",
    "newspaper_reporter": "来稿收到，谢谢！另外我们报社也想参加科普日，需要填哪张表？",
    "checks_slowly": "邮件已收到，我们尽快核实活动地点后回复。",
    "asks_for_the_form": "您好，您的邮件已收到，但附件打不开，请重发一份空白申报表。",
    "will_move": "收到。地点可能要换到体育馆，等学校通知，先不改。",
    "ticket_human": "上次在12345反映过，工单号FJ20230801，说由你们答复，至今没有回音。",
    "en_person": "Thank you for your email. The venue is the library of Jinjiang, third floor.",
    "en_question": "We have received your message. Which box do we tick for primary schools?",
    "short_value": "晋江市图书馆三楼",
    "number_only": "0595-22888888",
}
