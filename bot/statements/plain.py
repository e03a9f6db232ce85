"""A letter's characters made plain for recognising what it says, each in its own place. Pure.

Traditional characters (after the table of OpenCC, Apache-2.0), letters and digits of full width, telephone numbers that were spoken, and the
little pictures of chat programs. What is shown is always what was written (``written``), what is stored as well, but for the script of a form (``in_script_of``).
"""

from __future__ import annotations

from functools import lru_cache

from bot.base import expressions as re
from bot.statements.wording.english import FILL, in_chinese
from bot.statements.wording.words import CHANGE_VERBS

REMEMBERED = 64  # texts of one letter, which each of its forms asks for
TRADITIONAL = (
    "丟並亂亙亞佇佈佔併來侖侶侷係俠倀倆倉個們倖倫偉側偵偽傑傖傘備傢傭傯傳債傷傾僅僑僕僥僱價儀儂億儈儉儐儔儕儘償優儲儷儸儻儼兇兌兒兗內兩冊冑冪凍凜凱別"
    "刪則剋剎剛剝剴創剷劃劇劉劊劍劑勁動務勛勝勞勢勳勵勸勻匯匱區協卹卻厭厲參叢吒吳吶呂員唸問啞啟喚喪喫喬單喲嗆嗇嗎嗚嗶嘆嘍嘔嘖嘗嘩嘮嘯嘰噓噥噯噴噸噹嚀"
    "嚇嚐嚕嚥嚨嚮嚴嚶囀囁囂囈囉囌囑囪國圍園圓圖團執堅堊堝堯報場塊塋塒塗塚塢塵塹墊墜墮墳墾壇壎壓壘壙壞壟壢壩壯壺壽夠夢夥夾奐奧奩奪奮妝姍姦娛婁婦媧媼媽"
    "嫗嫵嫻嬈嬋嬌嬤嬪嬰嬸孃孫學孿宮寢實寧審寫寬寵寶將專尋對導尷屆屍屜屢層屨屬岡峴島峽崑崗崙崢嵐嶄嶇嶔嶸嶺嶼嶽巒巔巖帥師帳帶幀幃幗幟幣幫幹幾庫廁廂廄廈"
    "廚廝廟廠廢廣廬廳弒弔張強彆彈彌彎彙彥彫彿後徑從徠復徵徹恆恥悅悵悶悽惡惱惻愛愜愴愷愾慄態慍慘慚慟慣慫慮慶慼慾憂憊憐憑憚憤憫憮憲憶懇應懍懣懲懶懷懸懺"
    "懼懾戀戰戲戶拋挾捨捫捱捲掃掄掙掛採揀揚換揮損搖搗搶摑摟摯摺摻撈撐撓撥撫撲撳撻撾撿擁擄擇擊擋擔據擠擬擰擱擲擴擷擺擻擾攆攏攔攙攜攝攣攤攪攬敗敘敵數斂"
    "斃斕斬斷於昇時晉晝暈暉暘暢暫曄曆曇曉曖曠曬書會朧朮東枴柵桿梔條梟棄棗棟棧棲楊楓楨業極榦榮構槍槓槨槳樁樂樅樑樓標樞樣樸樹樺橈橋機橢橫檔檜檢檣檮檯檳"
    "檸檻櫃櫓櫚櫛櫝櫥櫬櫻欄權欖欽歎歐歟歡歲歷歸歿殘殤殮殯殲殺殼毀毆氈氣氫氬氳氾汎汙決沒沖況洩洶浹涇涼淒淚淨淪淵淺渙減渦測渾湊湧湯準溝溫溼滄滅滌滬滯滲"
    "滷滾滿漁漢漣漬漲漸漿潑潔潛潤潯潰澀澆澗澠澤澦澱濁濃濕濘濛濟濤濫濰濱濺濾瀆瀉瀋瀏瀕瀘瀝瀟瀨瀰瀲瀾灑灘灣灤災為烏無煉煙煥煩煬熒熱熾燈燉燒燙燜營燦燬燭"
    "燴燻燼燾爍爐爛爭爺爾牆牘牽犖犛犢犧狀狹狽猙猶獄獅獎獨獰獲獵獷獸獺獻玀現琺琿瑣瑤瑩瑪璣璦環璽璿瓊瓏瓔瓚甌甕產甦畝畢畫異當疇疊痙痠瘋瘍瘓瘡瘧瘺療癆癒"
    "癘癟癡癢癥癩癬癮癱癲發皚皰皺盃盜盞盡監盤盧盪眾睏睜睞瞞瞼矇矓矚矯硃硯碩確碼磚磧磯礎礙礦礪礫礬祕祿禍禎禦禪禮禱禿秈稅稈稜稟種稱穀穌積穎穠穡穢穩穫窩"
    "窪窮窯窺竄竅竇竊競筆筍筧箇箋箏節範築篠篤篩簍簑簞簡簣簫簽簾籃籌籟籠籤籬籮籲粵糝糞糧糰糾紀紂約紅紆紇紉紋納紐純紕紗紙級紛紜紡紮細紱紲紳紹紼絀終絃組"
    "絆結絕絛絞絡絢給絨絰統絲絳絹綁綏綑經綜綞綠綢綬維綰綱網綴綵綸綺綻綽綾綿緇緊緒緘緙線緝緞締緣編緩緬緯緲練緹緻縈縉縊縐縑縛縝縞縣縫縮縱縲縴縵縷縹總績"
    "繃繅繆繒織繕繚繞繡繩繪繫繭繳繹繼繽續纏纓纔纖纜缽罈罌罰罵罷羅羈羋羨義羶習翹聖聞聯聰聲聳聶職聽聾肅脅脈脣脩脫脹腎腦腫腳腸膚膠膩膽膾膿臉臍臏臘臚臟臢"
    "臥臨臺與興舉舊艙艦艱艷芻苧茲荊莊莖莢莧華菴菸萇萊萬萵葉葦葷蒐蒞蒼蓀蓆蓋蓮蔔蔣蔥蔭蕩蕪蕭薊薑薔薦薩薹薺藍藝藥藪藹藺蘆蘇蘊蘋蘚蘭蘿處虛虜號虧蛻蜆蝕蝦"
    "蝨蝸螞螢螻蟈蟬蟯蟲蟻蠅蠍蠔蠟蠣蠱蠶蠻術衛衝袞裊補裝裡製複褲褸褻襖襠襤襪襬襯襲見規覓視覦親覬覲覺覽觀觴觸訂訃計訊訌討訐訓訕訖託記訛訝訟訢訣訥訪設許"
    "訴訶診註証詁詆詐詔評詖詛詞詠詢詣試詩詫詬詭詮詰話該詳詼誅誇誌認誑誕誘誚語誠誡誣誤誥誦誨說誰課誶誹誼調諂諄談諉請諍諒論諛諜諦諧諫諭諮諱諳諶諷諸諺諼"
    "諾謀謁謂謄謊謎謐謗謙講謝謠謨謫謬謹譁證譎譏識譙譚譜譟譫譯議譴護譽讀變讒讓讖讚讜豈豎豐豔豬貓貝貞負財貢貧貨販貪貫責貯貲貳貴貶買貸費貼貽貿賀賁賂賃賄"
    "賅資賈賊賑賒賓賜賞賠賡賢賣賤賦質賬賭賴賺賻購賽贅贈贊贍贏贓贖贗贛趕趙趨跡踐踴蹕蹟蹣蹤蹺躂躉躊躋躍躑躓躡躪軀車軋軌軍軒軔軛軟軸軻軼軾較載輊輒輓輔輕"
    "輛輜輝輞輟輥輦輩輪輯輳輸輻輾輿轂轄轅轉轍轎轔轟轡辦辭辮辯農迴逕這連週進遊運過達違遙遜遞遠適遲遷選遺遼邁還邇邊邏邐郵鄉鄒鄧鄭鄰鄴酈醃醜醞醣醫醬醱釀"
    "釁釅釋釐釗釘釙針釣釦釧釩釵鈉鈍鈐鈑鈔鈕鈞鈣鈴鈷鈸鈹鈽鈾鈿鉀鉅鉉鉋鉍鉑鉗鉚鉛鉤鉸鉻銀銅銑銓銖銘銜銨銬銳銷銻銼鋁鋅鋇鋒鋤鋪鋰鋸鋼錄錐錕錘錙錚錠錡錢錦"
    "錨錫錮錯錳錶鍊鍋鍍鍔鍚鍛鍥鍬鍰鍵鍾鎂鎊鎔鎖鎘鎚鎢鎬鎮鎰鎳鏃鏈鏍鏑鏗鏘鏜鏝鏟鏡鏢鏤鏨鏽鐃鐘鐫鐮鐲鐳鐵鐸鐺鑄鑑鑒鑠鑣鑰鑲鑷鑼鑽鑾鑿長門閂閃閉開閎閏閑"
    "閒間閔閘閡閣閤閥閨閩閭閱閻闆闈闊闋闌闐闔闕闖關闡闢陘陝陞陣陰陳陸陽隊階隕際隨險隱隴隸隻雋雖雙雛雜雞離難雲電霑霧霽靂靄靈靜靦靨鞏鞦韁韃韆韉韋韌韓韜"
    "韻響頁頂頃項順須頊頌預頑頒頓頗領頜頡頤頭頰頷頸頹頻顆題額顎顏顓願顛類顥顧顫顯顰顱風颯颱颳颶颺颼飄飛飢飩飪飭飯飲飴飼飽飾餃餅餉養餌餒餓餘餚餛餞餡館"
    "餵餾餿饅饉饑饒饗饜饞馬馭馮馱馳馴駁駐駑駒駕駙駛駝駟駢駭駱駿騁騎騖騙騫騰騷騾驀驃驅驍驕驗驚驛驟驢驥驪骯髏髒體髖髮鬆鬍鬚鬢鬥鬧鬨鬱魎魘魚魯魷鮑鮪鮫鮭"
    "鮮鯀鯉鯊鯖鯛鯧鯨鯽鰍鰓鰥鰭鰱鰻鰾鱉鱔鱖鱗鱟鱷鱸鳥鳩鳳鳴鳶鴆鴉鴒鴕鴛鴣鴦鴨鴻鴿鵑鵝鵠鵡鵪鵬鵲鶉鶯鶴鷂鷓鷗鷥鷹鷺鸚鸛鸞鹵鹹鹼鹽麗麥麩麴麵麼黃黌點黨黴"
    "黷鼕鼴齊齋齒齜齟齡齣齦齧齪齬齲齷龍龐龔龜裏麪羣綫衞爲説敎逹姸"
)
SIMPLIFIED = (
    "丢并乱亘亚伫布占并来仑侣局系侠伥俩仓个们幸伦伟侧侦伪杰伧伞备家佣偬传债伤倾仅侨仆侥雇价仪侬亿侩俭傧俦侪尽偿优储俪㑩傥俨凶兑儿兖内两册胄幂冻凛凯别"
    "删则克刹刚剥剀创铲划剧刘刽剑剂劲动务勋胜劳势勋励劝匀汇匮区协恤却厌厉参丛咤吴呐吕员念问哑启唤丧吃乔单哟呛啬吗呜哔叹喽呕啧尝哗唠啸叽嘘哝嗳喷吨当咛"
    "吓尝噜咽咙向严嘤啭嗫嚣呓啰苏嘱囱国围园圆图团执坚垩埚尧报场块茔埘涂冢坞尘堑垫坠堕坟垦坛埙压垒圹坏垄坜坝壮壶寿够梦伙夹奂奥奁夺奋妆姗奸娱娄妇娲媪妈"
    "妪妩娴娆婵娇嬷嫔婴婶娘孙学孪宫寝实宁审写宽宠宝将专寻对导尴届尸屉屡层屦属冈岘岛峡昆岗仑峥岚崭岖嵚嵘岭屿岳峦巅岩帅师帐带帧帏帼帜币帮干几库厕厢厩厦"
    "厨厮庙厂废广庐厅弑吊张强别弹弥弯汇彦雕佛后径从徕复征彻恒耻悦怅闷凄恶恼恻爱惬怆恺忾栗态愠惨惭恸惯怂虑庆戚欲忧惫怜凭惮愤悯怃宪忆恳应懔懑惩懒怀悬忏"
    "惧慑恋战戏户抛挟舍扪挨卷扫抡挣挂采拣扬换挥损摇捣抢掴搂挚折掺捞撑挠拨抚扑揿挞挝捡拥掳择击挡担据挤拟拧搁掷扩撷摆擞扰撵拢拦搀携摄挛摊搅揽败叙敌数敛"
    "毙斓斩断于升时晋昼晕晖旸畅暂晔历昙晓暧旷晒书会胧术东拐栅杆栀条枭弃枣栋栈栖杨枫桢业极干荣构枪杠椁桨桩乐枞梁楼标枢样朴树桦桡桥机椭横档桧检樯梼台槟"
    "柠槛柜橹榈栉椟橱榇樱栏权榄钦叹欧欤欢岁历归殁残殇殓殡歼杀壳毁殴毡气氢氩氲泛泛污决没冲况泄汹浃泾凉凄泪净沦渊浅涣减涡测浑凑涌汤准沟温湿沧灭涤沪滞渗"
    "卤滚满渔汉涟渍涨渐浆泼洁潜润浔溃涩浇涧渑泽滪淀浊浓湿泞蒙济涛滥潍滨溅滤渎泻沈浏濒泸沥潇濑弥潋澜洒滩湾滦灾为乌无炼烟焕烦炀荧热炽灯炖烧烫焖营灿毁烛"
    "烩熏烬焘烁炉烂争爷尔墙牍牵荦牦犊牺状狭狈狰犹狱狮奖独狞获猎犷兽獭献猡现珐珲琐瑶莹玛玑瑷环玺璇琼珑璎瓒瓯瓮产苏亩毕画异当畴叠痉酸疯疡痪疮疟瘘疗痨愈"
    "疠瘪痴痒症癞癣瘾瘫癫发皑疱皱杯盗盏尽监盘卢荡众困睁睐瞒睑蒙眬瞩矫朱砚硕确码砖碛矶础碍矿砺砾矾秘禄祸祯御禅礼祷秃籼税秆棱禀种称谷稣积颖秾穑秽稳获窝"
    "洼穷窑窥窜窍窦窃竞笔笋笕个笺筝节范筑筿笃筛篓蓑箪简篑箫签帘篮筹籁笼签篱箩吁粤糁粪粮团纠纪纣约红纡纥纫纹纳纽纯纰纱纸级纷纭纺扎细绂绁绅绍绋绌终弦组"
    "绊结绝绦绞络绚给绒绖统丝绛绢绑绥捆经综缍绿绸绶维绾纲网缀彩纶绮绽绰绫绵缁紧绪缄缂线缉缎缔缘编缓缅纬缈练缇致萦缙缢绉缣缚缜缟县缝缩纵缧纤缦缕缥总绩"
    "绷缫缪缯织缮缭绕绣绳绘系茧缴绎继缤续缠缨才纤缆钵坛罂罚骂罢罗羁芈羡义膻习翘圣闻联聪声耸聂职听聋肃胁脉唇修脱胀肾脑肿脚肠肤胶腻胆脍脓脸脐膑腊胪脏臜"
    "卧临台与兴举旧舱舰艰艳刍苎兹荆庄茎荚苋华庵烟苌莱万莴叶苇荤搜莅苍荪席盖莲卜蒋葱荫荡芜萧蓟姜蔷荐萨苔荠蓝艺药薮蔼蔺芦苏蕴苹藓兰萝处虚虏号亏蜕蚬蚀虾"
    "虱蜗蚂萤蝼蝈蝉蛲虫蚁蝇蝎蚝蜡蛎蛊蚕蛮术卫冲衮袅补装里制复裤褛亵袄裆褴袜摆衬袭见规觅视觎亲觊觐觉览观觞触订讣计讯讧讨讦训讪讫托记讹讶讼䜣诀讷访设许"
    "诉诃诊注证诂诋诈诏评诐诅词咏询诣试诗诧诟诡诠诘话该详诙诛夸志认诳诞诱诮语诚诫诬误诰诵诲说谁课谇诽谊调谄谆谈诿请诤谅论谀谍谛谐谏谕咨讳谙谌讽诸谚谖"
    "诺谋谒谓誊谎谜谧谤谦讲谢谣谟谪谬谨哗证谲讥识谯谭谱噪谵译议谴护誉读变谗让谶赞谠岂竖丰艳猪猫贝贞负财贡贫货贩贪贯责贮赀贰贵贬买贷费贴贻贸贺贲赂赁贿"
    "赅资贾贼赈赊宾赐赏赔赓贤卖贱赋质账赌赖赚赙购赛赘赠赞赡赢赃赎赝赣赶赵趋迹践踊跸迹蹒踪跷跶趸踌跻跃踯踬蹑躏躯车轧轨军轩轫轭软轴轲轶轼较载轾辄挽辅轻"
    "辆辎辉辋辍辊辇辈轮辑辏输辐辗舆毂辖辕转辙轿辚轰辔办辞辫辩农回迳这连周进游运过达违遥逊递远适迟迁选遗辽迈还迩边逻逦邮乡邹邓郑邻邺郦腌丑酝糖医酱酦酿"
    "衅酽释厘钊钉钋针钓扣钏钒钗钠钝钤钣钞钮钧钙铃钴钹铍钸铀钿钾巨铉铇铋铂钳铆铅钩铰铬银铜铣铨铢铭衔铵铐锐销锑锉铝锌钡锋锄铺锂锯钢录锥锟锤锱铮锭锜钱锦"
    "锚锡锢错锰表炼锅镀锷钖锻锲锹锾键钟镁镑镕锁镉锤钨镐镇镒镍镞链镙镝铿锵镗镘铲镜镖镂錾锈铙钟镌镰镯镭铁铎铛铸鉴鉴铄镳钥镶镊锣钻銮凿长门闩闪闭开闳闰闲"
    "闲间闵闸阂阁合阀闺闽闾阅阎板闱阔阕阑阗阖阙闯关阐辟陉陕升阵阴陈陆阳队阶陨际随险隐陇隶只隽虽双雏杂鸡离难云电沾雾霁雳霭灵静腼靥巩秋缰鞑千鞯韦韧韩韬"
    "韵响页顶顷项顺须顼颂预顽颁顿颇领颌颉颐头颊颔颈颓频颗题额颚颜颛愿颠类颢顾颤显颦颅风飒台刮飓飏飕飘飞饥饨饪饬饭饮饴饲饱饰饺饼饷养饵馁饿余肴馄饯馅馆"
    "喂馏馊馒馑饥饶飨餍馋马驭冯驮驰驯驳驻驽驹驾驸驶驼驷骈骇骆骏骋骑骛骗骞腾骚骡蓦骠驱骁骄验惊驿骤驴骥骊肮髅脏体髋发松胡须鬓斗闹哄郁魉魇鱼鲁鱿鲍鲔鲛鲑"
    "鲜鲧鲤鲨鲭鲷鲳鲸鲫鳅鳃鳏鳍鲢鳗鳔鳖鳝鳜鳞鲎鳄鲈鸟鸠凤鸣鸢鸩鸦鸰鸵鸳鸪鸯鸭鸿鸽鹃鹅鹄鹉鹌鹏鹊鹑莺鹤鹞鹧鸥鸶鹰鹭鹦鹳鸾卤咸碱盐丽麦麸曲面么黄黉点党霉"
    "黩冬鼹齐斋齿龇龃龄出龈啮龊龉龋龌龙庞龚龟里面群线卫为说教达妍"
)

