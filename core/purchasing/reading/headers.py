"""What the header of a column says: names that programs use exactly, and words that only lean towards a meaning.

The exact names are those of the files seen (Marg, Tally, Busy and what imitates them); a header that has none of them
is taken apart into words, abbreviations and slips of the pen included, and what they suggest is proved by the numbers.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from functools import cache
from operator import itemgetter
from types import MappingProxyType

from rapidfuzz import fuzz

from core.purchasing.reading.roles import AMOUNTS, DISCOUNTS, Role

_NONE: frozenset[Role] = frozenset()
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LONGEST = 40
_CLOSE = 84
_LEAST_LETTERS = 4
_MOST_MEANT = 2
_MOST_WAYS = 16
#: Headers without a letter.
_COUNTED: Mapping[str, frozenset[Role]] = MappingProxyType({"#": frozenset({Role.SERIAL})})

_EXACT: Mapping[str, tuple[Role, ...]] = MappingProxyType(
    {
        "s sn sno slno srno sr sl serialno srlno no lineno itemsno": (Role.SERIAL,),
        "code itemcode productcode prodcode itemid icode pcode productid itemno": (Role.CODE,),
        "name item items itemname product productname description itemdescription particulars descriptionofgoods "
        "productdescription itemdesc nameofproduct nameofitem itemparticulars": (Role.NAME,),
        "pack packing packsize pkg packname packunit": (Role.PACK,),
        "mfr mfg mfgby company companyname manufacturer mfgcomp mfgname maker comp mktgcomp make mfgco": (Role.MAKER,),
        "batch batchno batchnumber bno batchnum": (Role.BATCH,),
        "exp expiry expdate expdt expirydate expirydt expdat": (Role.EXPIRY,),
        "hsn hsncode hsnsac hsnsaccode hsnno sac hsnsaccd": (Role.HSN,),
        "qty quantity billqty billedqty invqty billedquantity qtybilled": (Role.QUANTITY,),
        "free freeqty fqty schqty schemeqty invscqty freequantity freegoods": (Role.FREE,),
        "rate prate salerate sellingrate billrate purchaserate purrate unitrate unitprice price basicrate": (
            Role.RATE,
            Role.NET_RATE,
        ),
        "netrate nrate": (Role.NET_RATE, Role.RATE),
        "mrp itemmrp maximumretailprice maxretailprice mrprs": (Role.MRP,),
        "ptr": (Role.PTR, Role.RATE, Role.NET_RATE),
        "discpercent dispercent discountpercent cdpercent discper disper tdpercent schpercent schemepercent schper "
        "cashdiscpercent": (Role.DISCOUNT_PERCENT, Role.DISCOUNT_PERCENT_2),
        "discamt disamt discountamt discountamount discamount cdamt discrs": (Role.DISCOUNT, Role.SCHEME_DISCOUNT),
        "schamt schemeamt schemeamount schdisc schemedisc schemediscount": (Role.SCHEME_DISCOUNT, Role.DISCOUNT),
        "disc discount dis cd": tuple(sorted(DISCOUNTS)),
        "sch scheme": (Role.SCHEME, Role.FREE, *sorted(DISCOUNTS)),
        "taxable taxableamt taxableamount taxablevalue taxableval assessablevalue taxbleamt": (Role.TAXABLE,),
        "grossamt grossamount grossvalue goodsvalue purchasevalue": tuple(sorted(AMOUNTS)),
        "amount amt value total lineamount linetotal totalamount itemtotal": tuple(sorted(AMOUNTS)),
        "netamt netamount netvalue nettotal netval": (Role.TAXABLE, Role.AMOUNT),
        "gstpercent taxpercent vatpercent gstrate taxrate gstper taxper": (Role.GST_PERCENT,),
        "gstamt gstamount taxamt taxamount vatamt totalgst totaltax": (Role.GST,),
        "gst tax vat": (Role.GST_PERCENT, Role.GST),
        "cgstpercent cgstper cgstrate": (Role.CGST_PERCENT,),
        "sgstpercent sgstper sgstrate utgstpercent sgstutgstpercent": (Role.SGST_PERCENT,),
        "igstpercent igstper igstrate": (Role.IGST_PERCENT,),
        "cgstamt cgstamount": (Role.CGST,),
        "sgstamt sgstamount utgstamt": (Role.SGST,),
        "igstamt igstamount": (Role.IGST,),
        "cgst": (Role.CGST, Role.CGST_PERCENT),
        "sgst utgst sgstutgst": (Role.SGST, Role.SGST_PERCENT),
        "igst": (Role.IGST, Role.IGST_PERCENT),
        "invno invoiceno billno invoicenumber billnumber docno vchno": (Role.INVOICE_NUMBER,),
        "invdate invoicedate billdate invdt billdt docdate": (Role.INVOICE_DATE,),
        "duedate duedt duedated dueon paymentdue paymentduedate": (Role.DUE_DATE,),
        "supplier suppliername supp suppname nameofseller seller sellername vendor vendorname distributor "
        "distributorname": (Role.SUPPLIER,),
        "gstn gstin gstno gstinno suppliergstin suppgstin suppliergstno suppgstno sellergstin vendorgstin": (
            Role.SUPPLIER_GSTIN,
        ),
        "deliverycharges freight": (Role.FREIGHT,),
        "invamt billamt invoiceamount billamount invoicetotal billtotal invoicevalue grandtotal": (Role.TOTAL,),
        "rack rackno unit uom per uqc location loc barcode ean margin mfgdate mfgdt mfddate schedule remarks narration "
        "shortqty shortsupply purchaseledger voucherdate voucherno billref igstpurchasevalue boxno caseno division "
        "marginpercent "
        "cess cesspercent cessamt mrpvalue stockist pts": (Role.IGNORED,),
    }
)
_BY_NAME: Mapping[str, frozenset[Role]] = MappingProxyType(
    {name: frozenset(roles) for names, roles in _EXACT.items() for name in names.split()}
)

#: Word -> what it speaks of; a slip or an abbreviation of a longer word is taken for it.
_SPEAKS: Mapping[str, str] = MappingProxyType(
    {
        word: concept
        for concept, words in {
            "quantity": "qty quantity qnty qnt quan billed nos pcs sold supplied units invoiced shipped despatched",
            "free": "free bonus foc gratis complimentary fr gift extra xtra",
            "rate": "rate price rt cost prc",
            "mrp": "mrp",
            "top": "max maximum retail printed consumer selling",
            "ptr": "ptr retailer chemist",
            "stockist": "stockist pts wholesale",
            "net": "net nett final effective",
            "after": "after",
            "before": "before excl excluding without exclusive pre",
            "with": "incl including inclusive with",
            "gross": "gross",
            "amount": "amount amt value val total worth sum rs rupees payable",
            "taxable": "taxable assessable taxbl txbl",
            "tax": "gst tax vat",
            "cgst": "cgst central ctax",
            "sgst": "sgst utgst state stax",
            "igst": "igst integrated itax",
            "discount": "disc discount dis rebate concession cd td d allowance deduction less",
            "scheme": "sch scheme deal offer",
            "percent": "percent pct pc per perc",
            "batch": "batch lot btch bt",
            "expiry": "exp expiry expires expiring xpiry best",
            "made": "mfd manufactured made dom",
            "hsn": "hsn sac tariff hs",
            "code": "code id sku ref",
            "item": "item product prod drug medicine goods article description particulars desc name material brand "
            "title",
            "pack": "pack packing pkg pkt size packaging",
            "maker": "company mfr mfg manufacturer make marketer marketed firm labs principal",
            "serial": "sl sr serial srl sno line row",
            "beside": "rack shelf bin unit uom margin mgn profit barcode ean schedule box case carton division "
            "location",
            "due": "due",
            "date": "date dt dated day month mth",
            "by": "by",
            "bill": "invoice inv bill doc document voucher vch",
            "number": "no num number nr",
        }.items()
        for word in words.split()
    }
)


def said_by(title: str) -> frozenset[Role]:
    """Return the roles that a header names exactly, nothing for one that is not known."""
    return _read(title)[0]


def suggested_by(title: str) -> frozenset[Role]:
    """Return the roles that the words of an unknown header lean towards."""
    return _read(title)[1]


def plain(title: str) -> str:
    """Return a header without what makes no difference: ``Batch No.`` and ``BatchNo`` are ``batchno``."""
    return "".join(_words(title))


@cache
def _read(title: str) -> tuple[frozenset[Role], frozenset[Role]]:
    words = _words(title)
    exact = _BY_NAME.get("".join(words), _NONE)
    if exact or not words:
        return exact or _COUNTED.get(title.strip(), _NONE), exact
    ways = itertools.islice(itertools.product(*map(_concepts, words)), _MOST_WAYS)
    return exact, min(map(_suggested, map(frozenset, ways)), key=itemgetter(0))[1]


def _words(title: str) -> tuple[str, ...]:
    text = _CAMEL.sub(" ", title[:_LONGEST]).casefold().replace("%", " percent ")
    text = re.sub(r"\(?\b(?:rs|inr)\b\.?\)?|₹", " ", text) if len(text.strip()) > 3 else text
    return tuple(re.findall(r"[a-z0-9]+", re.sub(r"[.'’]", "", text)))


@cache
def _concepts(word: str) -> tuple[str, ...]:
    """Return what a word speaks of: as it is, cut short (``fre``, ``dsc``) or mistyped; nothing for an unknown one."""
    if word in _SPEAKS:
        return (_SPEAKS[word],)
    if len(word) < _LEAST_LETTERS - 1:
        return ("",)
    short = {concept for known, concept in _SPEAKS.items() if known.startswith(word) or _consonants(known) == word}
    if short:
        return tuple(sorted(short)) if len(short) <= _MOST_MEANT else ("",)
    if len(word) < _LEAST_LETTERS:
        return ("",)
    closest = max(_SPEAKS, key=lambda known: fuzz.ratio(word, known) if len(known) >= _LEAST_LETTERS else 0)
    return (_SPEAKS[closest] if fuzz.ratio(word, closest) >= _CLOSE else "",)


def _consonants(word: str) -> str:
    return word[0] + re.sub(r"[aeiou]", "", word[1:])


def _suggested(of: frozenset[str]) -> tuple[int, frozenset[Role]]:
    """Return what the things that a header speaks of mean together, and how far down the list that stands."""
    for at, (needed, without, roles) in enumerate(_MEANINGS):
        if needed <= of and not without & of:
            return at, frozenset(roles)
    return len(_MEANINGS), _NONE


def _meaning(needed: str, *roles: Role, without: str = "") -> tuple[frozenset[str], frozenset[str], tuple[Role, ...]]:
    return frozenset(needed.split()), frozenset(without.split()), roles


_R = Role
_MEANINGS = (
    _meaning("mrp amount", _R.IGNORED),
    _meaning("mrp", _R.MRP),
    _meaning("top rate", _R.MRP),
    _meaning("stockist", _R.IGNORED),
    _meaning("ptr", _R.PTR, _R.RATE),
    _meaning("made by", _R.MAKER),
    _meaning("made", _R.IGNORED),
    _meaning("maker date", _R.IGNORED),
    _meaning("batch", _R.BATCH),
    _meaning("expiry", _R.EXPIRY),
    _meaning("hsn", _R.HSN),
    _meaning("cgst amount", _R.CGST),
    _meaning("cgst percent", _R.CGST_PERCENT),
    _meaning("cgst rate", _R.CGST_PERCENT),
    _meaning("cgst", _R.CGST, _R.CGST_PERCENT),
    _meaning("sgst amount", _R.SGST),
    _meaning("sgst percent", _R.SGST_PERCENT),
    _meaning("sgst rate", _R.SGST_PERCENT),
    _meaning("sgst", _R.SGST, _R.SGST_PERCENT),
    _meaning("igst amount", _R.IGST),
    _meaning("igst percent", _R.IGST_PERCENT),
    _meaning("igst", _R.IGST, _R.IGST_PERCENT),
    _meaning("taxable", _R.TAXABLE),
    _meaning("tax before", _R.TAXABLE, _R.GROSS),
    _meaning("tax with rate", _R.IGNORED),
    _meaning("tax with", _R.AMOUNT),
    _meaning("tax percent", _R.GST_PERCENT),
    _meaning("tax rate", _R.GST_PERCENT),
    _meaning("tax amount", _R.GST, _R.AMOUNT),
    _meaning("tax", _R.GST_PERCENT, _R.GST),
    _meaning("scheme quantity", _R.FREE),
    _meaning("scheme percent", _R.DISCOUNT_PERCENT, _R.DISCOUNT_PERCENT_2),
    _meaning("scheme amount", _R.SCHEME_DISCOUNT, _R.DISCOUNT),
    _meaning("scheme", _R.SCHEME, _R.FREE, *sorted(DISCOUNTS)),
    _meaning("discount after rate", _R.NET_RATE, _R.RATE),
    _meaning("discount before", _R.GROSS, _R.TAXABLE),
    _meaning("discount after", _R.TAXABLE, _R.AMOUNT),
    _meaning("discount percent", _R.DISCOUNT_PERCENT, _R.DISCOUNT_PERCENT_2),
    _meaning("discount amount", _R.DISCOUNT, _R.SCHEME_DISCOUNT),
    _meaning("discount", *sorted(DISCOUNTS)),
    _meaning("free percent", _R.DISCOUNT_PERCENT, _R.DISCOUNT_PERCENT_2),
    _meaning("free", _R.FREE),
    _meaning("net rate", _R.NET_RATE, _R.RATE),
    _meaning("rate amount", _R.RATE, _R.NET_RATE, *sorted(AMOUNTS)),
    _meaning("rate", _R.RATE, _R.NET_RATE, without="item"),
    _meaning("quantity bill", _R.QUANTITY),
    _meaning("bill amount", _R.TOTAL),
    _meaning("bill net", _R.TOTAL),
    _meaning("due date", _R.DUE_DATE),
    _meaning("bill date", _R.INVOICE_DATE),
    _meaning("bill", _R.INVOICE_NUMBER, without="item maker"),
    _meaning("net amount", _R.TAXABLE, _R.AMOUNT),
    _meaning("quantity amount", _R.QUANTITY),
    _meaning("gross", *sorted(AMOUNTS)),
    _meaning("amount", *sorted(AMOUNTS)),
    _meaning("quantity", _R.QUANTITY),
    _meaning("maker code", _R.IGNORED),
    _meaning("maker", _R.MAKER),
    _meaning("item code", _R.CODE),
    _meaning("item number", _R.CODE),
    _meaning("pack", _R.PACK),
    _meaning("code", _R.CODE),
    _meaning("beside", _R.IGNORED),
    _meaning("item", _R.NAME),
    _meaning("serial", _R.SERIAL),
)
