"""Headers of exports of shops, marketplaces, tills, ERP systems and public sets, and what stands in their columns."""

# ruff: noqa: E501  header rows as they stand

import pytest

from daybook.table.fields import find_fields

PLATFORMS = {
    "ebay": (
        "Sales Record Number,Order Number,Buyer Username,Buyer Name,Buyer Email,Ship To City,Ship To State,Ship To Country,Item Number,Item Title,Custom Label,Variation Details,Quantity,Sold For,Shipping And Handling,Seller Collected Tax,eBay Collected Tax,Total Price,Payment Method,Sale Date,Paid On Date,Shipped On Date,Tracking Number",
        "date=Sale Date | product=Item Title | quantity=Quantity | price=Sold For | sales=Total Price | order=Order Number",
    ),
    "paypal": (
        "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email Address,Transaction ID,Item Title,Item ID,Sales Tax,Quantity,Balance",
        "date=Date | product=Item Title | quantity=Quantity | gross=Gross | order=Transaction ID | status=Status | kind=Type",
    ),
    "stripe": (
        "id,Description,Seller Message,Created (UTC),Amount,Amount Refunded,Currency,Converted Amount,Fee,Tax,Converted Currency,Mode,Status,Statement Descriptor,Customer ID,Customer Description,Customer Email,Captured",
        "date=Created (UTC) | product=Description | sales=Amount | status=Status",
    ),
    "stripe2": (
        "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Converted Amount,Customer Email,Fee,Status",
        "date=Created date (UTC) | sales=Amount | status=Status",
    ),
    "squarespace": (
        "Order ID,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Amount Refunded,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku",
        "date=Created at | product=Lineitem name | quantity=Lineitem quantity | price=Lineitem price | sales=Subtotal | total=Total | order=Order ID | status=Financial Status",
    ),
    "wix": (
        "Order number,Date created,Time,Total order quantity,Contact email,Note to seller,Item,Variant,SKU,Qty,Quantity refunded,Price,Weight,Custom text,Currency,Shipping rate,Total tax,Total,Refunded amount,Net amount,Fulfillment status,Payment status",
        "date=Date created | product=Item | quantity=Qty | price=Price | sales=Net amount | total=Total | order=Order number | status=Payment status",
    ),
    "bigcommerce": (
        "Order ID,Customer ID,Customer Name,Order Date,Order Status,Subtotal (inc tax),Shipping Cost (inc tax),Order Total (inc tax),Total Quantity,Product Name,Product Qty,Product Unit Price,Product Total Price",
        "date=Order Date | product=Product Name | quantity=Product Qty | price=Product Unit Price | sales=Subtotal (inc tax) | total=Order Total (inc tax) | order=Order ID | status=Order Status",
    ),
    "magento": (
        "ID,Purchase Point,Purchase Date,Bill-to Name,Ship-to Name,Grand Total (Base),Grand Total (Purchased),Status,Billing Address,Shipping Address,Subtotal,Customer Group,Payment Method,Total Refunded",
        "date=Purchase Date | sales=Subtotal | total=Grand Total (Base) | status=Status",
    ),
    "shopee": (
        "Order ID,Order Status,Return / Refund Status,Tracking Number*,Order Creation Date,Order Paid Time,Parent SKU Reference No.,Product Name,SKU Reference No.,Variation Name,Original Price,Deal Price,Quantity,Returned quantity,Product Subtotal,Total Discount(PHP),Grand Total,Buyer Paid Shipping Fee,Username (Buyer),Receiver Name,Phone Number,Delivery Address,Town,District,City,Province,Country,Zip Code",
        "date=Order Creation Date | product=Product Name | quantity=Quantity | price=Deal Price | sales=Product Subtotal | total=Grand Total | order=Order ID | status=Order Status | kind=Return / Refund Status",
    ),
    "lazada": (
        "orderItemId,orderType,Guarantee,deliveryType,lazadaId,sellerSku,createTime,updateTime,orderNumber,customerName,shippingCity,shippingCountry,payMethod,paidPrice,unitPrice,sellerDiscountTotal,shippingFee,itemName,variation,status",
        "date=createTime | product=itemName | price=unitPrice | paid=paidPrice | order=orderNumber | status=status | kind=orderType",
    ),
    "mercadolibre": (
        "# de venta,Fecha de venta,Estado,Descripción del estado,Paquete de varios productos,Unidades,Ingresos por productos (ARS),Cargo por venta e impuestos,Ingresos por envío,Total (ARS),SKU,Título de la publicación,Variante,Precio unitario de venta de la publicación (ARS),Comprador,Provincia,Ciudad",
        "date=Fecha de venta | product=Título de la publicación | quantity=Unidades | price=Precio unitario de venta de la publicación (ARS) | sales=Ingresos por productos (ARS) | total=Total (ARS) | order=# de venta | status=Descripción del estado",
    ),
    "etsyorders": (
        "Sale Date,Order ID,Buyer User ID,Full Name,Number of Items,Payment Method,Date Shipped,Ship City,Ship State,Ship Country,Currency,Order Value,Coupon Code,Discount Amount,Shipping,Sales Tax,Order Total,Status,Card Processing Fees,Order Net",
        "date=Sale Date | quantity=Number of Items | sales=Order Value | total=Order Total | paid=Order Net | order=Order ID | status=Status",
    ),
    "toast": (
        "Location,Order Id,Order #,Sent Date,Order Date,Check Id,Server,Table,Dining Area,Service,Dining Option,Item Selection Id,Item Id,Master Id,SKU,Menu Item,Menu Subgroups,Menu Group,Menu,Sales Category,Gross Price,Discount,Net Price,Qty,Tax,Void?",
        "date=Order Date | product=Menu Item | quantity=Qty | price=Net Price | gross=Gross Price | order=Order # | kind=Void?",
    ),
    "clover": (
        "Order Date,Order ID,Order Number,Order Employee Name,Item ID,Item Name,Order Item Quantity,Per Unit Quantity,Item Revenue,Modifiers Revenue,Total Revenue,Discounts,Tax Amount,Item Total,Order Payment State",
        "date=Order Date | product=Item Name | quantity=Order Item Quantity | sales=Item Revenue | order=Order ID | status=Order Payment State",
    ),
    "lightspeed": (
        "Date,Receipt Number,Line Type,Customer Code,Customer Name,Note,Quantity,Subtotal,Sales Tax,Discount,Loyalty,Total,Paid,Details,Register,User,Status,Sku",
        "date=Date | product=Sku | quantity=Quantity | sales=Subtotal | total=Total | paid=Paid | order=Receipt Number | status=Status | kind=Line Type",
    ),
    "squareitem": (
        "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,Customer Name,Unit,Count",
        "date=Date | product=Item | quantity=Qty | sales=Net Sales | gross=Gross Sales | order=Transaction ID | kind=Event Type",
    ),
    "gumroad": (
        "Purchase ID,Item Name,Buyer Name,Purchase Email,Do not contact?,Purchase Date,Purchase Time (PST),Subtotal ($),Taxes ($),Tip ($),Shipping ($),Sale Price ($),Fees ($),Net Total ($),Tax Included in Price?,Street Address,City,Zip/Postal Code,State,Country",
        "date=Purchase Date | product=Item Name | price=Sale Price ($) | sales=Net Total ($) | order=Purchase ID",
    ),
    "amazonset": (
        "settlement-id,settlement-start-date,deposit-date,total-amount,currency,transaction-type,order-id,marketplace-name,amount-type,amount-description,amount,posted-date,order-item-code,sku,quantity-purchased",
        "date=posted-date | product=sku | quantity=quantity-purchased | sales=amount | total=total-amount | order=order-id | kind=transaction-type",
    ),
    "amazondate": (
        "date/time,settlement id,type,order id,sku,description,quantity,marketplace,fulfillment,order city,order state,order postal,tax collection model,product sales,product sales tax,shipping credits,gift wrap credits,promotional rebates,selling fees,fba fees,other transaction fees,other,total",
        "date=date/time | product=description | quantity=quantity | sales=product sales | total=total | order=order id | status=order state | kind=type",
    ),
    "amazonfba": (
        "Customer Order ID,Purchase Date,Shipment Date,FNSKU,ASIN,FC,Quantity,Amazon Order ID,Currency,Item Price Per Unit,Shipping Price,Gift Wrap Price,Ship To City,Ship To State",
        "date=Purchase Date | product=ASIN | quantity=Quantity | price=Item Price Per Unit | order=Amazon Order ID",
    ),
    "taobao2": (
        "订单编号,买家会员名,买家支付宝账号,支付单号,买家应付货款,买家应付邮费,买家支付积分,总金额,返点积分,买家实际支付金额,买家实际支付积分,订单状态,买家留言,收货人姓名,收货地址,运送方式,联系电话,联系手机,订单创建时间,订单付款时间,宝贝标题,宝贝种类,物流单号,物流公司,订单备注,宝贝总数量,店铺Id,店铺名称,订单关闭原因,卖家服务费,买家服务费,发票抬头",
        "date=订单创建时间 | product=宝贝标题 | quantity=宝贝总数量 | total=总金额 | paid=买家实际支付金额 | order=订单编号 | status=订单状态",
    ),
    "taobaoitems": (
        "主订单编号,子订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码,支付单号,买家应付货款,买家实际支付金额,退款状态,退款金额,订单创建时间,订单付款时间",
        "date=订单创建时间 | product=标题 | quantity=购买数量 | price=价格 | paid=买家实际支付金额 | order=主订单编号 | status=订单状态 | kind=退款状态",
    ),
    "qianniu": (
        "子订单编号,主订单编号,买家会员名,支付单号,支付详情,商品标题,商品价格,购买数量,外部系统编号,商品属性,套餐信息,联系方式备注,订单状态,商家编码,应付金额,实付金额,退款状态,退款金额,订单创建时间,订单付款时间,商品ID,备注标签,商家备注,主订单买家留言,发货时间,物流单号,物流公司",
        "date=订单创建时间 | product=商品标题 | quantity=购买数量 | price=商品价格 | paid=实付金额 | order=主订单编号 | status=订单状态 | kind=退款状态",
    ),
    "jd2": (
        "订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,余额支付,应付金额,订单状态,订单类型,下单帐号,客户姓名,客户地址,联系电话,订单备注,商家备注,付款确认时间,订单完成时间,店铺ID,店铺名称",
        "date=下单时间 | product=商品名称 | quantity=订购数量 | price=京东价 | total=订单金额 | paid=结算金额 | order=订单号 | status=订单状态 | kind=订单类型",
    ),
    "pdd2": (
        "商品,订单号,订单状态,商品总价(元),店铺优惠折扣(元),平台优惠折扣(元),邮费(元),上门安装费(元),用户实付金额(元),商家实收金额(元),商品数量(件),身份证姓名,收货人,手机,省,市,区,街道,订单成交时间,支付时间,承诺发货时间,发货时间,确认收货时间,商品id,商品规格,商家编码-规格维度,商品编码,快递单号,快递公司,售后状态,商家备注,用户备注",
        "date=订单成交时间 | product=商品 | quantity=商品数量(件) | sales=商品总价(元) | paid=用户实付金额(元) | order=订单号 | status=订单状态 | kind=售后状态",
    ),
    "douyin2": (
        "主订单编号,子订单编号,选购商品,商品规格,商品数量,商品ID,商家编码,商品单价,订单应付金额,运费,优惠总金额,平台优惠,商家优惠,达人优惠,支付优惠,支付方式,手续费,收件人,收件人手机号,省,市,区,街道,详细地址,买家留言,订单提交时间,旗帜颜色,商家备注,订单完成时间,支付完成时间,APP渠道,流量来源,订单状态,承诺发货时间,订单类型,达人ID,达人昵称,售后状态,取消原因,流量渠道,流量体裁",
        "date=订单提交时间 | product=选购商品 | quantity=商品数量 | price=商品单价 | paid=订单应付金额 | order=主订单编号 | status=订单状态 | kind=售后状态",
    ),
    "kuaishou2": (
        "订单编号,订单创建时间,订单付款时间,订单状态,实付款,快递费,买家昵称,商品ID,商品名称,商品规格,SKU编码,商品单价,成交数量,商品应付金额,店铺优惠,平台补贴,主播补贴,收货人姓名,收货人电话,收货地址,省,市,区,订单备注,推广者ID,推广者昵称,快递公司,快递单号,退款状态",
        "date=订单创建时间 | product=商品名称 | quantity=成交数量 | price=商品单价 | paid=实付款 | order=订单编号 | status=订单状态 | kind=退款状态",
    ),
    "xhs": (
        "订单号,订单状态,售后状态,下单时间,支付时间,发货时间,SKU件数,商品总价(元),商品优惠(元),支付金额(元),商家应收金额(元)(支付金额),运费(元),商品名称,规格,规格ID,SKU件数,省,市",
        "date=下单时间 | product=商品名称 | quantity=SKU件数 | sales=商品总价(元) | paid=支付金额(元) | order=订单号 | status=订单状态 | kind=售后状态",
    ),
    "youzan2": (
        "订单号,订单状态,订单类型,买家付款时间,下单时间,商品名称,商品类型,商品规格,规格编码,商品单价,商品数量,商品优惠方式,商品金额合计,订单实付金额,店铺名称,归属店铺,收货人/提货人,收货人省份,收货人城市,退款状态,已退款金额",
        "date=下单时间 | product=商品名称 | quantity=商品数量 | price=商品单价 | sales=商品金额合计 | paid=订单实付金额 | order=订单号 | status=订单状态 | kind=退款状态",
    ),
    "meituan2": (
        "门店名称,订单号,下单时间,订单状态,菜品名称,菜品数量,菜品价格,商品原价,商家活动支出,平台服务费,配送费,餐盒费,用户实付,商家实收",
        "date=下单时间 | product=菜品名称 | quantity=菜品数量 | price=菜品价格 | paid=用户实付 | order=订单号 | status=订单状态",
    ),
    "eleme": (
        "日期,门店名称,订单编号,下单时间,订单金额,用户支付,商家补贴,平台抽佣,预计收入",
        "date=下单时间 | total=订单金额 | paid=用户支付 | order=订单编号",
    ),
    "alipay": (
        "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注",
        "date=交易时间 | product=商品说明 | sales=金额 | order=交易订单号 | status=交易状态 | kind=收/支",
    ),
    "alipaybiz": (
        "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额(元),商家实收(元),支付宝红包(元),集分宝(元),支付宝优惠(元),商家优惠(元),券核销金额(元),券名称,商家红包消费金额(元),卡消费金额(元),退款批次号/请求号,服务费(元),分润(元),备注",
        "date=创建时间 | product=商品名称 | total=订单金额(元) | paid=商家实收(元) | order=支付宝交易号 | kind=业务类型",
    ),
    "wechatbiz": (
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注",
        "date=交易时间 | product=商品名称 | total=应结订单金额 | order=微信订单号 | status=交易状态 | kind=退款状态",
    ),
    "guanjiapo": (
        "单据日期,单据编号,单据类型,往来单位,经手人,部门,仓库,商品编号,商品全名,规格,型号,单位,数量,单价,折扣,折后单价,折后金额,税率,税额,含税单价,价税合计,备注",
        "date=单据日期 | product=商品全名 | quantity=数量 | price=单价 | sales=折后金额 | total=价税合计 | order=单据编号 | kind=单据类型",
    ),
    "kingdee2": (
        "日期,单据编号,购货单位,产品代码,产品名称,规格型号,单位,实发数量,销售单价,销售金额,批号,发货仓库,业务员,部门,摘要",
        "date=日期 | product=产品名称 | quantity=实发数量 | price=销售单价 | sales=销售金额 | order=单据编号",
    ),
    "k3cloud": (
        "单据编号,日期,客户,物料编码,物料名称,规格型号,销售单位,实发数量,单价,含税单价,金额,税额,价税合计,销售员,销售部门,结算币别",
        "date=日期 | product=物料名称 | quantity=实发数量 | price=单价 | sales=金额 | total=价税合计 | order=单据编号",
    ),
    "yonyou2": (
        "单据日期,发票号,销售类型,客户简称,销售部门,业务员,存货编码,存货名称,规格型号,主计量,数量,报价,含税单价,无税单价,无税金额,税额,价税合计,税率(%),扣率",
        "date=单据日期 | product=存货名称 | quantity=数量 | price=无税单价 | sales=无税金额 | total=价税合计 | order=发票号 | kind=销售类型",
    ),
    "pos": (
        "小票号,交易时间,门店名称,收银员,商品条码,商品名称,类别,单位,数量,原价,售价,折扣金额,实收金额,支付方式,会员卡号",
        "date=交易时间 | product=商品名称 | quantity=数量 | price=售价 | paid=实收金额 | order=小票号",
    ),
    "jst": (
        "内部订单号,线上订单号,店铺,下单时间,付款日期,发货日期,买家账号,应付金额,已付金额,订单状态,商品编码,商品名称,数量,单价,商品金额,分摊金额,成本价,省份,城市",
        "date=下单时间 | product=商品名称 | quantity=数量 | price=单价 | sales=商品金额 | paid=已付金额 | order=内部订单号 | status=订单状态",
    ),
    "wdt": (
        "订单编号,店铺名称,原始单号,订单状态,付款时间,下单时间,客户网名,收件人,省,市,货品编号,货品名称,规格名称,数量,标价,成交价,总价,优惠,分摊邮费,实付",
        "date=下单时间 | product=货品名称 | quantity=数量 | price=成交价 | total=总价 | paid=实付 | order=原始单号 | status=订单状态",
    ),
    "sap": (
        "Sales Document,Item (SD),Created On,Sold-to party,Material,Description,Order Quantity (Item),Sales Unit,Net Price,Net Value (Item),Document Currency,Plant,Sales Org.",
        "date=Created On | product=Item (SD) | quantity=Order Quantity (Item) | price=Net Price | sales=Net Value (Item) | order=Sales Document",
    ),
    "sap2": (
        "Verkaufsbeleg;Position;Angelegt am;Auftraggeber;Material;Bezeichnung;Auftragsmenge;ME;Nettopreis;Nettowert;Währung;Werk",
        "date=Angelegt am | product=Bezeichnung | quantity=Auftragsmenge | price=Nettopreis | sales=Nettowert | order=Verkaufsbeleg",
    ),
    "rakuten": (
        "注文番号,注文ステータス,注文日時,商品ID,商品名,商品番号,単価,個数,送料込別,消費税込別,合計金額,注文者名字,送付先住所:都道府県,支払方法名",
        "date=注文日時 | product=商品名 | quantity=個数 | price=単価 | total=合計金額 | order=注文番号 | status=注文ステータス",
    ),
    "yahoojp": (
        "OrderId,LineId,Quantity,ItemId,SubCode,Title,UnitPrice,LineSubTotal,OrderTime,PayStatus,ShipPrefecture",
        "date=OrderTime | product=Title | quantity=Quantity | price=UnitPrice | sales=LineSubTotal | order=OrderId | status=PayStatus",
    ),
    "smartstore": (
        "상품주문번호,주문번호,배송방법,수취인명,상품명,상품종류,옵션정보,수량,구매자명,구매자ID,결제일,주문상태,상품가격,옵션가격,상품별 총 주문금액,판매자 상품코드,배송비,정산예정금액",
        "date=결제일 | product=상품명 | quantity=수량 | price=상품가격 | sales=상품별 총 주문금액 | order=주문번호 | status=주문상태",
    ),
    "coupang": (
        "번호,묶음배송번호,주문번호,택배사,운송장번호,주문일,등록상품명,등록옵션명,노출상품명,구매수(수량),옵션판매가(판매단가),결제액,구매자,수취인이름,수취인 주소",
        "date=주문일 | product=등록상품명 | quantity=구매수(수량) | price=옵션판매가(판매단가) | paid=결제액 | order=주문번호",
    ),
    "coffee": (
        "transaction_id,transaction_date,transaction_time,transaction_qty,store_id,store_location,product_id,unit_price,product_category,product_type,product_detail",
        "date=transaction_date | product=product_detail | quantity=transaction_qty | price=unit_price | order=transaction_id",
    ),
    "coffee2": (
        "date,datetime,cash_type,card,money,coffee_name",
        "date=date | product=coffee_name | sales=money",
    ),
    "walmart": (
        "Store,Date,Weekly_Sales,Holiday_Flag,Temperature,Fuel_Price,CPI,Unemployment",
        "date=Date | price=Fuel_Price | sales=Weekly_Sales",
    ),
    "rossmann": (
        "Store,DayOfWeek,Date,Sales,Customers,Open,Promo,StateHoliday,SchoolHoliday",
        "date=Date | sales=Sales",
    ),
    "favorita": (
        "id,date,store_nbr,family,sales,onpromotion",
        "date=date | sales=sales",
    ),
    "m5": (
        "id,item_id,dept_id,cat_id,store_id,state_id,date,sales",
        "date=date | product=item_id | sales=sales",
    ),
    "pizza": (
        "order_details_id,order_id,pizza_id,quantity,order_date,order_time,unit_price,total_price,pizza_size,pizza_category,pizza_ingredients,pizza_name",
        "date=order_date | product=pizza_name | quantity=quantity | price=unit_price | sales=total_price | order=order_id",
    ),
    "bikes": (
        "Date,Day,Month,Year,Customer_Age,Age_Group,Customer_Gender,Country,State,Product_Category,Sub_Category,Product,Order_Quantity,Unit_Cost,Unit_Price,Profit,Cost,Revenue",
        "date=Date | product=Product | quantity=Order_Quantity | price=Unit_Price | sales=Revenue",
    ),
    "records5m": (
        "Region,Country,Item Type,Sales Channel,Order Priority,Order Date,Order ID,Ship Date,Units Sold,Unit Price,Unit Cost,Total Revenue,Total Cost,Total Profit",
        "date=Order Date | quantity=Units Sold | price=Unit Price | sales=Total Revenue | order=Order ID",
    ),
    "retailds": (
        "Transaction ID,Date,Customer ID,Gender,Age,Product Category,Quantity,Price per Unit,Total Amount",
        "date=Date | quantity=Quantity | price=Price per Unit | total=Total Amount | order=Transaction ID",
    ),
    "adidas": (
        "Retailer,Retailer ID,Invoice Date,Region,State,City,Product,Price per Unit,Units Sold,Total Sales,Operating Profit,Operating Margin,Sales Method",
        "date=Invoice Date | product=Product | quantity=Units Sold | price=Price per Unit | sales=Total Sales | status=State",
    ),
    "iowa": (
        "Invoice/Item Number,Date,Store Number,Store Name,Address,City,Zip Code,County,Category,Category Name,Vendor Name,Item Number,Item Description,Pack,Bottle Volume (ml),State Bottle Cost,State Bottle Retail,Bottles Sold,Sale (Dollars),Volume Sold (Liters)",
        "date=Date | product=Item Description | quantity=Bottles Sold | price=State Bottle Retail | sales=Sale (Dollars) | order=Invoice/Item Number",
    ),
    "amazonin": (
        "index,Order ID,Date,Status,Fulfilment,Sales Channel,ship-service-level,Style,SKU,Category,Size,ASIN,Courier Status,Qty,currency,Amount,ship-city,ship-state,ship-postal-code,ship-country,promotion-ids,B2B",
        "date=Date | product=Style | quantity=Qty | sales=Amount | order=Order ID | status=Status",
    ),
    "superstore2": (
        "Row ID,Order ID,Order Date,Ship Date,Ship Mode,Customer ID,Customer Name,Segment,Country/Region,City,State/Province,Postal Code,Region,Product ID,Category,Sub-Category,Product Name,Sales,Quantity,Discount,Profit",
        "date=Order Date | product=Product Name | quantity=Quantity | sales=Sales | order=Order ID",
    ),
    "contoso": (
        "SalesKey,DateKey,channelKey,StoreKey,ProductKey,PromotionKey,CurrencyKey,UnitCost,UnitPrice,SalesQuantity,ReturnQuantity,ReturnAmount,DiscountQuantity,DiscountAmount,TotalCost,SalesAmount",
        "date=DateKey | product=ProductKey | quantity=SalesQuantity | price=UnitPrice | sales=SalesAmount",
    ),
    "advworks": (
        "SalesOrderNumber,SalesOrderLineNumber,OrderDate,CustomerName,EmailAddress,Item,Quantity,UnitPrice,TaxAmount",
        "date=OrderDate | product=Item | quantity=Quantity | price=UnitPrice | order=SalesOrderNumber",
    ),
    "northwind": (
        "OrderID,CustomerID,OrderDate,ShippedDate,ShipCountry,ProductName,UnitPrice,Quantity,Discount,ExtendedPrice",
        "date=OrderDate | product=ProductName | quantity=Quantity | price=UnitPrice | sales=ExtendedPrice | order=OrderID",
    ),
    "chinook": (
        "InvoiceId,CustomerId,InvoiceDate,BillingCity,BillingCountry,Total",
        "date=InvoiceDate | total=Total | order=InvoiceId",
    ),
    "nextpos": (
        "Datum;Belegnummer;Artikelnummer;Artikelbezeichnung;Anzahl;VK-Preis;Rabatt %;Umsatz brutto;Umsatz netto;MwSt;Filiale",
        "date=Datum | product=Artikelbezeichnung | quantity=Anzahl | price=VK-Preis | sales=Umsatz netto | gross=Umsatz brutto | order=Belegnummer",
    ),
    "shopware": (
        "Bestellnummer;Bestelldatum;Status;Zahlungsstatus;Kunde;Artikelname;Menge;Preis;Gesamtpreis;Rechnungsbetrag;Versandkosten",
        "date=Bestelldatum | product=Artikelname | quantity=Menge | price=Preis | sales=Gesamtpreis | total=Rechnungsbetrag | order=Bestellnummer | status=Status",
    ),
    "frpos": (
        "Date;N° ticket;Code article;Libellé;Qté;PU TTC;Remise;Montant TTC;Montant HT;TVA;Magasin",
        "date=Date | product=Libellé | quantity=Qté | price=PU TTC | sales=Montant HT | total=Montant TTC | order=N° ticket",
    ),
    "espos": (
        "Fecha;N° Factura;Cliente;Código;Descripción;Cantidad;Precio;Dto %;Importe;IVA;Total;Tienda",
        "date=Fecha | product=Descripción | quantity=Cantidad | price=Precio | sales=Importe | total=Total | order=N° Factura",
    ),
    "brpos": (
        "Data;Nº Pedido;Cliente;Código;Produto;Qtde;Valor Unitário;Desconto;Valor Total;Vendedor;Filial;Situação",
        "date=Data | product=Produto | quantity=Qtde | price=Valor Unitário | total=Valor Total | order=Nº Pedido | status=Situação",
    ),
    "bling": (
        "Número do pedido;Data;Nome Comprador;Cidade;UF;Situação;Código;Descrição;Quantidade;Valor unitário;Desconto pedido;Frete;Valor total",
        "date=Data | product=Descrição | quantity=Quantidade | price=Valor unitário | total=Valor total | order=Número do pedido | status=Situação",
    ),
    "pivot": (
        "month,store,product,units_sold,gross_revenue,net_revenue,currency_code",
        "date=month | product=product | quantity=units_sold | sales=net_revenue | gross=gross_revenue",
    ),
    "snake": (
        "sale_id,sold_at,product_name,unit_price_cents,quantity,discount_cents,total_cents,store_name",
        "date=sold_at | product=product_name | quantity=quantity | price=unit_price_cents | total=total_cents | order=sale_id",
    ),
    "camel": (
        "saleId,saleDate,productName,unitPrice,quantitySold,totalAmount,paymentMethod,storeLocation",
        "date=saleDate | product=productName | quantity=quantitySold | price=unitPrice | total=totalAmount | order=saleId",
    ),
}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_columns_of_a_platform_are_known(platform: str) -> None:
    header, expected = PLATFORMS[platform]
    found = {
        field: column.name for field, column in find_fields(header.split(";" if ";" in header else ",")).columns.items()
    }
    wanted = dict(part.split("=", 1) for part in expected.split(" | "))
    assert {field: found.get(field) for field in wanted} == wanted