WIDE = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF20, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF0E)
}
MARKS = str.maketrans("「」『』", "“”“”")
SCRIPT = str.maketrans(TRADITIONAL, SIMPLIFIED)
PLAIN = SCRIPT | WIDE | MARKS
DIGITS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
# «叁佰人», «肆佰伍拾名»; «伍佰», «陆佰川» are names
CAPITALS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
CAPITAL = re.compile(
    r"(?<![零壹贰叁肆伍陆柒捌玖拾佰仟])(?=[壹贰叁肆伍陆柒捌玖]?[拾佰仟])[零壹贰叁肆伍陆柒捌玖拾佰仟]{2,}(?=\s*[人名位个余])|[壹贰叁肆伍陆柒捌玖拾](?=[人位](?![\u4e00-\u9fff]))"
)
SPOKEN = re.compile(r"[零〇一二三四五六七八九幺][零〇一二三四五六七八九幺 ]{5,}[零〇一二三四五六七八九幺]")
PICTURE = re.compile(
    r"\[(?:玫瑰|抱拳|微笑|愉快|呲牙|强|握手|合十|憨笑|偷笑|捂脸|鲜花|太阳|爱心|心|可爱|拥抱|咖啡|胜利|OK|ok|害羞|尴尬|流汗|笑脸|鼓掌|赞|庆祝|拜托|谢谢)\]"
    r"|[\U0001F000-\U0001FAFF\u2639-\u263B\u2764\u2728\uFE0F]"
)

# What a telephone wrote for what it heard, or a hurried hand for what sounds alike: words of the form, and September.
HEARD = {
    "油箱": "邮箱", "游箱": "邮箱", "公作人员": "工作人员", "工做人员": "工作人员", "活洞": "活动", "连系": "联系", "收机": "手机", "店话": "电话", "电活": "电话", "时问": "时间",
    "其它": "其他", "人树": "人数", "活动十间": "活动时间", "活动实间": "活动时间", "第点": "地点", "活动地店": "活动地点", "成办单位": "承办单位", "住办单位": "主办单位", "活动名成": "活动名称",
}  # fmt: skip
SOUNDS = re.compile(rf"{'|'.join(HEARD)}|就月(?=[\d一二三十廿])")
# Verbs of change and names of fields as few say or type them -> as all do.
VERBS = (
    (re.compile(r"改作(?![品业文])|改填(?![成为]|写)|改写(?=[“「《])"), "改为"),
    (re.compile(r"(?:改写|改填|改登)(?=[成为])"), "修改"),
    (re.compile(r"换作|变作"), "换为"),
    (re.compile(r"(?<=[\u4e00-\u9fff])实为"), "应为"),
    (re.compile(r"(?<=[主承]办)的(?=单位)"), FILL),
    (re.compile(r"改城(?!市|[镇乡区中])"), "改成"),
)
# «…挪到一楼大厅吧——原先报的…»: a dash behind what was asked for sets its reason apart.
DASH = re.compile(r"(?<=[吧哦啊哈呀])(?:[—–]{1,2}|--)(?=[\u4e00-\u9fff])")
# A full stop of half width behind a word; what is drawn at the end of a clause.
STOP = re.compile(r"(?<=[\u4e00-\u9fff”）)])\.(?=[\s\u4e00-\u9fff]|$)")
DRAWN = re.compile(
    r"[~～]{1,9}(?=\s{0,9}(?:[，,。；;！!\n]|$))|[(（]?\^[_\-.]?\^[)）]?|(?<=[\u4e00-\u9fff\d])[:：][)）](?=\s*(?:[，,。；;！!\n]|$))"
)


@lru_cache(maxsize=REMEMBERED)
def plain(text: str) -> str:
    """*text*, as long as it was, in simplified characters of plain width, what it says in English of a form in Chinese words."""
    text = DASH.sub(lambda match: "，".ljust(len(match.group())), text)
    text = DRAWN.sub(lambda match: " " * len(match.group()), STOP.sub("。", in_chinese(characters(text))))
    for said, verb in VERBS:
        text = said.sub(verb, text)
    text = KINDLY.sub(lambda match: " " * len(match.group()), text)
    text = NOT_BUT.sub(as_correction, POLITE.sub(as_request, text))
    return unbroken(SOUNDS.sub(lambda match: HEARD.get(match.group(), "九月"), text))


# «能不能帮忙把联系电话改成0595-…？» asks for a change, and nobody for leave: whoever asks «能改到10月吗？» does not want it written for him.
POLITE = re.compile(
    rf"(?:请问)?(?:能不能|能否|可否|可不可以|是否可以|是否能|能|可以)(?:(?:请|麻烦|劳烦|烦请)(?:[您你]们?|老师)|(?:请|麻烦|劳烦)?(?:[您你]们?|老师)?(?:帮忙?|替)(?:我们?|个忙|一?下)?)(?=[，,]?[把将])(?P<said>[^。；;?？！!\n]{{2,60}}?{CHANGE_VERBS}[成为到至][^。；;?？！!\n]{{2,80}}?)(?P<asks>[吗么呢]?[?？]|[吗么](?=[。！!\n]|$))"
)


def as_request(match: re.Match[str]) -> str:
    """The same as a plain request, as long as it was."""
    head = match.start("said") - match.start()
    return "请".ljust(head) + match["said"] + "。".ljust(len(match["asks"]))


# «要是还来得及的话，手机就登…», «能加的话就再加上…»: a request all the same, and no condition.
KINDLY = re.compile(
    r"(?<![^\s，,。；;！!])(?:(?:如果?|若是?|要是|倘若|假如)?(?:现在)?(?:还来得及|您?方便|不麻烦|能[改加换调勾])的话)[，,]?(?=[^。；;！!？?吗\n]*(?:[改换调加减登填写勾删])[^。；;！!？?吗\n]*(?:[。；;！!\n]|$))"
)
# «手机别写原来那个，写139…», «联系人请不要再写我，写…» say which is right, as «不是…，是…» does.
NOT_BUT = re.compile(
    r"(?P<not>(?:请|就|也|可)*(?:别|不要|不用|不必|[切请]?勿|莫)再?(?P<verb>写|填|登记?|报|用|留|印)[成为]?)(?P<old>(?![错漏])[^，,。；;！!？?\n]{1,24}[，,])(?P<but>(?:请|就|直接|统一|要)*(?P=verb)[成为上]?)(?=[^，,。；;！!？?\n]{2})(?![错漏着了])"
)


PRINTED = re.compile(r"(?:海报|横幅|条幅|展板|背景板|签到|请柬|邀请函|传单|推文|门票|通知|公众号)[^，,。；;！!？?\n]*$")


def as_correction(match: re.Match[str]) -> str:
    """The same in those words, as long as it was; not of what is printed elsewhere."""
    if PRINTED.search(match.string[: match.start()]):
        return match.group()
    return f"{'不是'.rjust(len(match['not']), FILL)}{match['old']}{'是'.rjust(len(match['but']), FILL)}"


# A field of which nothing is said yet, and what is said of it in the next line; a condition; the first day of several, and the last.
BROKEN = (
    (
        re.compile(
            r"^(?!.*(?:[改换挪移][为成到至在]|应[为该是]|更正|[?？]|请)).{0,24}(?:电话|手机|号码|邮箱|时间|日期|地[点方]|场地|人数|人员|联系人|名称|单位|类型|对象).{0,48}[^\s。！!？?；;：:，,]$"
        ),
        re.compile(
            r"\s*(?:请|麻烦|您|帮忙?|就|现在?|统一|直接|正确的?|实际上?)*(?:(?:更?改|换|更正|调整|变更|挪|移)(?:成|为|到|在)|改(?=\s*\d)|应该?[是为](?![否不])|正确的?(?:应该?)?是|实际(?:上)?(?:大概|大约|就|是|有)|(?:而?不)?是(?=[“「\d])|全称)"
        ),
    ),
    (
        re.compile(r"^\s*(?:另外|还有|但|不过)?(?:如果|如遇|假如|要是|倘若|若是?|万一)[^。！!？?；;：:，,]{2,16}$"),
        re.compile(r"(?!\s*\d{1,2}\s*[.、．)）])(?=.*[改换就延推挪移])"),
    ),
    (re.compile(r"[从自始].{0,16}\d[^。！!？?；;，,]{0,8}$"), re.compile(r"\s*(?:到|至|结束)\D{0,4}\d")),
)


LONGEST_BROKEN = 80  # characters of what may go on
PARTS = re.compile(r"([。\n])")


def unbroken(text: str) -> str:
    """*text* with a comma in the place of a line's end or a full stop that breaks off a sentence: «电话打错了⏎应该是…», «如果下雨⏎就改到…»."""
    said, *rest = PARTS.split(text)
    found: list[str] = []
    for mark, behind in zip(rest[::2], rest[1::2], strict=True):
        is_short = len(said) <= LONGEST_BROKEN
        if is_short and any(before.search(said) and goes_on.match(behind) for before, goes_on in BROKEN):
            said = f"{said}，{behind}"
        else:
            found += [said, mark]
            said = behind
    return "".join((*found, said))


@lru_cache(maxsize=REMEMBERED)
def characters(text: str) -> str:
    """*text*, as long as it was, in simplified characters of plain width."""
    text = text.translate(PLAIN)
    text = PICTURE.sub(lambda match: " " * len(match.group()), text)
    text = CAPITAL.sub(lambda match: match.group().translate(CAPITALS), text)
    return SPOKEN.sub(lambda match: match.group().translate(DIGITS), text)


def written(piece: str, made_plain: str, text: str) -> str:
    """*piece* of *made_plain* as it was written in *text*."""
    at = made_plain.find(piece)
    return text[at : at + len(piece)] if at >= 0 else piece


def in_script_of(stands: str, value: str, letter: str) -> str:
    """*value* of a *letter* in traditional characters as a form writes it of which *stands* is in simplified ones; as it was written where the form, too, or
    only a name in the letter, has traditional ones."""
    simplified = value.translate(SCRIPT)
    if simplified == value or not traditional(stands) * RARE < len(stands) or traditional(letter) * RARE < len(letter):
        return value
    return simplified


RARE = 12  # one traditional character among so many is a name's


def traditional(text: str) -> int:
    return sum(letter != plain for letter, plain in zip(text, text.translate(SCRIPT), strict=True))
